//! Aliases: which account another system's identifier stands for (I3).

use std::collections::{BTreeMap, BTreeSet};

use crate::event::{Body, Event, Meta, Subject};
use crate::id::{AccountId, ExternalId, Namespace};

/// An identifier of another system, with the namespace that says which.
type Alias = (Namespace, ExternalId);

/// What every alias resolves to, as known at some instant.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Aliases {
    latest: BTreeMap<Alias, (Meta, Option<AccountId>)>,
    by_account: BTreeMap<AccountId, BTreeSet<Alias>>,
}

impl Aliases {
    /// Folds `alias.linked` and `alias.unlinked`; of several for one alias the latest stands, whatever its effective time (I3).
    pub fn known<'a>(events: impl IntoIterator<Item = &'a Event>) -> Self {
        let mut aliases = Self::default();
        events.into_iter().for_each(|event| aliases.learn(event));
        aliases
    }

    /// Takes in one event; others than alias events say nothing.
    pub fn learn(&mut self, event: &Event) {
        let account = match &event.body {
            Body::AliasLinked { account } => Some(account.clone()),
            Body::AliasUnlinked => None,
            _ => return,
        };
        let Subject::Alias(namespace, id) = &event.subject else { return };
        let key = (namespace.clone(), id.clone());
        let before = match self.latest.get(&key) {
            Some((meta, _)) if *meta > event.meta => return,
            Some((_, before)) => before.clone(),
            None => None,
        };
        if let Some(before) = before.and_then(|before| self.by_account.get_mut(&before)) {
            before.remove(&key);
        }
        if let Some(account) = &account {
            self.by_account.entry(account.clone()).or_default().insert(key.clone());
        }
        self.latest.insert(key, (event.meta.clone(), account));
    }

    /// The account that a subject's history belongs to; none: it waits in suspense, or is no account's.
    pub fn resolve(&self, subject: &Subject) -> Option<AccountId> {
        match subject {
            Subject::Account(account) => Some(account.clone()),
            Subject::Alias(namespace, id) => {
                self.latest.get(&(namespace.clone(), id.clone())).and_then(|(_, account)| account.clone())
            }
            Subject::Book | Subject::Partner(_) => None,
        }
    }

    /// Every alias that resolves, with its account.
    pub fn linked(&self) -> impl Iterator<Item = (Subject, &AccountId)> {
        self.by_account.iter().flat_map(|(account, of)| {
            of.iter().map(move |(namespace, id)| (Subject::Alias(namespace.clone(), id.clone()), account))
        })
    }

    /// The event that says what an alias resolves to (I3).
    pub fn resolved_by(&self, subject: &Subject) -> Option<&Meta> {
        let Subject::Alias(namespace, id) = subject else { return None };
        self.latest.get(&(namespace.clone(), id.clone())).map(|(meta, _)| meta)
    }

    /// Every alias that resolves to an account.
    pub fn of(&self, account: &AccountId) -> impl Iterator<Item = Subject> {
        let aliases = self.by_account.get(account).into_iter().flatten();
        aliases.map(|(namespace, id)| Subject::Alias(namespace.clone(), id.clone()))
    }
}
