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
}

/// The usage events that have a correction: most have none, and then no row is looked for.
#[derive(Debug, Default)]
pub(crate) struct Corrected(FxHashSet<IdentityKey>);

impl Corrected {
    pub(crate) fn load(store: &impl Reader) -> Result<Self> {
        let mut corrected = FxHashSet::default();
        for row in store.prefix(&key::correction::all()) {
            corrected.insert(key::correction::read(&row?.0)?);
        }
        Ok(Self(corrected))
    }

    pub(crate) fn learn(&mut self, usage: IdentityKey) {
        self.0.insert(usage);
    }

    /// The correction that stands for a usage event at an instant: the latest by (`recorded`, `source`, `id`) (F1).
    pub(crate) fn standing(
        &self,
        store: &impl Reader,
        usage: IdentityKey,
        known_at: Instant,
    ) -> Result<Option<Correction>> {
        if !self.0.contains(&usage) {
            return Ok(None);
        }
        let (from, until) = key::correction::known(usage, known_at.successor().micros());
        let last = store.range_descending(&from, &until).next();
        last.map(|row| decode(&row?.1)).transpose()
    }
}

pub(crate) fn encode(correction: &Correction) -> Vec<u8> {
    let mut writer = RowWriter::default();
    writer.wide(correction.amount.units());
    writer.number(correction.quantity.is_some().into());
    writer.wide(correction.quantity.unwrap_or_default().units());
    writer.number(correction.position.partition.into()).number(correction.position.offset);
    writer.0
}

fn decode(value: &[u8]) -> Result<Correction> {
    let mut reader = RowReader::new("correction", value);
    let amount = Amount::from_units(reader.wide()?);
    let given = reader.number()? == 1;
    let quantity = Amount::from_units(reader.wide()?);
    let position = Position { partition: reader.number()? as u32, offset: reader.number()? };
    Ok(Correction { amount, quantity: given.then_some(quantity), position })
}
