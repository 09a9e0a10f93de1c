//! `tributary program export`: the program as the ledger knows it, as a file to begin from.

use tributary_audit::program::present;
use tributary_connectors::program::write;
use tributary_domain::time::Day;

use crate::arguments::{KnownAt, day};
use crate::context::{Context, print};
use crate::error::CliError;
use crate::exit::Exit;
use crate::ledger::now;

const EXAMPLES: &str = "Examples:
  tributary program export > program.yaml
  tributary program export --on 2024-07-01";

/// Write partners, accounts, aliases and teams as a file to begin from
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// The day on which it is so, by default today
    #[arg(long, value_name = "DATE", value_parser = day)]
    on: Option<Day>,
    #[command(flatten)]
    at: KnownAt,
}

/// Everything that is known, as YAML.
pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<Exit, CliError> {
    let ledger = context.ledger()?;
    let view = ledger.projection.view(arguments.at.known_at)?;
    let on = arguments.on.unwrap_or_else(|| view.reference().book.day(now()));
    print(&write(&present(&view, on)?)?)?;
    Ok(Exit::Ok)
}
