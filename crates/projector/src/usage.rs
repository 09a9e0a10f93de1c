//! Usage rows, kept in blocks: those of one write, subject and UTC month. A row holds what the rules ask for; the event as it
//! was said stays in the log, at the row's position.
//!
//! ```text
//! block = count terms* count rows*        term = product vendor? deal? currency
//! row   = term time recorded offset exponent mantissa    (times and offset as differences)
//! ```

use std::rc::Rc;

use rustc_hash::FxHashMap;
use tributary_domain::currency::Currency;
use tributary_domain::fact::Usage;
use tributary_domain::id::{DealId, Product, Vendor};
use tributary_domain::money::{Amount, Money};
use tributary_domain::time::{Day, Instant};
use tributary_log::Position;
use tributary_store::{Db, Row, Rows};

use crate::error::Result;
use crate::key::{self, tag};
use crate::row::{RowReader, RowWriter};

/// What a usage event says beside how much and when.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
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

impl UsageTerm {
    /// A usage of it as the rules see it.
    pub fn used(&self, day: Day, amount: Amount) -> Usage<'_> {
        Usage {
            day,
            product: &self.product,
            vendor: self.vendor.as_ref(),
            deal: self.deal.as_ref(),
            money: Money { amount, currency: self.currency },
        }
    }
}

/// One usage event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsageRow {
    /// What was used.
    pub term: Rc<UsageTerm>,
    /// When it was used.
    pub time: Instant,
    /// When it was learned.
    pub recorded: Instant,
    /// Where it stands in the log: what identifies it here.
    pub position: Position,
    /// What it cost, before corrections.
    pub amount: Amount,
}

/// A row to be filed; its term is a number in its batch, its partition the batch's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PendingRow {
    pub(crate) term: u32,
    pub(crate) time: Instant,
    pub(crate) recorded: Instant,
    pub(crate) offset: u64,
    pub(crate) amount: Amount,
}

/// A block that grows by a row at a time; the first row's offset is in the block's key.
#[derive(Debug, Default)]
pub(crate) struct BlockWriter {
    /// The terms of its rows, as the batch numbers them, in the order in which they came.
    terms: Vec<u32>,
    rows: RowWriter,
    count: u64,
    first: Option<PendingRow>,
    last: Option<PendingRow>,
    /// The earliest and the latest time of use.
    span: Option<(Instant, Instant)>,
    /// When the last of its rows was learned.
    learned: Option<Instant>,
}

impl BlockWriter {
    /// Forgets its rows and keeps their memory.
    pub(crate) fn clear(&mut self) {
        let (mut terms, mut rows) = (std::mem::take(&mut self.terms), std::mem::take(&mut self.rows));
        terms.clear();
        rows.0.clear();
        *self = Self { terms, rows, ..Self::default() };
    }

    pub(crate) fn push(&mut self, row: PendingRow) {
        let term = self.terms.iter().position(|term| *term == row.term).unwrap_or_else(|| {
            self.terms.push(row.term);
            self.terms.len() - 1
        });
        let (time, recorded) = self.last.map_or((0, 0), |last| (last.time.micros(), last.recorded.micros()));
        let offset = self.last.map_or(row.offset, |last| last.offset);
        let (exponent, mantissa) = scaled(row.amount.units());
        self.rows.number(term as u64).signed(row.time.micros() - time).signed(row.recorded.micros() - recorded);
        self.rows.number(row.offset - offset).number(exponent).wide(mantissa);
        self.count += 1;
        self.first = self.first.or(Some(row));
        self.last = Some(row);
        let (earliest, latest) = self.span.unwrap_or((row.time, row.time));
        self.span = Some((earliest.min(row.time), latest.max(row.time)));
        self.learned = self.learned.max(Some(row.recorded));
    }

    /// When the last of its rows was learned.
    pub(crate) fn learned(&self) -> Instant {
        self.learned.unwrap_or(Instant::MIN)
    }

    /// The offset of its first row, and the earliest and latest time of use, if it has any row.
    pub(crate) fn span(&self) -> Option<(u64, Instant, Instant)> {
        let ((earliest, latest), first) = self.span.zip(self.first)?;
        Some((first.offset, earliest, latest))
    }

    /// The block, with the terms that the numbers stand for.
    pub(crate) fn finish(&self, terms: &[UsageTerm]) -> Vec<u8> {
        let mut writer = RowWriter(Vec::with_capacity(16 + self.terms.len() * 32 + self.rows.0.len()));
        writer.number(self.terms.len() as u64);
        for term in self.terms.iter().filter_map(|term| terms.get(*term as usize)) {
            encode_term(term, &mut writer);
        }
        writer.number(self.count).fixed(&self.rows.0);
        writer.0
    }
}

