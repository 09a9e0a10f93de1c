//! C1: what each partner is credited with, exactly.

use std::collections::BTreeMap;
use std::rc::Rc;

use num_bigint::BigInt;

use super::attribution::WHOLE;
use super::fact::DailyFact;
use super::known::Known;
use super::number::Number;
use super::time::{Day, Period};

/// The credit of one partner and role in one daily fact.
#[derive(Debug)]
pub(super) struct Credit {
    pub(super) partner: String,
    pub(super) pool: String,
    pub(super) basis: &'static str,
    pub(super) account: String,
    pub(super) deal: String,
    pub(super) role: String,
    pub(super) product: String,
    pub(super) vendor: String,
    pub(super) day: Day,
    pub(super) amount: Number,
}

impl Known {
    /// All credit of a period's days.
    pub(super) fn credits(&self, period: Period) -> Rc<Vec<Credit>> {
        if let Some(credits) = self.credits.borrow().get(&period) {
            return credits.clone();
        }
        let mut credits = Vec::new();
        for daily in self.daily_facts(period).iter() {
            for pool in self.pools() {
                credits.extend(self.credits_in(daily, pool));
            }
        }
        let credits = Rc::new(credits);
        self.credits.borrow_mut().insert(period, credits.clone());
        credits
    }

    fn credits_in(&self, daily: &DailyFact, pool: &str) -> Vec<Credit> {
        let fact = &daily.fact;
        let (Some(amount), Some(deal)) = (&daily.converted, &fact.deal) else { return Vec::new() };
        let split = self.split(&self.deals[deal], fact.day, &fact.product, &fact.vendor, pool);
        let of = |share: BigInt| amount.clone() * Number::fraction(share, WHOLE);
        let credits: Vec<Credit> = split
            .shares
            .into_iter()
            .map(|((partner, role), share)| Credit {
                partner,
                pool: pool.to_owned(),
                basis: fact.basis,
                account: fact.account.clone(),
                deal: deal.clone(),
                role,
                product: fact.product.clone(),
                vendor: fact.vendor.clone(),
                day: fact.day,
                amount: of(share),
            })
            .collect();
        let credited: Number = credits.iter().map(|credit| credit.amount.clone()).sum();
        assert_eq!(credited + of(split.retained), *amount, "credits and what is retained add up to the fact");
        self.note("C1");
        credits
    }

    /// The partner's credit of a period by (pool, basis, account, deal, role, product, vendor), zero sums left out.
    pub(super) fn credit_sums(&self, partner: &str, period: Period) -> BTreeMap<[String; 7], Number> {
        let mut sums: BTreeMap<[String; 7], Number> = BTreeMap::new();
        for credit in self.credits(period).iter().filter(|credit| credit.partner == partner) {
            let [pool, basis, account] = [&*credit.pool, credit.basis, &*credit.account];
            let key = [pool, basis, account, &credit.deal, &credit.role, &credit.product, &credit.vendor];
            let sum = sums.entry(key.map(str::to_owned)).or_insert_with(Number::zero);
            *sum = sum.clone() + credit.amount.clone();
        }
        sums.retain(|_, sum| !sum.is_zero());
        sums
    }
}
