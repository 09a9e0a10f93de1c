//! `tributary explain event`: an event of the log, and the files and lines that said it.

use std::time::Duration;

use clap::Args;
use serde::Serialize;
use serde_json::value::RawValue;
use tributary_domain::time::Instant;
use tributary_events::{decode, json};
use tributary_log::{Position, ReadLimit};
use tributary_origins::{Origin, Origins};

use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::ledger::origins_folder;

const EXAMPLES: &str = "Examples:
  tributary explain event 0:17
  tributary explain event deals/3:17 --json";

/// Show an event, and which line of which imported file said it
///
/// The other explanations end at events and where these stand in the log. Events that were imported as events have no file
/// here: they are what was said.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// Where it stands, as explanations, timelines and `tributary quarantine` say
    #[arg(value_name = "PLACE")]
    place: String,
}

/// An event and where it came from.
#[derive(Debug, Serialize)]
struct EventExplained {
    place: String,
    #[serde(flatten)]
    position: Position,
    recorded: String,
    event: Box<RawValue>,
    /// The files that said it, that which was imported first at the front.
    origins: Vec<Origin>,
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<Exit, CliError> {
    let held = context.log()?;
    let place = &arguments.place;
    let unknown = || CliError::Unknown(format!("the log holds no event at `{place}`: name a place such as 0:17"));
    let position = held.log.position(place).ok_or_else(unknown)?;
    let batch = held.log.read(position, ReadLimit { records: 1, ..ReadLimit::default() }, Duration::ZERO)?;
    let record = batch.iter().next().transpose()?.filter(|record| record.position == position).ok_or_else(unknown)?;
    let event = decode(&record).map_err(|refusal| {
        CliError::Unknown(format!(
            "the record at `{place}` is no event ({refusal}): `tributary quarantine show {place}`"
        ))
    })?;
    let explained = EventExplained {
        place: held.log.place(position),
        position,
        recorded: Instant::from_micros(record.recorded_us).to_string(),
        event: RawValue::from_string(json::write(&event))?,
        origins: Origins::at(origins_folder(&context.data)).of(position)?,
    };
    context.answer(&explained, readable)?;
    Ok(Exit::Ok)
}

fn readable(explained: &EventExplained) -> String {
    let EventExplained { place, recorded, event, origins, .. } = explained;
    let mut page = format!("at        {place}\nrecorded  {recorded}\nevent     {event}\n");
    for origin in origins {
        page.push_str(&format!("from      {origin}, read as {}\n", origin.of.format));
    }
    page
}
