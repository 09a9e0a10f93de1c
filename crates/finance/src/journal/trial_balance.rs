//! The trial balance: every journal account by currency, and that they add up to zero (P2).

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use tributary_domain::currency::Currency;
use tributary_domain::money::{Amount, Overflow};
use tributary_domain::posting::{Entry, Posting, Side};
use tributary_events::shape;
use tributary_projector::View;

use crate::error::FinanceError;

/// What stands on every journal account, as known at an instant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TrialBalance {
    /// When it is known.
    #[schemars(extend("format" = "date-time", "pattern" = shape::INSTANT))]
    pub known_at: String,
    /// By account and currency.
    pub accounts: Vec<TrialRow>,
    /// By currency; in each the debits equal the credits.
    pub totals: Vec<TrialTotal>,
}

/// A journal account in a currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TrialRow {
    /// The account.
    pub account: String,
    /// The currency.
    #[schemars(extend("pattern" = shape::CURRENCY))]
    pub currency: String,
    /// What was debited.
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub debit: String,
    /// What was credited.
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub credit: String,
    /// Debits less credits: above zero a debit balance.
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub balance: String,
}

/// All accounts in a currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TrialTotal {
    /// The currency.
    #[schemars(extend("pattern" = shape::CURRENCY))]
    pub currency: String,
    /// What was debited.
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub debit: String,
    /// What was credited.
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub credit: String,
}

/// The trial balance as known at the view's instant. Call [`crate::close_pending`] before.
pub fn trial_balance(view: &View<'_>) -> Result<TrialBalance, FinanceError> {
    let (entries, _) = super::entries(view)?;
    Ok(sum(view.known_at().to_string(), &entries)?)
}

#[derive(Default)]
struct Sides {
    debit: Amount,
    credit: Amount,
}

impl Sides {
    fn add(&mut self, posting: &Posting) -> Result<(), Overflow> {
        match posting.side {
            Side::Debit => self.debit.add(posting.money.amount),
            Side::Credit => self.credit.add(posting.money.amount),
        }
    }
}

fn sum(known_at: String, entries: &[Entry]) -> Result<TrialBalance, Overflow> {
    // By name: two accounts of one name are one to whoever reads the journal.
    let mut accounts: BTreeMap<(String, Currency), Sides> = BTreeMap::new();
    let mut totals: BTreeMap<Currency, Sides> = BTreeMap::new();
    for posting in entries.iter().flat_map(|entry| &entry.postings) {
        let currency = posting.money.currency;
        accounts.entry((posting.account.to_string(), currency)).or_default().add(posting)?;
        totals.entry(currency).or_default().add(posting)?;
    }
    let row = |((account, currency), sides): ((String, Currency), Sides)| {
        Ok(TrialRow {
            account,
            currency: currency.to_string(),
            balance: sides.debit.minus(sides.credit)?.to_string(),
            debit: sides.debit.to_string(),
            credit: sides.credit.to_string(),
        })
    };
    let total = |(currency, sides): (Currency, Sides)| TrialTotal {
        currency: currency.to_string(),
        debit: sides.debit.to_string(),
        credit: sides.credit.to_string(),
    };
    Ok(TrialBalance {
        known_at,
        accounts: accounts.into_iter().map(row).collect::<Result<_, Overflow>>()?,
        totals: totals.into_iter().map(total).collect(),
    })
}
