//! The reader of both files: cell after cell into a draft.

use std::collections::{BTreeSet, VecDeque};
use std::io::Read;

use chrono::{Datelike, NaiveDate};
use chrono_tz::Tz;
use csv::StringRecord;
use tributary_domain::currency::Currency;
use tributary_domain::event::{Body, Draft, RatePublished, Subject};
use tributary_domain::id::{EventId, Identity, Source};
use tributary_domain::money::{Amount, Rate as Price};
use tributary_domain::time::{Day, parse_day, start_of_day};

use crate::quotes::QuoteWatch;
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

/// A rate of the file.
#[derive(Debug, Clone, PartialEq)]
pub struct Rate {
    /// The line that it is on, counted from 1.
    pub line: u64,
    /// The `rate.published` that it is.
    pub draft: Draft,
}

/// Cells of the file by what became of them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tally {
    /// Rows read, the header not among them.
    pub rows: u64,
    /// Cells that are a rate.
    pub used: u64,
    /// Cells without a rate (`N/A`).
    pub absent: u64,
    /// Cells that [`Options`] leave out.
    pub left_out: u64,
    /// Cells of columns whose currency is unknown; each such column is one refusal.
    pub unknown_currency: u64,
    /// Refusals: of a column, a row or a cell.
    pub refused: u64,
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

/// The rates of a file. Ends after the last row, or after bytes that could not be read.
#[derive(Debug)]
pub struct Rates<R> {
    base: Currency,
    file: String,
    since: Option<Day>,
    header: StringRecord,
    columns: Vec<Column>,
    csv: csv::Reader<QuoteWatch<R>>,
    record: StringRecord,
    ready: VecDeque<Result<Rate, Refusal>>,
    tally: Tally,
    ended: bool,
}

/// Reads one of the two files. `name` stands for the file in refusals; a header that does not begin with `Date` is
/// refused here.
pub fn read<R: Read>(reader: R, name: &str, options: &Options) -> Result<Rates<R>, Refusal> {
    let refuse = |column: Option<&str>, reason| Refusal {
        file: name.to_owned(),
        line: 1,
        column: column.map(str::to_owned),
        reason,
    };
    let mut csv = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(QuoteWatch::new(reader));
    let header = csv.headers().map_err(|error| refuse(None, Reason::of_csv(&error)))?.clone();
    if header.iter().all(str::is_empty) {
        return Err(refuse(None, Reason::NoHeader));
    }
    if header.get(0) != Some(DATE) {
        return Err(refuse(Some(DATE), Reason::ColumnMissing));
    }
    let base = BASE.parse().map_err(|error| refuse(None, Reason::Currency { text: BASE.to_owned(), error }))?;
    let mut rates = Rates {
        base,
        file: name.to_owned(),
        since: options.since,
        columns: Vec::new(),
        header,
        csv,
        record: StringRecord::new(),
        ready: VecDeque::new(),
        tally: Tally::default(),
        ended: false,
    };
    rates.find_columns(options);
    Ok(rates)
}

impl<R> Rates<R> {
    /// What became of the cells read so far.
    pub const fn tally(&self) -> &Tally {
        &self.tally
    }

    fn find_columns(&mut self, options: &Options) {
        let header = self.header.clone();
        for (at, name) in header.iter().enumerate().skip(1) {
            let column = match name.parse::<Currency>() {
                Ok(currency) if options.currencies.is_empty() || options.currencies.contains(&currency) => {
                    Column::Wanted(currency)
                }
                Ok(_) => Column::LeftOut,
                Err(_) if name.is_empty() => Column::Nameless,
                Err(error) => {
                    self.refuse(1, Some(at), Reason::Currency { text: name.to_owned(), error });
                    Column::Unknown
                }
            };
            self.columns.push(column);
        }
    }

    fn refuse(&mut self, line: u64, at: Option<usize>, reason: Reason) {
        self.tally.refused += 1;
        let column = at.and_then(|at| self.header.get(at)).map(str::to_owned);
        self.ready.push_back(Err(Refusal { file: self.file.clone(), line, column, reason }));
    }

    /// Takes the current record apart.
    fn row(&mut self, line: u64) {
        let record = std::mem::take(&mut self.record);
        let text = record.get(0).unwrap_or_default();
        match date(text) {
            Some(day) => self.cells(line, day, &record),
            None => self.refuse(line, Some(0), Reason::Date { text: text.to_owned() }),
        }
        self.record = record;
    }

    fn cells(&mut self, line: u64, day: Day, record: &StringRecord) {
        let early = self.since.is_some_and(|since| day < since);
        for at in 1..record.len() {
            let text = record.get(at).unwrap_or_default();
            let quote = match self.columns.get(at - 1) {
                Some(Column::Wanted(currency)) if !early => *currency,
                Some(Column::Wanted(_) | Column::LeftOut) => {
                    self.tally.left_out += 1;
                    continue;
                }
                Some(Column::Unknown) => {
                    self.tally.unknown_currency += 1;
                    continue;
                }
                Some(Column::Nameless) | None => continue,
            };
            if text.is_empty() || text == "N/A" {
                self.tally.absent += 1;
                continue;
            }
            match rate(text, self.base, quote, day) {
                Ok(draft) => {
                    self.tally.used += 1;
                    self.ready.push_back(Ok(Rate { line, draft }));
                }
                Err(reason) => self.refuse(line, Some(at), reason),
            }
        }
    }
}

impl<R: Read> Iterator for Rates<R> {
    type Item = Result<Rate, Refusal>;

    fn next(&mut self) -> Option<Self::Item> {
        while self.ready.is_empty() && !self.ended {
            let start = self.csv.position().line();
            let outcome = self.csv.read_record(&mut self.record);
            if matches!(outcome, Ok(false)) {
                self.ended = true;
                break;
            }
            self.tally.rows += 1;
            let cut = self.csv.get_ref().cut_at(self.csv.position().byte());
            let line = self.record.position().map_or(start, csv::Position::line);
            match outcome {
                _ if cut => self.refuse(line, None, Reason::QuoteOpen),
                Err(error) => {
                    self.ended = error.is_io_error();
                    self.refuse(line, None, Reason::of_csv(&error));
                }
                Ok(_) => self.row(line),
            }
        }
        self.ready.pop_front()
    }
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
        identity: Identity { source: Source::new(SOURCE), id },
        subject: Subject::Book,
        body: Body::RatePublished(RatePublished { base, quote, date, rate }),
    })
}
