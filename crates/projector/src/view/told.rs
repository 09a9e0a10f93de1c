//! What is told to others of one account, subject or partner, and which event it is due to. Nothing is remembered between two
//! questions: whoever tells of everything asks once of each.

use std::collections::BTreeMap;

use tributary_domain::commission::PeriodCredits;
use tributary_domain::event::Subject;
use tributary_domain::id::{AccountId, PartnerId};
use tributary_domain::time::{Instant, Period};
use tributary_log::Position;
use tributary_store::Reader;

use super::View;
use crate::credit::{self, AccountRow};
use crate::error::Result;
use crate::fold::FoldedAccount;
use crate::history::Filed;
use crate::key::{self, tag};
use crate::last_learned::LastLearned;
use crate::row::RowReader;
use crate::suspense::Suspended;

/// When an event was recorded, and where it stands: the latest is the greatest.
pub type Due = (Instant, Position);

impl View<'_> {
    /// So many accounts after one, by id.
    pub fn accounts_after(&self, after: Option<&AccountId>, accounts_max: usize) -> Result<Vec<AccountId>> {
        let from = after.map_or_else(key::account::all, |after| [key::account::key(after), vec![0]].concat());
        let until = tributary_store::key::after_prefix(&key::account::all()).unwrap_or_default();
        let read = |row: tributary_store::Result<tributary_store::Row>| {
            let (key, value) = row?;
            RowReader::new("account", &value).id(AccountId::new(&key::account::read(&key)?))
        };
        self.store.range(&from, &until).take(accounts_max).map(read).collect()
    }

    /// An account, folded as known at the view's instant, and not kept.
    pub fn folded(&self, id: &AccountId) -> Result<FoldedAccount> {
        self.at().fold(id)
    }

    /// The credits of an account, of every partner and period. Lines that recur would have them for ever: theirs are counted
    /// up to the period of the view's instant.
    pub fn credits_of(&self, id: &AccountId) -> Result<BTreeMap<(PartnerId, Period), PeriodCredits>> {
        let mut all: BTreeMap<(PartnerId, Period), PeriodCredits> = BTreeMap::new();
        let until = self.period();
        if until == self.present.horizon() && !self.is_stale(id)? {
            for (period, partners) in AccountRow::load(self.store, id)?.unwrap_or_default().credited {
                for partner in partners {
                    if let Some(value) = self.store.get(&key::credit::key(&partner, period, id))? {
                        let of_period = all.entry((partner, period)).or_default();
                        credit::decode_into(credit::whole(&value)?, id, of_period)?;
                    }
                }
            }
        } else {
            let folded = self.folded(id)?;
            let mut sums = self.at().usage_sums(&folded, None, &mut LastLearned::default())?;
            let agreed = tributary_domain::fact::agreed_periods(&folded.account, until);
            let periods: std::collections::BTreeSet<Period> = sums.keys().copied().chain(agreed).collect();
            for period in periods {
                for (partner, credits) in self.at().earned(&folded, period, sums.remove(&period)).credits {
                    all.insert((partner, period), credits);
                }
            }
        }
        all.retain(|_, credits| {
            credits.retain(|_, amount| !amount.is_zero());
            !credits.is_empty()
        });
        Ok(all)
    }

    /// The facts of an account that earn no credit, counted as [`Self::suspended`] counts them.
    pub fn suspended_of(&self, id: &AccountId) -> Result<Vec<Suspended>> {
        let until = self.period();
        let all = self.suspended_periods(id, until > self.present.horizon())?;
        let counted = all
            .into_iter()
            .flat_map(|(period, some)| some.into_iter().filter(move |one| super::counts(until, period, one)));
        Ok(counted.collect())
    }

    /// How many events of a subject wait because it resolves to no account (I3).
    pub fn waiting_under(&self, subject: &Subject) -> Result<u64> {
        if !matches!(subject, Subject::Alias(..)) || self.aliases.resolve(subject).is_some() {
            return Ok(0);
        }
        let mut count = 0;
        for tag in [tag::HISTORY, tag::OBSERVATION, tag::USAGE] {
            count += self.count(tag, &key::history::of_subject(tag, &subject.to_string()))?;
        }
        Ok(count)
    }

    /// The period of the view's instant.
    pub fn period(&self) -> Period {
        Period::of(self.reference.book.day(self.known_at))
    }

    /// The latest event known of an account, usage apart: of its histories, and of what links them to it.
    pub fn due_of(&self, folded: &FoldedAccount) -> Option<Due> {
        let links = self.alias_events().filter(|filed| folded.subjects.contains(&filed.event.subject));
        latest(folded.events.iter()).max(latest(links))
    }

    /// The latest event known of an account's usage, of a period or of every one.
    pub fn due_of_usage(&self, folded: &FoldedAccount, period: Option<Period>) -> Result<Option<Due>> {
        let mut due = None;
        self.at().visit_usage(&folded.subjects, period, |used| {
            due = due.max(Some((used.row.recorded, used.row.position)));
            due = due.max(used.correction.map(|correction| (correction.recorded, correction.position)));
            Ok(())
        })?;
        Ok(due)
    }

    /// The latest event known under a subject, usage and links of it included.
    pub fn due_under(&self, subject: &Subject) -> Result<Option<Due>> {
        let events = self.events_of(subject)?;
        let links = self.alias_events().filter(|filed| filed.event.subject == *subject);
        let mut due = latest(events.iter()).max(latest(links));
        self.at().visit_usage(std::slice::from_ref(subject), None, |used| {
            due = due.max(Some((used.row.recorded, used.row.position)));
            Ok(())
        })?;
        Ok(due)
    }
}

/// The latest of some events; of equal instants the greatest position.
pub fn latest<'f>(events: impl IntoIterator<Item = &'f Filed>) -> Option<Due> {
    events.into_iter().map(|filed| (filed.event.meta.recorded, filed.position)).max()
}