pub(crate) fn encode_term(term: &UsageTerm, writer: &mut RowWriter) {
    writer.text(term.product.as_str());
    writer.optional_text(term.vendor.as_ref().map(Vendor::as_str));
    writer.optional_text(term.deal.as_ref().map(DealId::as_str));
    writer.fixed(term.currency.as_str().as_bytes());
}

/// Trailing decimal zeros cost one number instead of a long one.
pub(crate) fn scaled(units: i128) -> (u64, i128) {
    // Most amounts are short: dividing is then much cheaper.
    let Ok(short) = i64::try_from(units) else { return scaled_wide(units) };
    let (mut exponent, mut mantissa) = (0, short);
    while exponent < 12 && mantissa != 0 && mantissa % 10 == 0 {
        mantissa /= 10;
        exponent += 1;
    }
    (exponent, mantissa.into())
}

fn scaled_wide(units: i128) -> (u64, i128) {
    let (mut exponent, mut mantissa) = (0, units);
    while exponent < 12 && mantissa != 0 && mantissa % 10 == 0 {
        mantissa /= 10;
        exponent += 1;
    }
    (exponent, mantissa)
}

/// The inverse, from the exponent and the mantissa that come next.
pub(crate) fn unscaled(reader: &mut RowReader<'_>) -> Result<i128> {
    let exponent = reader.number()?;
    let factor = POWERS.get(exponent as usize).ok_or_else(|| reader.damage())?;
    reader.wide()?.checked_mul(*factor).ok_or_else(|| reader.damage())
}

/// Of ten.
const POWERS: [i128; 13] = {
    let mut powers = [1; 13];
    let mut at = 1;
    while at < powers.len() {
        powers[at] = powers[at - 1] * 10;
        at += 1;
    }
    powers
};

/// The terms of blocks that are visited, each once: by its bytes.
#[derive(Default)]
pub(crate) struct Terms(FxHashMap<Box<[u8]>, Rc<UsageTerm>>);

impl Terms {
    pub(crate) fn read(&mut self, reader: &mut RowReader<'_>) -> Result<Rc<UsageTerm>> {
        let bytes = reader.bytes_of(skip_term)?;
        if let Some(held) = self.0.get(bytes) {
            return Ok(Rc::clone(held));
        }
        let read = Rc::new(term(&mut RowReader::new("usage", bytes))?);
        self.0.insert(bytes.into(), Rc::clone(&read));
        Ok(read)
    }
}

/// Visits the rows of a block.
pub(crate) fn visit(
    block: &[u8],
    first: Position,
    terms: &mut Terms,
    mut visit: impl FnMut(UsageRow) -> Result<()>,
) -> Result<()> {
    let mut reader = RowReader::new("usage", block);
    let count = reader.number()?;
    let terms: Vec<Rc<UsageTerm>> = (0..count).map(|_| terms.read(&mut reader)).collect::<Result<_>>()?;
    let (mut time, mut recorded, mut offset) = (0_i64, 0_i64, first.offset);
    for _ in 0..reader.number()? {
        let term = terms.get(reader.number()? as usize).cloned().ok_or_else(|| reader.damage())?;
        time = time.wrapping_add(reader.signed()?);
        recorded = recorded.wrapping_add(reader.signed()?);
        offset = offset.wrapping_add(reader.number()?);
        let units = unscaled(&mut reader)?;
        visit(UsageRow {
            term,
            time: Instant::from_micros(time),
            recorded: Instant::from_micros(recorded),
            position: Position { partition: first.partition, offset },
            amount: Amount::from_units(units),
        })?;
    }
    Ok(())
}

/// A block without the row at a position, and where it then begins, if any row is left; none if it does not hold that row.
pub(crate) fn without(
    block: &[u8],
    first: Position,
    position: Position,
) -> Result<Option<(Option<Position>, Vec<u8>)>> {
    if position.partition != first.partition || position.offset < first.offset {
        return Ok(None);
    }
    let (mut rows, mut terms, mut held) = (BlockWriter::default(), Vec::new(), false);
    visit(block, first, &mut Terms::default(), |row| {
        if row.position == position {
            held = true;
            return Ok(());
        }
        let term = terms.iter().position(|term| *term == *row.term).unwrap_or_else(|| {
            terms.push((*row.term).clone());
            terms.len() - 1
        }) as u32;
        let UsageRow { time, recorded, amount, .. } = row;
        rows.push(PendingRow { term, time, recorded, offset: row.position.offset, amount });
        Ok(())
    })?;
    let begins = rows.span().map(|(offset, ..)| Position { offset, ..first });
    Ok(held.then(|| (begins, rows.finish(&terms))))
}

