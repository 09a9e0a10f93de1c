//! The quarantine: records of the log that could not be read, with the reason and their position.

use tributary_log::{Position, Record};
use tributary_store::Reader;

use crate::error::Result;
use crate::history;
use crate::key;
use crate::row::{RowReader, RowWriter};

/// A record that was set aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quarantined {
    /// Where it stands in the log.
    pub position: Position,
    /// What identifies it, as it says itself.
    pub source: String,
    /// See `source`.
    pub id: String,
    /// The event type it claims.
    pub event_type: String,
    /// The subject it claims.
    pub subject: String,
    /// The code of the refusal.
    pub code: String,
    /// The field that is wrong.
    pub field: String,
    /// The reason, for people.
    pub reason: String,
}

pub(crate) fn encode(code: &str, field: &str, reason: &str, record: &Record<'_>) -> Vec<u8> {
    let mut writer = RowWriter::default();
    writer.text(code).text(field).text(reason);
    writer.0.extend(history::encode(record));
    writer.0
}

/// Code, field and reason of a row's value, and the record.
pub(crate) fn read(value: &[u8]) -> Result<(&str, &str, &str, Record<'_>)> {
    let mut reader = RowReader::new("quarantine", value);
    let (code, field, reason) = (reader.text()?, reader.text()?, reader.text()?);
    Ok((code, field, reason, history::record(reader.rest())?))
}

/// Every record set aside, by position.
pub(crate) fn all(store: &impl Reader) -> Result<Vec<Quarantined>> {
    let one = |row: tributary_store::Result<tributary_store::Row>| {
        let (key, value) = row?;
        let (code, field, reason, record) = read(&value)?;
        Ok(Quarantined {
            position: key::quarantine::read(&key)?,
            source: record.envelope.source.to_owned(),
            id: record.envelope.id.to_owned(),
            event_type: record.envelope.event_type.to_owned(),
            subject: record.envelope.subject.to_owned(),
            code: code.to_owned(),
            field: field.to_owned(),
            reason: reason.to_owned(),
        })
    };
    store.prefix(&key::quarantine::all()).map(one).collect()
}
