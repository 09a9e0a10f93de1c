//! L6: supposing the policies that stand already changes nothing.

use tributary_domain::event::{Body, Meta};
use tributary_domain::policy::Policy;
use tributary_domain::time::{Instant, Period};
use tributary_finance::what_if;
use tributary_projector::View;

use super::{Broken, Case, equal, instants, periods};

pub(super) fn holds(case: &Case<'_>) -> Result<(), Broken> {
    let mut random = case.random(7);
    let (all, periods) = (instants(case), periods(case).into_iter().collect::<Vec<Period>>());
    if all.is_empty() || periods.is_empty() {
        return Ok(());
    }
    let known_at: Option<Instant> = random.chance(50).then(|| random.pick(&all));
    let now = case.ledger.projection.view(known_at)?;
    let first = random.pick(&periods);
    let found = what_if(&now, &now.supposing(&standing(&now)), first..=first.next())?;
    let what = format!("supposed as known at {} for {first} and the next", found.known_at);
    equal(&what, ("the difference", found.amount.difference), ("the rule", "0".to_owned()))?;
    let moved = found.partners.iter().flat_map(|partner| &partner.periods).filter(|of| !of.plans.is_empty());
    equal(&what, ("periods that moved", moved.count()), ("the rule", 0))
}

/// The policies known, of each version the latest last (T3).
fn standing(view: &View<'_>) -> Vec<Policy> {
    let published = view.reference_events().filter_map(|filed| match &filed.event.body {
        Body::PolicyPublished(policy) => Some((&filed.event.meta, &**policy)),
        _ => None,
    });
    let mut all: Vec<(&Meta, &Policy)> = published.collect();
    all.sort_by_key(|(meta, _)| *meta);
    all.into_iter().map(|(_, policy)| policy.clone()).collect()
}
