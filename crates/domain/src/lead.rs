//! Leads: how each is worked and whose it is (D1, A5).

use std::collections::BTreeMap;

use crate::event::{Body, Event, Meta, Motion};
use crate::id::{LeadId, PartnerId};

/// The leads of an account.
#[derive(Debug, Clone, Default)]
pub struct Leads(BTreeMap<LeadId, Lead>);

#[derive(Debug, Clone, Default)]
struct Lead {
    /// The earliest capture.
    captured: Option<(Meta, Motion, Option<PartnerId>)>,
    /// The earliest offer to each partner.
    offered_to: BTreeMap<PartnerId, Meta>,
    claimed_by: Vec<(PartnerId, Meta)>,
    assigned_to: Option<(PartnerId, Meta)>,
}

/// Whose a lead is, and by which event (A5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Brought<'a> {
    /// Who brought it.
    By {
        /// The partner.
        partner: &'a PartnerId,
        /// The capture that names it.
        captured: &'a Meta,
    },
    /// The earliest to claim an offer made to them.
    Claimed {
        /// The partner.
        partner: &'a PartnerId,
        /// The claim.
        claimed: &'a Meta,
        /// The offer.
        offered: &'a Meta,
    },
    /// Who was last assigned.
    Assigned {
        /// The partner.
        partner: &'a PartnerId,
        /// The assignment.
        assigned: &'a Meta,
    },
}

impl<'a> Brought<'a> {
    /// The partner.
    pub const fn partner(&self) -> &'a PartnerId {
        match self {
            Self::By { partner, .. } | Self::Claimed { partner, .. } | Self::Assigned { partner, .. } => partner,
        }
    }
}

impl Leads {
    /// Folds an account's events, which stand in the order of T3. Of several captures of one lead the earliest counts.
    pub(crate) fn fold(ordered: &[&Event]) -> Self {
        let mut leads: BTreeMap<LeadId, Lead> = BTreeMap::new();
        for event in ordered {
            match &event.body {
                Body::LeadCaptured(captured) => {
                    let lead = leads.entry(captured.lead.clone()).or_default();
                    let said = || (event.meta.clone(), captured.motion, captured.partner.clone());
                    lead.captured.get_or_insert_with(said);
                }
                Body::LeadOffered(offered) => {
                    let lead = leads.entry(offered.lead.clone()).or_default();
                    for partner in &offered.partners {
                        lead.offered_to.entry(partner.clone()).or_insert_with(|| event.meta.clone());
                    }
                }
                Body::LeadClaimed(claimed) => {
                    let claim = (claimed.partner.clone(), event.meta.clone());
                    leads.entry(claimed.lead.clone()).or_default().claimed_by.push(claim);
                }
                Body::LeadAssigned(assigned) => {
                    let assignment = (assigned.partner.clone(), event.meta.clone());
                    leads.entry(assigned.lead.clone()).or_default().assigned_to = Some(assignment);
                }
                _ => {}
            }
        }
        Self(leads)
    }

    /// How a lead is worked; none if it was never captured.
    pub fn motion(&self, lead: &LeadId) -> Option<Motion> {
        self.captured(lead).map(|(_, motion)| motion)
    }

    /// The event that captured a lead, and how it is worked.
    pub fn captured(&self, lead: &LeadId) -> Option<(&Meta, Motion)> {
        self.0.get(lead)?.captured.as_ref().map(|(meta, motion, _)| (meta, *motion))
    }

    /// Whose a lead is: who brought it, else the earliest to claim an offer made to them, else who was last assigned (A5).
    pub fn brought(&self, lead: &LeadId) -> Option<Brought<'_>> {
        let lead = self.0.get(lead)?;
        let by = lead.captured.as_ref().and_then(|(captured, _, partner)| Some((captured, partner.as_ref()?)));
        let claimed = || {
            let offered = |(partner, claimed)| Some((partner, claimed, lead.offered_to.get(partner)?));
            lead.claimed_by.iter().map(|(partner, claimed)| (partner, claimed)).find_map(offered)
        };
        let assigned = || lead.assigned_to.as_ref().map(|(partner, assigned)| Brought::Assigned { partner, assigned });
        by.map(|(captured, partner)| Brought::By { partner, captured })
            .or_else(|| claimed().map(|(partner, claimed, offered)| Brought::Claimed { partner, claimed, offered }))
            .or_else(assigned)
    }
}
