//! The reader: one row after the other into a draft, with memory for the keys of the file only.

use std::io::Read;

use csv::StringRecord;
use tributary_domain::event::{Body, Draft, Subject, UsageRecorded};
use tributary_domain::id::{ExternalId, IdError, Identity, Product, Vendor};
use tributary_domain::money::{Amount, DecimalError, Money};

use super::column::Columns;
use super::key::Identifier;
use super::mapping::{ColumnNames, FromName, Mapping, ZeroCost};
use super::{Category, Tally, cell};
use crate::quotes::QuoteWatch;
use crate::{Reason, Refusal, decimal};

/// A row that is usage.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The line on which it starts, counted from 1.
    pub line: u64,
    /// The `usage.recorded` that it is.
    pub draft: Draft,
    /// It costs nothing and the mapping leaves such rows out: not to be recorded, but to be restated to zero where the
    /// ledger already knows its identity. Counted as skipped.
    pub only_restates: bool,
}

/// The rows of a file. Ends after the last row, or after bytes that could not be read.
#[derive(Debug)]
pub struct Rows<R> {
    file: String,
    mapping: Mapping,
    columns: Columns,
    header: StringRecord,
    identifier: Identifier,
    csv: csv::Reader<QuoteWatch<R>>,
    record: StringRecord,
    tally: Tally,
    ended: bool,
}

/// Reads a FOCUS CSV file. `name` stands for the file in refusals; a header without what the mapping needs is refused here.
pub fn read<R: Read>(reader: R, name: &str, mapping: &Mapping) -> Result<Rows<R>, Refusal> {
    let refuse = |column: Option<String>, reason| Refusal { file: name.to_owned(), line: 1, column, reason };
    let mut csv = csv::ReaderBuilder::new().from_reader(QuoteWatch::new(reader));
    let header = csv.headers().map_err(|error| refuse(None, Reason::of_csv(&error)))?.clone();
    if header.iter().all(|column| column.trim().is_empty()) {
        return Err(refuse(None, Reason::NoHeader));
    }
    if csv.get_ref().cut_at(csv.position().byte()) {
        return Err(refuse(None, Reason::QuoteOpen));
    }
    let columns = Columns::find(&header, mapping).map_err(|(column, reason)| refuse(Some(column), reason))?;
    Ok(Rows {
        file: name.to_owned(),
        mapping: mapping.clone(),
        identifier: Identifier::new(columns.key.clone(), mapping.zone),
        columns,
        header,
        csv,
        record: StringRecord::new(),
        tally: Tally::default(),
        ended: false,
    })
}

impl<R> Rows<R> {
    /// What became of the rows read so far.
    pub const fn tally(&self) -> &Tally {
        &self.tally
    }
}

impl<R: Read> Iterator for Rows<R> {
    type Item = Result<Row, Refusal>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.ended {
            let start = self.csv.position().line();
            let outcome = self.csv.read_record(&mut self.record);
            if matches!(outcome, Ok(false)) {
                self.ended = true;
                break;
            }
            self.tally.rows += 1;
            let cut = self.csv.get_ref().cut_at(self.csv.position().byte());
            let line = self.record.position().map_or(start, csv::Position::line);
            let read = match outcome {
                _ if cut => Err((None, Reason::QuoteOpen)),
                Err(error) => {
                    self.ended = error.is_io_error();
                    Err((None, Reason::of_csv(&error)))
                }
                Ok(_) => self.row(line),
            };
            match read {
                Ok(Some(row)) => return Some(Ok(row)),
                Ok(None) => {}
                Err((at, reason)) => {
                    self.tally.refused += 1;
                    let column = at.and_then(|at: usize| self.header.get(at)).map(|name| name.trim().to_owned());
                    return Some(Err(Refusal { file: self.file.clone(), line, column, reason }));
                }
            }
        }
        None
    }
}

/// The place of the column at fault, if it is one, and the reason.
type Fault = (Option<usize>, Reason);

