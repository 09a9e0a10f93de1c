//! The reader of both files: cell after cell into a draft.

use std::collections::{BTreeSet, VecDeque};
use std::io::Read;
use std::sync::Arc;

use chrono::{Datelike, NaiveDate};
use chrono_tz::Tz;
use csv::StringRecord;
use tributary_domain::currency::Currency;
use tributary_domain::event::{Body, Draft, RatePublished, Subject};
use tributary_domain::id::{EventId, Identity, Source as SourceOf};
use tributary_domain::money::{Amount, Rate as Price};
use tributary_domain::time::{Day, parse_day, start_of_day};

use crate::row::{Row, Said};
use crate::source::{Rows, Source};
use crate::text::{Line, Table, TableForm, Wrong};
use crate::{Reason, Refusal};

/// The CloudEvents `source` of every rate, whichever file it comes from.
pub const SOURCE: &str = "urn:ecb:eurofxref";

/// One unit of which every cell prices.
const BASE: &str = "EUR";

/// The column that holds the date.
const DATE: &str = "Date";

/// Which rates are wanted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Options {
    /// The first day that counts; none: all.
    pub since: Option<Day>,
    /// The currencies that count; empty: all.
    pub currencies: BTreeSet<Currency>,
}

/// A column of the file.
#[derive(Debug)]
enum Column {
    Wanted(Currency),
    LeftOut,
    Unknown,
    /// Made by the comma at the end of the line.
    Nameless,
}

impl Source for Options {
    /// Reads one of the two files; what counts as a row is a cell. A header that does not begin with `Date` is refused here.
    fn rows<'a>(&'a self, reader: Box<dyn Read + 'a>, name: &str) -> Result<Rows<'a>, Refusal> {
        let table = Table::open(reader, name, TableForm { trims: true, ..TableForm::default() })?;
        if table.header().get(0) != Some(DATE) {
            return Err(table.refusal(1, Some(DATE.to_owned()), Reason::ColumnMissing));
        }
        let base =
            BASE.parse().map_err(|error| table.refusal(1, None, Reason::Currency { text: BASE.to_owned(), error }))?;
        let mut rates = Rates { base, since: self.since, columns: Vec::new(), table, ready: VecDeque::new() };
        rates.find_columns(self);
        Ok(Box::new(rates))
    }
}

/// The rates of a file.
struct Rates<'a> {
    base: Currency,
    since: Option<Day>,
    columns: Vec<Column>,
    table: Table<'a>,
    ready: VecDeque<Row>,
}

impl Rates<'_> {
    fn find_columns(&mut self, options: &Options) {
        let header = self.table.header().clone();
        for (at, name) in header.iter().enumerate().skip(1) {
            let column = match name.parse::<Currency>() {
                Ok(currency) if options.currencies.is_empty() || options.currencies.contains(&currency) => {
                    Column::Wanted(currency)
                }
                Ok(_) => Column::LeftOut,
                Err(_) if name.is_empty() => Column::Nameless,
                Err(error) => {
                    self.refuse(1, Some(at), Reason::Currency { text: name.to_owned(), error }, name.to_owned());
                    Column::Unknown
                }
            };
            self.columns.push(column);
        }
    }

    fn refuse(&mut self, line: u64, at: Option<usize>, reason: Reason, text: String) {
        let refusal = self.table.refusal(line, at.and_then(|at| self.table.name(at)), reason);
        self.ready.push_back(Row::refused(kind(), None, refusal, text));
    }

    fn leave_out(&mut self, line: u64, why: &str) {
        self.ready.push_back(Row { line, kind: kind(), money: None, said: Said::LeftOut(why.into()) });
    }

    /// Takes a row apart.
    fn row(&mut self, line: u64, values: &StringRecord) {
        let text = values.get(0).unwrap_or_default();
        match date(text) {
            Some(day) => self.cells(line, day, values),
            None => self.refuse(line, Some(0), Reason::Date { text: text.to_owned() }, self.table.written(values)),
        }
    }

    fn cells(&mut self, line: u64, day: Day, values: &StringRecord) {
        let early = self.since.is_some_and(|since| day < since);
        for at in 1..values.len() {
            let text = values.get(at).unwrap_or_default();
            let quote = match self.columns.get(at - 1) {
                Some(Column::Wanted(currency)) if !early => *currency,
                Some(Column::Wanted(_) | Column::LeftOut) => {
                    self.leave_out(line, "not wanted");
                    continue;
                }
                Some(Column::Unknown) => {
                    self.leave_out(line, "unknown currency");
                    continue;
                }
                Some(Column::Nameless) | None => continue,
            };
            if text.is_empty() || text == "N/A" {
                self.leave_out(line, "no rate");
                continue;
            }
            match rate(text, self.base, quote, day) {
                Ok(draft) => self.ready.push_back(Row::event(line, kind(), None, draft)),
                Err(reason) => self.refuse(line, Some(at), reason, self.table.written(values)),
            }
        }
    }
}

impl Iterator for Rates<'_> {
    type Item = Row;

    fn next(&mut self) -> Option<Self::Item> {
        while self.ready.is_empty() {
            let Line { number, values } = self.table.next()?;
            match values {
                Ok(values) => self.row(number, &values),
                Err(Wrong { reason, text, .. }) => self.refuse(number, None, reason, text),
            }
        }
        self.ready.pop_front()
    }
}

fn kind() -> Arc<str> {
    "rate".into()
}

/// Reads a date as either file writes it.
fn date(text: &str) -> Option<Day> {
    parse_day(text)
        .ok()
        .or_else(|| NaiveDate::parse_from_str(text, "%d %B %Y").ok())
        .filter(|day| (1..=9999).contains(&day.year()))
}

fn rate(text: &str, base: Currency, quote: Currency, date: Day) -> Result<Draft, Reason> {
    let amount: Amount = text.parse().map_err(|error| Reason::Decimal { text: text.to_owned(), error })?;
    let rate = Price::from_units(amount.units()).ok_or_else(|| Reason::RateNotPositive { text: text.to_owned() })?;
    let id = EventId::new(&format!("{base}-{quote}-{date}"));
    Ok(Draft {
        time: start_of_day(date, Tz::UTC),
        recorded: None,
        identity: Identity { source: SourceOf::new(SOURCE), id },
        subject: Subject::Book,
        body: Body::RatePublished(RatePublished { base, quote, date, rate }),
    })
}
