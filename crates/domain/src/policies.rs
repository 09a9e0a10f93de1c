//! The policies known at some instant, and which version of each is in force (A1, M1, O3).

use std::collections::{BTreeMap, BTreeSet};

use crate::event::{Body, Event, Meta};
use crate::id::{EventId, Identity, PolicyId, Pool, Source};
use crate::policy::{AttributionPolicy, AuthorityPolicy, CommissionPlan, Policy};
use crate::time::{Day, Instant, Period};

/// The versions of one kind of policy: by id, then by the day from which they are in force; a correction replaces its version.
#[derive(Debug, Clone)]
struct Versions<P>(BTreeMap<PolicyId, BTreeMap<Day, (Meta, P)>>);

impl<P> Default for Versions<P> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<P: Clone> Versions<P> {
    fn learn(&mut self, id: &PolicyId, from: Day, meta: &Meta, policy: &P) {
        let versions = self.0.entry(id.clone()).or_default();
        match versions.get(&from) {
            Some((known, _)) if known > meta => {}
            _ => {
                versions.insert(from, (meta.clone(), policy.clone()));
            }
        }
    }

    /// Of each id the version with the greatest `effectiveFrom <= day`, whether or not it has ended.
    fn begun_by(&self, day: Day) -> impl Iterator<Item = &P> {
        self.0.values().filter_map(move |versions| versions.range(..=day).next_back().map(|(_, (_, policy))| policy))
    }

    /// The same, or where none has begun the first one that will.
    fn around(&self, day: Day) -> impl Iterator<Item = &(Meta, P)> {
        let version = move |versions| BTreeMap::range(versions, ..=day).next_back().or(versions.first_key_value());
        self.0.values().filter_map(version).map(|(_, version)| version)
    }

    /// The event that published a version.
    fn published(&self, id: &PolicyId, from: Day) -> Option<&Meta> {
        self.0.get(id)?.get(&from).map(|(meta, _)| meta)
    }
}

/// Every policy known at some instant.
#[derive(Debug, Clone, Default)]
pub struct Policies {
    attribution: Versions<AttributionPolicy>,
    commission: Versions<CommissionPlan>,
    authority: Versions<AuthorityPolicy>,
    pools: BTreeSet<Pool>,
}

impl Policies {
    /// Takes in one event; others than `policy.published` say nothing. The same id and `effectiveFrom` again is a
    /// correction of that version.
    pub fn learn(&mut self, event: &Event) {
        if let Body::PolicyPublished(policy) = &event.body {
            self.publish(policy, &event.meta);
        }
    }

    /// Takes in a document as if it had been published after everything known: of its own version it is the correction.
    pub fn suppose(&mut self, policy: &Policy) {
        let identity = Identity { source: Source::new(""), id: EventId::new("") };
        self.publish(policy, &Meta { time: Instant::MAX, recorded: Instant::MAX, identity });
    }

    fn publish(&mut self, policy: &Policy, meta: &Meta) {
        match policy {
            Policy::Attribution(policy) => {
                self.pools.insert(policy.pool.clone());
                self.attribution.learn(&policy.id, policy.effective_from, meta, policy);
            }
            Policy::Commission(plan) => self.commission.learn(&plan.id, plan.effective_from, meta, plan),
            Policy::Authority(policy) => self.authority.learn(&policy.id, policy.effective_from, meta, policy),
        }
    }

    /// The pools: `revenue` and those that the attribution policies name (A1), by name.
    pub fn pools(&self) -> BTreeSet<Pool> {
        let mut pools = self.pools.clone();
        pools.insert(revenue());
        pools
    }

    /// The attribution policies in force on a day, by id (A1).
    pub fn attribution_on(&self, day: Day) -> impl Iterator<Item = &AttributionPolicy> {
        self.attribution.begun_by(day).filter(move |policy| !policy.has_ended_by(day))
    }

    /// Of every attribution policy the version that a day asks for, in force or not, and where none has begun its first one;
    /// with the event that published it.
    pub fn attribution_around(&self, day: Day) -> impl Iterator<Item = (&Meta, &AttributionPolicy)> {
        self.attribution.around(day).map(|(meta, policy)| (meta, policy))
    }

    /// The authority policies in force on a day, by id (O3).
    pub fn authority_on(&self, day: Day) -> impl Iterator<Item = &AuthorityPolicy> {
        self.authority.begun_by(day).filter(move |policy| !policy.has_ended_by(day))
    }

    /// The event that published a version of a commission plan.
    pub fn plan_published(&self, id: &PolicyId, from: Day) -> Option<&Meta> {
        self.commission.published(id, from)
    }

    /// The versions of the commission plans for a period, by id (M1).
    pub fn plans_for(&self, period: Period) -> impl Iterator<Item = &CommissionPlan> {
        self.commission
            .begun_by(period.first_day())
            .filter(move |plan| plan.effective_to.is_none_or(|end| end >= period.last_day()))
    }
}

/// The pool that is always there.
pub fn revenue() -> Pool {
    match Pool::new("revenue") {
        Ok(pool) => pool,
        Err(_) => unreachable!("`revenue` is an identifier"),
    }
}
