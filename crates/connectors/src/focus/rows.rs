//! The reader: one row after the other, with memory for the keys of the file only.

use std::io::Read;
use std::sync::Arc;

use csv::StringRecord;
use tributary_domain::event::{Body, Draft, Subject, UsageRecorded};
use tributary_domain::id::{ExternalId, IdError, Identity, Product, Vendor};
use tributary_domain::money::{Amount, DecimalError, Money};

use super::Category;
use super::column::{Columns, needed};
use super::data_set;
use super::delivery::{Deliveries, Delivery};
use super::key::Identifier;
use super::mapping::{ColumnNames, FromName, Mapping, ZeroCost};
use crate::row::{Restates, Row, Said, Statement};
use crate::source::Rows;
use crate::text::{Line, Table, TableForm, Wrong};
use crate::{Reason, Refusal, cell, decimal};

/// Reads a FOCUS file, CSV or Parquet. `name` stands for the file in refusals; a header without what the mapping needs is refused here.
pub(super) fn read<'a>(reader: Box<dyn Read + 'a>, name: &str, mapping: &'a Mapping) -> Result<Rows<'a>, Refusal> {
    let form = TableForm { encoding: mapping.encoding, ..TableForm::default() };
    let mut table = Table::open(reader, name, form)?;
    if let Some(other) = data_set::other(table.header()) {
        return Ok(Box::new(data_set::rows(table, other)));
    }
    let columns =
        Columns::find(table.header(), mapping).map_err(|(column, reason)| table.refusal(1, Some(column), reason))?;
    let mut deliveries = match &mapping.delivery {
        Delivery::Append => None,
        Delivery::Overwrite(overwrite) => {
            let (own, column) =
                ((mapping.source.as_str(), mapping.zone), |column: &str| needed(table.header(), column));
            let of = Deliveries::of(overwrite, own, name, column);
            Some(of.map_err(|(column, reason)| table.refusal(1, column, reason))?)
        }
    };
    let mut identifier = Identifier::new(columns.key.clone(), mapping.zone);
    Ok(Box::new(std::iter::from_fn(move || {
        let Line { number, values } = table.next()?;
        let values = match values {
            Ok(values) => values,
            Err(Wrong { column, reason, text }) => {
                return Some(Row::refused("unknown".into(), None, table.refusal(number, column, reason), text));
            }
        };
        let charge = Charge { mapping, columns: &columns, values: &values };
        let (kind, money) = (charge.kind(), charge.money().ok());
        Some(match charge.said(&mut identifier, deliveries.as_mut()) {
            Ok(said) => Row { line: number, kind, money, said },
            Err((at, reason)) => {
                let refusal = table.refusal(number, at.and_then(|at| table.name(at)), reason);
                Row::refused(kind, money, refusal, table.written(&values))
            }
        })
    })))
}

/// The place of the column at fault, if it is one, and the reason.
type Fault = (Option<usize>, Reason);

/// A row of the file.
struct Charge<'a> {
    mapping: &'a Mapping,
    columns: &'a Columns,
    values: &'a StringRecord,
}

impl Charge<'_> {
    fn kind(&self) -> Arc<str> {
        self.category().map_or("unknown", Category::as_str).into()
    }

    fn said(&self, identifier: &mut Identifier, deliveries: Option<&mut Deliveries>) -> Result<Said, Fault> {
        let category = self.category()?;
        if !self.mapping.categories.contains(&category) {
            return Ok(Said::LeftOut(format!("category {}", category.as_str()).into()));
        }
        // Before anything can be refused, so that a bad cell does not renumber the rows after it.
        let id = identifier.next(self.values);
        let draft = Draft {
            time: self.filled(self.columns.time, |text| cell::instant(text, self.mapping.zone))?,
            recorded: None,
            identity: Identity { source: self.mapping.source.clone(), id },
            subject: self.subject()?,
            body: Body::UsageRecorded(self.usage()?),
        };
        let costs_nothing = self.money()?.amount.is_zero() && self.mapping.zero_cost == ZeroCost::Skip;
        let only = costs_nothing.then(|| "zero cost".into());
        let restates = match deliveries.map(|deliveries| deliveries.of_row(self.values)).transpose()? {
            Some((scope, version)) => Restates::ByDelivery { scope, version, only },
            None => Restates::ByFile { only },
        };
        Ok(Said::Events(vec![Statement { draft, restates }]))
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
        let money = self.money()?;
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
            money,
        })
    }

    fn money(&self) -> Result<Money, Fault> {
        let amount = self.filled(self.columns.cost, |text| number(text, decimal::exact))?;
        let currency = self.filled(self.columns.currency, |text| {
            text.parse().map_err(|error| Reason::Currency { text: text.to_owned(), error })
        })?;
        Ok(Money { amount, currency })
    }

    fn value(&self, at: usize) -> Option<&str> {
        self.values.get(at).and_then(cell::value)
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
