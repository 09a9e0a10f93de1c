//! Facts that earn no credit, derived like credit: without a deal, or without a rate (D5, F4, F5).

use tributary_domain::currency::Currency;
use tributary_domain::fact::DailyFact;
use tributary_domain::fx::Converted;
use tributary_domain::id::Product;
use tributary_domain::money::Amount;
use tributary_domain::policy::Basis;

use crate::error::Result;
use crate::row::{RowReader, RowWriter};

/// A daily fact that earns no credit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suspended {
    /// Why.
    pub why: Why,
    /// What kind of fact it is.
    pub basis: Basis,
    /// The product, where one is named.
    pub product: Option<Product>,
    /// The currency of the amount.
    pub currency: Currency,
    /// How much, in that currency.
    pub amount: Amount,
    /// How many facts of the day it sums.
    pub parts: u64,
}

/// Why a fact earns no credit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// It belongs to no deal.
    Unattributed,
    /// There is no rate for its currency.
    Unconverted,
    /// Both.
    UnattributedAndUnconverted,
    /// The sums of its account and period leave the range of the ledger's integers; this stands for all of them.
    OutOfRange,
}

impl Why {
    /// Whether it belongs to no deal.
    pub const fn is_unattributed(self) -> bool {
        matches!(self, Self::Unattributed | Self::UnattributedAndUnconverted)
    }

    /// Whether there is no rate for it.
    pub const fn is_unconverted(self) -> bool {
        matches!(self, Self::Unconverted | Self::UnattributedAndUnconverted)
    }
}

/// The facts that earn no credit.
pub(crate) fn of(facts: &[DailyFact]) -> Vec<Suspended> {
    let suspended = |fact: &DailyFact| {
        let why = match (fact.key.deal.is_none(), fact.converted == Converted::Unconverted) {
            (true, true) => Why::UnattributedAndUnconverted,
            (true, false) => Why::Unattributed,
            (false, true) => Why::Unconverted,
            (false, false) => return None,
        };
        Some(Suspended {
            why,
            basis: fact.key.basis,
            product: fact.key.product.clone(),
            currency: fact.key.currency,
            amount: fact.sum.amount,
            parts: fact.sum.parts,
        })
    };
    facts.iter().filter_map(suspended).collect()
}

/// What stands for a period of an account whose sums leave the range.
pub(crate) const fn out_of_range(currency: Currency) -> Suspended {
    Suspended {
        why: Why::OutOfRange,
        basis: Basis::Consumption,
        product: None,
        currency,
        amount: Amount::ZERO,
        parts: 0,
    }
}

pub(crate) fn encode(all: &[Suspended]) -> Vec<u8> {
    let mut writer = RowWriter::default();
    for one in all {
        writer.number(one.why as u64).number(one.basis as u64);
        writer.optional_text(one.product.as_ref().map(Product::as_str));
        writer.fixed(one.currency.as_str().as_bytes()).wide(one.amount.units()).number(one.parts);
    }
    writer.0
}

pub(crate) fn decode(value: &[u8]) -> Result<Vec<Suspended>> {
    let mut reader = RowReader::new("suspense", value);
    let mut all = Vec::new();
    while !reader.is_at_end() {
        let why = match reader.number()? {
            0 => Why::Unattributed,
            1 => Why::Unconverted,
            2 => Why::UnattributedAndUnconverted,
            3 => Why::OutOfRange,
            _ => return Err(reader.damage()),
        };
        let basis = Basis::ALL.get(reader.number()? as usize).copied().ok_or_else(|| reader.damage())?;
        let product = reader.optional_text()?;
        let product = reader.id(product.map(Product::new).transpose())?;
        let currency = reader.fixed::<3>()?;
        let currency = std::str::from_utf8(&currency).ok().and_then(|code| code.parse().ok());
        all.push(Suspended {
            why,
            basis,
            product,
            currency: currency.ok_or_else(|| reader.damage())?,
            amount: Amount::from_units(reader.wide()?),
            parts: reader.number()?,
        });
    }
    Ok(all)
}
