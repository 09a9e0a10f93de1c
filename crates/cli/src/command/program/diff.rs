//! `tributary program diff`: what would have to be said so that the ledger knows things as files say they are.

use serde_json::Value;
use tributary_audit::program::Change;

use super::Wanted;
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::grid::{Grid, text};

const EXAMPLES: &str = "Examples:
  tributary program diff program.yaml
  tributary program diff partners.csv accounts.csv --effective 2024-07-01 --json";

/// Show what the ledger does not know as files say it
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    #[command(flatten)]
    wanted: Wanted,
}

/// Compares without saying anything.
pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<Exit, CliError> {
    let read = arguments.wanted.read()?;
    let ledger = context.ledger()?;
    let view = ledger.projection.view(None)?;
    let Some(changes) = arguments.wanted.changes(read, &view)? else { return Ok(Exit::Refused) };
    context.answer(&changes, |changes| match changes.is_empty() {
        true => "nothing differs\n".to_owned(),
        false => table(changes),
    })?;
    Ok(Exit::Ok)
}

/// A row for each field that becomes another.
pub(super) fn table(changes: &[Change]) -> String {
    let mut grid = Grid::new(["subject", "event", "from", "field", "before", "after"].map(text));
    for change in changes {
        let event = change.event_type.trim_start_matches("tributary.").trim_end_matches(".v1");
        let mut first = [change.subject.as_str(), event, &change.from];
        for field in &change.changes {
            let [subject, event, from] = std::mem::take(&mut first);
            let [before, after] = [&field.before, &field.after].map(|value| shown(value.as_ref()));
            grid.row([subject, event, from, &field.path, &before, &after]);
        }
        if change.changes.is_empty() {
            let [subject, event, from] = first;
            grid.row([subject, event, from, "", "", ""]);
        }
    }
    grid.render()
}

fn shown(value: Option<&Value>) -> String {
    match value {
        None => "-".to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(items)) => items.iter().map(|item| shown(Some(item))).collect::<Vec<_>>().join(", "),
        Some(other) => other.to_string(),
    }
}
