//! What the store says of itself: layout, log, where to read on, how much it has read.

use tributary_domain::time::Instant;
use tributary_log::LogId;
use tributary_store::{Batch, Reader};

use crate::error::{ProjectorError, Result};
use crate::key;
use crate::row::{RowReader, RowWriter};

/// The version of the keys and values of this crate. A store that says another is rebuilt, never read.
pub(crate) const LAYOUT: u64 = 2;

/// How much the store has read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// Events filed.
    pub events: u64,
    /// Of them usage events.
    pub usage: u64,
    /// Records set aside.
    pub quarantined: u64,
    /// The last recorded instant; before everything while there is none.
    pub last_recorded: Instant,
}

impl Counts {
    pub(crate) fn load(store: &impl Reader) -> Result<Self> {
        let Some(value) = store.get(&key::meta::key(key::meta::COUNTS))? else {
            return Ok(Self { events: 0, usage: 0, quarantined: 0, last_recorded: Instant::MIN });
        };
        let mut reader = RowReader::new("counts", &value);
        Ok(Self {
            events: reader.number()?,
            usage: reader.number()?,
            quarantined: reader.number()?,
            last_recorded: Instant::from_micros(reader.signed()?),
        })
    }

    pub(crate) fn write(&self, batch: &mut Batch) {
        let mut writer = RowWriter::default();
        writer.number(self.events).number(self.usage).number(self.quarantined).signed(self.last_recorded.micros());
        batch.put(&key::meta::key(key::meta::COUNTS), &writer.0);
    }
}

/// Where to read on in a partition.
pub(crate) fn next_offset(store: &impl Reader, partition: u32) -> Result<Option<u64>> {
    let value = store.get(&key::meta::next_offset(partition))?;
    value.map(|value| RowReader::new("next offset", &value).number()).transpose()
}

pub(crate) fn write_next_offset(batch: &mut Batch, partition: u32, offset: u64) {
    let mut writer = RowWriter::default();
    writer.number(offset);
    batch.put(&key::meta::next_offset(partition), &writer.0);
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
