//! In which closed periods anything may have moved for a partner since the last close. The others are what they were: they
//! need not be computed again to know that there is nothing to adjust.

use std::collections::BTreeSet;
use std::sync::{Arc, PoisonError};

use tributary_domain::closing::Close;
use tributary_domain::id::PartnerId;
use tributary_domain::time::Period;

use super::revised::Revised;
use super::{Derived, View};
use crate::error::Result;
use crate::scope::Scope;

impl View<'_> {
    /// Of some closed periods those in which a partner's credit, its enrolment or a plan may not be what it was at the last kept
    /// close, as known at the view's instant. None: it is not known, and may be all of them.
    pub fn moved(&self, partner: &PartnerId, last: &Close, closed: &[Period]) -> Result<Option<BTreeSet<Period>>> {
        let kept = self.closed.last().filter(|kept| (kept.period, kept.cutoff) == (last.period, last.cutoff));
        let relied_on = self.derived != Derived::Wrong && self.supposed.is_empty() && self.known_at >= last.cutoff;
        let Some(kept) = kept.filter(|_| relied_on && self.present.scope == Scope::Everything) else {
            return Ok(None); // what others say of their accounts may change at any time
        };
        let revised = self
            .since_close
            .get_or_init(|| Revised::between(&self.present.reference_events, last.cutoff, self.known_at));
        if revised.partners.contains(partner) {
            return Ok(None);
        }
        // Rates of a closed period are learned late so rarely that they count for everybody.
        let from = [revised.credits, revised.plans, revised.foreign].into_iter().flatten().min();
        let mut periods: BTreeSet<Period> =
            closed.iter().copied().filter(|period| from.is_some_and(|from| from <= *period)).collect();
        let moved = {
            let mut held = self.present.moved.lock().unwrap_or_else(PoisonError::into_inner);
            if !held.is_since(kept) {
                Arc::make_mut(&mut held).look(self.store, kept)?;
            }
            Arc::clone(&held) // of this close, whatever others ask meanwhile
        };
        if !moved.is_empty() {
            self.visit_accounts_of(partner, |account| moved.add_periods(account, closed, &mut periods))?;
        }
        Ok(Some(periods))
    }
}
