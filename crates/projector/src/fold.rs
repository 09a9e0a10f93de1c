//! Folding an account from its rows, at any instant: the same code for what is derived and for what is asked of the past.

use std::collections::{BTreeMap, BTreeSet};

use tributary_domain::account::Account;
use tributary_domain::alias::Aliases;
use tributary_domain::credit::{self, Credits};
use tributary_domain::event::{Body, Subject};
use tributary_domain::fact::{DailyFact, Sums};
use tributary_domain::id::{AccountId, DealId};
use tributary_domain::money::{Amount, CreditAmount, Overflow};
use tributary_domain::reference::Reference;
use tributary_domain::time::{Day, Instant, Period};
use tributary_log::Position;
use tributary_store::{Db, Reader};

use crate::correction::{Corrected, Correction};
use crate::error::{ProjectorError, Result};
use crate::history::{self, Filed};
use crate::key;
use crate::last_learned::LastLearned;
use crate::meta::ReadSoFar;
use crate::suspense::{self, Suspended};
use crate::usage::{self, Terms, UsageRow, UsageTerm};
use crate::usage_sums::{Alike, Same, SummedMonth};

/// From where, and known at when, an account is folded.
pub(crate) struct Coordinates<'a, R = Db> {
    pub(crate) store: &'a R,
    pub(crate) corrected: &'a Corrected,
    pub(crate) aliases: &'a Aliases,
    pub(crate) reference: &'a Reference,
    pub(crate) known_at: Instant,
    /// How far the log is filed, where daily sums of it may be kept.
    pub(crate) read: Option<&'a ReadSoFar>,
}

// Derived, they would ask that what is read from can be copied.
impl<R> Clone for Coordinates<'_, R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R> Copy for Coordinates<'_, R> {}

/// An account folded at an instant, with the events that it was folded from.
#[derive(Debug)]
pub struct FoldedAccount {
    /// The fold.
    pub account: Account,
    /// The events, usage apart.
    pub events: Vec<Filed>,
    /// The subjects that resolve to it: its own and its aliases'.
    pub subjects: Vec<Subject>,
}

/// A usage event with the correction that stands for it.
#[derive(Debug, Clone)]
pub struct StandingUsage {
    /// The event.
    pub row: UsageRow,
    /// Whose history it stands in: which of the folded account's subjects.
    pub subject: usize,
    /// Its correction, if there is one.
    pub correction: Option<Correction>,
}

impl StandingUsage {
    /// The amount that stands (F1).
    pub fn amount(&self) -> Amount {
        self.correction.map_or(self.row.amount, |correction| correction.amount)
    }
}

/// The sums of a period's usage; an overflow if they leave the range.
pub(crate) type UsageSums = std::result::Result<Sums, Overflow>;

/// What a period of an account comes to.
#[derive(Debug, Default)]
pub(crate) struct Earned {
    pub(crate) credits: Credits,
    pub(crate) suspended: Vec<Suspended>,
    /// Whether a fact is in another currency than the book's.
    pub(crate) foreign: bool,
}

impl<'a, R> Coordinates<'a, R> {
    /// The same, read through another reader of the same rows.
    pub(crate) fn through<'s, S>(self, store: &'s S) -> Coordinates<'s, S>
    where
        'a: 's,
    {
        let Self { store: _, corrected, aliases, reference, known_at, read } = self;
        Coordinates { store, corrected, aliases, reference, known_at, read }
    }
}

