//! Daily sums of usage. Where a subject's month holds many rows, their sums are kept beside the blocks, with how much of the
//! log they cover, so that an account that uses much is derived from few numbers and the blocks written since.
//!
//! ```text
//! row  = zone count cut* count terms* count sum*       zone: whose days; cut = partition offset: blocks before it are covered
//! sum  = day term parts exponent mantissa first learned       (days and instants as differences)
//! ```
//!
//! A row is right for what it covers: whoever files usage before a cut, corrects covered usage or takes it back, removes it. Of
//! the past it says what was known if that is all of a day's, or nothing.

use std::hash::{Hash, Hasher};
use std::rc::Rc;

use rustc_hash::FxHashMap;
use tributary_domain::money::{Amount, Overflow};
use tributary_domain::time::{Day, Instant, Period, start_of_day};
use tributary_log::Position;
use tributary_store::Reader;

use crate::error::Result;
use crate::fold::{Coordinates, StandingUsage};
use crate::key;
use crate::meta::ReadSoFar;
use crate::row::{RowReader, RowWriter};
use crate::usage::{self, Terms, UsageTerm};

/// Rows that are added up again and again, at least.
const ROWS_BEHIND_MAX: u64 = 128;
/// Fewer rows than so many for each sum are not worth a second row on disk.
const ROWS_PER_SUM_MIN: u64 = 4;
const HOUR_US: i64 = 3_600_000_000;
/// The day from which days are counted.
const DAY_ZERO: i32 = 719_163; // 1970-01-01, counted from the year 1

/// A term among those of one visit, which gives each term once: the same one is the same place in memory.
#[derive(Debug, Clone)]
pub(crate) struct Same(pub(crate) Rc<UsageTerm>);

impl PartialEq for Same {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Same {}

impl Hash for Same {
    fn hash<H: Hasher>(&self, state: &mut H) {
        Rc::as_ptr(&self.0).hash(state);
    }
}

/// Usage of a day that is alike but for the amount, summed; and when it was learned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Alike {
    pub(crate) amount: std::result::Result<Amount, Overflow>,
    pub(crate) parts: u64,
    /// The first of it.
    pub(crate) first: Instant,
    /// The last of it, corrections included.
    pub(crate) learned: Instant,
}

impl Default for Alike {
    fn default() -> Self {
        Self { amount: Ok(Amount::ZERO), parts: 0, first: Instant::MAX, learned: Instant::MIN }
    }
}

impl Alike {
    fn add(&mut self, used: &StandingUsage) {
        self.amount = self.amount.and_then(|amount| amount.plus(used.amount()));
        self.parts += 1;
        self.first = used.row.recorded.min(self.first);
        self.learned = used.row.recorded.max(self.learned);
        // A correction may be said of another subject, and before the usage arrives.
        self.learned = used.correction.map_or(self.learned, |correction| correction.recorded.max(self.learned));
    }
}

/// The usage of a subject in a UTC month, by term and day.
#[derive(Debug)]
pub(crate) struct SummedMonth {
    pub(crate) month: i32,
    pub(crate) days: FxHashMap<(Same, Day), Alike>,
    /// The partitions whose blocks are summed here, and up to where sums that were kept cover them.
    cuts: Vec<(u32, u64)>,
    /// How many rows were added that no kept sums cover.
    behind: u64,
    /// Whether a block stands beyond what was read in turn.
    ahead: bool,
}

impl SummedMonth {
    fn of(month: i32) -> Self {
        Self { month, days: FxHashMap::default(), cuts: Vec::new(), behind: 0, ahead: false }
    }

    /// Its row, if it is worth one: what is read of the log so far is what the row covers.
    pub(crate) fn worth_keeping(&self, read: &ReadSoFar, zone: &str) -> Option<Vec<u8>> {
        let parts: u64 = self.days.values().map(|alike| alike.parts).sum();
        let worth = self.behind >= ROWS_BEHIND_MAX && parts >= ROWS_PER_SUM_MIN * self.days.len() as u64;
        if !worth || self.ahead { None } else { self.encode(read, zone) }
    }

