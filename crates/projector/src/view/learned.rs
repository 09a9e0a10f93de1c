//! What was learned of an account in a span of recorded time: everything that may have changed what it comes to.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use tributary_domain::event::{Body, Subject};
use tributary_domain::id::{AccountId, DealId, PartnerId};
use tributary_domain::money::Amount;
use tributary_domain::time::{Instant, Period};
use tributary_log::Position;
use tributary_store::Reader;

use super::View;
use crate::correction::Correction;
use crate::error::Result;
use crate::history::{self, Filed};
use crate::key;
use crate::row::RowReader;
use crate::usage::{self, UsageRow};

/// What was learned of an account in a span of recorded time. Reference data is nobody's: it is not among it.
#[derive(Debug, Clone, Default)]
pub struct Learned {
    /// Events of its history and of those of its aliases, links of those, and openings elsewhere of deals that it opened; by
    /// position. Usage apart.
    pub events: Vec<Filed>,
    /// Usage, by position.
    pub usage: Vec<UsageLearned>,
    /// Corrections of its usage, by position; those that wait for theirs say nothing yet.
    pub corrections: Vec<CorrectionLearned>,
}

/// A usage event.
#[derive(Debug, Clone)]
pub struct UsageLearned {
    /// Whose history it is in.
    pub subject: Subject,
    /// The event.
    pub row: UsageRow,
    /// The amount that stood when it was learned: a correction may have come first.
    pub amount: Amount,
}

/// A correction, and what it restates.
#[derive(Debug, Clone)]
pub struct CorrectionLearned {
    /// Whose history the usage is in.
    pub subject: Subject,
    /// The usage event.
    pub usage: UsageRow,
    /// The amount that stood before.
    pub before: Amount,
    /// The correction.
    pub correction: Correction,
}

