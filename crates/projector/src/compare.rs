//! Comparing two projections of one log, row by row: the one in use with a fresh one. Usage may be cut into other blocks and
//! an account's row may err to the safe side; daily sums are held against the usage beside them; everything else is equal to
//! the byte.

use std::cmp::Ordering;
use std::fmt;

use tributary_domain::id::AccountId;
use tributary_domain::time::Period;
use tributary_log::in_words;
use tributary_store::{Db, Row, Rows};

use crate::credit::AccountRow;
use crate::error::Result;
use crate::key::{self, tag};
use crate::last_learned::LastLearned;
use crate::meta::Counts;
use crate::row::RowReader;
use crate::usage;

/// How many differences are named one by one.
const NAMED: usize = 20;

/// What a comparison found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Comparison {
    /// Rows compared.
    pub rows: u64,
    /// How many differ.
    pub differing: u64,
    /// The first of them.
    pub first: Vec<Difference>,
    /// Kinds of rows that could not be read through, and why.
    pub unreadable: Vec<String>,
}

/// A row that is not what the log gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// What kind of row.
    pub row: &'static str,
    /// Of what.
    pub of: String,
    /// How it differs.
    pub how: How,
}

/// How a row differs from what the log gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// It is not there.
    Missing,
    /// It should not be there.
    Unexpected,
    /// It says something else.
    Other,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { row, of, how } = self;
        match how {
            How::Missing => write!(f, "{row} {of} is missing"),
            How::Unexpected => write!(f, "{row} {of} does not follow from the log"),
            How::Other => write!(f, "{row} {of} is not what the log gives"),
        }
    }
}

impl Comparison {
    fn differs(&mut self, row: &'static str, of: impl FnOnce() -> String, how: How) {
        self.differing += 1;
        if self.first.len() < NAMED {
            self.first.push(Difference { row, of: of(), how });
        }
    }
}

/// Compares two stores that are brought up to one log. Kept statements are the finance crate's to compare.
/// `learned` says when anything that an account comes to was last learned, `sums_are_right` whether a row of the store in use is
/// what the usage beside it gives.
pub(crate) fn compare(
    used: &Db,
    fresh: &Db,
    learned: impl Fn(&AccountId) -> Result<LastLearned>,
    sums_are_right: impl Fn(&[u8], &[u8]) -> Result<bool>,
    mut progress: impl FnMut(u64),
) -> Comparison {
    let mut found = Comparison::default();
    for tag in 0..=u8::MAX {
        let compared = match tag {
            tag::META => compare_counts(used, fresh, &mut found),
            tag::USAGE => compare_usage(used, fresh, &mut found, &mut progress),
            tag::USAGE_SUMS => compare_sums(used, &sums_are_right, &mut found, &mut progress),
            tag::ACCOUNT => {
                let safe = |key: &[u8], used: &[u8], fresh: &[u8]| account_is_safe(key, used, fresh, &learned);
                compare_rows(used, fresh, tag, &mut found, &mut progress, safe)
            }
            // What others said, and what they were sent, is no function of this log alone.
            tag::STATEMENT | tag::OUTGOING | tag::ELSEWHERE => Ok(()),
            _ => compare_rows(used, fresh, tag, &mut found, &mut progress, |_, _, _| Ok(false)),
        };
        if let Err(error) = compared {
            found.unreadable.push(format!("{} rows: {}", name(tag), in_words(&error)));
        }
    }
    found
}

fn compare_counts(used: &Db, fresh: &Db, found: &mut Comparison) -> Result<()> {
    let (used, fresh) = (Counts::load(used)?, Counts::load(fresh)?);
    found.rows += 1;
    if used != fresh {
        found.differs(name(tag::META), || format!("of {} events", used.events), How::Other);
    }
    Ok(())
}

