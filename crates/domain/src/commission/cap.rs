//! The cap: the most that a partner gets for a period (M5).

use super::MeasureCommission;
use crate::attribution::divide;
use crate::book::Book;
use crate::id::AccountId;
use crate::money::{Amount, Overflow};

/// Limits the sum over the measures; returns the cap in minor units if it was exceeded. It is divided among the measures by
/// their positive amounts, key: account; the others get nothing.
pub(super) fn apply(
    cap: Option<Amount>,
    measures: &mut [MeasureCommission],
    book: &Book,
) -> Result<Option<i128>, Overflow> {
    let Some(cap) = cap else { return Ok(None) };
    let cap_minor = book.rounding.to_minor(cap, book.currency.decimals())?;
    let sum: i128 = measures.iter().map(|measure| measure.rounded_minor).sum();
    if sum <= cap_minor {
        return Ok(None);
    }
    let positive = measures.iter().filter(|measure| measure.rounded_minor > 0);
    let weights: Vec<(Option<AccountId>, u128)> =
        positive.map(|measure| (measure.account.clone(), measure.rounded_minor.unsigned_abs())).collect();
    let parts = divide(u64::try_from(cap_minor).map_err(|_| Overflow)?, weights);
    for measure in measures {
        let part = parts.iter().find(|(account, _)| *account == measure.account);
        measure.capped_minor = part.map_or(0, |(_, part)| i128::from(*part));
    }
    Ok(Some(cap_minor))
}