impl View<'_> {
    /// Every account that may give a partner credit, or may have at any instant.
    pub fn accounts_of(&self, partner: &PartnerId) -> Result<BTreeSet<AccountId>> {
        let mut accounts = BTreeSet::new();
        let mut failed = None;
        self.visit_accounts_of(partner, |account| match AccountId::new(account) {
            Ok(account) => _ = accounts.insert(account),
            Err(_) => failed = Some(RowReader::new("mention", &[]).damage()),
        })?;
        failed.map_or(Ok(accounts), Err)
    }

    /// Visits their ids, in no order, some more than once.
    pub(super) fn visit_accounts_of(&self, partner: &PartnerId, mut visit: impl FnMut(&str)) -> Result<()> {
        if self.gives_fixed_share(partner) {
            self.accounts()?.iter().for_each(|account| visit(account.as_str()));
            return Ok(());
        }
        let mut rows = self.store.prefix(&key::mention::of_partner(partner));
        while let Some(row) = rows.advance() {
            let subject = key::mention::read(row?.0)?;
            match subject.strip_prefix("account/") {
                Some(account) => visit(account),
                None => {
                    let linked = subject.parse().ok().and_then(|subject: Subject| self.present.linked.get(&subject));
                    linked.into_iter().flat_map(|(accounts, _)| accounts).for_each(|account| visit(account.as_str()));
                }
            }
        }
        Ok(())
    }

    /// What was learned of an account after an instant, as far as it is known; usage only of days that are of these periods
    /// in some time zone (none: of every day). Of aliases that were ever linked to it, whether or not they are.
    pub fn learned(&self, account: &AccountId, periods: Option<&BTreeSet<Period>>, after: Instant) -> Result<Learned> {
        let mut subjects = BTreeSet::from([Subject::Account(account.clone())]);
        subjects.extend(self.present.ever_linked.get(account).into_iter().flatten().cloned());
        let span = (Bound::Excluded(after), Bound::Included(self.known_at));
        let mut events: BTreeMap<Position, Filed> = BTreeMap::new();
        let mut linking = subjects.clone();
        for subject in &subjects {
            let of_subject = history::recorded(self.store, &subject.to_string(), span)?;
            events.extend(of_subject.into_iter().map(|filed| (filed.position, filed)));
            for (other, deal) in self.opened_beside(subject)? {
                let openings = history::recorded(self.store, &other.to_string(), span)?;
                let of_deal = openings.into_iter().filter(|filed| opens(filed, &deal));
                events.extend(of_deal.map(|filed| (filed.position, filed)));
                linking.insert(other);
            }
        }
        let known = |filed: &&Filed| after < filed.event.meta.recorded && filed.event.meta.recorded <= self.known_at;
        let links = self.present.alias_events.iter().filter(|filed| linking.contains(&filed.event.subject));
        events.extend(links.filter(known).map(|filed| (filed.position, filed.clone())));
        let mut learned = Learned { events: events.into_values().collect(), ..Learned::default() };
        for subject in &subjects {
            self.usage_learned(subject, periods, after, &mut learned)?;
        }
        learned.usage.sort_by_key(|used| used.row.position);
        learned.corrections.sort_by_key(|corrected| corrected.correction.position);
        Ok(learned)
    }

    /// The deals that a subject opens, and the other subjects that open them too: whose they are may hang on those (D1).
    fn opened_beside(&self, subject: &Subject) -> Result<Vec<(Subject, DealId)>> {
        let mut beside = Vec::new();
        for row in self.store.prefix(&key::opening::of_subject(&subject.to_string())) {
            let deal = RowReader::new("opening", &[]).id(DealId::new(&key::opening::deal(&row?.0)?))?;
            for row in self.store.prefix(&key::opening::of_deal(&deal)) {
                let other = String::from_utf8_lossy(&row?.1).parse::<Subject>().ok();
                beside.extend(other.filter(|other| other != subject).map(|other| (other, deal.clone())));
            }
        }
        Ok(beside)
    }

    fn usage_learned(
        &self,
        subject: &Subject,
        periods: Option<&BTreeSet<Period>>,
        after: Instant,
        learned: &mut Learned,
    ) -> Result<()> {
        for block in self.store.prefix(&key::usage::of_subject(&subject.to_string())) {
            let (key, value) = block?;
            let (_, month, first) = key::usage::read(&key)?;
            let asked = |period: Period| periods.is_none_or(|periods| periods.contains(&period));
            if !(month - 1..=month + 1).map(Period::from_ordinal).any(asked) {
                continue;
            }
            usage::visit(&value, first, &mut usage::Terms::default(), |row| {
                if row.recorded <= self.known_at && somewhere(row.time).any(asked) {
                    self.row_learned(subject, row, after, learned)?;
                }
                Ok(())
            })?;
        }
        Ok(())
    }

    fn row_learned(&self, subject: &Subject, row: UsageRow, after: Instant, learned: &mut Learned) -> Result<()> {
        let corrected = &self.present.corrected;
        let mut before = row.amount;
        for correction in corrected.all(self.store, row.position, self.known_at)? {
            // One that came before its usage says nothing of its own: the usage is learned with it.
            if correction.recorded > after && correction.recorded > row.recorded {
                let (subject, usage) = (subject.clone(), row.clone());
                learned.corrections.push(CorrectionLearned { subject, usage, before, correction });
            }
            before = correction.amount;
        }
        if row.recorded > after {
            let standing = corrected.standing(self.store, row.position, row.recorded)?;
            let amount = standing.map_or(row.amount, |correction| correction.amount);
            learned.usage.push(UsageLearned { subject: subject.clone(), row, amount });
        }
        Ok(())
    }
}

/// The periods that an instant is in, in some time zone: none is a day ahead of UTC or behind.
fn somewhere(time: Instant) -> impl Iterator<Item = Period> {
    let day = time.utc().date_naive();
    [day.pred_opt(), Some(day), day.succ_opt()].into_iter().flatten().map(Period::of)
}

fn opens(filed: &Filed, deal: &DealId) -> bool {
    matches!(&filed.event.body, Body::DealOpened(opened) if opened.deal == *deal)
}