/// Two values that differ count as equal where `alike` says so.
fn compare_rows(
    used: &Db,
    fresh: &Db,
    tag: u8,
    found: &mut Comparison,
    progress: &mut impl FnMut(u64),
    alike: impl Fn(&[u8], &[u8], &[u8]) -> Result<bool>,
) -> Result<()> {
    let mut pairs = Pairs::of(used.scan(&[tag]), fresh.scan(&[tag]))?;
    while let Some((key, used, fresh)) = pairs.next()? {
        found.rows += 1;
        if found.rows.is_multiple_of(4096) {
            progress(found.rows);
        }
        let how = match (used, fresh) {
            (Some(used), Some(fresh)) if used == fresh || alike(&key, &used, &fresh)? => continue,
            (Some(_), Some(_)) => How::Other,
            (None, _) => How::Missing,
            (Some(_), None) => How::Unexpected,
        };
        if tag == tag::ACCOUNT && how != How::Other {
            continue; // one that has nothing may have no row; what it has is compared as credit and suspense
        }
        found.differs(name(tag), || of(tag, &key), how);
    }
    Ok(())
}

/// An account's row may know of more than is left, after a relink or a correction, and so may the fresh one, to which things
/// happened in another order; it must not know of less than there is.
fn account_is_safe(
    key: &[u8],
    used: &[u8],
    fresh: &[u8],
    learned: impl Fn(&AccountId) -> Result<LastLearned>,
) -> Result<bool> {
    let account = RowReader::new("account", fresh).id(AccountId::new(&key::account::read(key)?))?;
    let (used, fresh) = (AccountRow::decode(used)?, AccountRow::decode(fresh)?);
    Ok(used.credited == fresh.credited
        && used.recurring == fresh.recurring
        && used.foreign >= fresh.foreign
        && (used.learned.covers(&fresh.learned) || used.learned.covers(&learned(&account)?)))
}

fn compare_usage(used: &Db, fresh: &Db, found: &mut Comparison, progress: &mut impl FnMut(u64)) -> Result<()> {
    let (mut all_used, mut all_fresh) = (usage::Months::of(used), usage::Months::of(fresh));
    let (mut used, mut fresh) = (all_used.next()?, all_fresh.next()?);
    loop {
        let order = match (&used, &fresh) {
            (None, None) => return Ok(()),
            (Some(used), Some(fresh)) => used.place().cmp(&fresh.place()),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
        };
        let (held, expected) = match order {
            Ordering::Less => (used.take(), None),
            Ordering::Greater => (None, fresh.take()),
            Ordering::Equal => (used.take(), fresh.take()),
        };
        compare_month(held.as_ref(), expected.as_ref(), found);
        progress(found.rows);
        if used.is_none() && order != Ordering::Greater {
            used = all_used.next()?;
        }
        if fresh.is_none() && order != Ordering::Less {
            fresh = all_fresh.next()?;
        }
    }
}

/// Which months have sums depends on when accounts were derived.
fn compare_sums(
    used: &Db,
    are_right: &impl Fn(&[u8], &[u8]) -> Result<bool>,
    found: &mut Comparison,
    progress: &mut impl FnMut(u64),
) -> Result<()> {
    let mut rows = used.scan(&[tag::USAGE_SUMS]);
    while let Some(row) = rows.advance() {
        let (key, value) = row?;
        found.rows += 1;
        progress(found.rows);
        if !are_right(key, value)? {
            found.differs(name(tag::USAGE_SUMS), || of(tag::USAGE_SUMS, key), How::Other);
        }
    }
    Ok(())
}

fn compare_month(used: Option<&usage::Month>, fresh: Option<&usage::Month>, found: &mut Comparison) {
    let [held, expected] = [used, fresh].map(|month| month.map_or(&[] as &[_], |month| month.rows.as_slice()));
    found.rows += expected.len().max(held.len()) as u64;
    if held == expected {
        return;
    }
    let Some(month) = fresh.or(used) else { return };
    // The first that is not in both places is named.
    let first = held.iter().zip(expected).take_while(|(held, expected)| held == expected).count();
    let at = [held.get(first), expected.get(first)].into_iter().flatten().map(|row| row.position).min();
    let how = match held.len().cmp(&expected.len()) {
        Ordering::Less => How::Missing,
        Ordering::Greater => How::Unexpected,
        Ordering::Equal => How::Other,
    };
    let at = at.map_or_else(String::new, |position| format!(", recorded at `{position}`"));
    found.differs(name(tag::USAGE), || format!("of `{}`{at}", month.subject), how);
}

