//! The account stage: credits, renewals and suspense of what may have changed, as known at an instant.

use std::collections::BTreeSet;

use tributary_domain::event::Subject;
use tributary_domain::id::AccountId;
use tributary_domain::time::Instant;
use tributary_events::feed::Topic;
use tributary_projector::{Changed, Told, View};

use super::outgoing::{Outgoing, known_then};
use super::{Ledger, Published, Publisher};
use crate::account;
use crate::error::Result;
use crate::record::Said;

/// Subjects that are looked at through one view: while it is held, nothing is filed.
pub(crate) const SUBJECTS_PER_VIEW: usize = 256;

const TOPICS: [Topic; 3] = [Topic::Credits, Topic::Renewals, Topic::Suspense];

impl Publisher {
    /// Says what has changed of the accounts and aliases of its shards, as known at an instant; later calls name the same
    /// instant or a later one.
    pub fn publish_account_stage(&self, ledger: Ledger<'_>, known_at: Instant) -> Result<Published> {
        self.read_back(ledger, &TOPICS)?;
        let told = self.told(ledger)?;
        let whole = self.whole((&told.accounts, told.known_at), &ledger.projection.view(Some(known_at))?);
        let mut published = self.tell_changes(ledger, known_at)?;
        published += self.tell_again(ledger, known_at)?;
        if !whole.is_empty() {
            published += self.tell_whole(ledger, known_at, &whole)?;
        }
        if known_at >= told.since && told.accounts != self.scope {
            ledger.projection.tell(Told { accounts: self.scope.clone(), ..told })?;
        }
        Ok(published)
    }

    /// What was marked as changed, page by page.
    fn tell_changes(&self, ledger: Ledger<'_>, known_at: Instant) -> Result<Published> {
        let mut published = Published::default();
        let mut after = None;
        loop {
            let mut changes = ledger.projection.changes(after.as_ref(), SUBJECTS_PER_VIEW)?;
            let Some(last) = changes.last() else { return Ok(published) };
            after = Some(last.what.clone());
            changes.retain(|change| matches!(change.what, Changed::Account(_) | Changed::Subject(_)));
            let subjects = changes.iter().filter_map(|change| match &change.what {
                Changed::Account(account) => Some(Subject::Account(account.clone())),
                Changed::Subject(subject) => Some(subject.clone()),
                Changed::Partner(_) | Changed::Reference => None,
            });
            published += self.tell_subjects(ledger, known_at, subjects)?;
            ledger.projection.unmark(&changes, known_at)?;
        }
    }

    /// What something older has come to lie above.
    fn tell_again(&self, ledger: Ledger<'_>, known_at: Instant) -> Result<Published> {
        let mut buried = BTreeSet::new();
        for topic in TOPICS {
            buried.extend(self.held.buried(topic)?);
        }
        self.tell_subjects(ledger, known_at, buried.iter().filter_map(|subject| subject.parse().ok()))
    }

    /// Everything of some shards.
    fn tell_whole(&self, ledger: Ledger<'_>, known_at: Instant, whole: &BTreeSet<u32>) -> Result<Published> {
        let mut published = Published::default();
        let mut after: Option<AccountId> = None;
        loop {
            let view = ledger.projection.view(Some(known_at))?;
            let accounts = view.accounts_after(after.as_ref(), SUBJECTS_PER_VIEW)?;
            drop(view);
            let Some(last) = accounts.last() else { break };
            after = Some(last.clone());
            let subjects = accounts.into_iter().map(Subject::Account);
            let some = subjects.filter(|subject| whole.contains(&self.layout.shard(&subject.to_string())));
            published += self.tell_subjects(ledger, known_at, some)?;
        }
        let waiting = ledger.projection.view(Some(known_at))?.unresolved()?.into_keys();
        let mut aliases: BTreeSet<String> = waiting.collect();
        aliases.extend(self.held.subjects(Topic::Suspense)?);
        aliases.retain(|alias| !alias.starts_with("account/") && whole.contains(&self.layout.shard(alias)));
        published += self.tell_subjects(ledger, known_at, aliases.iter().filter_map(|alias| alias.parse().ok()))?;
        Ok(published)
    }

    fn tell_subjects(
        &self,
        ledger: Ledger<'_>,
        known_at: Instant,
        subjects: impl Iterator<Item = Subject>,
    ) -> Result<Published> {
        let subjects: Vec<Subject> = subjects.filter(|subject| self.owns(&subject.to_string())).collect();
        let mut outgoing = Outgoing::new(self, ledger);
        for some in subjects.chunks(SUBJECTS_PER_VIEW) {
            let view = ledger.projection.view(Some(known_at))?;
            for subject in some {
                match subject {
                    Subject::Account(account) => self.tell_account(&view, account, &mut outgoing)?,
                    Subject::Alias(..) => tell_alias(&view, subject, &mut outgoing)?,
                    Subject::Book | Subject::Partner(_) => {}
                }
            }
        }
        outgoing.finish()
    }

    fn tell_account(&self, view: &View<'_>, id: &AccountId, outgoing: &mut Outgoing<'_>) -> Result<()> {
        let mut all = account::of_account(view, id)?;
        let subject = Subject::Account(id.clone()).to_string();
        let earning: BTreeSet<String> = all.iter().map(|said| said.key.clone()).collect();
        for key in self.held.keys_of(Topic::Credits, &subject)? {
            if !earning.contains(&key) {
                let (topic, known_at) = (Topic::Credits, view.known_at());
                all.push(Said { topic, key, subject: subject.clone(), known_at, content: None });
            }
        }
        for said in &all {
            outgoing
                .say(said, |known_at| known_then(view, known_at, |then| account::due(then, &then.folded(id)?, said)))?;
        }
        Ok(())
    }
}

fn tell_alias(view: &View<'_>, alias: &Subject, outgoing: &mut Outgoing<'_>) -> Result<()> {
    outgoing
        .say(&account::of_alias(view, alias)?, |known_at| known_then(view, known_at, |then| Ok(then.due_under(alias)?)))
}
