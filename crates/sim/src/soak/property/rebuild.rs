//! E2: the same log projected anew has the same rows, statements to the byte, answers and digest.

use serde_json::Value;
use tributary_finance::{PeriodProof, close_pending, prove};

use super::{Broken, Case, equal};
use crate::soak::Ledger;

pub(super) fn holds(case: &Case<'_>) -> Result<(), Broken> {
    let fresh = case.ledger.rebuilt()?;
    case.same_ledger("a rebuilt ledger", &fresh)?;
    let compared = case.ledger.projection.compare(&fresh.projection, |_| {})?;
    let named = compared.first.iter().map(ToString::to_string).chain(compared.unreadable);
    equal("rows", ("the comparison", named.map(Value::from).collect()), ("the rule", Vec::new()))?;
    proven(case, &fresh)
}

/// Proving finds what it finds of the fresh ledger alone: attestations of another digest, and nothing beside.
fn proven(case: &Case<'_>, fresh: &Ledger) -> Result<(), Broken> {
    for ledger in [&case.ledger, fresh] {
        close_pending(&ledger.projection, |_, _, _| {})?;
    }
    let (used, fresh) = (case.ledger.projection.view(None)?, fresh.projection.view(None)?);
    let proofs = prove(&used, Some(&fresh))?;
    let unattested = proofs.iter().filter(|proof| proof.attested.is_empty()).flat_map(|proof| proof.wrong.clone());
    equal("periods", ("found wrong", unattested.map(Value::from).collect()), ("the rule", Vec::new()))?;
    let shown = |proofs: Vec<PeriodProof>| proofs.iter().map(serde_json::to_value).collect::<Result<Vec<_>, _>>();
    equal(
        "proofs",
        ("beside a fresh ledger", shown(proofs)?),
        ("of the fresh ledger alone", shown(prove(&fresh, None)?)?),
    )
}
