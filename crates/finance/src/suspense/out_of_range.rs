//! What leaves the range of the ledger's integers: an account's period, or a partner's under a plan. It earns nothing and
//! holds nobody else up.

use tributary_domain::id::AccountId;
use tributary_domain::time::Period;
use tributary_projector::{Suspended, View, Why};

use super::work::OutOfRange;
use crate::entitlement::commissions;
use crate::error::FinanceError;

pub(super) fn out_of_range(
    view: &View<'_>,
    suspended: &[(AccountId, Period, Suspended)],
) -> Result<Vec<OutOfRange>, FinanceError> {
    let accounts = suspended.iter().filter(|(_, _, one)| one.why == Why::OutOfRange);
    let mut all: Vec<OutOfRange> = accounts
        .map(|(account, period, _)| OutOfRange {
            period: period.to_string(),
            account: Some(account.to_string()),
            partner: None,
            plan: None,
            resolve: "correct the usage, the disbursement or the rate that is too large".to_owned(),
        })
        .collect();
    all.sort_by(|a, b| (&a.period, &a.account).cmp(&(&b.period, &b.account)));
    let now = Period::of(view.reference().book.day(view.known_at()));
    let first = view.closes().first().map_or(now, |close| close.period.min(now));
    for partner in view.partners()? {
        let mut commissions = commissions(view, &partner);
        commissions.targets((first.ordinal()..=now.ordinal()).map(Period::from_ordinal))?;
        all.extend(commissions.out_of_range().iter().map(|(period, plan)| OutOfRange {
            period: period.to_string(),
            account: None,
            partner: Some(partner.to_string()),
            plan: Some(plan.to_string()),
            resolve: "correct what is too large in the accounts that it earns from, or the plan's rates".to_owned(),
        }));
    }
    Ok(all)
}
