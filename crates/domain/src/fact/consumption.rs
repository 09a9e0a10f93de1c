//! Consumption: which deal a usage event belongs to (D5, F1).

use super::{FactKey, Usage};
use crate::account::Account;
use crate::deal::Deal;
use crate::policy::Basis;

/// The daily fact that a usage event is part of.
pub fn key(account: &Account, usage: &Usage<'_>) -> FactKey {
    let deal = deal_of(account, usage);
    let of_line = || deal.and_then(|deal| deal.consumption_line_on(usage.day, usage.product)?.vendor.as_ref());
    FactKey {
        basis: Basis::Consumption,
        deal: deal.map(|deal| deal.id.clone()),
        product: Some(usage.product.clone()),
        vendor: usage.vendor.or_else(of_line).cloned(),
        day: usage.day,
        currency: usage.money.currency,
    }
}

/// The deal it names, if that is the account's and in term; naming none, the in-term deal that sells the product: of
/// several the one whose term of that day starts last, then the greatest deal id (D5).
fn deal_of<'a>(account: &'a Account, usage: &Usage<'_>) -> Option<&'a Deal> {
    match usage.deal {
        Some(named) => account.deals.get(named).filter(|deal| deal.term_on(usage.day).is_some()),
        None => account
            .deals
            .values()
            .filter(|deal| deal.consumption_line_on(usage.day, usage.product).is_some())
            .filter_map(|deal| deal.term_on(usage.day).map(|term| (term.start, deal)))
            .max_by(|(a_start, a), (b_start, b)| a_start.cmp(b_start).then_with(|| a.id.cmp(&b.id)))
            .map(|(_, deal)| deal),
    }
}
