//! Final credits: what a close changes of the credits as the close before it left them, for the stage that computes statements.

use std::collections::BTreeSet;

use tributary_domain::commission::PeriodCredits;
use tributary_domain::event::Subject;
use tributary_domain::id::{AccountId, PartnerId};
use tributary_domain::time::{Instant, Period};
use tributary_log::Layout;
use tributary_projector::{Projection, View};

use crate::error::Result;

/// Accounts that are compared through one view.
const ACCOUNTS_PER_VIEW: usize = 256;

/// The credits of a partner, a period and an account as known at a cutoff; none any more, where they are empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FinalCredits {
    /// Whose.
    pub partner: PartnerId,
    /// Of which period.
    pub period: Period,
    /// From which account.
    pub account: AccountId,
    /// By what a commission plan may ask for.
    pub credits: PeriodCredits,
}

/// What differs in the credits of the accounts of some shards between two cutoffs, by account, partner and period; without an
/// earlier one all of them do. `visit` is given one after the other.
pub fn finals(
    projection: &Projection,
    layout: Layout,
    shards: &BTreeSet<u32>,
    (earlier, cutoff): (Option<Instant>, Instant),
    mut visit: impl FnMut(FinalCredits) -> Result<()>,
) -> Result<()> {
    let mut after: Option<AccountId> = None;
    loop {
        let view = projection.view(Some(cutoff))?;
        let accounts = view.accounts_after(after.as_ref(), ACCOUNTS_PER_VIEW)?;
        let Some(last) = accounts.last() else { return Ok(()) };
        after = Some(last.clone());
        let before = earlier.map(|earlier| view.as_known_at(earlier));
        let mut all = Vec::new();
        for account in &accounts {
            if shards.contains(&layout.shard(&Subject::Account(account.clone()).to_string())) {
                differing(&view, before.as_ref(), account, &mut all)?;
            }
        }
        drop(before);
        drop(view);
        all.into_iter().try_for_each(&mut visit)?;
    }
}

fn differing(
    view: &View<'_>,
    before: Option<&View<'_>>,
    account: &AccountId,
    all: &mut Vec<FinalCredits>,
) -> Result<()> {
    let now = view.credits_of(account)?;
    let before = before.map(|before| before.credits_of(account)).transpose()?.unwrap_or_default();
    let keys: BTreeSet<_> = now.keys().chain(before.keys()).collect();
    for key in keys {
        if now.get(key) != before.get(key) {
            let (partner, period) = key.clone();
            let credits = now.get(key).cloned().unwrap_or_default();
            all.push(FinalCredits { partner, period, account: account.clone(), credits });
        }
    }
    Ok(())
}
