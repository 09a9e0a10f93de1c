//! Usage on its way into the store: grouped by subject and UTC month, so that what comes by the million becomes few rows.

use rustc_hash::FxHashMap;
use tributary_domain::event::{Meta, Subject, UsageRecorded};
use tributary_domain::id::{DealId, Product, Vendor};
use tributary_domain::time::{Instant, Period};
use tributary_events::usage::UsageRead;
use tributary_log::{Position, Record};
use tributary_store::Batch;

use crate::dirty::Periods;
use crate::key;
use crate::outbox::Changed;
use crate::present::Present;
use crate::usage::{BlockWriter, PendingRow, UsageTerm};

/// The usage of one write.
#[derive(Default)]
pub(super) struct PendingUsage {
    partition: u32,
    subjects: FxHashMap<Box<str>, u32>,
    pending: Vec<OfSubject>,
    numbers: FxHashMap<Box<[u8]>, u32>,
    terms: Vec<UsageTerm>,
    /// The term that is being looked up: reused, so that looking costs no allocation.
    scratch: Vec<u8>,
}

struct OfSubject {
    subject: Box<str>,
    recorded: Instant,
    months: Vec<(i32, BlockWriter)>,
}

impl PendingUsage {
    /// A usage event that was read the short way; none if its identifiers are none, which the long way then says.
    pub(super) fn row(&mut self, record: &Record<'_>, read: &UsageRead<'_>) -> Option<PendingRow> {
        let term = self.term(read.product, read.vendor, read.deal, read.currency)?;
        let time = Instant::from_micros(record.envelope.time_us);
        let recorded = Instant::from_micros(record.recorded_us);
        let offset = record.position.offset;
        Some(PendingRow { term, time, recorded, offset, amount: read.amount })
    }

    /// Adds a usage event that was read the long way.
    pub(super) fn add_event(&mut self, subject: &str, position: Position, meta: &Meta, used: &UsageRecorded) {
        let (vendor, deal) = (used.vendor.as_ref().map(Vendor::as_str), used.deal.as_ref().map(DealId::as_str));
        if let Some(term) = self.term(used.product.as_str(), vendor, deal, used.money.currency) {
            let (time, recorded) = (meta.time, meta.recorded);
            let row = PendingRow { term, time, recorded, offset: position.offset, amount: used.money.amount };
            self.add(subject, position, row);
        }
    }

    fn term(
        &mut self,
        product: &str,
        vendor: Option<&str>,
        deal: Option<&str>,
        currency: tributary_domain::currency::Currency,
    ) -> Option<u32> {
        self.scratch.clear();
        for part in [product, vendor.unwrap_or_default(), deal.unwrap_or_default(), currency.as_str()] {
            self.scratch.extend_from_slice(part.as_bytes());
            self.scratch.push(0); // no identifier holds it
        }
        if let Some(number) = self.numbers.get(self.scratch.as_slice()) {
            return Some(*number);
        }
        let term = UsageTerm {
            product: Product::new(product).ok()?,
            vendor: vendor.map(Vendor::new).transpose().ok()?,
            deal: deal.map(DealId::new).transpose().ok()?,
            currency,
        };
        let number = u32::try_from(self.terms.len()).ok()?;
        self.terms.push(term);
        self.numbers.insert(self.scratch.as_slice().into(), number);
        Some(number)
    }

    pub(super) fn add(&mut self, subject: &str, position: Position, row: PendingRow) {
        self.partition = position.partition;
        let number = match self.subjects.get(subject) {
            Some(number) => *number as usize,
            None => {
                self.subjects.insert(subject.into(), self.pending.len() as u32);
                self.pending.push(OfSubject { subject: subject.into(), recorded: row.recorded, months: Vec::new() });
                self.pending.len() - 1
            }
        };
        let of_subject = &mut self.pending[number];
        of_subject.recorded = of_subject.recorded.max(row.recorded);
        let month = utc_month(row.time);
        match of_subject.months.iter_mut().find(|(held, _)| *held == month) {
            Some((_, block)) => block.push(row),
            None => {
                let mut block = BlockWriter::default();
                block.push(row);
                of_subject.months.push((month, block));
            }
        }
    }

    /// Writes the blocks, and marks what they make dirty: every local period that a block may touch. Terms keep their numbers.
    pub(super) fn finish(&mut self, present: &mut Present, batch: &mut Batch) {
        self.subjects.clear();
        for of_subject in std::mem::take(&mut self.pending) {
            let subject = of_subject.subject.parse::<Subject>().ok();
            let account = subject.as_ref().and_then(|subject| present.aliases.resolve(subject));
            for (month, block) in &of_subject.months {
                let Some((offset, earliest, latest)) = block.span() else { continue };
                let position = Position { partition: self.partition, offset };
                batch.put(&key::usage::key(&of_subject.subject, *month, position), &block.finish(&self.terms));
                if let Some(account) = &account {
                    let periods = local_periods(earliest, latest, present).collect();
                    present.dirty.mark(account, Periods::Some(periods), block.learned());
                }
            }
            if account.is_none()
                && let Some(waiting) = subject
            {
                present.dirty.outbox.mark(|| Changed::Subject(waiting), of_subject.recorded);
            }
        }
    }
}

/// From the period of the earliest time to that of the latest.
fn local_periods(earliest: Instant, latest: Instant, present: &Present) -> impl Iterator<Item = Period> + use<> {
    let book = &present.reference.book;
    let period = |time: Instant| Period::of(book.day(time)).ordinal();
    (period(earliest)..=period(latest)).map(Period::from_ordinal)
}

/// The month of an instant in UTC, whatever the book's zone: the unit in which usage is kept.
pub(super) fn utc_month(time: Instant) -> i32 {
    Period::of(time.utc().date_naive()).ordinal()
}
