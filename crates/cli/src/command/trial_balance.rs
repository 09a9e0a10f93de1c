//! `tributary trial-balance`: what stands on every journal account, and that debits equal credits.

use clap::Args;
use tributary_finance::{TrialBalance, trial_balance};

use crate::arguments::KnownAt;
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::grid::{Grid, figure, text};

const EXAMPLES: &str = "Examples:
  tributary trial-balance
  tributary trial-balance --known-at 2024-10-05T00:00:00Z --json";

/// Show every journal account, and that debits equal credits
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    #[command(flatten)]
    at: KnownAt,
}

/// The trial balance.
pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Exit, CliError> {
    let ledger = context.ledger()?;
    let trial = trial_balance(&ledger.view(arguments.at.known_at)?)?;
    context.answer(&trial, readable)?;
    Ok(Exit::Ok)
}

fn readable(trial: &TrialBalance) -> String {
    let title = format!("trial balance as known at {}\n", trial.known_at);
    if trial.accounts.is_empty() {
        return format!("{title}\nno entries\n");
    }
    let mut grid = Grid::new([text("account"), text("currency"), figure("debit"), figure("credit"), figure("balance")]);
    for row in &trial.accounts {
        grid.row([&row.account, &row.currency, &row.debit, &row.credit, &row.balance]);
    }
    for total in &trial.totals {
        grid.row(["total", &total.currency, &total.debit, &total.credit, "0"]);
    }
    format!("{title}\n{}", grid.render())
}