/// The rows of two stores side by side, by key.
struct Pairs<'a> {
    used: Rows<'a>,
    fresh: Rows<'a>,
    next_used: Option<Row>,
    next_fresh: Option<Row>,
}

type Pair = (Box<[u8]>, Option<Box<[u8]>>, Option<Box<[u8]>>);

impl<'a> Pairs<'a> {
    fn of(mut used: Rows<'a>, mut fresh: Rows<'a>) -> Result<Self> {
        let (next_used, next_fresh) = (used.next().transpose()?, fresh.next().transpose()?);
        Ok(Self { used, fresh, next_used, next_fresh })
    }

    fn next(&mut self) -> Result<Option<Pair>> {
        let order = match (&self.next_used, &self.next_fresh) {
            (None, None) => return Ok(None),
            (Some((used, _)), Some((fresh, _))) => used.cmp(fresh),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
        };
        let used =
            if order.is_le() { std::mem::replace(&mut self.next_used, self.used.next().transpose()?) } else { None };
        let fresh =
            if order.is_ge() { std::mem::replace(&mut self.next_fresh, self.fresh.next().transpose()?) } else { None };
        Ok(match (used, fresh) {
            (Some((key, used)), fresh) => Some((key, Some(used), fresh.map(|(_, fresh)| fresh))),
            (None, Some((key, fresh))) => Some((key, None, Some(fresh))),
            (None, None) => None,
        })
    }
}

/// What a kind of row is called.
pub(crate) const fn name(tag: u8) -> &'static str {
    match tag {
        tag::META => "bookkeeping",
        tag::HISTORY => "history",
        tag::REFERENCE => "reference",
        tag::ALIAS => "alias",
        tag::CLOSE => "close",
        tag::OBSERVATION => "observation",
        tag::IDENTITY => "identity",
        tag::REPEATED => "repeated",
        tag::USAGE => "usage",
        tag::USAGE_SUMS => "usage sums",
        tag::CORRECTION => "correction",
        tag::WAITING => "waiting correction",
        tag::OUTGOING => "outgoing",
        tag::ELSEWHERE => "credit elsewhere",
        tag::DIRTY => "dirty",
        tag::CREDIT => "credit",
        tag::ACCOUNT => "account",
        tag::SUSPENSE => "suspense",
        tag::OPENING => "opening",
        tag::OPENED_IN => "opened-in",
        tag::MENTION => "mention",
        tag::QUARANTINE => "quarantine",
        tag::STATEMENT => "statement",
        _ => "unknown",
    }
}

/// What a row is of, in words; its bytes where they cannot be read.
fn of(tag: u8, key: &[u8]) -> String {
    whose(tag, key).unwrap_or_else(|_| format!("with key {}", hexadecimal(key)))
}

fn whose(tag: u8, key: &[u8]) -> Result<String> {
    Ok(match tag {
        tag::HISTORY | tag::REFERENCE | tag::ALIAS | tag::CLOSE | tag::OBSERVATION => {
            let (subject, source, id) = key::history::read(key, tag)?;
            format!("of `{subject}`: event `{id}` of `{source}`")
        }
        tag::REPEATED => format!("of the record at `{}`", key::identity::read_repeated(key)?),
        tag::CORRECTION => format!("of the usage at `{}`", key::correction::read(key)?),
        tag::CREDIT => {
            let (partner, period, account) = key::credit::read(key)?;
            format!("of partner `{partner}` in {period} from account `{account}`")
        }
        tag::ACCOUNT => format!("`{}`", key::account::read(key)?),
        tag::SUSPENSE => {
            let (account, period) = key::suspense::read(key)?;
            format!("of account `{account}` in {period}")
        }
        tag::QUARANTINE => format!("of the record at `{}`", key::quarantine::read(key)?),
        tag::DIRTY => format!("of account `{}`", key::dirty::read(key)?),
        tag::USAGE_SUMS => {
            let (subject, month) = key::usage_sums::read(key)?;
            format!("of `{subject}` in {}", Period::from_ordinal(month))
        }
        tag::OPENED_IN => format!("of deal `{}`", key::opening::deal(key)?),
        tag::MENTION => format!("in `{}`", key::mention::read(key)?),
        _ => format!("with key {}", hexadecimal(key)),
    })
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
