//! `tributary quarantine show`: a record that is set aside, as far as it can be read, and what to do about it.

use std::fmt::Write;
use std::time::Duration;

use clap::Args;
use serde::Serialize;
use serde_json::value::RawValue;
use tributary_domain::time::Instant;
use tributary_events::{decode, json};
use tributary_log::{ReadLimit, Record, UNREADABLE};

use super::{SetAside, at_place};
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;

/// Show a record that is set aside, and what to do about it
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Where it stands, as `tributary quarantine` lists it
    #[arg(value_name = "PLACE")]
    place: String,
}

/// A record that is set aside.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Shown {
    #[serde(flatten)]
    of: SetAside,
    recorded: String,
    subject: String,
    time: String,
    /// The event, if it can be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    event: Option<Box<RawValue>>,
    /// Its data as it stands, if it cannot.
    #[serde(skip_serializing_if = "Option::is_none")]
    data_hex: Option<String>,
    to_do: &'static str,
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<Exit, CliError> {
    let ledger = context.ledger()?;
    let of = at_place(&ledger, &arguments.place)?;
    let batch = ledger.log.read(of.position, ReadLimit { records: 1, bytes: 1 }, Duration::ZERO)?;
    let record = batch.iter().next().transpose()?.filter(|record| record.position == of.position);
    let gone = || CliError::Unknown(format!("the log holds nothing at `{}` any more", arguments.place));
    let shown = Shown::new(of, &record.ok_or_else(gone)?)?;
    context.answer(&shown, readable)?;
    Ok(Exit::Ok)
}

impl Shown {
    fn new(of: SetAside, record: &Record<'_>) -> Result<Self, CliError> {
        let event = decode(record).ok().map(|event| RawValue::from_string(json::write(&event))).transpose()?;
        // Of what was no event, the log hands the reason on and not the bytes.
        let has_data = event.is_none() && record.envelope.event_type != UNREADABLE;
        Ok(Self {
            recorded: Instant::from_micros(record.recorded_us).to_string(),
            subject: record.envelope.subject.to_owned(),
            time: Instant::from_micros(record.envelope.time_us).to_string(),
            data_hex: has_data.then(|| hexadecimal(record.envelope.data)),
            to_do: to_do(&of, event.is_some()),
            event,
            of,
        })
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// What to do about a record, by why it is set aside.
fn to_do(of: &SetAside, readable: bool) -> &'static str {
    match of.code.as_str() {
        _ if of.is_close => "close the period again as the rule asks for; this close counts for nothing",
        "conflict" => {
            "what was recorded first under this source and id stands; say what is right as a correction, or under an id of its own"
        }
        "unreadable" => "mend whoever wrote it and have the event said again: nothing of it was recorded",
        _ if readable => "this program reads it: `tributary quarantine redrive` takes it in where it stands",
        _ => {
            "if a newer version wrote it, install that one and run `tributary quarantine redrive`; else mend whoever wrote it and have it said again"
        }
    }
}

fn readable(shown: &Shown) -> String {
    let Shown { of, recorded, subject, time, event, data_hex, to_do } = shown;
    let mut rows = vec![
        ("place", of.place.as_str()),
        ("type", &of.event_type),
        ("source", &of.source),
        ("id", &of.id),
        ("subject", subject),
        ("time", time),
        ("recorded", recorded),
        ("code", of.code.as_str()),
        ("reason", &of.reason),
    ];
    rows.extend(event.as_ref().map(|event| ("event", event.get())));
    rows.extend(data_hex.as_ref().map(|data| ("data in hex", data.as_str())));
    rows.push(("to do", to_do));
    rows.iter().map(|(name, value)| format!("{name:<13}{value}").trim_end().to_owned() + "\n").collect()
}
