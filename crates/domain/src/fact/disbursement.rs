//! Disbursements: what arrived, for the deal that it names or whose agreement it was paid under (F4).

use super::{Agreed, AgreedPart, FactKey, Visit};
use crate::account::Account;
use crate::event::{DisbursementReported, Meta};
use crate::id::DealId;
use crate::money::Overflow;
use crate::policy::Basis;
use crate::time::Period;

pub(super) fn visit<'a>(account: &'a Account, period: Period, visit: &mut Visit<'a, '_>) -> Result<(), Overflow> {
    for (meta, report) in account.disbursements.standing() {
        if !period.contains(report.disbursed_on) {
            continue;
        }
        let (deal, accepted) = deal_of(account, report).unzip();
        let key = FactKey {
            basis: Basis::Disbursement,
            deal: deal.cloned(),
            product: report.product.clone(),
            vendor: None,
            day: report.disbursed_on,
            currency: report.currency,
        };
        let from = Agreed::Disbursement(meta, report, accepted.flatten());
        visit(AgreedPart { key, amount: report.net, from })?;
    }
    Ok(())
}

/// The deal that a report is for; none: it is unattributed (F4).
pub fn disbursed_deal<'a>(account: &'a Account, report: &'a DisbursementReported) -> Option<&'a DealId> {
    deal_of(account, report).map(|(deal, _)| deal)
}

/// The deal, and the accepted offer if the report does not name the deal itself.
fn deal_of<'a>(account: &'a Account, report: &'a DisbursementReported) -> Option<(&'a DealId, Option<&'a Meta>)> {
    let own = |deal: &DealId| account.deals.contains_key(deal);
    let named = report.deal.as_ref().filter(|deal| own(deal)).map(|deal| (deal, None));
    let agreed = || report.agreement.as_ref().and_then(|agreement| account.disbursements.accepted(agreement));
    named.or_else(|| agreed().filter(|(_, deal)| own(deal)).map(|(offer, deal)| (deal, Some(offer))))
}
