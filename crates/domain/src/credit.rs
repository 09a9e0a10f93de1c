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
    /// In which month since the initial term's start the day is: 1 is the first, 0 is before it; none: there is no initial term.
    pub month_of_deal: Option<u32>,
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
        month_of_deal: deal.initial_start().map(|start| month_of_deal(start, fact.key.day)),
        churned_after_days: deal.churned_after_days(),
    }
}

/// The smallest n with day < start + n calendar months: the day is among the first n and no fewer (M2).
fn month_of_deal(start: Day, day: Day) -> u32 {
    use crate::time::Period;
    if day < start {
        return 0;
    }
    let apart = Period::of(day).ordinal() - Period::of(start).ordinal();
    let apart = u32::try_from(apart).unwrap_or(0);
    if day < months_after(start, apart) { apart } else { apart + 1 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::parse_day;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn m2_a_day_is_among_the_first_n_months_exactly_when_it_is_before_the_start_plus_n_months(start in 0_u64..20_000, later in -400_i64..3_000, months in 0_u32..60) {
            let start = parse_day("1990-01-01").expect("a day") + chrono::Days::new(start);
            let day = start + chrono::TimeDelta::days(later);
            prop_assert_eq!(month_of_deal(start, day) <= months, day < months_after(start, months));
        }
    }
}