impl<R: Reader> Coordinates<'_, R> {
    /// Folds an account. Returns it even if nothing is known of it: an account without anything.
    pub(crate) fn fold(&self, id: &AccountId) -> Result<FoldedAccount> {
        let mut subjects = vec![Subject::Account(id.clone())];
        subjects.extend(self.aliases.of(id));
        let mut events = Vec::new();
        for subject in &subjects {
            events.extend(history::of_subject(self.store, &subject.to_string(), self.known_at)?);
        }
        let elsewhere = self.opened_elsewhere(id, &events)?;
        let said = events.iter().map(|filed| &filed.event);
        let account = Account::fold(id.clone(), said, &elsewhere, &self.reference.book);
        Ok(FoldedAccount { account, events, subjects })
    }

    /// The deals whose earliest opening that resolves is another account's (D1).
    fn opened_elsewhere(&self, id: &AccountId, events: &[Filed]) -> Result<BTreeSet<DealId>> {
        let mut elsewhere = BTreeSet::new();
        for Filed { event, .. } in events {
            let Body::DealOpened(opened) = &event.body else { continue };
            if self.owner(&opened.deal)?.is_some_and(|owner| owner != *id) {
                elsewhere.insert(opened.deal.clone());
            }
        }
        Ok(elsewhere)
    }

    /// The account that a deal belongs to: that of its earliest opening that resolves (D1).
    pub(crate) fn owner(&self, deal: &DealId) -> Result<Option<AccountId>> {
        for row in self.store.prefix(&key::opening::of_deal(deal)) {
            let (key, subject) = row?; // in the order of T3
            if key::opening::recorded(&key)? <= self.known_at.micros() {
                let subject = String::from_utf8_lossy(&subject).parse().ok();
                if let Some(owner) = subject.and_then(|subject| self.aliases.resolve(&subject)) {
                    return Ok(Some(owner));
                }
            }
        }
        Ok(None)
    }

    /// Visits the usage of subjects that is known, of every period or of one.
    pub(crate) fn visit_usage(
        &self,
        subjects: &[Subject],
        period: Option<Period>,
        mut visit: impl FnMut(StandingUsage) -> Result<()>,
    ) -> Result<()> {
        let mut terms = Terms::default();
        for (number, subject) in subjects.iter().enumerate() {
            let subject = subject.to_string();
            // A local month lies within three UTC months, whatever the zone.
            let mut blocks = match period {
                None => self.store.prefix(&key::usage::of_subject(&subject)),
                Some(period) => {
                    let (from, until) = key::usage::months(&subject, period.ordinal() - 1, period.ordinal() + 2);
                    self.store.range(&from, &until)
                }
            };
            while let Some(block) = blocks.advance() {
                let (key, value) = block?;
                let (_, first) = key::usage::read_place(key)?;
                self.visit_block(value, first, number, &mut terms, &mut visit)?;
            }
        }
        Ok(())
    }

    /// Visits what is known of a block of a subject's usage.
    pub(crate) fn visit_block(
        &self,
        block: &[u8],
        first: Position,
        subject: usize,
        terms: &mut Terms,
        visit: &mut impl FnMut(StandingUsage) -> Result<()>,
    ) -> Result<()> {
        usage::visit(block, first, terms, |row| {
            if row.recorded > self.known_at {
                return Ok(());
            }
            let correction = self.corrected.standing(self.store, row.position, self.known_at)?;
            visit(StandingUsage { row, subject, correction })
        })
    }

    /// The daily sums of usage, by period.
    pub(crate) fn usage_sums(
        &self,
        folded: &FoldedAccount,
        only: Option<Period>,
        learned: &mut LastLearned,
    ) -> Result<BTreeMap<Period, UsageSums>> {
        self.usage_sums_seen(folded, only, learned, |_, _| {})
    }

    /// The same; `seen` is shown each month of each subject.
    pub(crate) fn usage_sums_seen(
        &self,
        folded: &FoldedAccount,
        only: Option<Period>,
        learned: &mut LastLearned,
        mut seen: impl FnMut(&str, &SummedMonth),
    ) -> Result<BTreeMap<Period, UsageSums>> {
        let (mut terms, mut sums) = (Terms::default(), BTreeMap::new());
        for subject in &folded.subjects {
            let subject = subject.to_string();
            self.visit_months(&subject, only, &mut terms, |month| {
                seen(&subject, &month);
                // No order of adding matters: it takes 10^11 amounts of the largest size to leave the range.
                for ((Same(term), day), alike) in month.days {
                    let period = Period::of(day);
                    if only.is_none_or(|only| only == period) {
                        learned.learn_usage(period, alike.learned);
                        add_alike(&mut sums, folded, &term, day, &alike);
                    }
                }
                Ok(())
            })?;
        }
        Ok(sums)
    }

    /// The daily facts of a period; an overflow if they leave the range.
    pub(crate) fn facts(
        &self,
        folded: &FoldedAccount,
        period: Period,
        sums: Option<UsageSums>,
    ) -> std::result::Result<Vec<DailyFact>, Overflow> {
        let mut sums = sums.unwrap_or_else(|| Ok(Sums::default()))?;
        sums.add_agreed(&folded.account, period)?;
        sums.daily_facts(self.reference)
    }

    /// What a period comes to. If anything of it leaves the range of the ledger's integers, the account earns nothing of the
    /// period and that is suspended: no other account, and no other period, has to wait for it.
    pub(crate) fn earned(&self, folded: &FoldedAccount, period: Period, sums: Option<UsageSums>) -> Earned {
        let currency = self.reference.book.currency;
        let facts = match self.facts(folded, period, sums) {
            Ok(facts) => facts,
            // A rate may have done it, and a later one may undo it.
            Err(Overflow) => {
                return Earned {
                    suspended: vec![suspense::out_of_range(currency)],
                    foreign: true,
                    ..Earned::default()
                };
            }
        };
        let foreign = facts.iter().any(|fact| fact.key.currency != currency);
        let mut suspended = suspense::of(&facts);
        let credits = credit::credits(&folded.account, &facts, self.reference);
        match credits.and_then(|credits| total(&credits).map(|_| credits)) {
            Ok(credits) => Earned { credits, suspended, foreign },
            Err(Overflow) => {
                suspended.push(suspense::out_of_range(currency));
                Earned { credits: Credits::new(), suspended, foreign }
            }
        }
    }

    /// What one period of an account comes to, usage and all.
    pub(crate) fn earned_in(&self, folded: &FoldedAccount, period: Period) -> Result<Earned> {
        let sums = self.usage_sums(folded, Some(period), &mut LastLearned::default())?.remove(&period);
        Ok(self.earned(folded, period, sums))
    }
}

/// Adds usage of a day to the sums of its period, which are none any more once they leave the range.
fn add_alike(
    sums: &mut BTreeMap<Period, UsageSums>,
    folded: &FoldedAccount,
    term: &UsageTerm,
    day: Day,
    alike: &Alike,
) {
    let of_period = sums.entry(Period::of(day)).or_insert_with(|| Ok(Sums::default()));
    if let Ok(so_far) = of_period {
        let added =
            alike.amount.and_then(|amount| so_far.add_usage_sum(&folded.account, &term.used(day, amount), alike.parts));
        if let Err(overflow) = added {
            *of_period = Err(overflow);
        }
    }
}

/// All that a period of an account gives, sizes added up: if that can be counted, so can every part of it.
fn total(credits: &Credits) -> std::result::Result<CreditAmount, Overflow> {
    let amounts = credits.values().flat_map(BTreeMap::values);
    CreditAmount::sum(amounts.map(|amount| if *amount < CreditAmount::ZERO { amount.negated() } else { *amount }))
}

/// An overflow, said of its account.
pub(crate) fn of_account(account: &AccountId) -> impl FnOnce(Overflow) -> ProjectorError {
    let account = account.to_string();
    move |source| ProjectorError::Account { account, source }
}
