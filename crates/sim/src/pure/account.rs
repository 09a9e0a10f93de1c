//! Accounts as known at an instant: their deals, facts and credits (I3, D1, F1, F5, C1).

use std::collections::BTreeSet;

use tributary_domain::account::Account;
use tributary_domain::commission::PeriodCredits;
use tributary_domain::credit::{Credits, credits};
use tributary_domain::event::{Body, Event, UsageCorrected, UsageRecorded};
use tributary_domain::fact::{DailyFact, Sums, Usage, agreed_periods};
use tributary_domain::id::{AccountId, DealId, PartnerId};
use tributary_domain::money::{Amount, Money, Overflow};
use tributary_domain::time::Period;

use super::Known;

impl Known<'_> {
    /// Every account that an event belongs to, by id.
    pub(super) fn accounts(&self) -> BTreeSet<AccountId> {
        self.events.iter().filter_map(|event| self.aliases.resolve(&event.subject)).collect()
    }

    pub(super) fn events_of<'a>(&'a self, account: &'a AccountId) -> impl Iterator<Item = &'a Event> {
        self.events.iter().copied().filter(move |event| self.aliases.resolve(&event.subject).as_ref() == Some(account))
    }

    /// The account that a deal belongs to (D1).
    pub(super) fn owner(&self, deal: &DealId) -> Option<AccountId> {
        let opens = |event: &&&Event| matches!(&event.body, Body::DealOpened(opened) if opened.deal == *deal);
        let openings = self.events.iter().filter(opens);
        let resolved = openings.filter_map(|event| Some((&event.meta, self.aliases.resolve(&event.subject)?)));
        resolved.min_by(|(a, _), (b, _)| a.cmp(b)).map(|(_, account)| account)
    }

    pub(super) fn account(&self, id: &AccountId) -> Account {
        let events: Vec<Event> = self.events_of(id).cloned().collect();
        let opened = events.iter().filter_map(|event| match &event.body {
            Body::DealOpened(opened) => Some(opened.deal.clone()),
            _ => None,
        });
        let elsewhere: BTreeSet<DealId> = opened.filter(|deal| self.owner(deal).as_ref() != Some(id)).collect();
        Account::fold(id.clone(), &events, &elsewhere, &self.reference.book)
    }

    fn used<'a>(&'a self, account: &'a AccountId) -> impl Iterator<Item = (&'a Event, &'a UsageRecorded)> {
        self.events_of(account).filter_map(|event| match &event.body {
            Body::UsageRecorded(used) => Some((event, used)),
            _ => None,
        })
    }

    /// What a usage event came to, after corrections: the last one learned stands (F1).
    fn amount(&self, event: &Event, used: &UsageRecorded) -> Amount {
        let restates = |other: &&Event| -> Option<UsageCorrected> {
            match &other.body {
                Body::UsageCorrected(corrected) if corrected.corrects == event.meta.identity => Some(corrected.clone()),
                _ => None,
            }
        };
        let corrections = self.events.iter().filter_map(|other| Some((other.meta.clone(), restates(other)?)));
        let last = corrections.max_by(|(a, _), (b, _)| (a.recorded, &a.identity).cmp(&(b.recorded, &b.identity)));
        last.map_or(used.money.amount, |(_, corrected)| corrected.amount)
    }

    /// The daily facts of an account in a period.
    pub(super) fn facts(&self, account: &Account, period: Period) -> Result<Vec<DailyFact>, Overflow> {
        let mut sums = Sums::default();
        for (event, used) in self.used(&account.id) {
            let day = self.reference.book.day(event.meta.time);
            if period.contains(day) {
                let money = Money { amount: self.amount(event, used), ..used.money };
                let (vendor, deal) = (used.vendor.as_ref(), used.deal.as_ref());
                sums.add_usage(account, &Usage { day, product: &used.product, vendor, deal, money })?;
            }
        }
        sums.add_agreed(account, period)?;
        sums.daily_facts(&self.reference)
    }

    /// The periods in which an account has facts, what recurs for ever until that of the instant.
    pub(super) fn periods(&self, account: &Account) -> BTreeSet<Period> {
        let book = &self.reference.book;
        let mut periods = agreed_periods(account, Period::of(book.day(self.at)));
        periods.extend(self.used(&account.id).map(|(event, _)| Period::of(book.day(event.meta.time))));
        periods
    }

    /// The credits of a partner in a period, of all accounts.
    pub(super) fn credits(&self, partner: &PartnerId, period: Period) -> Result<PeriodCredits, Overflow> {
        if let Some(earned) = self.earned.borrow().get(&period) {
            return Ok(earned.get(partner).cloned().unwrap_or_default());
        }
        let mut earned = Credits::new();
        for id in self.accounts() {
            let account = self.account(&id);
            for (partner, of_account) in credits(&account, &self.facts(&account, period)?, &self.reference)? {
                earned.entry(partner).or_default().extend(of_account);
            }
        }
        let of_partner = earned.get(partner).cloned().unwrap_or_default();
        self.earned.borrow_mut().insert(period, earned);
        Ok(of_partner)
    }
}
