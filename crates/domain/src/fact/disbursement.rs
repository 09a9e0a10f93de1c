//! Disbursements: what arrived, for the deal that it names or whose agreement it was paid under (F4).

use super::{FactKey, Sums};
use crate::account::Account;
use crate::event::DisbursementReported;
use crate::id::DealId;
use crate::money::Overflow;
use crate::policy::Basis;
use crate::time::Period;

pub(super) fn add(sums: &mut Sums, account: &Account, period: Period) -> Result<(), Overflow> {
    for (_, report) in account.disbursements.standing() {
        if !period.contains(report.disbursed_on) {
            continue;
        }
        let key = FactKey {
            basis: Basis::Disbursement,
            deal: deal_of(account, report).cloned(),
            product: report.product.clone(),
            vendor: None,
            day: report.disbursed_on,
            currency: report.currency,
        };
        sums.add(key, report.net, 1)?;
    }
    Ok(())
}

fn deal_of<'a>(account: &'a Account, report: &'a DisbursementReported) -> Option<&'a DealId> {
    let own = |deal: &&DealId| account.deals.contains_key(*deal);
    let agreed = || report.agreement.as_ref().and_then(|agreement| account.disbursements.deal_of(agreement));
    report.deal.as_ref().filter(own).or_else(|| agreed().filter(own))
}
