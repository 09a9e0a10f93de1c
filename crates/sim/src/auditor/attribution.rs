//! A1 and A7: the share of everybody in a deal, on a day, for a product and vendor, in a pool.

use std::collections::{BTreeMap, BTreeSet};

use num_bigint::BigInt;

use super::deal::Deal;
use super::event::texts;
use super::known::Known;
use super::policy::Policy;
use super::time::Day;

/// The whole in the units of shares. A2
pub(super) const WHOLE: i64 = 1_000_000_000;

/// Shares in 10⁻⁹, by (partner, role).
pub(super) type Shares = BTreeMap<(String, String), BigInt>;

#[derive(Debug)]
pub(super) struct Split<'a> {
    pub(super) policy: Option<Policy<'a>>,
    pub(super) shares: Shares,
    pub(super) retained: BigInt,
}

impl Known {
    /// A1: `revenue`, and whatever attribution policies name.
    pub(super) fn pools(&self) -> BTreeSet<&str> {
        self.policies("attribution").map(Policy::pool).chain(["revenue"]).collect()
    }

    pub(super) fn split(&self, deal: &Deal, day: Day, product: &str, vendor: &str, pool: &str) -> Split<'_> {
        let policy = self.deciding_policy(deal, day, product, vendor, pool);
        let mut shares = policy.map(|policy| self.shares(&policy.0["model"], deal, day)).unwrap_or_default();
        // A7: under any model
        shares.retain(|(partner, _), share| {
            let enrolled = self.is_enrolled(partner, day);
            if !enrolled {
                self.note("A7 not enrolled yet");
            }
            enrolled && *share != BigInt::from(0)
        });
        let retained = BigInt::from(WHOLE) - shares.values().sum::<BigInt>();
        assert!(retained >= BigInt::from(0), "more than the whole was given away");
        Split { policy, shares, retained }
    }

    /// A1: of the pool's matching policies the one of the highest priority, of equal ones the smallest id.
    fn deciding_policy(&self, deal: &Deal, day: Day, product: &str, vendor: &str, pool: &str) -> Option<Policy<'_>> {
        let (markets, motion) = (self.markets(&deal.account, day), self.motion(deal));
        let matches = |policy: &Policy<'_>| {
            policy.admits("/match/markets", &markets)
                && policy.admits("/match/motions", &[&motion])
                && policy.admits("/match/products", &[product])
                && policy.admits("/match/vendors", &[vendor])
        };
        let in_force = self.in_force("attribution", day, day).into_values();
        let matching = in_force.filter(|policy| policy.pool() == pool).filter(matches);
        let priority = |policy: &Policy<'_>| policy.0["priority"].as_i64().unwrap_or(0);
        // The ids come in ascending order, and of equal ones `min_by_key` takes the first.
        let decides = matching.min_by_key(|policy| -priority(policy));
        self.note(if decides.is_some() { "A1 decided" } else { "A1 no policy" });
        decides
    }

    /// A1: of the account's latest opening by the day, else of its earliest one.
    fn markets(&self, account: &str, day: Day) -> Vec<&str> {
        let by_day = self.of_account(account, "account.opened").rfind(|event| self.day_of(event) <= day);
        let opened = by_day.or_else(|| self.of_account(account, "account.opened").next());
        opened.map(|event| texts(&event.data["markets"])).unwrap_or_default()
    }
}
