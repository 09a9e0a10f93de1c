//! Views made from a view: the same ledger at another instant, under candidate policies, or computed without relying on
//! anything derived. They share one lock, so that all of them see the same events.

use std::sync::Arc;

use tributary_domain::policy::Policy;
use tributary_domain::time::Instant;

use super::{Derived, View};

impl<'a> View<'a> {
    /// The same events as known at another instant, under the same suppositions.
    pub fn as_known_at(&self, known_at: Instant) -> View<'a> {
        let view = Self::sharing(self.store, self.present.clone(), self.closed.clone(), known_at);
        if self.supposed.is_empty() { view } else { view.supposing(&self.supposed) }
    }

    /// The same instant, if these policies had been published last, in this order: one of an id and first day that are known
    /// corrects that version, another is a new version or a new policy. Nothing is recorded.
    pub fn supposing(&self, policies: &[Policy]) -> View<'a> {
        let mut view = Self::sharing(self.store, self.present.clone(), self.closed.clone(), self.known_at);
        view.supposed = self.supposed.iter().chain(policies).cloned().collect();
        let reference = Arc::make_mut(&mut view.reference);
        view.supposed.iter().for_each(|policy| reference.policies.suppose(policy));
        // A plan pays for credit and makes none: with plans alone what is derived stays right.
        if view.supposed.iter().any(|policy| matches!(policy, Policy::Attribution(_))) {
            view.derived = Derived::Wrong;
        }
        view
    }

    /// Whether what it supposes, if anything, leaves all credit as it is: plans pay for credit and make none.
    pub fn supposes_plans_alone(&self) -> bool {
        self.supposed.iter().all(|policy| !matches!(policy, Policy::Attribution(_)))
    }

    /// The policies that it supposes, in order.
    pub fn supposed(&self) -> &[Policy] {
        &self.supposed
    }

    /// The same view, with every account folded again from its history: what is derived is not relied on.
    pub fn afresh(mut self) -> Self {
        self.derived = Derived::Wrong;
        self
    }
}
