//! Usage rows, kept in blocks: those of one batch, subject and UTC month. A row holds what the rules ask for; the event as it
//! was said stays in the log, at the row's position.
//!
//! ```text
//! block = count terms* count rows*        term = product vendor? deal? currency
//! row   = term time recorded offset exponent mantissa identity    (times and offset as differences)
//! ```

use tributary_domain::currency::Currency;
use tributary_domain::fact::Usage;
use tributary_domain::id::{DealId, Product, Vendor};
use tributary_domain::money::{Amount, Money};
use tributary_domain::time::{Day, Instant};
use tributary_log::{IdentityKey, Position};

use crate::error::Result;
use crate::row::{RowReader, RowWriter};

/// What a usage event says beside how much and when.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct UsageTerm {
    /// What was used.
    pub product: Product,
    /// Whose product it is.
    pub vendor: Option<Vendor>,
    /// The deal that the event names.
    pub deal: Option<DealId>,
    /// The currency of the amount.
    pub currency: Currency,
}

/// One usage event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsageRow {
    /// What was used.
    pub term: UsageTerm,
    /// When it was used.
    pub time: Instant,
    /// When it was learned.
    pub recorded: Instant,
    /// Where it stands in the log.
    pub position: Position,
    /// What identifies it.
    pub identity: IdentityKey,
    /// What it cost, before corrections.
    pub amount: Amount,
}

impl UsageRow {
    /// The row as the rules see it, with the amount that stands.
    pub fn used(&self, day: Day, amount: Amount) -> Usage<'_> {
        Usage {
            day,
            product: &self.term.product,
            vendor: self.term.vendor.as_ref(),
            deal: self.term.deal.as_ref(),
            money: Money { amount, currency: self.term.currency },
        }
    }
}

/// The block of rows, all of one partition; `first` is the position in the block's key.
pub(crate) fn encode(rows: &[UsageRow], first: Position) -> Vec<u8> {
    let mut terms: Vec<&UsageTerm> = Vec::new();
    let index: Vec<usize> = rows
        .iter()
        .map(|row| match terms.iter().position(|term| **term == row.term) {
            Some(at) => at,
            None => {
                terms.push(&row.term);
                terms.len() - 1
            }
        })
        .collect();
    let mut writer = RowWriter::default();
    writer.number(terms.len() as u64);
    for term in terms {
        writer.text(term.product.as_str());
        writer.optional_text(term.vendor.as_ref().map(Vendor::as_str));
        writer.optional_text(term.deal.as_ref().map(DealId::as_str));
        writer.fixed(term.currency.as_str().as_bytes());
    }
    writer.number(rows.len() as u64);
    let (mut time, mut recorded, mut offset) = (0, 0, first.offset);
    for (row, term) in rows.iter().zip(index) {
        let (exponent, mantissa) = scaled(row.amount.units());
        writer.number(term as u64).signed(row.time.micros() - time).signed(row.recorded.micros() - recorded);
        writer.number(row.position.offset - offset).number(exponent).wide(mantissa).fixed(&row.identity.0);
        (time, recorded, offset) = (row.time.micros(), row.recorded.micros(), row.position.offset);
    }
    writer.0
}

/// Trailing decimal zeros cost one number instead of a long one.
fn scaled(units: i128) -> (u64, i128) {
    let (mut exponent, mut mantissa) = (0, units);
    while exponent < 12 && mantissa != 0 && mantissa % 10 == 0 {
        mantissa /= 10;
        exponent += 1;
    }
    (exponent, mantissa)
}

/// The rows of a block.
pub(crate) fn decode(block: &[u8], first: Position) -> Result<Vec<UsageRow>> {
    let mut reader = RowReader::new("usage", block);
    let mut terms = Vec::new();
    for _ in 0..reader.number()? {
        let (product, vendor, deal) = (reader.text()?, reader.optional_text()?, reader.optional_text()?);
        let currency = reader.fixed::<3>()?;
        let currency = std::str::from_utf8(&currency).ok().and_then(|code| code.parse().ok());
        terms.push(UsageTerm {
            product: reader.id(Product::new(product))?,
            vendor: reader.id(vendor.map(Vendor::new).transpose())?,
            deal: reader.id(deal.map(DealId::new).transpose())?,
            currency: currency.ok_or_else(|| reader.damage())?,
        });
    }
    let count = reader.number()?;
    let mut rows = Vec::with_capacity(count.min(block.len() as u64) as usize);
    let (mut time, mut recorded, mut offset) = (0_i64, 0_i64, first.offset);
    for _ in 0..count {
        let term = terms.get(reader.number()? as usize).cloned().ok_or_else(|| reader.damage())?;
        time = time.wrapping_add(reader.signed()?);
        recorded = recorded.wrapping_add(reader.signed()?);
        offset = offset.wrapping_add(reader.number()?);
        let exponent = u32::try_from(reader.number()?).ok().filter(|exponent| *exponent <= 12);
        let factor = 10_i128.pow(exponent.ok_or_else(|| reader.damage())?);
        let units = reader.wide()?.checked_mul(factor).ok_or_else(|| reader.damage())?;
        rows.push(UsageRow {
            term,
            time: Instant::from_micros(time),
            recorded: Instant::from_micros(recorded),
            position: Position { partition: first.partition, offset },
            identity: IdentityKey(reader.fixed()?),
            amount: Amount::from_units(units),
        });
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn term(product: u8) -> UsageTerm {
        UsageTerm {
            product: Product::new(&format!("p{product}")).expect("an id"),
            vendor: (product % 2 == 0).then(|| Vendor::new("v").expect("an id")),
            deal: (product % 3 == 0).then(|| DealId::new("d").expect("an id")),
            currency: "EUR".parse().expect("a currency"),
        }
    }

    proptest! {
        #[test]
        fn a_block_reads_back_as_written(rows in prop::collection::vec((0_u8..9, -10_i64.pow(16)..10_i64.pow(16), 0_u64..1000, -10_i128.pow(26)..10_i128.pow(26), any::<[u8; 16]>()), 1..40)) {
            let mut offset = 7;
            let rows: Vec<UsageRow> = rows.into_iter().map(|(product, time, gap, units, identity)| {
                offset += gap;
                UsageRow {
                    term: term(product),
                    time: Instant::from_micros(time),
                    recorded: Instant::from_micros(time + 5),
                    position: Position { partition: 2, offset },
                    identity: IdentityKey(identity),
                    amount: Amount::from_units(units),
                }
            }).collect();
            let first = rows[0].position;
            prop_assert_eq!(decode(&encode(&rows, first), first).expect("a block"), rows);
        }

        #[test]
        fn arbitrary_bytes_are_damage_and_never_a_panic(bytes: Vec<u8>) {
            let _ = decode(&bytes, Position { partition: 0, offset: 0 });
        }
    }
}
