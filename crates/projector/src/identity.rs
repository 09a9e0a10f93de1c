//! The identities of a log that keeps no index of them: others append to it too, so the projection says what stands (I1).
//!
//! Of the records that can be read, the one with the least (recorded, position) stands for its identity. One that cannot be
//! read is set aside before it is judged and takes no identity: what was meant can be said again under it.

use rustc_hash::FxHashMap;
use tributary_domain::time::Instant;
use tributary_log::{ContentHash, IdentityIndex, IdentityKey, Known, LogError, Position, Record};
use tributary_store::Reader;

use crate::error::Result;
use crate::key;
use crate::projection::Projection;
use crate::row::{RowReader, RowWriter};

/// A record as its identity knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Said {
    /// When it was learned: the first of an identity stands.
    pub(crate) recorded: Instant,
    /// Where it stands in the log.
    pub(crate) position: Position,
    /// What it says.
    pub(crate) content: ContentHash,
}

/// A record that stands, with what a correction of it asks for: whose it is and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Standing {
    pub(crate) said: Said,
    pub(crate) time: Instant,
    pub(crate) subject: String,
}

impl Standing {
    pub(crate) fn of(record: &Record<'_>) -> Self {
        let (time, subject) = (Instant::from_micros(record.envelope.time_us), record.envelope.subject.to_owned());
        Self { said: Said::of(record), time, subject }
    }
}

impl Said {
    pub(crate) fn of(record: &Record<'_>) -> Self {
        let recorded = Instant::from_micros(record.recorded_us);
        Self { recorded, position: record.position, content: record.envelope.content_hash() }
    }

    /// Whether it stands and not the other.
    pub(crate) fn precedes(&self, other: &Self) -> bool {
        (self.recorded, self.position) < (other.recorded, other.position)
    }

    pub(crate) fn encode(&self) -> RowWriter {
        let mut writer = RowWriter::default();
        writer.fixed(&self.content.0).signed(self.recorded.micros());
        writer.number(self.position.partition.into()).number(self.position.offset);
        writer
    }

    pub(crate) fn decode(reader: &mut RowReader<'_>) -> Result<Self> {
        let content = ContentHash(reader.fixed()?);
        let recorded = Instant::from_micros(reader.signed()?);
        let position = Position { partition: reader.number()? as u32, offset: reader.number()? };
        Ok(Self { recorded, position, content })
    }
}

/// The row of a record that stands.
pub(crate) fn encode(said: &Said, record: &Record<'_>) -> Vec<u8> {
    let mut writer = said.encode();
    writer.signed(record.envelope.time_us.wrapping_sub(said.recorded.micros()));
    writer.fixed(record.envelope.subject.as_bytes());
    writer.0
}

pub(crate) fn decode(value: &[u8]) -> Result<Standing> {
    let mut reader = RowReader::new("identity", value);
    let said = Said::decode(&mut reader)?;
    let time = Instant::from_micros(said.recorded.micros().wrapping_add(reader.signed()?));
    let subject = std::str::from_utf8(reader.rest()).map_err(|_| reader.damage())?.to_owned();
    Ok(Standing { said, time, subject })
}

/// What stands under each of the keys, in their order; the store is asked in its own.
pub(crate) fn standing(store: &impl Reader, keys: &[IdentityKey]) -> Result<Vec<Option<Standing>>> {
    let mut sorted = keys.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    let rows: Vec<Vec<u8>> = sorted.iter().map(|identity| key::identity::key(*identity)).collect();
    let values = store.multi_get(&rows.iter().map(Vec::as_slice).collect::<Vec<_>>())?;
    let mut found = FxHashMap::default();
    for (identity, value) in sorted.into_iter().zip(values) {
        if let Some(value) = value {
            found.insert(identity, decode(&value)?);
        }
    }
    Ok(keys.iter().map(|identity| found.get(identity).cloned()).collect())
}

/// What the log is known to hold as far as it is filed, if it keeps no index of its own.
impl IdentityIndex for Projection {
    fn known(&self, keys: &[IdentityKey]) -> tributary_log::Result<Vec<Option<Known>>> {
        let found = standing(self.store(), keys).map_err(|source| LogError::Storage {
            operation: format!("look up {} identities in the store", keys.len()),
            source: Box::new(source),
        })?;
        let known = |standing: Standing| Known { position: standing.said.position, content: standing.said.content };
        Ok(found.into_iter().map(|standing| standing.map(known)).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use tributary_log::Envelope;

    proptest! {
        #[test]
        fn a_row_reads_back_as_written(recorded_us: i64, time_us: i64, partition: u32, offset: u64, subject: String) {
            let envelope = Envelope { id: "i", source: "s", event_type: "t", subject: &subject, time_us, data: b"x" };
            let record = Record { position: Position { partition, offset }, recorded_us, envelope };
            let said = Said::of(&record);
            let read = decode(&encode(&said, &record)).expect("a row");
            prop_assert_eq!(read, Standing { said, time: Instant::from_micros(time_us), subject });
        }

        #[test]
        fn arbitrary_bytes_are_damage_and_never_a_panic(bytes: Vec<u8>) {
            let _ = decode(&bytes);
        }
    }
}
