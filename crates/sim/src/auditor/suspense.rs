//! What earns nothing yet: facts without a deal, facts without a rate.

use std::collections::BTreeMap;

use super::fact::DailyFact;
use super::known::Known;
use super::number::Number;
use super::time::Period;

/// How many facts, and what they add up to.
pub(super) type Heap = (u64, Number);

impl Known {
    /// D5, F4: by (account, basis, product, currency).
    pub(super) fn unattributed(&self) -> BTreeMap<[String; 4], Heap> {
        let mut heaps = BTreeMap::new();
        for account in self.accounts.keys() {
            for fact in self.consumption(account).into_iter().chain(self.disbursements(account)) {
                if fact.deal.is_none() {
                    let key = [fact.account, fact.basis.to_owned(), fact.product, fact.currency];
                    pile(heaps.entry(key).or_insert((0, Number::zero())), 1, fact.amount);
                }
            }
        }
        heaps
    }

    /// F5: by currency.
    pub(super) fn unconverted(&self) -> BTreeMap<String, Heap> {
        let mut heaps = BTreeMap::new();
        // Silent: what recurs counts up to the month of the instant that is asked about.
        let until = Period::of(self.book.day(self.at));
        let begun = |daily: &DailyFact| daily.fact.basis != "recurring" || Period::of(daily.fact.day) <= until;
        let lost = |daily: &DailyFact| daily.converted.is_none() && begun(daily);
        for period in self.periods() {
            for daily in self.daily_facts(period).iter().filter(|daily| lost(daily)) {
                let heap = heaps.entry(daily.fact.currency.clone()).or_insert((0, Number::zero()));
                pile(heap, 1, daily.fact.amount.clone());
            }
        }
        heaps
    }

    /// Every period that a fact may lie in and that counts.
    fn periods(&self) -> Vec<Period> {
        let mut days = Vec::new();
        for account in self.accounts.keys() {
            days.extend(self.consumption(account).into_iter().chain(self.disbursements(account)).map(|fact| fact.day));
        }
        for term in self.deals.values().flat_map(|deal| &deal.terms) {
            days.extend([Some(term.start), term.ended.or(term.end)].into_iter().flatten());
        }
        days.push(self.book.day(self.at));
        let (Some(first), Some(last)) = (days.iter().min(), days.iter().max()) else { return Vec::new() };
        Period::of(*first).through(Period::of(*last)).collect()
    }
}

fn pile((facts, amount): &mut Heap, more: u64, added: Number) {
    *facts += more;
    *amount = amount.clone() + added;
}
