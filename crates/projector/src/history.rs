//! Reading history rows: the events of a subject as they were recorded, with their positions.

use std::ops::RangeBounds;

use tributary_domain::event::Event;
use tributary_domain::time::Instant;
use tributary_log::{Position, Record, frame};
use tributary_store::Reader;

use crate::error::Result;
use crate::key::{self, tag};
use crate::row::{RowReader, RowWriter};

/// An event and where it stands in the log.
#[derive(Debug, Clone)]
pub struct Filed {
    /// The event.
    pub event: Event,
    /// Its position.
    pub position: Position,
}

/// The value of a history row: partition and frame.
pub(crate) fn encode(record: &Record<'_>) -> Vec<u8> {
    let mut writer = RowWriter::default();
    writer.number(record.position.partition.into());
    frame::encode(record, &mut writer.0);
    writer.0
}

/// The record in a history row's value.
pub(crate) fn record(value: &[u8]) -> Result<Record<'_>> {
    let mut reader = RowReader::new("history", value);
    let partition = reader.number()? as u32;
    let bytes = reader.rest();
    frame::decode(partition, bytes).map(|(record, _)| record).map_err(|_| reader.damage())
}

pub(crate) fn filed(value: &[u8]) -> Result<Filed> {
    decoded(&record(value)?)
}

fn decoded(record: &Record<'_>) -> Result<Filed> {
    // It was decoded once before it was filed; if it cannot be now, the row is damaged.
    let event = tributary_events::decode(record).map_err(|_| RowReader::new("history", &[]).damage())?;
    Ok(Filed { event, position: record.position })
}

/// A subject's events known at an instant, in the order of T3. Account and partner histories; usage is kept apart.
pub(crate) fn of_subject(store: &impl Reader, subject: &str, known_at: Instant) -> Result<Vec<Filed>> {
    recorded(store, subject, ..=known_at)
}

/// The same, of a span of recorded time.
pub(crate) fn recorded(store: &impl Reader, subject: &str, span: impl RangeBounds<Instant>) -> Result<Vec<Filed>> {
    recorded_as(tag::HISTORY, store, subject, span)
}

/// The same of another kind of rows.
pub(crate) fn recorded_as(
    tag: u8,
    store: &impl Reader,
    subject: &str,
    span: impl RangeBounds<Instant>,
) -> Result<Vec<Filed>> {
    let mut events = Vec::new();
    let mut rows = store.prefix(&key::history::of_subject(tag, subject));
    while let Some(row) = rows.advance() {
        let record = record(row?.1)?;
        if span.contains(&Instant::from_micros(record.recorded_us)) {
            events.push(decoded(&record)?);
        }
    }
    Ok(events)
}

/// Everything of a kind, whatever its subject.
pub(crate) fn all(store: &impl Reader, tag: u8) -> Result<Vec<Filed>> {
    store.prefix(&key::history::all(tag)).map(|row| filed(&row?.1)).collect()
}

/// Those that are known at an instant.
pub(crate) fn known(filed: &[Filed], known_at: Instant) -> impl Iterator<Item = &Event> {
    filed.iter().map(|filed| &filed.event).filter(move |event| event.meta.recorded <= known_at)
}
