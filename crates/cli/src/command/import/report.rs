//! What became of what was read: every line, row or cell is counted once, so that the sum is what was read.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;
use tributary_connectors::{Fate, Sum, Tally};
use tributary_domain::currency::Currency;
use tributary_intake::Outcome;

use super::changes::{Changes, ToRead};
use crate::grid::{Grid, figure, text};

/// How many reasons for leaving parts out stand in columns of their own.
const REASONS_MAX: usize = 3;

/// What became of the parts of a file.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Counts {
    /// Everything that was read: the sum of the others.
    pub(super) read: u64,
    /// Recorded now.
    pub(super) appended: u64,
    /// Recorded now as corrections of what the ledger held.
    #[serde(skip_serializing_if = "is_zero")]
    pub(super) restated: u64,
    /// Known before.
    pub(super) duplicate: u64,
    /// Refused.
    pub(super) refused: u64,
    /// Beside what was read: rows of earlier files that this one replaces and no longer has, voided.
    #[serde(skip_serializing_if = "is_zero")]
    pub(super) voided: u64,
    /// Left out on purpose, by reason.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) left_out: BTreeMap<String, u64>,
}

fn is_zero(count: &u64) -> bool {
    *count == 0
}

impl Counts {
    /// Counts what the door did with an event.
    pub(super) fn count(&mut self, outcome: &Outcome) {
        match outcome {
            Outcome::Appended(_) => self.appended += 1,
            Outcome::Duplicate(_) => self.duplicate += 1,
            Outcome::Refused(_) => self.refused += 1,
        }
    }

    /// Counts parts that are left out.
    pub(super) fn leave_out(&mut self, why: &str, count: u64) {
        if count > 0 {
            *self.left_out.entry(why.to_owned()).or_insert(0) += count;
        }
    }

    /// With `read` as the sum of the others.
    pub(super) fn summed(mut self) -> Self {
        self.read = self.appended + self.restated + self.duplicate + self.refused + self.left_out.values().sum::<u64>();
        self
    }

    /// Why parts were left out, and how many.
    fn reasons(&self) -> String {
        let mut grid = Grid::new([text("left out"), figure("")]);
        self.left_out.iter().for_each(|(why, count)| grid.push(vec![why.clone(), count.to_string()]));
        format!("\n{}", grid.render())
    }

    fn add(&mut self, other: &Self) {
        self.appended += other.appended;
        self.restated += other.restated;
        self.duplicate += other.duplicate;
        self.refused += other.refused;
        self.voided += other.voided;
        other.left_out.iter().for_each(|(why, count)| self.leave_out(why, *count));
    }
}

/// What became of a file.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct FileReport {
    file: String,
    #[serde(flatten)]
    counts: Counts,
    /// Of another system's file, its rows and amounts by kind.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    kinds: Vec<KindReport>,
    seconds: f64,
    read_per_second: u64,
}

/// What became of the rows of a kind, and of what they say.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct KindReport {
    kind: String,
    currency: Option<String>,
    read: SumReport,
    accepted: SumReport,
    duplicate: SumReport,
    quarantined: SumReport,
    left_out: SumReport,
}

/// So many rows, and their amount; none if they speak of none.
#[derive(Debug, Serialize)]
struct SumReport {
    rows: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    amount: Option<String>,
}

impl KindReport {
    /// Of every kind and currency.
    fn all(tally: &Tally) -> Vec<Self> {
        let of = |(kind, currency): (&str, Option<Currency>)| {
            let sum = |fate| {
                let Sum { rows, amount } = tally.of(kind, currency, fate);
                let said = || amount.map_or_else(|| "too large".to_owned(), |amount| amount.to_string());
                SumReport { rows, amount: currency.map(|_| said()) }
            };
            Self {
                kind: kind.to_owned(),
                currency: currency.map(|currency| currency.to_string()),
                read: sum(None),
                accepted: sum(Some(Fate::Accepted)),
                duplicate: sum(Some(Fate::Duplicate)),
                quarantined: sum(Some(Fate::Quarantined)),
                left_out: sum(Some(Fate::LeftOut)),
            }
        };
        tally.kinds().map(of).collect()
    }