    /// None if a sum leaves the range.
    fn encode(&self, read: &ReadSoFar, zone: &str) -> Option<Vec<u8>> {
        let mut terms: Vec<&UsageTerm> = self.days.keys().map(|(Same(term), _)| &**term).collect();
        terms.sort_unstable();
        terms.dedup();
        let number = |term: &UsageTerm| terms.binary_search(&term).unwrap_or_default() as u64;
        let mut days: Vec<(i64, u64, &Alike)> =
            self.days.iter().map(|((Same(term), day), alike)| (number_of(*day), number(term), alike)).collect();
        days.sort_unstable_by_key(|(day, term, _)| (*day, *term));
        let mut writer = RowWriter::default();
        writer.text(zone).number(self.cuts.len() as u64);
        for (partition, _) in &self.cuts {
            writer.number((*partition).into()).number(read.of(*partition));
        }
        writer.number(terms.len() as u64);
        terms.iter().for_each(|term| usage::encode_term(term, &mut writer));
        writer.number(days.len() as u64);
        let (mut day_before, mut first_before) = (0, 0);
        for (day, term, alike) in days {
            let (exponent, mantissa) = usage::scaled(alike.amount.ok()?.units());
            let first = alike.first.micros();
            writer.signed(day - day_before).number(term).number(alike.parts).number(exponent).wide(mantissa);
            writer.signed(first - first_before).signed(alike.learned.micros() - first);
            (day_before, first_before) = (day, first);
        }
        Some(writer.0)
    }

    /// Adds what a row says was known at an instant, if it can say that of days in that zone; else nothing.
    fn take(&mut self, row: &[u8], terms: &mut Terms, zone: &str, known_at: Instant) -> Result<bool> {
        let mut reader = RowReader::new("usage sums", row);
        if reader.text()? != zone {
            return Ok(false);
        }
        let cuts = (0..reader.number()?).map(|_| Ok((reader.number()? as u32, reader.number()?)));
        let cuts: Vec<(u32, u64)> = cuts.collect::<Result<_>>()?;
        let terms: Vec<Rc<UsageTerm>> =
            (0..reader.number()?).map(|_| terms.read(&mut reader)).collect::<Result<_>>()?;
        let (mut number, mut first) = (0_i64, 0_i64);
        let sums = reader.number()?;
        self.days.reserve(usize::try_from(sums).unwrap_or_default().min(row.len()));
        for _ in 0..sums {
            number = number.wrapping_add(reader.signed()?);
            let day = day_of(number).ok_or_else(|| reader.damage())?;
            let term = terms.get(reader.number()? as usize).cloned().ok_or_else(|| reader.damage())?;
            let parts = reader.number()?;
            let amount = Ok(Amount::from_units(usage::unscaled(&mut reader)?));
            first = first.wrapping_add(reader.signed()?);
            let learned = Instant::from_micros(first.wrapping_add(reader.signed()?));
            let first = Instant::from_micros(first);
            if learned <= known_at {
                self.days.insert((Same(term), day), Alike { amount, parts, first, learned });
            } else if first <= known_at {
                // Some of it was known: which, the blocks say.
                self.days.clear();
                return Ok(false);
            }
        }
        self.cuts = cuts;
        Ok(true)
    }
}

