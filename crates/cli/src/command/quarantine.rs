//! `tributary quarantine`: what the log holds and the rules do not take.

use clap::Args;
use serde::Serialize;
use tributary_log::Position;

use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::grid::{Grid, text};

const EXAMPLES: &str = "Examples:
  tributary quarantine
  tributary quarantine --json";

/// List the records set aside and the closes that break a rule
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {}

/// A record that counts for nothing.
#[derive(Debug, Serialize)]
struct SetAside {
    #[serde(flatten)]
    position: Position,
    #[serde(rename = "type")]
    event_type: String,
    source: String,
    id: String,
    code: String,
    reason: String,
}

/// Unreadable records, then invalid closes.
pub(crate) fn run(context: &Context, _: &Arguments) -> Result<Exit, CliError> {
    let ledger = context.ledger()?;
    let unreadable = ledger.projection.quarantined()?.into_iter().map(|record| SetAside {
        position: record.position,
        event_type: record.event_type,
        source: record.source,
        id: record.id,
        code: record.code,
        reason: format!("{}: {}", record.field, record.reason),
    });
    let view = ledger.projection.view(None)?;
    let closes = view.invalid_closes().into_iter().map(|(filed, why)| SetAside {
        position: filed.position,
        event_type: filed.event.body.event_type().to_owned(),
        source: filed.event.meta.identity.source.to_string(),
        id: filed.event.meta.identity.id.to_string(),
        code: why.code().to_owned(),
        reason: why.to_string(),
    });
    let all: Vec<SetAside> = unreadable.chain(closes).collect();
    context.answer(&all, |all| readable(all))?;
    Ok(Exit::Ok)
}

fn readable(all: &[SetAside]) -> String {
    if all.is_empty() {
        return "nothing is set aside\n".to_owned();
    }
    let mut grid = Grid::new(["position", "type", "source", "id", "code", "reason"].map(text));
    for of in all {
        grid.row([&of.position.to_string(), &of.event_type, &of.source, &of.id, &of.code, &of.reason]);
    }
    grid.render()
}
