//! What a close recognises, posted (P1, L2).

use super::{Cause, Entry, JournalAccount, Posting, minor_money};
use crate::closing::Line;
use crate::currency::Currency;
use crate::id::PartnerId;
use crate::money::Overflow;
use crate::time::{Day, Instant, Period};

/// An entry for each line of a partner's closed statement, booked at the cutoff: for each deal the plan's expense is debited
/// and the partner's payable credited; the other way round below zero.
pub fn commissions(
    closed: Period,
    (cutoff, day): (Instant, Day),
    partner: &PartnerId,
    lines: &[Line],
    currency: Currency,
) -> Result<Vec<Entry>, Overflow> {
    let mut entries = Vec::new();
    for line in lines {
        let mut postings = Vec::new();
        for (deal, of_deal) in &line.deals {
            postings.extend(Posting::transfer(
                JournalAccount::Commission(line.plan.clone()),
                JournalAccount::Payable(partner.clone()),
                minor_money(of_deal.amount_minor, currency)?,
                Some(deal),
            )?);
        }
        let (partner, plan, period) = (partner.clone(), line.plan.clone(), line.period);
        entries.extend(Entry::of(Cause::Recognised { closed, partner, plan, period }, cutoff, day, postings)?);
    }
    Ok(entries)
}
