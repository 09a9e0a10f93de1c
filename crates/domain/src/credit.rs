//! Credit: what each partner's share of a fact is worth (C1). The seam between an account's stage and a partner's.

use std::collections::BTreeMap;

use crate::account::Account;
use crate::attribution::{Slice, Split, split};
use crate::deal::{Deal, TermKind};
use crate::fact::DailyFact;
use crate::id::{AccountId, DealId, PartnerId, Pool, Product, Role, Vendor};
use crate::money::{Amount, CreditAmount, Overflow};
use crate::policy::Basis;
use crate::reference::Reference;
use crate::time::{Day, months_after};

/// What the credits of a period are summed by: everything that a commission plan may ask for (M2), and no day. The field
/// order is the order of the credits answer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CreditKey {
    /// The pool.
    pub pool: Pool,
    /// The kind of fact.
    pub basis: Basis,
    /// The account.
    pub account: AccountId,
    /// The deal.
    pub deal: DealId,
    /// The role that earns it.
    pub role: Role,
    /// The product; a disbursement may name none.
    pub product: Option<Product>,
    /// The vendor, where one is known.
    pub vendor: Option<Vendor>,
    /// The term of the day; none: the day is in no term.
    pub term: Option<TermKind>,
    /// Whole months since the initial term started; none: the deal has no initial term. Zero before its start.
    pub months_elapsed: Option<u32>,
    /// How many days after the initial term's start the deal churned, if it did (M7).
    pub churned_after_days: Option<u32>,
}

/// Credits of a period by partner and key.
pub type Credits = BTreeMap<PartnerId, BTreeMap<CreditKey, CreditAmount>>;

/// Adds up the credits of daily facts in every pool (C1). Facts without a deal or a rate earn none.
pub fn credits(account: &Account, facts: &[DailyFact], reference: &Reference) -> Result<Credits, Overflow> {
    let mut credits = Credits::new();
    for pool in &reference.policies.pools() {
        for fact in facts {
            let Some((deal, amount)) = earning(account, fact) else { continue };
            let split = split_of(account, deal, fact, pool, reference);
            for share in split.shares {
                let key = key(account, deal, fact, pool, share.role);
                credits.entry(share.partner).or_default().entry(key).or_default().add(amount.share(share.share)?)?;
            }
        }
    }
    for of_partner in credits.values_mut() {
        of_partner.retain(|_, amount| !amount.is_zero());
    }
    credits.retain(|_, of_partner| !of_partner.is_empty());
    Ok(credits)
}

/// The deal and the amount of a fact that earns credit.
pub fn earning<'a>(account: &'a Account, fact: &DailyFact) -> Option<(&'a Deal, Amount)> {
    let deal = account.deals.get(fact.key.deal.as_ref()?)?;
    fact.converted.amount().map(|amount| (deal, amount))
}

/// How a fact is divided in a pool.
pub fn split_of(account: &Account, deal: &Deal, fact: &DailyFact, pool: &Pool, reference: &Reference) -> Split {
    let (product, vendor) = (fact.key.product.as_ref(), fact.key.vendor.as_ref());
    split(&Slice { account, deal, day: fact.key.day, product, vendor }, pool, reference)
}

/// The key that a fact's credit in a role is summed under.
pub fn key(account: &Account, deal: &Deal, fact: &DailyFact, pool: &Pool, role: Role) -> CreditKey {
    CreditKey {
        pool: pool.clone(),
        basis: fact.key.basis,
        account: account.id.clone(),
        deal: deal.id.clone(),
        role,
        product: fact.key.product.clone(),
        vendor: fact.key.vendor.clone(),
        term: deal.term_on(fact.key.day).map(|term| term.kind),
        months_elapsed: deal.initial_start().map(|start| months_elapsed(start, fact.key.day)),
        churned_after_days: deal.churned_after_days(),
    }
}

/// The greatest m with start + m calendar months <= day; zero before the start.
fn months_elapsed(start: Day, day: Day) -> u32 {
    use crate::time::Period;
    let apart = Period::of(day).ordinal() - Period::of(start).ordinal();
    let apart = u32::try_from(apart).unwrap_or(0);
    if apart > 0 && months_after(start, apart) > day { apart - 1 } else { apart }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::parse_day;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn m2_the_months_elapsed_pass_exactly_when_the_day_is_before_the_start_plus_n_months(start in 0_i64..20_000, later in 0_i64..3_000, months in 1_u32..60) {
            let start = parse_day("1990-01-01").expect("a day") + chrono::Days::new(start as u64);
            let day = start + chrono::Days::new(later as u64);
            prop_assert_eq!(months_elapsed(start, day) < months, day < months_after(start, months));
        }
    }
}
