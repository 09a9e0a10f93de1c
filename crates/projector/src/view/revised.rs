//! What reference data that was recorded in a span of time may have changed: from which period on, and whose. Everything else
//! is what it was before.

use std::collections::BTreeSet;
use std::ops::Bound;

use tributary_domain::event::{Body, Subject};
use tributary_domain::id::PartnerId;
use tributary_domain::policy::Policy;
use tributary_domain::time::{Instant, Period};

use crate::history::Filed;

/// What reference data that was learned in a span of time may have changed. The periods named are the first of those.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Revised {
    /// Whose credit: everybody's.
    pub(crate) credits: Option<Period>,
    /// Of accounts with facts in other currencies than the book's.
    pub(crate) foreign: Option<Period>,
    /// What plans pay for credit.
    pub(crate) plans: Option<Period>,
    /// The partners that were enrolled anew: what they have of every account, and what plans pay them.
    pub(crate) partners: BTreeSet<PartnerId>,
}

impl Revised {
    /// What events recorded after one instant and by another may have changed.
    pub(crate) fn between(events: &[Filed], after: Instant, until: Instant) -> Self {
        let span = (Bound::Excluded(after), Bound::Included(until));
        let mut revised = Self::default();
        for Filed { event, .. } in events {
            if !std::ops::RangeBounds::contains(&span, &event.meta.recorded) {
                continue;
            }
            match (&event.body, &event.subject) {
                // A1: a version decides from its first day on. M1 says the same of plans.
                (Body::PolicyPublished(policy), _) => {
                    let from = Period::of(policy.effective_from());
                    match &**policy {
                        Policy::Attribution(_) => earliest(&mut revised.credits, from),
                        Policy::Commission(_) => earliest(&mut revised.plans, from),
                        Policy::Authority(_) => {}
                    }
                }
                // F5: a rate holds from its date on, or for the whole period of it.
                (Body::RatePublished(rate), _) => earliest(&mut revised.foreign, Period::of(rate.date)),
                (Body::PartnerEnrolled(_), Subject::Partner(partner)) => {
                    revised.partners.insert(partner.clone());
                }
                // T2: days, currency, rounding: nothing is what it was.
                _ => earliest(&mut revised.credits, Period::from_ordinal(i32::MIN)),
            }
        }
        revised
    }
}

fn earliest(held: &mut Option<Period>, from: Period) {
    *held = Some(held.map_or(from, |held| held.min(from)));
}
