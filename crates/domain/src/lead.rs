//! Leads: how each is worked and whose it is (D1, A5).

use std::collections::{BTreeMap, BTreeSet};

use crate::event::{Body, Event, Motion};
use crate::id::{LeadId, PartnerId};

/// The leads of an account.
#[derive(Debug, Clone, Default)]
pub struct Leads(BTreeMap<LeadId, Lead>);

#[derive(Debug, Clone, Default)]
struct Lead {
    motion: Option<Motion>,
    brought_by: Option<PartnerId>,
    offered_to: BTreeSet<PartnerId>,
    claimed_by: Vec<PartnerId>,
    assigned_to: Option<PartnerId>,
}

impl Leads {
    /// Folds an account's events, which stand in the order of T3. Of several captures of one lead the earliest counts.
    pub(crate) fn fold(ordered: &[&Event]) -> Self {
        let mut leads: BTreeMap<LeadId, Lead> = BTreeMap::new();
        for event in ordered {
            match &event.body {
                Body::LeadCaptured(captured) => {
                    let lead = leads.entry(captured.lead.clone()).or_default();
                    if lead.motion.is_none() {
                        lead.motion = Some(captured.motion);
                        lead.brought_by = captured.partner.clone();
                    }
                }
                Body::LeadOffered(offered) => {
                    let lead = leads.entry(offered.lead.clone()).or_default();
                    lead.offered_to.extend(offered.partners.iter().cloned());
                }
                Body::LeadClaimed(claimed) => {
                    leads.entry(claimed.lead.clone()).or_default().claimed_by.push(claimed.partner.clone());
                }
                Body::LeadAssigned(assigned) => {
                    leads.entry(assigned.lead.clone()).or_default().assigned_to = Some(assigned.partner.clone());
                }
                _ => {}
            }
        }
        Self(leads)
    }

    /// How a lead is worked; none if it was never captured.
    pub fn motion(&self, lead: &LeadId) -> Option<Motion> {
        self.0.get(lead).and_then(|lead| lead.motion)
    }

    /// Whose a lead is: who brought it, else the earliest to claim an offer made to them, else who was last assigned (A5).
    pub fn partner(&self, lead: &LeadId) -> Option<&PartnerId> {
        let lead = self.0.get(lead)?;
        let claimed = || lead.claimed_by.iter().find(|partner| lead.offered_to.contains(*partner));
        lead.brought_by.as_ref().or_else(claimed).or(lead.assigned_to.as_ref())
    }
}
