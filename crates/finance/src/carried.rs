//! What earlier closes recognised for a partner, as far as a statement needs it: by deal where anything may have moved since,
//! else the sum alone, which the last of those statements bears out.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use tributary_domain::balance::{self, Account};
use tributary_domain::book::Book;
use tributary_domain::closing::{Close, Entitlements, add_recognised};
use tributary_domain::fx::{Converted, Rates};
use tributary_domain::id::PartnerId;
use tributary_domain::money::Overflow;
use tributary_domain::time::Period;
use tributary_projector::View;

use crate::error::FinanceError;
use crate::statement::{Statement, closing_minor};

/// What earlier closes recognised, and for which periods that is to be held against targets computed again.
pub(crate) struct Carried {
    /// In order; of the others a close would say nothing (L3).
    pub(crate) periods: Vec<Period>,
    /// By deal.
    pub(crate) deals: Entitlements,
    /// And beside it, of deals that no hold is on.
    pub(crate) beside_minor: i128,
}

impl Carried {
    /// All of it, by deal.
    pub(crate) fn whole(deals: Entitlements, periods: RangeInclusive<Period>) -> Self {
        Self { periods: each(periods).collect(), deals, beside_minor: 0 }
    }

    /// What a statement of a period after the closes `earlier` needs of it.
    pub(crate) fn of(
        view: &View<'_>,
        partner: &PartnerId,
        period: Period,
        earlier: &[Close],
        account: &Account,
    ) -> Result<Self, FinanceError> {
        let (Some(first), Some(last)) = (earlier.first(), earlier.last()) else {
            return Ok(Self::whole(Entitlements::new(), period..=period));
        };
        let moved = if period > last.period { moved(view, partner, first, last)? } else { None };
        let Some(moved) = moved else {
            // L2: from the first closed period on; the period itself if it is earlier.
            return Ok(Self::whole(recognised_by(view, partner, earlier)?, first.period.min(period)..=period));
        };
        let periods = moved.iter().copied().chain(each(last.period.next()..=period)).collect();
        let held = account.holds_at(view.known_at()).iter().any(|hold| hold.deal.is_some());
        if moved.is_empty()
            && !held
            && let Some(beside_minor) = sum_by(view, partner, last)?
        {
            return Ok(Self { periods, deals: Entitlements::new(), beside_minor });
        }
        Ok(Self { periods, deals: recognised_by(view, partner, earlier)?, beside_minor: 0 })
    }
}

pub(crate) fn each(periods: RangeInclusive<Period>) -> impl Iterator<Item = Period> {
    (periods.start().ordinal()..=periods.end().ordinal()).map(Period::from_ordinal)
}

/// The closed periods whose targets may not be what the last close recognised; none: that is not known.
fn moved(
    view: &View<'_>,
    partner: &PartnerId,
    first: &Close,
    last: &Close,
) -> Result<Option<BTreeSet<Period>>, FinanceError> {
    // M4: a target hangs on its own period and on the one that it is compared with, a month or a year before.
    let credited: Vec<Period> = each(first.period.year_before()..=last.period).collect();
    let Some(moved) = view.moved(partner, last, &credited)? else { return Ok(None) };
    let compared = |period: &Period| [*period, period.previous(), period.year_before()];
    let closed = each(first.period..=last.period);
    Ok(Some(closed.filter(|period| compared(period).iter().any(|of| moved.contains(of))).collect()))
}

/// The sum of what was recognised, from the balance of the last close (L5): its closing balance, and what was paid by then.
/// None where that was converted, as known at its cutoff.
fn sum_by(view: &View<'_>, partner: &PartnerId, last: &Close) -> Result<Option<i128>, FinanceError> {
    let kept = view.statement(partner, last.period)?;
    let Some(closing) = kept.map_or(Some(0), |kept| closing_minor(&kept, view.reference().book.currency)) else {
        return Ok(None);
    };
    let events = view.partner_events(partner)?;
    let known = events.iter().map(|filed| &filed.event).filter(|event| event.meta.recorded <= last.cutoff);
    let paid = paid_unconverted(&Account::fold(known), &view.reference().book, &view.reference().rates)?;
    Ok(paid.map(|paid| closing + paid))
}

/// What payouts less returns come to; none if one is in another currency than the book's.
fn paid_unconverted(account: &Account, book: &Book, rates: &Rates) -> Result<Option<i128>, Overflow> {
    let movements: Vec<balance::Movement<'_>> = account.movements(book, rates)?;
    let converted = movements.iter().any(|movement| !matches!(movement.converted, Converted::Same(_)));
    Ok((!converted).then(|| movements.iter().map(|movement| movement.paid_minor).sum()))
}

/// What the kept statements of earlier closes recognised for a partner.
pub(crate) fn recognised_by(
    view: &View<'_>,
    partner: &PartnerId,
    earlier: &[Close],
) -> Result<Entitlements, FinanceError> {
    let mut recognised = Entitlements::new();
    for (period, kept) in view.statements_of(partner)? {
        if earlier.iter().any(|close| close.period == period) {
            let statement = Statement::from_bytes(&kept)
                .map_err(|source| FinanceError::Kept { partner: partner.to_string(), source })?;
            add_recognised(&mut recognised, &statement.recognised())?;
        }
    }
    Ok(recognised)
}
