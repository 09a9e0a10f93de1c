//! What is kept in memory beside the store: the reference data, aliases and closes as known now, and what is dirty. All of
//! it is read back from the store when it is opened.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use tributary_domain::alias::Aliases;
use tributary_domain::event::{Body, Event, Subject};
use tributary_domain::id::AccountId;
use tributary_domain::reference::Reference;
use tributary_domain::time::{Instant, Period};
use tributary_log::Position;
use tributary_store::Reader;

use crate::correction::Corrected;
use crate::dirty::DirtyAccounts;
use crate::elsewhere::Finals;
use crate::error::Result;
use crate::history::{self, Filed};
use crate::key::tag;
use crate::meta::Counts;
use crate::moved::Moved;
use crate::scope::Scope;

/// What is known now.
#[derive(Debug)]
pub(crate) struct Present {
    /// Reference events, in no order.
    pub(crate) reference_events: Vec<Filed>,
    /// Their fold, everything known.
    pub(crate) reference: Arc<Reference>,
    /// Those of them that configure the book.
    pub(crate) configured: Vec<Event>,
    /// Alias events, in no order.
    pub(crate) alias_events: Vec<Filed>,
    /// Their fold, everything known.
    pub(crate) aliases: Arc<Aliases>,
    /// When the last of them was learned.
    pub(crate) aliased: Instant,
    /// Every account that an alias was ever linked to, and when its last event was recorded.
    pub(crate) linked: BTreeMap<Subject, (BTreeSet<AccountId>, Instant)>,
    /// Every alias that was ever linked to an account.
    pub(crate) ever_linked: BTreeMap<AccountId, BTreeSet<Subject>>,
    /// Closes and attestations, in no order.
    pub(crate) close_events: Vec<Filed>,
    pub(crate) corrected: Corrected,
    pub(crate) dirty: DirtyAccounts,
    pub(crate) counts: Counts,
    /// What is answered for here.
    pub(crate) scope: Scope,
    /// Up to when every process has said what its accounts come to.
    pub(crate) settled: Instant,
    /// The last instant that anybody said credits of, while the ledger runs.
    pub(crate) heard: Instant,
    /// Which closes' finals are said.
    pub(crate) finals: Finals,
    /// Who learned something of closed periods since.
    pub(crate) moved: Mutex<Arc<Moved>>,
}

impl Present {
    pub(crate) fn load(store: &impl Reader) -> Result<Self> {
        let mut present = Self {
            reference_events: Vec::new(),
            reference: Arc::default(),
            configured: Vec::new(),
            alias_events: Vec::new(),
            aliases: Arc::default(),
            aliased: Instant::MIN,
            linked: BTreeMap::new(),
            ever_linked: BTreeMap::new(),
            close_events: history::all(store, tag::CLOSE)?,
            corrected: Corrected::load(store)?,
            dirty: DirtyAccounts::load(store)?,
            counts: Counts::load(store)?,
            scope: Scope::Everything,
            settled: Instant::MAX,
            heard: crate::meta::heard(store)?,
            finals: Finals::default(),
            moved: Mutex::default(),
        };
        for filed in history::all(store, tag::REFERENCE)? {
            present.learn_reference(filed);
        }
        for filed in history::all(store, tag::ALIAS)? {
            present.learn_alias(filed);
        }
        Ok(present)
    }

    pub(crate) fn learn_reference(&mut self, filed: Filed) {
        Arc::make_mut(&mut self.reference).learn(&filed.event);
        if matches!(filed.event.body, Body::BookConfigured(_)) {
            self.configured.push(filed.event.clone());
        }
        self.reference_events.push(filed);
    }

    pub(crate) fn learn_alias(&mut self, filed: Filed) {
        let event = &filed.event;
        Arc::make_mut(&mut self.aliases).learn(event);
        self.aliased = event.meta.recorded.max(self.aliased);
        let (accounts, last) =
            self.linked.entry(event.subject.clone()).or_insert_with(|| (BTreeSet::new(), Instant::MIN));
        *last = event.meta.recorded.max(*last);
        if let Body::AliasLinked { account } = &event.body {
            accounts.insert(account.clone());
            self.ever_linked.entry(account.clone()).or_default().insert(event.subject.clone());
        }
        self.alias_events.push(filed);
    }

    /// Forgets the reference event at a position.
    pub(crate) fn forget_reference(&mut self, position: Position) {
        let gone = self.reference_events.iter().find(|filed| filed.position == position).map(|filed| &filed.event.meta);
        self.configured.retain(|event| gone != Some(&event.meta));
        self.reference_events.retain(|filed| filed.position != position);
        self.reference = Arc::new(Reference::known(self.reference_events.iter().map(|filed| &filed.event)));
    }

    /// Forgets the alias event at a position.
    pub(crate) fn forget_alias(&mut self, position: Position) {
        let mut events = std::mem::take(&mut self.alias_events);
        events.retain(|filed| filed.position != position);
        self.aliases = Arc::default();
        self.aliased = Instant::MIN;
        self.linked.clear();
        self.ever_linked.clear();
        events.into_iter().for_each(|filed| self.learn_alias(filed));
    }

    /// What its reference data were when only what was recorded by then was known.
    pub(crate) fn reference_at(&self, known_at: Instant) -> Arc<Reference> {
        if known_at >= self.counts.last_recorded {
            return Arc::clone(&self.reference);
        }
        let events = self.reference_events.iter().map(|filed| &filed.event);
        Arc::new(self.reference.before(events, |event| event.meta.recorded <= known_at))
    }

    /// What aliases resolved to then.
    pub(crate) fn aliases_at(&self, known_at: Instant) -> Arc<Aliases> {
        if known_at >= self.aliased {
            return Arc::clone(&self.aliases);
        }
        Arc::new(Aliases::known(history::known(&self.alias_events, known_at)))
    }

    /// The last period whose credits are derived: that of the last recorded instant.
    pub(crate) fn horizon(&self) -> Period {
        Period::of(self.reference.book.day(self.counts.last_recorded.max(Instant::from_micros(0))))
    }
}
