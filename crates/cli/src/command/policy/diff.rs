//! `tributary policy diff`: two versions of a policy, or a file and what it would correct or follow, field by field.

use std::path::PathBuf;

use serde_json::Value;
use tributary_audit::policy::{FieldChange, PolicyDiff, Side, diff_document, diff_versions};
use tributary_domain::id::PolicyId;
use tributary_log::Log;

use super::{read, unknown};
use crate::arguments::KnownAt;
use crate::context::{Context, say};
use crate::error::CliError;
use crate::exit::Exit;
use crate::grid::{Grid, text};
use crate::ledger::Ledger;

const EXAMPLES: &str = "Examples:
  tributary policy diff policies/growth-2024.yaml
  tributary policy diff growth-2024
  tributary policy diff growth-2024 --from 2024-07-01 --to 2025-01-01
  tributary policy diff growth-2024 --from 0:12 --to 0:480";

/// Compare two versions of a policy, or a file with the ledger
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// A policy, or a file of policies
    #[arg(value_name = "ID|FILE")]
    of: String,
    /// The left side: the first day of a version, or the position of an event; by default what is before the right side
    #[arg(long, value_name = "VERSION")]
    from: Option<String>,
    /// The right side, by default the last
    #[arg(long, value_name = "VERSION")]
    to: Option<String>,
    #[command(flatten)]
    at: KnownAt,
}

/// Compares what a file says if there is one of that name, else what is published.
pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<Exit, CliError> {
    let path = PathBuf::from(&arguments.of);
    let files = path.is_file().then(|| read(&[path])).transpose()?;
    let ledger = context.ledger()?;
    let view = ledger.view(arguments.at.known_at)?;
    let mut refused = false;
    let diffs = match &files {
        Some(_) if arguments.from.is_some() || arguments.to.is_some() => {
            return Err(CliError::Usage("--from and --to go with a policy, not with a file".to_owned()));
        }
        Some(files) => {
            files.findings.iter().for_each(say);
            refused = !files.findings.is_empty();
            files.documents.iter().map(|document| diff_document(&view, &document.policy)).collect()
        }
        None => {
            let id = PolicyId::new(&arguments.of)
                .map_err(|error| CliError::Usage(format!("`{}` is no file, and as a policy {error}", arguments.of)))?;
            let [from, to] =
                [&arguments.from, &arguments.to].map(|side| side.as_deref().map(|side| version(&ledger, side)));
            let diffs = diff_versions(&view, &id, from.as_deref(), to.as_deref());
            if diffs.is_empty() { Err(nothing_to_compare(&view, &id)) } else { Ok(diffs) }?
        }
    };
    context
        .answer(&diffs, |diffs| diffs.iter().map(|diff| readable(diff, &*ledger.log)).collect::<Vec<_>>().join("\n"))?;
    Ok(Exit::refused_if(refused))
}

/// A version as it is asked for: a place is named by its position.
fn version(ledger: &Ledger, side: &str) -> String {
    ledger.log.position(side).map_or_else(|| side.to_owned(), |position| position.to_string())
}

fn nothing_to_compare(view: &tributary_projector::View<'_>, id: &PolicyId) -> CliError {
    match tributary_audit::policy::history(view, id).is_empty() {
        true => unknown(id),
        false => CliError::Unknown(format!(
            "`{id}` has no such two versions to compare: `tributary policy history {id}` lists what there is"
        )),
    }
}

fn readable(diff: &PolicyDiff, log: &dyn Log) -> String {
    let PolicyDiff { kind, id, left, right, changes } = diff;
    let title = format!("{kind} policy `{id}`\n");
    if changes.is_empty() {
        return format!(
            "{title}nothing differs from {}\n",
            left.as_ref().map_or_else(String::new, |side| named(side, log))
        );
    }
    let before = left.as_ref().map_or_else(|| "nothing".to_owned(), |side| named(side, log));
    format!("{title}\n{}", table(changes, &before, &named(right, log)))
}

fn named(side: &Side, log: &dyn Log) -> String {
    let from = &side.effective_from;
    match &side.published {
        Some(published) => format!("from {from} at {}", log.place(published.at.position)),
        None => format!("from {from}, not published"),
    }
}

/// Fields side by side.
pub(super) fn table(changes: &[FieldChange], before: &str, after: &str) -> String {
    let mut grid = Grid::new(["field", before, after].map(text));
    for change in changes {
        grid.row([&change.path, &shown(change.before.as_ref()), &shown(change.after.as_ref())]);
    }
    grid.render()
}

/// A text as it is, a list by its elements; what is absent is a dash.
fn shown(value: Option<&Value>) -> String {
    match value {
        None => "-".to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(items)) => items.iter().map(|item| shown(Some(item))).collect::<Vec<_>>().join(", "),
        Some(other) => other.to_string(),
    }
}