impl<R: Reader> Coordinates<'_, R> {
    /// Visits the daily sums of a subject's usage that is known, a UTC month at a time: of every month, or of those that hold a
    /// period.
    pub(crate) fn visit_months(
        &self,
        subject: &str,
        only: Option<Period>,
        terms: &mut Terms,
        mut visit: impl FnMut(SummedMonth) -> Result<()>,
    ) -> Result<()> {
        let (from, until) = only.map_or((i32::MIN, i32::MAX), |period| utc_months(period, self.reference.book.zone));
        let (mut begin, end) = match only {
            None => key::usage::subject_bounds(subject),
            Some(_) => key::usage::months(subject, from, until),
        };
        let zone = self.reference.book.zone.name();
        let mut month = None;
        for row in self.kept_sums(subject, from, until)? {
            let mut kept = SummedMonth::of(row.0);
            if !kept.take(&row.1, terms, zone, self.known_at)? {
                continue;
            }
            let (of_month, next_month) = key::usage::months(subject, kept.month, kept.month + 1);
            self.add_blocks(&begin, &of_month, terms, &mut month, &mut visit)?;
            month.take().map_or(Ok(()), &mut visit)?;
            let uncovered = uncovered(subject, kept.month, &kept.cuts);
            month = Some(kept);
            for (from, until) in uncovered {
                self.add_blocks(&from, &until, terms, &mut month, &mut visit)?;
            }
            begin = next_month;
        }
        self.add_blocks(&begin, &end, terms, &mut month, &mut visit)?;
        month.map_or(Ok(()), &mut visit)
    }

    /// Whether a row of sums says what the blocks give that it covers. Of days in another zone nothing is asked.
    pub(crate) fn sums_are_right(&self, key: &[u8], row: &[u8]) -> Result<bool> {
        let (subject, month) = key::usage_sums::read(key)?;
        let (mut terms, mut kept) = (Terms::default(), SummedMonth::of(month));
        if !kept.take(row, &mut terms, self.reference.book.zone.name(), Instant::MAX)? {
            return Ok(true);
        }
        let mut given = SummedMonth::of(month);
        let (from, until) = key::usage::months(&subject, month, month + 1);
        let mut blocks = self.store.range(&from, &until);
        while let Some(block) = blocks.advance() {
            let (key, value) = block?;
            let (_, first) = key::usage::read_place(key)?;
            if kept.cuts.iter().any(|(partition, offset)| *partition == first.partition && first.offset < *offset) {
                self.add_block(value, first, &mut terms, &mut given)?;
            }
        }
        Ok(given.days == kept.days)
    }

    fn kept_sums(&self, subject: &str, from: i32, until: i32) -> Result<Vec<(i32, Box<[u8]>)>> {
        let mut kept = Vec::new();
        let mut rows = self.store.range(&key::usage_sums::key(subject, from), &key::usage_sums::key(subject, until));
        while let Some(row) = rows.advance() {
            let (key, value) = row?;
            kept.push((key::usage_sums::read(key)?.1, value.into()));
        }
        Ok(kept)
    }

    /// Adds blocks to the month, and visits it whenever another one begins.
    fn add_blocks(
        &self,
        from: &[u8],
        until: &[u8],
        terms: &mut Terms,
        month: &mut Option<SummedMonth>,
        visit: &mut impl FnMut(SummedMonth) -> Result<()>,
    ) -> Result<()> {
        let mut blocks = self.store.range(from, until);
        while let Some(block) = blocks.advance() {
            let (key, value) = block?;
            let (of, first) = key::usage::read_place(key)?;
            if month.as_ref().is_some_and(|month| month.month != of) {
                month.take().map_or(Ok(()), &mut *visit)?;
            }
            self.add_block(value, first, terms, month.get_or_insert_with(|| SummedMonth::of(of)))?;
        }
        Ok(())
    }

    fn add_block(&self, block: &[u8], first: Position, terms: &mut Terms, month: &mut SummedMonth) -> Result<()> {
        let book = &self.reference.book;
        if month.cuts.iter().all(|(partition, _)| *partition != first.partition) {
            month.cuts.push((first.partition, 0));
            month.cuts.sort_unstable();
        }
        month.ahead |= self.read.is_some_and(|read| first.offset >= read.of(first.partition));
        self.visit_block(block, first, 0, terms, &mut |used| {
            let day = book.day(used.row.time);
            month.days.entry((Same(Rc::clone(&used.row.term)), day)).or_default().add(&used);
            month.behind += 1;
            Ok(())
        })
    }
}

/// The bounds of a month's blocks that sums up to these cuts do not cover.
fn uncovered(subject: &str, month: i32, cuts: &[(u32, u64)]) -> Vec<(Vec<u8>, Vec<u8>)> {
    let (mut from, end) = key::usage::months(subject, month, month + 1);
    let mut bounds = Vec::new();
    for (partition, offset) in cuts {
        let at = |offset| key::usage::key(subject, month, Position { partition: *partition, offset });
        bounds.push((from, at(0)));
        from = at(*offset);
    }
    bounds.push((from, end));
    bounds
}

/// The months in UTC that hold a period of a zone: from the first one, and before the second one.
fn utc_months(period: Period, zone: chrono_tz::Tz) -> (i32, i32) {
    let begin = start_of_day(period.first_day(), chrono_tz::Tz::UTC).micros();
    let end = period.end_in(chrono_tz::Tz::UTC).micros();
    let holds = |at: i64| period.contains(Instant::from_micros(at).day_in(zone));
    // No zone is a day ahead of UTC or behind, and none keeps an offset for less than an hour.
    let before = (0..=26).any(|hours| holds(begin - 1 - hours * HOUR_US));
    let after = (0..=26).any(|hours| holds(end + hours * HOUR_US));
    (period.ordinal() - i32::from(before), period.ordinal() + 1 + i32::from(after))
}

fn number_of(day: Day) -> i64 {
    (day - Day::default()).num_days()
}

