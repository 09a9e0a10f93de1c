//! Credits of a partner in a period (C1).

use schemars::JsonSchema;
use serde::Serialize;
use tributary_domain::credit::CreditKey;
use tributary_domain::id::{PartnerId, Product, Vendor};
use tributary_domain::money::CreditAmount;
use tributary_domain::policy::Basis;
use tributary_domain::time::Period;
use tributary_events::shape;
use tributary_projector::View;

use crate::error::FinanceError;

/// The credits of a partner, summed over a period's days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Credits {
    /// Whose.
    pub partner: String,
    /// Of which period.
    #[schemars(extend("pattern" = shape::PERIOD))]
    pub period: String,
    /// When it is known.
    #[schemars(extend("format" = "date-time", "pattern" = shape::INSTANT))]
    pub known_at: String,
    /// By the fields in the order shown.
    pub credits: Vec<Credit>,
}

/// A sum of credit, in the book's currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[expect(missing_docs, reason = "the contract's own words")]
pub struct Credit {
    pub pool: String,
    #[schemars(extend("enum" = Basis::ALL.map(Basis::as_str)))]
    pub basis: &'static str,
    pub account: String,
    pub deal: String,
    pub role: String,
    pub product: String,
    pub vendor: String,
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub amount: String,
}

/// The credits of a partner in a period, as known at the view's instant.
pub fn credits(view: &View<'_>, partner: &PartnerId, period: Period) -> Result<Credits, FinanceError> {
    let credits = view.credits(partner, period)?;
    let mut sums: Vec<(&CreditKey, CreditAmount)> = Vec::with_capacity(credits.len());
    for (key, amount) in &credits {
        match sums.last_mut() {
            // What is shown of a key stands first in it: those that look alike follow one another.
            Some((last, sum)) if shown(last) == shown(key) => sum.add(*amount)?,
            _ => sums.push((key, *amount)),
        }
    }
    sums.retain(|(_, sum)| !sum.is_zero());
    sums.sort_by(|(a, _), (b, _)| shown(a).cmp(&shown(b))); // a basis is ordered by its word
    let credit = |(key, amount): (&CreditKey, CreditAmount)| {
        let (pool, basis, account, deal, role, product, vendor) = shown(key);
        let [pool, account, deal, role, product, vendor] =
            [pool, account, deal, role, product, vendor].map(str::to_owned);
        Credit { pool, basis, account, deal, role, product, vendor, amount: amount.to_string() }
    };
    Ok(Credits {
        partner: partner.to_string(),
        period: period.to_string(),
        known_at: view.known_at().to_string(),
        credits: sums.into_iter().map(credit).collect(),
    })
}

type Shown<'k> = (&'k str, &'static str, &'k str, &'k str, &'k str, &'k str, &'k str);

/// What the answer shows of a key.
fn shown(key: &CreditKey) -> Shown<'_> {
    (
        key.pool.as_str(),
        key.basis.as_str(),
        key.account.as_str(),
        key.deal.as_str(),
        key.role.as_str(),
        key.product.as_ref().map_or("", Product::as_str),
        key.vendor.as_ref().map_or("", Vendor::as_str),
    )
}
