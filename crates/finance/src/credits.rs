//! Credits of a partner in a period (C1).

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
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
    let mut sums: BTreeMap<_, CreditAmount> = BTreeMap::new();
    for (key, amount) in view.credits(partner, period)? {
        let text = (
            key.pool.to_string(),
            key.basis.as_str(),
            key.account.to_string(),
            key.deal.to_string(),
            key.role.to_string(),
            key.product.as_ref().map_or_else(String::new, Product::to_string),
            key.vendor.as_ref().map_or_else(String::new, Vendor::to_string),
        );
        sums.entry(text).or_default().add(amount)?;
    }
    let credit = |((pool, basis, account, deal, role, product, vendor), amount): (_, CreditAmount)| Credit {
        pool,
        basis,
        account,
        deal,
        role,
        product,
        vendor,
        amount: amount.to_string(),
    };
    Ok(Credits {
        partner: partner.to_string(),
        period: period.to_string(),
        known_at: view.known_at().to_string(),
        credits: sums.into_iter().filter(|(_, amount)| !amount.is_zero()).map(credit).collect(),
    })
}
