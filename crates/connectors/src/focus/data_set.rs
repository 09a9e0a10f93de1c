//! The data sets of FOCUS beside cost and usage, which come in files of their own from 1.3 on: nothing is used in them.

use std::sync::Arc;

use csv::StringRecord;

use crate::row::{Row, Said};
use crate::text::{Line, Table, Wrong};

/// The column that only this data set has, and what the data set is called.
const OTHERS: [(&str, &str); 3] = [
    ("ContractCommitmentId", "contract commitment"),
    ("InvoiceDetailId", "invoice detail"),
    ("BillingPeriodStatus", "billing period"),
];

/// The data set that a header is of, if it is not that of cost and usage.
pub(super) fn other(header: &StringRecord) -> Option<&'static str> {
    let has = |name: &str| header.iter().any(|column| column.trim() == name);
    let charges = has("ChargeCategory") || has("ChargePeriodStart");
    OTHERS.into_iter().find(|(column, _)| !charges && has(column)).map(|(_, name)| name)
}

/// Its rows, left out one by one.
pub(super) fn rows<'a>(mut table: Table<'a>, name: &'static str) -> impl Iterator<Item = Row> + 'a {
    let (kind, reason): (Arc<str>, Arc<str>) = (name.into(), format!("data set {name}").into());
    std::iter::from_fn(move || {
        let Line { number, values } = table.next()?;
        Some(match values {
            Ok(_) => {
                Row { line: number, kind: Arc::clone(&kind), money: None, said: Said::LeftOut(Arc::clone(&reason)) }
            }
            Err(Wrong { column, reason, text }) => {
                Row::refused(Arc::clone(&kind), None, table.refusal(number, column, reason), text)
            }
        })
    })
}
