//! What the store says of itself: layout, log, where to read on, how much it has read.

use rustc_hash::FxHashMap;
use tributary_domain::time::Instant;
use tributary_log::{LogId, Recorded};
use tributary_store::{Batch, Reader};

use crate::error::{ProjectorError, Result};
use crate::key;
use crate::row::{RowReader, RowWriter};

/// The version of the keys and values of this crate. A store that says another is rebuilt, never read.
pub(crate) const LAYOUT: u64 = 5;

/// How much the store has read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// Events filed.
    pub events: u64,
    /// Of them usage events.
    pub usage: u64,
    /// Records set aside.
    pub quarantined: u64,
    /// Records that say again what stands (I1). A log that keeps an index holds none.
    pub repeated: u64,
    /// The last recorded instant; before everything while there is none.
    pub last_recorded: Instant,
}

impl Counts {
    pub(crate) fn load(store: &impl Reader) -> Result<Self> {
        let Some(value) = store.get(&key::meta::key(key::meta::COUNTS))? else {
            return Ok(Self { events: 0, usage: 0, quarantined: 0, repeated: 0, last_recorded: Instant::MIN });
        };
        let mut reader = RowReader::new("counts", &value);
        Ok(Self {
            events: reader.number()?,
            usage: reader.number()?,
            quarantined: reader.number()?,
            last_recorded: Instant::from_micros(reader.signed()?),
            repeated: if reader.is_at_end() { 0 } else { reader.number()? },
        })
    }

    pub(crate) fn write(&self, batch: &mut Batch) {
        let mut writer = RowWriter::default();
        writer.number(self.events).number(self.usage).number(self.quarantined).signed(self.last_recorded.micros());
        if self.repeated > 0 {
            writer.number(self.repeated);
        }
        batch.put(&key::meta::key(key::meta::COUNTS), &writer.0);
    }
}

/// Where to read on in a partition.
pub(crate) fn next_offset(store: &impl Reader, partition: u32) -> Result<Option<u64>> {
    let value = store.get(&key::meta::next_offset(partition))?;
    value.map(|value| RowReader::new("next offset", &value).number()).transpose()
}

/// How far every partition was read: what is filed in turn later stands there or beyond.
#[derive(Debug, Clone, Default)]
pub(crate) struct ReadSoFar(FxHashMap<u32, u64>);

impl ReadSoFar {
    pub(crate) fn load(store: &impl Reader) -> Result<Self> {
        let mut read = Self::default();
        for row in store.prefix(&key::meta::next_offsets()) {
            let (key, value) = row?;
            read.0.insert(key::meta::read_next_offset(&key)?, RowReader::new("next offset", &value).number()?);
        }
        Ok(read)
    }

    #[cfg(test)]
    pub(crate) fn of_each(parts: impl IntoIterator<Item = (u32, u64)>) -> Self {
        Self(parts.into_iter().collect())
    }

    /// The next offset of a partition.
    pub(crate) fn of(&self, partition: u32) -> u64 {
        self.0.get(&partition).copied().unwrap_or(0)
    }
}

/// Where to read on in a partition of a topic beside the log.
pub(crate) fn next_beside(store: &impl Reader, topic: &str, partition: u32) -> Result<u64> {
    let value = store.get(&key::meta::next_beside(topic, partition))?;
    value.map_or(Ok(0), |value| RowReader::new("next offset", &value).number())
}

pub(crate) fn write_next_beside(batch: &mut Batch, topic: &str, partition: u32, offset: u64) {
    let mut writer = RowWriter::default();
    writer.number(offset);
    batch.put(&key::meta::next_beside(topic, partition), &writer.0);
}

/// The last instant that anybody said credits of, while the ledger runs.
pub(crate) fn heard(store: &impl Reader) -> Result<Instant> {
    let value = store.get(&key::meta::key(key::meta::HEARD))?;
    let micros = value.map_or(Ok(i64::MIN), |value| RowReader::new("heard", &value).signed())?;
    Ok(Instant::from_micros(micros))
}

pub(crate) fn write_heard(batch: &mut Batch, heard: Instant) {
    let mut writer = RowWriter::default();
    writer.signed(heard.micros());
    batch.put(&key::meta::key(key::meta::HEARD), &writer.0);
}

/// Where to read on in a partition, and the latest recorded instant that was read there: behind that no later one falls, if
/// the log says when its events were recorded (I2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ReadOn {
    pub(crate) partition: u32,
    pub(crate) offset: u64,
    pub(crate) recorded_us: i64,
}

impl ReadOn {
    /// None for a partition that nothing was read of.
    pub(crate) fn load(store: &impl Reader, partition: u32) -> Result<Option<Self>> {
        let Some(offset) = next_offset(store, partition)? else { return Ok(None) };
        let recorded = store.get(&key::meta::recorded(partition))?;
        let recorded_us = recorded.map(|value| RowReader::new("recorded", &value).signed()).transpose()?;
        Ok(Some(Self { partition, offset, recorded_us: recorded_us.unwrap_or(i64::MIN) }))
    }

    pub(crate) fn write(self, recorded: Recorded, batch: &mut Batch) {
        let mut writer = RowWriter::default();
        writer.number(self.offset);
        batch.put(&key::meta::next_offset(self.partition), &writer.0);
        if recorded == Recorded::ByLog {
            let mut writer = RowWriter::default();
            writer.signed(self.recorded_us);
            batch.put(&key::meta::recorded(self.partition), &writer.0);
        }
    }
}

/// Checks that the store is of this layout and of this log; a new one is given both.
pub(crate) fn check_or_write(store: &impl Reader, log: LogId) -> Result<Option<Batch>> {
    let layout = store.get(&key::meta::key(key::meta::LAYOUT))?;
    let Some(layout) = layout else {
        let mut batch = Batch::new();
        let mut writer = RowWriter::default();
        writer.number(LAYOUT);
        batch.put(&key::meta::key(key::meta::LAYOUT), &writer.0);
        batch.put(&key::meta::key(key::meta::LOG), &log.0);
        return Ok(Some(batch));
    };
    let found = RowReader::new("layout", &layout).number()?;
    if found != LAYOUT {
        return Err(ProjectorError::Layout { found, expected: LAYOUT });
    }
    let named = store.get(&key::meta::key(key::meta::LOG))?.unwrap_or_default();
    let named = LogId(RowReader::new("log", &named).fixed()?);
    if named != log {
        return Err(ProjectorError::OtherLog { store: named, log });
    }
    Ok(None)
}
