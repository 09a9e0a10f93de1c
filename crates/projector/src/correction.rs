//! Corrections of usage (F1): which usage events have any, and the amount that stands at an instant.

use rustc_hash::FxHashSet;
use tributary_domain::money::Amount;
use tributary_domain::time::Instant;
use tributary_log::{IdentityKey, Position};
use tributary_store::Reader;

use crate::error::Result;
use crate::key;
use crate::row::{RowReader, RowWriter};

/// A correction as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Correction {
    /// The restated amount.
    pub amount: Amount,
    /// The restated quantity, where one is given.
    pub quantity: Option<Amount>,
    /// Where it stands in the log.
    pub position: Position,
    /// When it was learned.
    pub recorded: Instant,
}

/// The usage events that have a correction, and those that one waits for: most have none, and then no row is looked for.
#[derive(Debug, Default)]
pub(crate) struct Corrected {
    usage: FxHashSet<Position>,
    waiting: FxHashSet<IdentityKey>,
}

impl Corrected {
    pub(crate) fn load(store: &impl Reader) -> Result<Self> {
        let mut corrected = Self::default();
        for row in store.prefix(&key::correction::all()) {
            corrected.usage.insert(key::correction::read(&row?.0)?);
        }
        for row in store.prefix(&key::correction::all_waiting()) {
            corrected.waiting.insert(key::correction::read_waiting(&row?.0)?);
        }
        Ok(corrected)
    }

    /// A usage event has a correction.
    pub(crate) fn learn(&mut self, usage: Position) {
        self.usage.insert(usage);
    }

    /// A usage event is not in the ledger any more.
    pub(crate) fn forget(&mut self, usage: Position) {
        self.usage.remove(&usage);
    }

    /// A correction waits for a usage event that has not arrived.
    pub(crate) fn wait_for(&mut self, usage: IdentityKey) {
        self.waiting.insert(usage);
    }

    /// Whether any correction waits, so that arriving usage has to be looked at.
    pub(crate) fn anything_waits(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// Takes a usage event that has arrived; gives whether a correction waited for it.
    pub(crate) fn arrived(&mut self, usage: IdentityKey) -> bool {
        self.waiting.remove(&usage)
    }

    /// The correction that stands for a usage event at an instant: the latest by (`recorded`, `source`, `id`) (F1).
    pub(crate) fn standing(
        &self,
        store: &impl Reader,
        usage: Position,
        known_at: Instant,
    ) -> Result<Option<Correction>> {
        if !self.usage.contains(&usage) {
            return Ok(None);
        }
        let (from, until) = key::correction::known(usage, known_at.successor().micros());
        let last = store.range_descending(&from, &until).next();
        last.map(|row| decode(&row?.1)).transpose()
    }

    /// Every correction of a usage event known at an instant, in the order in which they stand for it (F1).
    pub(crate) fn all(&self, store: &impl Reader, usage: Position, known_at: Instant) -> Result<Vec<Correction>> {
        if !self.usage.contains(&usage) {
            return Ok(Vec::new());
        }
        let (from, until) = key::correction::known(usage, known_at.successor().micros());
        store.range(&from, &until).map(|row| decode(&row?.1)).collect()
    }
}

pub(crate) fn encode(correction: &Correction) -> Vec<u8> {
    let mut writer = RowWriter::default();
    writer.wide(correction.amount.units());
    writer.number(correction.quantity.is_some().into());
    writer.wide(correction.quantity.unwrap_or_default().units());
    writer.number(correction.position.partition.into()).number(correction.position.offset);
    writer.signed(correction.recorded.micros());
    writer.0
}

fn decode(value: &[u8]) -> Result<Correction> {
    let mut reader = RowReader::new("correction", value);
    let amount = Amount::from_units(reader.wide()?);
    let given = reader.number()? == 1;
    let quantity = Amount::from_units(reader.wide()?);
    let position = Position { partition: reader.number()? as u32, offset: reader.number()? };
    let recorded = Instant::from_micros(reader.signed()?);
    Ok(Correction { amount, quantity: given.then_some(quantity), position, recorded })
}
