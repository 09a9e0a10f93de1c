//! Bookings: a license line's amount on the first day of its term (F3).

use super::{Agreed, AgreedPart, FactKey, Visit};
use crate::account::Account;
use crate::event::LineKind;
use crate::money::Overflow;
use crate::policy::Basis;
use crate::time::Period;

pub(super) fn visit<'a>(account: &'a Account, period: Period, visit: &mut Visit<'a, '_>) -> Result<(), Overflow> {
    for deal in account.deals.values() {
        // Also a term that a churn left empty: it was sold, and what that earned is for a clawback to take back (M7).
        let begun = deal.terms.iter().filter(|term| period.contains(term.start));
        for term in begun {
            for line in deal.lines_on(term.start) {
                let LineKind::License(agreed) = line.kind else { continue };
                let key = FactKey {
                    basis: Basis::Bookings,
                    deal: Some(deal.id.clone()),
                    product: Some(line.product.clone()),
                    vendor: line.vendor.clone(),
                    day: term.start,
                    currency: agreed.currency,
                };
                visit(AgreedPart { key, amount: agreed.amount, from: Agreed::License(line) })?;
            }
        }
    }
    Ok(())
}
