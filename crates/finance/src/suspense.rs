//! Suspense: what earns no credit and why. Visible and counted, never dropped (I3, D5, F4, F5).

mod out_of_range;
mod unattributed;
mod unconverted;
mod unresolved;
mod waiting;
mod work;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use tributary_domain::id::Product;
use tributary_domain::money::Amount;
use tributary_domain::policy::Basis;
use tributary_events::shape;
use tributary_projector::View;

use crate::error::FinanceError;

pub use work::{
    AliasToLink, CurrencyAmount, LikelyAccount, OutOfRange, SuspenseWork, TypeCount, UnattributedFacts,
    UnconvertedFacts, UnresolvedSubject, suspense_work,
};

/// What earns no credit, as known at an instant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Suspense {
    /// When it is known.
    #[schemars(extend("format" = "date-time", "pattern" = shape::INSTANT))]
    pub known_at: String,
    /// Events whose subject resolves to no account.
    pub unresolved: Vec<Unresolved>,
    /// Facts that belong to no deal.
    pub unattributed: Vec<Unattributed>,
    /// Facts without a rate to the book's currency.
    pub unconverted: Vec<Unconverted>,
}

/// A subject that resolves to no account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Unresolved {
    /// The subject.
    pub subject: String,
    /// How many events wait.
    pub events: u64,
}

/// Facts of an account that belong to no deal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[expect(missing_docs, reason = "the contract's own words")]
pub struct Unattributed {
    pub account: String,
    #[schemars(extend("enum" = Basis::ALL.map(Basis::as_str)))]
    pub basis: &'static str,
    pub product: String,
    #[schemars(extend("pattern" = shape::CURRENCY))]
    pub currency: String,
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub amount: String,
    pub facts: u64,
}

/// Facts in a currency that has no rate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[expect(missing_docs, reason = "the contract's own words")]
pub struct Unconverted {
    #[schemars(extend("pattern" = shape::CURRENCY))]
    pub currency: String,
    pub facts: u64,
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub amount: String,
}

/// What earns no credit, as known at the view's instant.
pub fn suspense(view: &View<'_>) -> Result<Suspense, FinanceError> {
    let mut unattributed: BTreeMap<_, (Amount, u64)> = BTreeMap::new();
    let mut unconverted: BTreeMap<_, (Amount, u64)> = BTreeMap::new();
    for (account, fact) in view.suspended()? {
        let currency = fact.currency.to_string();
        // D5, F5: a fact without a deal waits for that first, so that each is counted once; it is a day's sum that has a rate.
        let (sum, facts, count) = if fact.why.is_unattributed() {
            let product = fact.product.as_ref().map_or_else(String::new, Product::to_string);
            let key = (account.to_string(), fact.basis.as_str(), product, currency);
            let (sum, facts) = unattributed.entry(key).or_default();
            (sum, facts, fact.parts)
        } else {
            let (sum, facts) = unconverted.entry(currency).or_default();
            (sum, facts, 1)
        };
        sum.add(fact.amount)?;
        *facts += count;
    }
    let unattributed = unattributed.into_iter().map(|((account, basis, product, currency), (amount, facts))| {
        Unattributed { account, basis, product, currency, amount: amount.to_string(), facts }
    });
    let unconverted = unconverted.into_iter().map(|(currency, (amount, facts))| Unconverted {
        currency,
        facts,
        amount: amount.to_string(),
    });
    let unresolved = view.unresolved()?.into_iter().map(|(subject, events)| Unresolved { subject, events });
    Ok(Suspense {
        known_at: view.known_at().to_string(),
        unresolved: unresolved.collect(),
        unattributed: unattributed.collect(),
        unconverted: unconverted.collect(),
    })
}
