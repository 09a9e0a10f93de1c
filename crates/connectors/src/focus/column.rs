//! Where the columns of one file are, found once from its header.

use csv::StringRecord;

use super::mapping::{AccountRule, Mapping};
use crate::Reason;

/// The places of the columns that the mapping reads.
#[derive(Debug)]
pub(super) struct Columns {
    pub(super) category: usize,
    pub(super) time: usize,
    pub(super) provider: Option<usize>,
    /// One for each rule of `accounts`, in its order.
    pub(super) accounts: Vec<usize>,
    pub(super) product: usize,
    pub(super) vendor: Option<usize>,
    pub(super) cost: usize,
    pub(super) currency: usize,
    pub(super) quantity: Option<usize>,
    pub(super) unit: Option<usize>,
    pub(super) key: Vec<(String, usize)>,
}

/// The column at fault and the reason.
type Fault = (String, Reason);

impl Columns {
    /// Finds them all, or says which one is missing or there twice.
    pub(super) fn find(header: &StringRecord, mapping: &Mapping) -> Result<Self, Fault> {
        let rules: &[AccountRule] = &mapping.accounts;
        let by_provider = rules.iter().any(|rule| rule.provider.is_some());
        Ok(Self {
            category: needed(header, "ChargeCategory")?,
            time: needed(header, "ChargePeriodStart")?,
            provider: by_provider.then(|| needed(header, &mapping.provider)).transpose()?,
            accounts: rules.iter().map(|rule| needed(header, &rule.column)).collect::<Result<_, _>>()?,
            product: needed(header, &mapping.product.column)?,
            vendor: mapping.vendor.as_ref().map(|vendor| needed(header, &vendor.column)).transpose()?,
            cost: needed(header, &mapping.cost)?,
            currency: needed(header, &mapping.currency)?,
            quantity: named_or_usual(header, mapping.quantity.as_deref(), "ConsumedQuantity")?,
            unit: named_or_usual(header, mapping.unit.as_deref(), "ConsumedUnit")?,
            key: key(header, mapping)?,
        })
    }
}

fn key(header: &StringRecord, mapping: &Mapping) -> Result<Vec<(String, usize)>, Fault> {
    if let Some(names) = &mapping.natural_key {
        return names.iter().map(|name| Ok((name.clone(), needed(header, name)?))).collect();
    }
    let found = super::DEFAULT_KEY.iter().map(|name| Ok(find(header, name)?.map(|at| ((*name).to_owned(), at))));
    found.filter_map(Result::transpose).collect()
}

/// A column that the mapping names has to be there; the usual one need not be.
fn named_or_usual(header: &StringRecord, named: Option<&str>, usual: &str) -> Result<Option<usize>, Fault> {
    match named {
        Some(name) => needed(header, name).map(Some),
        None => find(header, usual),
    }
}

pub(super) fn needed(header: &StringRecord, name: &str) -> Result<usize, Fault> {
    find(header, name)?.ok_or_else(|| (name.to_owned(), Reason::ColumnMissing))
}

fn find(header: &StringRecord, name: &str) -> Result<Option<usize>, Fault> {
    let mut places = header.iter().enumerate().filter(|(_, column)| column.trim() == name).map(|(at, _)| at);
    let first = places.next();
    match places.next() {
        Some(_) => Err((name.to_owned(), Reason::ColumnTwice)),
        None => Ok(first),
    }
}