/// The usage of a subject in a UTC month, by position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Month {
    pub(crate) subject: String,
    pub(crate) month: i32,
    pub(crate) rows: Vec<UsageRow>,
}

impl Month {
    pub(crate) fn place(&self) -> (&[u8], i32) {
        (self.subject.as_bytes(), self.month)
    }
}

/// All usage of a store, a subject and month at a time, however it is cut into blocks.
pub(crate) struct Months<'a> {
    blocks: Rows<'a>,
    ahead: Option<Row>,
    terms: Terms,
}

impl<'a> Months<'a> {
    pub(crate) fn of(store: &'a Db) -> Self {
        Self { blocks: store.scan(&[tag::USAGE]), ahead: None, terms: Terms::default() }
    }

    pub(crate) fn next(&mut self) -> Result<Option<Month>> {
        let mut month: Option<Month> = None;
        while let Some((key, value)) =
            self.ahead.take().map_or_else(|| self.blocks.next().transpose(), |row| Ok(Some(row)))?
        {
            let (subject, of, first) = key::usage::read(&key)?;
            if month.as_ref().is_some_and(|month| month.place() != (subject.as_bytes(), of)) {
                self.ahead = Some((key, value));
                break;
            }
            let month = month.get_or_insert_with(|| Month { subject, month: of, rows: Vec::new() });
            visit(&value, first, &mut self.terms, |row| {
                month.rows.push(row);
                Ok(())
            })?;
        }
        Ok(month)
    }
}

fn skip_term(reader: &mut RowReader<'_>) -> Result<()> {
    reader.text()?;
    reader.optional_text()?;
    reader.optional_text()?;
    reader.fixed::<3>().map(|_| ())
}

fn term(reader: &mut RowReader<'_>) -> Result<UsageTerm> {
    let (product, vendor, deal) = (reader.text()?, reader.optional_text()?, reader.optional_text()?);
    let currency = reader.fixed::<3>()?;
    let currency = std::str::from_utf8(&currency).ok().and_then(|code| code.parse().ok());
    Ok(UsageTerm {
        product: reader.id(Product::new(product))?,
        vendor: reader.id(vendor.map(Vendor::new).transpose())?,
        deal: reader.id(deal.map(DealId::new).transpose())?,
        currency: currency.ok_or_else(|| reader.damage())?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn terms() -> Vec<UsageTerm> {
        let term = |number: u8| UsageTerm {
            product: Product::new(&format!("p{number}")).expect("an id"),
            vendor: number.is_multiple_of(2).then(|| Vendor::new("v").expect("an id")),
            deal: number.is_multiple_of(3).then(|| DealId::new("d").expect("an id")),
            currency: "EUR".parse().expect("a currency"),
        };
        (0..9).map(term).collect()
    }

    proptest! {
        #[test]
        fn a_block_reads_back_as_written(rows in prop::collection::vec((0_u32..9, -10_i64.pow(16)..10_i64.pow(16), 0_u64..1000, -10_i128.pow(26)..10_i128.pow(26)), 1..40)) {
            let mut offset = 7;
            let rows: Vec<PendingRow> = rows.into_iter().map(|(term, time, gap, units)| {
                offset += gap;
                let time = Instant::from_micros(time);
                PendingRow { term, time, recorded: time.successor(), offset, amount: Amount::from_units(units) }
            }).collect();
            let terms = terms();
            let first = Position { partition: 2, offset: rows[0].offset };
            let mut read = Vec::new();
            let mut block = BlockWriter::default();
            rows.iter().for_each(|row| block.push(*row));
            let times = || rows.iter().map(|row| row.time);
            prop_assert_eq!(block.span(), times().min().zip(times().max()).map(|(a, b)| (first.offset, a, b)));
            visit(&block.finish(&terms), first, &mut Terms::default(), |row| {
                let term = terms.iter().position(|term| *term == *row.term).expect("a term") as u32;
                read.push(PendingRow { term, time: row.time, recorded: row.recorded, offset: row.position.offset, amount: row.amount });
                Ok(())
            }).expect("a block");
            prop_assert_eq!(read, rows);
        }

        #[test]
        fn arbitrary_bytes_are_damage_and_never_a_panic(bytes: Vec<u8>) {
            let _ = visit(&bytes, Position { partition: 0, offset: 0 }, &mut Terms::default(), |_| Ok(()));
        }
    }
}
