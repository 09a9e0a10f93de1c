//! Credit: what each partner's share of a fact is worth (C1). The seam between an account's stage and a partner's.

use std::collections::BTreeMap;

use crate::account::Account;
use crate::attribution::{Given, Slice, Split, deciding, derive_by, split};
use crate::deal::{Deal, TermKind};
use crate::fact::DailyFact;
use crate::id::{AccountId, DealId, PartnerId, Pool, Product, Role, Vendor};
use crate::money::{Amount, CreditAmount, Overflow};
use crate::policy::{AttributionPolicy, Basis};
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
        let mut shares = DayShares { account, pool, reference, held: BTreeMap::new() };
        for run in facts.chunk_by(differ_by_day) {
            credits_of_run(account, run, pool, &mut shares, &mut credits)?;
        }
    }
    for of_partner in credits.values_mut() {
        of_partner.retain(|_, amount| !amount.is_zero());
    }
    credits.retain(|_, of_partner| !of_partner.is_empty());
    Ok(credits)
}

/// Whether two facts are alike but for the day, and the currency that they were converted from.
fn differ_by_day(one: &DailyFact, other: &DailyFact) -> bool {
    let (one, other) = (&one.key, &other.key);
    (one.basis, &one.deal, &one.product, &one.vendor) == (other.basis, &other.deal, &other.product, &other.vendor)
}

/// Adds up the credits of facts that differ by their days. Their keys differ by little more, so what is alike is summed before
/// a key is made of it.
fn credits_of_run<'a>(
    account: &'a Account,
    run: &[DailyFact],
    pool: &Pool,
    shares: &mut DayShares<'a, '_>,
    credits: &mut Credits,
) -> Result<(), Overflow> {
    let mut sums: Vec<(OfDay, &'a PartnerId, &'a Role, CreditAmount)> = Vec::new();
    for fact in run {
        let Some((deal, amount)) = earning(account, fact) else { continue };
        let Some(DealShares { of_day, given, .. }) = shares.of(deal, fact) else { continue };
        for Given { partner, role, share, .. } in given {
            let amount = amount.share(*share)?;
            match sums.iter_mut().find(|held| (held.0, held.1, held.2) == (*of_day, *partner, *role)) {
                Some(held) => held.3.add(amount)?,
                None => sums.push((*of_day, partner, role, amount)),
            }
        }
    }
    let Some(fact) = run.first() else { return Ok(()) };
    let Some(deal) = fact.key.deal.as_ref().and_then(|deal| account.deals.get(deal)) else { return Ok(()) };
    for (of_day, partner, role, amount) in sums {
        let key = key_of(account, deal, fact, pool, role.clone(), of_day);
        credits.entry(partner.clone()).or_default().entry(key).or_default().add(amount)?;
    }
    Ok(())
}

/// What a day says of a deal's credits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct OfDay {
    term: Option<TermKind>,
    month_of_deal: Option<u32>,
}

impl OfDay {
    fn of(deal: &Deal, day: Day) -> Self {
        let month_of_deal = deal.initial_start().map(|start| month_of_deal(start, day));
        Self { term: deal.term_on(day).map(|term| term.kind), month_of_deal }
    }
}

/// How an account's deals are divided in a pool, by day. Once it is known which policy decides, the shares do not depend on the
/// product or the vendor (A3–A7): they are asked for once a day.
struct DayShares<'a, 'p> {
    account: &'a Account,
    pool: &'p Pool,
    reference: &'a Reference,
    held: BTreeMap<Day, Vec<DealShares<'a>>>,
}

/// How a policy divides a deal on a day.
struct DealShares<'a> {
    deal: &'a Deal,
    policy: &'a AttributionPolicy,
    of_day: OfDay,
    given: Vec<Given<'a>>,
}

impl<'a> DayShares<'a, '_> {
    /// None: no policy matches, and nobody earns anything.
    fn of(&mut self, deal: &'a Deal, fact: &DailyFact) -> Option<&DealShares<'a>> {
        let Self { account, pool, reference, held } = self;
        let (account, reference, day) = (*account, *reference, fact.key.day);
        let slice = slice(account, deal, fact);
        let policy = deciding(&slice, pool, reference)?;
        let of_day = held.entry(day).or_default();
        let is_held = |shares: &DealShares<'_>| std::ptr::eq(shares.deal, deal) && std::ptr::eq(shares.policy, policy);
        let at = of_day.iter().position(is_held).unwrap_or_else(|| {
            // The slice without what its shares do not depend on.
            let slice = Slice { account, deal, day, product: None, vendor: None };
            let given = derive_by(policy, &slice, reference).given_to_enrolled();
            of_day.push(DealShares { deal, policy, of_day: OfDay::of(deal, day), given });
            of_day.len() - 1
        });
        of_day.get(at)
    }
}

/// The deal and the amount of a fact that earns credit.
pub fn earning<'a>(account: &'a Account, fact: &DailyFact) -> Option<(&'a Deal, Amount)> {
    let deal = account.deals.get(fact.key.deal.as_ref()?)?;
    fact.converted.amount().map(|amount| (deal, amount))
}

/// How a fact is divided in a pool.
pub fn split_of(account: &Account, deal: &Deal, fact: &DailyFact, pool: &Pool, reference: &Reference) -> Split {
    split(&slice(account, deal, fact), pool, reference)
}

fn slice<'a>(account: &'a Account, deal: &'a Deal, fact: &'a DailyFact) -> Slice<'a> {
    let (product, vendor) = (fact.key.product.as_ref(), fact.key.vendor.as_ref());
    Slice { account, deal, day: fact.key.day, product, vendor }
}

/// The key that a fact's credit in a role is summed under.
pub fn key(account: &Account, deal: &Deal, fact: &DailyFact, pool: &Pool, role: Role) -> CreditKey {
    key_of(account, deal, fact, pool, role, OfDay::of(deal, fact.key.day))
}

fn key_of(account: &Account, deal: &Deal, fact: &DailyFact, pool: &Pool, role: Role, of_day: OfDay) -> CreditKey {
    let OfDay { term, month_of_deal } = of_day;
    CreditKey {
        pool: pool.clone(),
        basis: fact.key.basis,
        account: account.id.clone(),
        deal: deal.id.clone(),
        role,
        product: fact.key.product.clone(),
        vendor: fact.key.vendor.clone(),
        term,
        month_of_deal,
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
