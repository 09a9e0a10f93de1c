//! The credits of a partner, explained without a statement (C1).

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Serialize;
use tributary_domain::credit::CreditKey;
use tributary_domain::id::{AccountId, DealId, PartnerId, Pool, Product, Role, Vendor};
use tributary_domain::policy::Basis;
use tributary_domain::time::Period;
use tributary_events::shape;
use tributary_projector::View;

use super::Identify;
use super::book::{self, BookExplained};
use super::credit::{self, AllEarnings, CreditExplained, Wanted};
use super::event::Citing;
use crate::error::FinanceError;

/// Which credits of a partner to explain; none named: all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CreditFilter {
    /// Only those of a pool.
    pub pool: Option<Pool>,
    /// Only those of a kind of fact.
    pub basis: Option<Basis>,
    /// Only those of an account.
    pub account: Option<AccountId>,
    /// Only those of a deal.
    pub deal: Option<DealId>,
    /// Only those in a role.
    pub role: Option<Role>,
    /// Only those for a product.
    pub product: Option<Product>,
    /// Only those for a vendor's products.
    pub vendor: Option<Vendor>,
}

impl CreditFilter {
    fn passes(&self, key: &CreditKey) -> bool {
        fn is<T: PartialEq>(wanted: Option<&T>, value: Option<&T>) -> bool {
            wanted.is_none() || wanted == value
        }
        is(self.pool.as_ref(), Some(&key.pool))
            && is(self.basis.as_ref(), Some(&key.basis))
            && is(self.account.as_ref(), Some(&key.account))
            && is(self.deal.as_ref(), Some(&key.deal))
            && is(self.role.as_ref(), Some(&key.role))
            && is(self.product.as_ref(), key.product.as_ref())
            && is(self.vendor.as_ref(), key.vendor.as_ref())
    }
}

/// The credits of a partner in a period, and why they are what they are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CreditExplanation {
    /// Whose.
    pub partner: String,
    /// Of which period.
    #[schemars(extend("pattern" = shape::PERIOD))]
    pub period: String,
    /// When it is known.
    #[schemars(extend("format" = "date-time", "pattern" = shape::INSTANT))]
    pub known_at: String,
    /// How the book is kept.
    pub book: BookExplained,
    /// The credits, by pool, basis, account, deal, role, product and vendor; also those whose days cancel each other out.
    pub credits: Vec<CreditExplained>,
}

/// Explains the credits of a partner in a period, as known at the view's instant. Only accounts that credit the partner are
/// read, as for the credits themselves.
pub fn explain_credits(
    view: &View<'_>,
    partner: &PartnerId,
    period: Period,
    filter: &CreditFilter,
    identify: &Identify<'_>,
) -> Result<CreditExplanation, FinanceError> {
    let citing = Citing::new(view, identify);
    let mut earnings = AllEarnings::default();
    let keys = view.credits(partner, period)?;
    let wanted: BTreeSet<(Pool, AccountId)> =
        keys.into_keys().filter(|key| filter.passes(key)).map(|key| (key.pool, key.account)).collect();
    let mut credits = Vec::new();
    for (pool, account) in &wanted {
        let earnings = earnings.of(&citing, account, period)?;
        let of = Wanted { partner, pool, deal: filter.deal.as_ref(), passes: &|key| filter.passes(key) };
        credits.extend(credit::explain(&citing, &earnings, &of)?);
    }
    credits.sort_by(|a: &CreditExplained, b| a.order().cmp(&b.order()));
    Ok(CreditExplanation {
        partner: partner.to_string(),
        period: period.to_string(),
        known_at: view.known_at().to_string(),
        book: book::explain(&citing),
        credits,
    })
}