    /// A row for the rows, and one for the amounts.
    fn cells(&self) -> impl Iterator<Item = Vec<String>> {
        let sums = [&self.read, &self.accepted, &self.duplicate, &self.quarantined, &self.left_out];
        let line = |first: &str, second: &str, values: [String; 5]| {
            [first.to_owned(), second.to_owned()].into_iter().chain(values).collect()
        };
        let rows = line(&self.kind, "rows", sums.map(|sum| sum.rows.to_string()));
        let amounts = self
            .currency
            .as_deref()
            .map(|currency| line("", currency, sums.map(|sum| sum.amount.clone().unwrap_or_default())));
        [rows].into_iter().chain(amounts)
    }
}

impl FileReport {
    /// So much in so long.
    pub(super) fn new(file: String, counts: Counts, tally: &Tally, took: Duration) -> Self {
        let seconds = took.as_secs_f64();
        let read_per_second = (counts.read as f64 / seconds.max(0.001)) as u64;
        let kinds = KindReport::all(tally);
        Self { file, counts, kinds, seconds: (seconds * 1000.0).round() / 1000.0, read_per_second }
    }
}

/// What became of every file.
#[derive(Debug, Default)]
pub(super) struct ImportReport {
    pub(super) files: Vec<FileReport>,
    /// Of all files together.
    pub(super) tally: Tally,
    /// What they said had changed.
    pub(super) changes: Changes,
}

/// The same as a document.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ImportDocument<'a> {
    files: &'a [FileReport],
    /// What to read again at its source.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    read_again: Vec<ToRead<'a>>,
}

impl ImportReport {
    /// As a document.
    pub(super) fn document(&self) -> ImportDocument<'_> {
        ImportDocument { files: &self.files, read_again: self.changes.listed() }
    }

    /// Whether anything was refused.
    pub(super) fn is_refused(&self) -> bool {
        self.files.iter().any(|file| file.counts.refused > 0)
    }

    /// A row for each file, and of several files their sum.
    pub(super) fn readable(&self) -> String {
        let mut total = Counts::default();
        self.files.iter().for_each(|file| total.add(&file.counts));
        let total = total.summed();
        let (restates, voids) = (total.restated > 0, total.voided > 0);
        let mut columns = vec![text("file"), figure("read"), figure("appended")];
        columns.extend(restates.then(|| figure("restated")));
        columns.extend([figure("duplicate"), figure("refused")]);
        // Of many reasons there is a table of their own.
        let few = total.left_out.len() <= REASONS_MAX;
        match few {
            true => columns.extend(total.left_out.keys().map(figure)),
            false => columns.push(figure("left out")),
        }
        columns.extend(voids.then(|| figure("voided besides")));
        columns.push(figure("read/s"));
        let mut grid = Grid::new(columns);
        let cells = |name: &str, counts: &Counts, rate: String| {
            let mut cells = vec![name.to_owned(), counts.read.to_string(), counts.appended.to_string()];
            cells.extend(restates.then(|| counts.restated.to_string()));
            cells.extend([counts.duplicate.to_string(), counts.refused.to_string()]);
            match few {
                true => {
                    cells.extend(total.left_out.keys().map(|why| counts.left_out.get(why).unwrap_or(&0).to_string()))
                }
                false => cells.push(counts.left_out.values().sum::<u64>().to_string()),
            }
            cells.extend(voids.then(|| counts.voided.to_string()));
            cells.push(rate);
            cells
        };
        for file in &self.files {
            grid.push(cells(&file.file, &file.counts, file.read_per_second.to_string()));
        }
        if self.files.len() > 1 {
            grid.push(cells("total", &total, String::new()));
        }
        let reasons = if few { String::new() } else { total.reasons() };
        grid.render() + &reasons + &self.by_kind() + &self.changes.readable()
    }

    /// Of other systems' files, what became of rows and amounts of each kind.
    fn by_kind(&self) -> String {
        let kinds = KindReport::all(&self.tally);
        if kinds.is_empty() {
            return String::new();
        }
        let figures = ["in", "accepted", "duplicate", "quarantined", "left out"].map(figure);
        let mut grid = Grid::new(["kind", ""].map(text).into_iter().chain(figures));
        kinds.iter().flat_map(KindReport::cells).for_each(|cells| grid.push(cells));
        format!("\n{}", grid.render())
    }
}
