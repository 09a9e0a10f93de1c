//! Who brought a deal, and who else had a hand in it (A5, A8). Recognised whatever the model, never paid by itself.

use std::collections::BTreeSet;

use crate::account::Account;
use crate::deal::Deal;
use crate::id::PartnerId;
use crate::time::Day;

/// The source of a deal: the protecting registration's partner, else whose its lead is (A5).
pub fn source<'a>(account: &'a Account, deal: &Deal) -> Option<&'a PartnerId> {
    let registered = account.registrations.protecting(deal).map(|(_, claim)| &claim.partner);
    registered.or_else(|| deal.lead.as_ref().and_then(|lead| account.leads.partner(lead)))
}

/// The influencers of a deal on a day: partners other than the source with a touch by then or a role then (A8), by id.
pub fn influencers<'a>(account: &'a Account, deal: &'a Deal, day: Day) -> BTreeSet<&'a PartnerId> {
    let source = source(account, deal);
    let touched = account.touches_of(&deal.id).filter(|on| on.day <= day).map(|on| &on.touch.partner);
    let team = deal.team_on(day).map(|(partner, _)| partner);
    touched.chain(team).filter(|partner| Some(*partner) != source).collect()
}
