//! `tributary quarantine`: what the log holds and the rules do not take; shown, and judged again.

mod redrive;
mod rows;
mod show;

use clap::{Args, Subcommand};
use serde::Serialize;
use tributary_log::Position;

use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::grid::{Grid, text};
use crate::ledger::Ledger;

const EXAMPLES: &str = "Examples:
  tributary quarantine
  tributary quarantine show deals/3:17
  tributary quarantine redrive --all
  tributary quarantine rows";

/// List the records set aside and the closes that break a rule
///
/// Whoever wrote a record that is no event can say it again, mended: nothing of it was recorded. A record that a newer program
/// reads is taken in by `tributary quarantine redrive`. Rows of imported files that could not be used are listed by `tributary
/// quarantine rows`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    what: Option<What>,
}

/// What is done with what is set aside; listed if nothing.
#[derive(Debug, Subcommand)]
enum What {
    Show(show::Arguments),
    Redrive(redrive::Arguments),
    Rows(rows::Arguments),
}

/// A record that counts for nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct SetAside {
    place: String,
    #[serde(flatten)]
    position: Position,
    #[serde(rename = "type")]
    event_type: String,
    source: String,
    id: String,
    code: String,
    reason: String,
    /// Whether it can be read, and is a close that breaks a rule.
    #[serde(skip)]
    is_close: bool,
}

pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Exit, CliError> {
    match &arguments.what {
        None => list(context),
        Some(What::Show(arguments)) => show::run(context, arguments),
        Some(What::Redrive(arguments)) => redrive::run(context, arguments),
        Some(What::Rows(arguments)) => rows::run(context, arguments),
    }
}

fn list(context: &Context) -> Result<Exit, CliError> {
    let all = set_aside(&context.ledger()?)?;
    context.answer(&all, |all| readable(all))?;
    Ok(Exit::Ok)
}

/// Unreadable records, then invalid closes.
fn set_aside(ledger: &Ledger) -> Result<Vec<SetAside>, CliError> {
    let unreadable = ledger.projection.quarantined()?.into_iter().map(|record| SetAside {
        place: ledger.log.place(record.position),
        position: record.position,
        event_type: record.event_type,
        source: record.source,
        id: record.id,
        code: record.code,
        reason: format!("{}: {}", record.field, record.reason),
        is_close: false,
    });
    let view = ledger.projection.view(None)?;
    let closes = view.invalid_closes().into_iter().map(|(filed, why)| SetAside {
        place: ledger.log.place(filed.position),
        position: filed.position,
        event_type: filed.event.body.event_type().to_owned(),
        source: filed.event.meta.identity.source.to_string(),
        id: filed.event.meta.identity.id.to_string(),
        code: why.code().to_owned(),
        reason: why.to_string(),
        is_close: true,
    });
    Ok(unreadable.chain(closes).collect())
}

/// What is set aside at a place.
fn at_place(ledger: &Ledger, place: &str) -> Result<SetAside, CliError> {
    let position = ledger.log.position(place);
    let found = set_aside(ledger)?.into_iter().find(|of| Some(of.position) == position);
    found.ok_or_else(|| {
        CliError::Unknown(format!("nothing is set aside at `{place}`: `tributary quarantine` lists what is, by place"))
    })
}

fn readable(all: &[SetAside]) -> String {
    if all.is_empty() {
        return "nothing is set aside\n".to_owned();
    }
    let mut grid = Grid::new(["place", "type", "source", "id", "code", "reason"].map(text));
    for of in all {
        grid.row([&of.place, &of.event_type, &of.source, &of.id, &of.code, &of.reason]);
    }
    grid.render()
}