impl<R> Rows<R> {
    /// The current record; nothing if it is skipped for its category.
    fn row(&mut self, line: u64) -> Result<Option<Row>, Fault> {
        let category = self.category()?;
        if !self.mapping.categories.contains(&category) {
            *self.tally.category.entry(category).or_insert(0) += 1;
            return Ok(None);
        }
        // Before anything can be refused, so that a bad cell does not renumber the rows after it.
        let id = self.identifier.next(&self.record);
        let draft = Draft {
            time: self.filled(self.columns.time, |text| cell::instant(text, self.mapping.zone))?,
            recorded: None,
            identity: Identity { source: self.mapping.source.clone(), id },
            subject: self.subject()?,
            body: Body::UsageRecorded(self.usage()?),
        };
        let Body::UsageRecorded(usage) = &draft.body else { return Ok(None) };
        let only_restates = usage.money.amount.is_zero() && self.mapping.zero_cost == ZeroCost::Skip;
        match only_restates {
            true => self.tally.zero_cost += 1,
            false => self.tally.used += 1,
        }
        Ok(Some(Row { line, draft, only_restates }))
    }

    fn category(&self) -> Result<Category, Fault> {
        self.filled(self.columns.category, |text| {
            Category::of(text).ok_or_else(|| Reason::Category { text: text.to_owned() })
        })
    }

    fn subject(&self) -> Result<Subject, Fault> {
        let provider = self.columns.provider.and_then(|at| self.value(at));
        for (rule, at) in self.mapping.accounts.iter().zip(&self.columns.accounts) {
            let fits = rule.provider.is_none() || rule.provider.as_deref() == provider;
            let Some(value) = self.value(*at).filter(|_| fits) else { continue };
            let value = value.strip_prefix(rule.strip_prefix.as_str()).unwrap_or(value);
            let id =
                ExternalId::new(&cell::escape(value)).map_err(|error| (Some(*at), Reason::Identifier { error }))?;
            return Ok(Subject::Alias(rule.namespace.clone(), id));
        }
        let provider = provider.unwrap_or_default().to_owned();
        Err((self.columns.accounts.first().copied(), Reason::NoAccount { provider }))
    }

    fn usage(&self) -> Result<UsageRecorded, Fault> {
        let amount = self.filled(self.columns.cost, |text| number(text, decimal::exact))?;
        let currency = self.filled(self.columns.currency, |text| {
            text.parse().map_err(|error| Reason::Currency { text: text.to_owned(), error })
        })?;
        let quantity = self.optional(self.columns.quantity, |text| number(text, decimal::rounded))?;
        let product: Product = self.filled(self.columns.product, |text| named(text, &self.mapping.product))?;
        let vendor: Option<Vendor> = match &self.mapping.vendor {
            Some(names) => self.optional(self.columns.vendor, |text| named(text, names))?,
            None => None,
        };
        Ok(UsageRecorded {
            product,
            vendor,
            deal: None,
            quantity,
            unit: self.columns.unit.and_then(|at| self.value(at)).map(str::to_owned),
            money: Money { amount, currency },
        })
    }

    fn value(&self, at: usize) -> Option<&str> {
        self.record.get(at).and_then(cell::value)
    }

    /// A cell that has to have a value.
    fn filled<T>(&self, at: usize, read: impl Fn(&str) -> Result<T, Reason>) -> Result<T, Fault> {
        let text = self.value(at).ok_or((Some(at), Reason::ValueMissing))?;
        read(text).map_err(|reason| (Some(at), reason))
    }

    /// A cell that may be null, in a column that need not be there.
    fn optional<T>(&self, at: Option<usize>, read: impl Fn(&str) -> Result<T, Reason>) -> Result<Option<T>, Fault> {
        let Some(at) = at else { return Ok(None) };
        self.value(at).map(|text| read(text).map_err(|reason| (Some(at), reason))).transpose()
    }
}

fn number(text: &str, read: impl Fn(&str) -> Result<Amount, DecimalError>) -> Result<Amount, Reason> {
    read(text).map_err(|error| Reason::Decimal { text: text.to_owned(), error })
}

/// What the ledger calls a value: the name it is given, else the value itself, escaped.
fn named<T: FromName + Clone>(text: &str, names: &ColumnNames<T>) -> Result<T, Reason> {
    match names.names.get(text) {
        Some(name) => Ok(name.clone()),
        None => T::from_name(&cell::escape(text)).map_err(|error: IdError| Reason::Identifier { error }),
    }
}
