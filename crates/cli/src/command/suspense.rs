//! `tributary suspense`: what earns no credit, and why.

mod work;

use clap::Args;
use tributary_finance::{Suspense, suspense, suspense_work};

use crate::arguments::KnownAt;
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::grid::{Grid, figure, text};

const EXAMPLES: &str = "Examples:
  tributary suspense
  tributary suspense --work
  tributary suspense --known-at 2024-10-01T00:00:00Z
  tributary suspense --json";

/// Show what earns no credit: unresolved, unattributed, unconverted
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// Also worth, age, the reason, and what would resolve each; what is worth most first
    #[arg(long)]
    work: bool,
    #[command(flatten)]
    at: KnownAt,
}

/// Three lists, empty where all is well.
pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Exit, CliError> {
    let ledger = context.ledger()?;
    let view = ledger.view(arguments.at.known_at)?;
    match arguments.work {
        true => context.answer(&suspense_work(&view)?, work::readable)?,
        false => context.answer(&suspense(&view)?, readable)?,
    }
    Ok(Exit::Ok)
}

fn readable(suspense: &Suspense) -> String {
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
    let all_is_well = [&unresolved, &unattributed, &unconverted].iter().all(|grid| grid.is_empty());
    format!(
        "what earns no credit, as known at {}\n{}{}{}{}",
        suspense.known_at,
        part("unresolved: no alias leads to an account", &unresolved),
        part("unattributed: no deal takes it", &unattributed),
        part("unconverted: no rate to the book's currency", &unconverted),
        if all_is_well { "" } else { "\n`tributary suspense --work` says why, and what would resolve each\n" },
    )
}

fn part(what: &str, grid: &Grid) -> String {
    match grid.is_empty() {
        true => format!("\n{what}: none\n"),
        false => format!("\n{what}\n{}", grid.render()),
    }
}
