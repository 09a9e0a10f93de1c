//! Who brought a deal, and who else had a hand in it (A5, A8). Recognised whatever the model, never paid by itself.

use std::collections::BTreeSet;

use crate::account::Account;
use crate::deal::Deal;
use crate::id::{LeadId, PartnerId, RegistrationId};
use crate::lead::Brought;
use crate::registration::Submission;
use crate::time::Day;

/// Who brought a deal, and which of the steps of A5 says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source<'a> {
    /// The partner of the protecting registration.
    Registered(&'a RegistrationId, &'a Submission),
    /// The partner whose the deal's lead is.
    OfLead(&'a LeadId, Brought<'a>),
}

impl<'a> Source<'a> {
    /// The partner.
    pub fn partner(&self) -> &'a PartnerId {
        match self {
            Self::Registered(_, claim) => &claim.partner,
            Self::OfLead(_, brought) => brought.partner(),
        }
    }
}

/// The source of a deal: the protecting registration's partner, else whose its lead is (A5).
pub fn source_found<'a>(account: &'a Account, deal: &'a Deal) -> Option<Source<'a>> {
    let registered = account.registrations.protecting(deal).map(|(id, claim)| Source::Registered(id, claim));
    registered.or_else(|| {
        let lead = deal.lead.as_ref()?;
        account.leads.brought(lead).map(|brought| Source::OfLead(lead, brought))
    })
}

/// The partner who is the source of a deal (A5).
pub fn source<'a>(account: &'a Account, deal: &'a Deal) -> Option<&'a PartnerId> {
    source_found(account, deal).map(|source| source.partner())
}

/// The influencers of a deal on a day: partners other than the source with a touch by then or a role then (A8), by id.
pub fn influencers<'a>(account: &'a Account, deal: &'a Deal, day: Day) -> BTreeSet<&'a PartnerId> {
    let source = source(account, deal);
    let touched = account.touches_of(&deal.id).filter(|on| on.day <= day).map(|on| &on.touch.partner);
    let team = deal.team_on(day).map(|(partner, _)| partner);
    touched.chain(team).filter(|partner| Some(*partner) != source).collect()
}
