//! `tributary credits`: what a partner is credited with in a period, before any plan.

use clap::Args;
use tributary_domain::id::PartnerId;
use tributary_domain::time::Period;
use tributary_finance::{Credits, credits};

use crate::arguments::{KnownAt, partner, period};
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::grid::{Grid, figure, text};

const EXAMPLES: &str = "Examples:
  tributary credits p-msp 2024-09
  tributary credits p-msp 2024-09 --known-at 2024-10-05T00:00:00Z
  tributary credits p-msp 2024-09 --json";

/// Show what a partner is credited with in a period
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The partner
    #[arg(value_parser = partner)]
    partner: PartnerId,
    /// The period, such as 2024-09
    #[arg(value_parser = period)]
    period: Period,
    #[command(flatten)]
    at: KnownAt,
}

/// Credits summed over the period's days.
pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Exit, CliError> {
    let ledger = context.ledger()?;
    let view = ledger.view(arguments.at.known_at)?;
    let credits = credits(&view, &arguments.partner, arguments.period)?;
    let currency = view.reference().book.currency.to_string();
    context.answer(&credits, |credits| readable(credits, &currency))?;
    Ok(Exit::Ok)
}

fn readable(credits: &Credits, currency: &str) -> String {
    let Credits { partner, period, known_at, credits } = credits;
    let title = format!("credits of `{partner}` in {period}, as known at {known_at}\n");
    if credits.is_empty() {
        return format!("{title}\nno credit\n");
    }
    let columns = ["pool", "basis", "account", "deal", "role", "product", "vendor"].map(text);
    let mut grid = Grid::new(columns.into_iter().chain([figure(format!("amount {currency}"))]));
    for of in credits {
        grid.row([&of.pool, of.basis, &of.account, &of.deal, &of.role, &of.product, &of.vendor, &of.amount]);
    }
    format!("{title}\n{}", grid.render())
}
