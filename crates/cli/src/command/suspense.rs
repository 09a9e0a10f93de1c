//! `tributary suspense`: what earns no credit, and why.

mod rate;
mod work;

use clap::Args;
use tributary_domain::time::Period;
use tributary_finance::{Suspense, attribution_rates, suspense, suspense_work};
use tributary_projector::Why;

use crate::arguments::{KnownAt, period};
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::grid::{Grid, figure, text};

const EXAMPLES: &str = "Examples:
  tributary suspense
  tributary suspense --work
  tributary suspense --rate --period 2024-09
  tributary suspense --known-at 2024-10-01T00:00:00Z
  tributary suspense --json";

/// Show what earns no credit: unresolved, unattributed, unconverted
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// Also worth, age, the reason, and what would resolve each; what is worth most first
    #[arg(long)]
    work: bool,
    /// How much belongs to deals instead: the attribution rate, by period and currency
    #[arg(long, conflicts_with = "work")]
    rate: bool,
    /// Only this period
    #[arg(long, value_name = "PERIOD", value_parser = period, requires = "rate")]
    period: Option<Period>,
    #[command(flatten)]
    at: KnownAt,
}

/// Three lists, empty where all is well.
pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Exit, CliError> {
    let ledger = context.ledger()?;
    let view = ledger.view(arguments.at.known_at)?;
    match (arguments.rate, arguments.work) {
        (true, _) => context.answer(&attribution_rates(&view, arguments.period)?, rate::readable)?,
        (false, true) => context.answer(&suspense_work(&view)?, work::readable)?,
        (false, false) => {
            let out_of_range = view.suspended()?.iter().filter(|(_, one)| one.why == Why::OutOfRange).count();
            context.answer(&suspense(&view)?, |suspense| readable(suspense, out_of_range))?;
        }
    }
    Ok(Exit::Ok)
}

fn readable(suspense: &Suspense, out_of_range: usize) -> String {
    let mut unresolved = Grid::new([text("subject"), figure("events")]);
    for of in &suspense.unresolved {
        unresolved.row([&of.subject, &of.events.to_string()]);
    }
    let columns =
        [text("account"), text("basis"), text("product"), figure("facts"), figure("amount"), text("currency")];
    let mut unattributed = Grid::new(columns);
    for of in &suspense.unattributed {
        unattributed.row([&of.account, of.basis, &of.product, &of.facts.to_string(), &of.amount, &of.currency]);
    }
    let mut unconverted = Grid::new([text("currency"), figure("facts"), figure("amount")]);
    for of in &suspense.unconverted {
        unconverted.row([&of.currency, &of.facts.to_string(), &of.amount]);
    }
    let mut page = format!(
        "what earns no credit, as known at {}\n{}{}{}",
        suspense.known_at,
        part("unresolved: no alias leads to an account", &unresolved),
        part("unattributed: no deal takes it", &unattributed),
        part("unconverted: no rate to the book's currency", &unconverted),
    );
    if out_of_range > 0 {
        page.push_str(&format!("\nout of range: {out_of_range} periods of accounts, whose sums are too large\n"));
    }
    if out_of_range > 0 || ![unresolved, unattributed, unconverted].iter().all(Grid::is_empty) {
        page.push_str("\n`tributary suspense --work` says why, and what would resolve each\n");
    }
    page
}

fn part(what: &str, grid: &Grid) -> String {
    match grid.is_empty() {
        true => format!("\n{what}: none\n"),
        false => format!("\n{what}\n{}", grid.render()),
    }
}
