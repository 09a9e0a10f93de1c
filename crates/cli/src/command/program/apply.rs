//! `tributary program apply`: says what the ledger does not know as files say it, and nothing else.

use serde::Serialize;
use tributary_audit::program::Change;

use super::diff::table;
use super::{Wanted, is_wrong};
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;

const EXAMPLES: &str = "Examples:
  tributary program apply program.yaml
  tributary program apply partners.csv --effective 2024-07-01

Nothing is said if anything is wrong with a file. What a file does not name is left alone; applying it again says nothing.";

/// Record what the ledger does not know as files say it
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    #[command(flatten)]
    wanted: Wanted,
}

/// What was recorded.
#[derive(Debug, Serialize)]
struct Applied {
    appended: usize,
    changes: Vec<Change>,
}

/// Compares, and records the difference: all of it or nothing.
pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<Exit, CliError> {
    let read = arguments.wanted.read()?;
    // Files that are wrong make no ledger; where there is one, it may know of more that is wrong.
    if !context.data.is_dir() && is_wrong(&read) {
        return Ok(Exit::Refused);
    }
    let ledger = context.ledger_or_new()?;
    let changes = arguments.wanted.changes(read, &ledger.projection.view(None)?)?;
    let Some(changes) = changes else { return Ok(Exit::Refused) };
    ledger.record(changes.iter().map(|change| change.draft.clone()).collect())?;
    let applied = Applied { appended: changes.len(), changes };
    if context.json || !context.quiet {
        context.answer(&applied, readable)?;
    }
    Ok(Exit::Ok)
}

fn readable(applied: &Applied) -> String {
    match applied.appended {
        0 => "nothing differs, nothing is recorded\n".to_owned(),
        1 => format!("{}\n1 event is recorded\n", table(&applied.changes)),
        many => format!("{}\n{many} events are recorded\n", table(&applied.changes)),
    }
}