fn day_of(number: i64) -> Option<Day> {
    Day::from_num_days_from_ce_opt(i32::try_from(number).ok()?.checked_add(DAY_ZERO)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use tributary_domain::id::Product;
    use tributary_domain::testing::{day, read_id};

    fn terms() -> Vec<Rc<UsageTerm>> {
        let product = |name| read_id(Product::new, name);
        let currency = "EUR".parse().expect("a currency");
        let term = |name| Rc::new(UsageTerm { product: product(name), vendor: None, deal: None, currency });
        ["lake", "tide"].map(term).to_vec()
    }

    fn read(row: &[u8], zone: &str, known_at: i64) -> Result<(bool, SummedMonth)> {
        let mut month = SummedMonth::of(24_312);
        let taken = month.take(row, &mut Terms::default(), zone, Instant::from_micros(known_at))?;
        Ok((taken, month))
    }

    /// By product and day, whichever place in memory stands for the product.
    fn content(month: &SummedMonth) -> Vec<(String, Day, Alike)> {
        let of = |((Same(term), day), alike): (&(Same, Day), &Alike)| (term.product.to_string(), *day, alike.clone());
        let mut all: Vec<_> = month.days.iter().map(of).collect();
        all.sort_by(|a, b| (&a.0, a.1).cmp(&(&b.0, b.1)));
        all
    }

    proptest! {
        #[test]
        fn a_row_of_sums_reads_back_as_written(days in prop::collection::vec((0_i64..32, 0_usize..2, any::<i64>(), 1_u64..1000, 0_i64..100, 0_i64..100), 0..40)) {
            let (mut month, terms) = (SummedMonth::of(24_312), terms());
            month.cuts = vec![(0, 0), (3, 0)];
            for (later, term, units, parts, first, more) in days {
                let alike = Alike { amount: Ok(Amount::from_units(units.into())), parts, first: Instant::from_micros(first), learned: Instant::from_micros(first + more) };
                month.days.insert((Same(Rc::clone(&terms[term])), day_of(number_of(day("2025-12-31")) + later).expect("a day")), alike);
            }
            let row = month.encode(&ReadSoFar::of_each([(0, 7), (3, 9)]), "UTC").expect("in range");
            let (taken, found) = read(&row, "UTC", i64::MAX).expect("a row");
            prop_assert!(taken && found.cuts == [(0, 7), (3, 9)]);
            prop_assert_eq!(content(&found), content(&month));
            prop_assert!(!read(&row, "Europe/Berlin", i64::MAX).expect("a row").0);
            // What was learned later is left out, and where only a part was, the row does not say it.
            let (taken, found) = read(&row, "UTC", 50).expect("a row");
            let known: Vec<_> = content(&month).into_iter().filter(|(_, _, alike)| alike.learned.micros() <= 50).collect();
            prop_assert_eq!(taken, month.days.values().all(|alike| alike.learned.micros() <= 50 || alike.first.micros() > 50));
            prop_assert!(!taken || content(&found) == known);
        }

        #[test]
        fn arbitrary_bytes_are_damage_and_never_a_panic(bytes: Vec<u8>, zone in prop::bool::ANY) {
            let row = if zone { [b"\x03UTC".as_slice(), &bytes].concat() } else { bytes };
            let _ = read(&row, "UTC", i64::MAX);
        }
    }

    #[test]
    fn t2_a_period_lies_within_the_months_that_are_read_for_it_in_every_zone() {
        for zone in chrono_tz::TZ_VARIANTS {
            for period in (2005 * 12..2031 * 12).step_by(5).map(Period::from_ordinal) {
                let (from, until) = utc_months(period, zone);
                let begin = start_of_day(period.first_day(), chrono_tz::Tz::UTC).micros();
                let end = period.end_in(chrono_tz::Tz::UTC).micros();
                for minutes in (-30 * 60..30 * 60).step_by(20) {
                    for at in [begin, end].map(|at| Instant::from_micros(at + minutes * 60_000_000)) {
                        let month = Period::of(at.utc().date_naive()).ordinal();
                        let held = (from..until).contains(&month);
                        assert!(held || !period.contains(at.day_in(zone)), "{period} in {zone} holds {at}");
                    }
                }
            }
        }
        let january = Period::from_ordinal(2026 * 12);
        assert_eq!(utc_months(january, chrono_tz::Tz::UTC), (2026 * 12, 2026 * 12 + 1));
        assert_eq!(utc_months(january, chrono_tz::Tz::Europe__Berlin), (2026 * 12 - 1, 2026 * 12 + 1));
        assert_eq!(utc_months(january, chrono_tz::Tz::America__New_York), (2026 * 12, 2026 * 12 + 2));
    }
}
