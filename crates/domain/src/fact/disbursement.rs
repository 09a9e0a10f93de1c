//! Disbursements: what arrived, for the deal that it names or whose agreement it was paid under (F4).

use super::{Agreed, AgreedPart, FactKey, Visit};
use crate::account::Account;
use crate::money::Overflow;
use crate::policy::Basis;
use crate::time::Period;

pub(super) fn visit<'a>(account: &'a Account, period: Period, visit: &mut Visit<'a, '_>) -> Result<(), Overflow> {
    for (meta, report) in account.disbursements.standing() {
        if !period.contains(report.disbursed_on) {
            continue;
        }
        let (deal, accepted) = account.disbursed_for(report).unzip();
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
