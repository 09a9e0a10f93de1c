//! The closes whose statements are kept. They are a derivation like any other: an event that was known by a cutoff, but
//! arrives after its statements were computed (a backfill, another partition), makes them be computed again.

use tributary_domain::time::{Instant, Period};
use tributary_store::{Batch, Reader};

use crate::error::Result;
use crate::key;
use crate::row::{RowReader, RowWriter};

/// A close whose statements are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClosedPeriod {
    /// The period.
    pub period: Period,
    /// Its cutoff.
    pub cutoff: Instant,
    /// The digest of its statements.
    pub digest: [u8; 32],
}

impl ClosedPeriod {
    pub(crate) fn encode(&self, writer: &mut RowWriter) {
        writer.signed(self.period.ordinal().into()).signed(self.cutoff.micros()).fixed(&self.digest);
    }

    pub(crate) fn decode(reader: &mut RowReader<'_>) -> Result<Self> {
        let period = Period::from_ordinal(reader.signed()? as i32);
        Ok(Self { period, cutoff: Instant::from_micros(reader.signed()?), digest: reader.fixed()? })
    }
}

/// The closes whose statements are kept, in order.
#[derive(Debug, Default)]
pub(crate) struct Closed {
    pub(crate) periods: Vec<ClosedPeriod>,
    changed: bool,
}

impl Closed {
    pub(crate) fn load(store: &impl Reader) -> Result<Self> {
        let mut periods = Vec::new();
        if let Some(value) = store.get(&key::meta::key(key::meta::CLOSED))? {
            let mut reader = RowReader::new("closed", &value);
            while !reader.is_at_end() {
                periods.push(ClosedPeriod::decode(&mut reader)?);
            }
        }
        Ok(Self { periods, changed: false })
    }

    /// Forgets the closes that did not know an event recorded then, though they should have.
    pub(crate) fn forget_from(&mut self, recorded: Instant) {
        if self.periods.last().is_some_and(|last| recorded <= last.cutoff) {
            self.periods.retain(|closed| closed.cutoff < recorded);
            self.changed = true;
        }
    }

    pub(crate) fn replace(&mut self, periods: Vec<ClosedPeriod>) {
        self.periods = periods;
        self.changed = true;
    }

    pub(crate) fn write(&mut self, batch: &mut Batch) {
        if !std::mem::take(&mut self.changed) {
            return;
        }
        let mut writer = RowWriter::default();
        for closed in &self.periods {
            closed.encode(&mut writer);
        }
        batch.put(&key::meta::key(key::meta::CLOSED), &writer.0);
    }
}
