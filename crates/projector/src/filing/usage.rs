//! Usage on its way into the store: grouped by subject and UTC month, so that what comes by the million becomes few rows.

use tributary_domain::event::Subject;
use tributary_domain::time::{Instant, Period};
use tributary_log::Position;
use tributary_store::Batch;

use crate::dirty::Periods;
use crate::key;
use crate::numbering::Numbered;
use crate::outbox::Changed;
use crate::prepared::NumberedRow;
use crate::present::Present;
use crate::usage::{BlockWriter, PendingRow};

/// Rows that come alone and are kept together.
const ROWS_TOGETHER: usize = 1024;

/// The usage of one write, of one partition.
#[derive(Default)]
pub(super) struct PendingUsage {
    partition: u32,
    numbered: Numbered,
    /// In the order of their offsets, as they came: what comes by the million is not moved again.
    rows: Vec<Vec<NumberedRow>>,
}

impl PendingUsage {
    /// Rows of that partition follow, and these names, whose numbers go on from those before.
    pub(super) fn expect(&mut self, partition: u32, numbered: Numbered) {
        self.partition = partition;
        self.numbered.extend(numbered);
    }

    pub(super) fn add(&mut self, rows: Vec<NumberedRow>) {
        self.rows.push(rows);
    }

    /// The same of a row that comes alone.
    pub(super) fn add_row(&mut self, row: NumberedRow) {
        match self.rows.last_mut() {
            Some(part) if part.len() < part.capacity() => part.push(row),
            _ => {
                let mut part = Vec::with_capacity(ROWS_TOGETHER);
                part.push(row);
                self.rows.push(part);
            }
        }
    }

    /// Writes the blocks, and marks what they make dirty: every local period that a block may touch. Names keep their numbers.
    /// Blocks that come out of turn may stand where sums say that they cover everything.
    pub(super) fn finish(&mut self, present: &mut Present, out_of_turn: bool, batch: &mut Batch) {
        let rows = std::mem::take(&mut self.rows);
        let (order, ends) = by_subject(&rows, self.numbered.subjects.len());
        let (mut months, mut start) = (Months::default(), 0);
        for (name, end) in self.numbered.subjects.iter().zip(ends) {
            let of_subject = &order[start as usize..end as usize];
            start = end;
            if of_subject.is_empty() {
                continue;
            }
            let subject = name.parse::<Subject>().ok();
            let account = subject.as_ref().and_then(|subject| present.aliases.resolve(subject));
            let mut learned = Instant::MIN;
            for (month, block) in months.blocks(of_subject.iter().map(|place| place.row(&rows))) {
                let Some((offset, earliest, latest)) = block.span() else { continue };
                let position = Position { partition: self.partition, offset };
                batch.put(&key::usage::key(name, month, position), &block.finish(&self.numbered.terms));
                if out_of_turn {
                    batch.delete(&key::usage_sums::key(name, month));
                }
                if let Some(account) = &account {
                    let periods = local_periods(earliest, latest, present).collect();
                    present.dirty.mark(account, Periods::Some(periods), block.learned());
                }
                learned = learned.max(block.learned());
            }
            if account.is_none()
                && let Some(waiting) = subject
            {
                present.dirty.outbox.mark(|| Changed::Subject(waiting), learned);
            }
        }
    }
}

/// Where a row stands: in which of the parts, and where in it.
#[derive(Debug, Clone, Copy, Default)]
struct Place {
    part: u32,
    at: u32,
}

impl Place {
    fn row(self, rows: &[Vec<NumberedRow>]) -> PendingRow {
        rows[self.part as usize][self.at as usize].1
    }
}

/// Where the rows stand, by their subjects, of one subject in their order; and where those of each subject end.
fn by_subject(rows: &[Vec<NumberedRow>], subjects: usize) -> (Vec<Place>, Vec<u32>) {
    let mut ends = vec![0_u32; subjects];
    rows.iter().flatten().for_each(|(subject, _)| ends[*subject as usize] += 1);
    let mut before = 0;
    for end in &mut ends {
        (*end, before) = (before, before + *end);
    }
    // Each counts from where its subject begins up to where it ends.
    let mut order = vec![Place::default(); before as usize];
    for (part, rows) in (0..).zip(rows) {
        for (at, (subject, _)) in (0..).zip(rows) {
            let end = &mut ends[*subject as usize];
            order[*end as usize] = Place { part, at };
            *end += 1;
        }
    }
    (order, ends)
}

/// The blocks of a subject, one a month; used again for the next subject.
#[derive(Default)]
struct Months {
    blocks: Vec<(i32, BlockWriter)>,
    /// The month that was looked up last, and the instants within it.
    last: Option<(i32, std::ops::Range<i64>)>,
}

impl Months {
    /// The months of rows in the order in which they come, with their blocks.
    fn blocks(&mut self, rows: impl Iterator<Item = PendingRow>) -> impl Iterator<Item = (i32, &BlockWriter)> {
        let mut used = 0;
        for row in rows {
            let month = self.month(row.time);
            let at = self.blocks[..used].iter().position(|(held, _)| *held == month).unwrap_or_else(|| {
                if used == self.blocks.len() {
                    self.blocks.push((month, BlockWriter::default()));
                }
                self.blocks[used].0 = month;
                self.blocks[used].1.clear();
                used += 1;
                used - 1
            });
            self.blocks[at].1.push(row);
        }
        self.blocks[..used].iter().map(|(month, block)| (*month, block))
    }

    fn month(&mut self, time: Instant) -> i32 {
        if let Some((month, within)) = &self.last
            && within.contains(&time.micros())
        {
            return *month;
        }
        let (month, day) = (utc_month(time), time.micros().div_euclid(MICROS_A_DAY));
        self.last = Some((month, day * MICROS_A_DAY..(day + 1) * MICROS_A_DAY));
        month
    }
}

const MICROS_A_DAY: i64 = 86_400_000_000;

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
