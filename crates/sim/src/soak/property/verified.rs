//! L6, E2: replaying closed periods of a ledger that nobody touched finds nothing, except attestations of another digest.

use serde_json::Value;
use tributary_finance::{close_pending, verify_closed};

use super::{Broken, Case, equal};

pub(super) fn holds(case: &Case<'_>) -> Result<(), Broken> {
    close_pending(&case.ledger.projection, |_, _, _| {})?;
    let view = case.ledger.projection.view(None)?;
    let closes = view.closes();
    let (Some(first), Some(last)) = (closes.first(), closes.last()) else { return Ok(()) };
    let verification = verify_closed(&view, first.period..=last.period, |_, _, _| {})?;
    equal("closes", ("the replay", verification.periods.len()), ("the log", closes.len()))?;
    for period in verification.periods {
        let what = format!("the replay of {}", period.period);
        let differences = period.differences.iter().map(serde_json::to_value).collect::<Result<Vec<Value>, _>>()?;
        equal(&what, ("found", differences), ("the rule", Vec::new()))?;
        equal(&what, ("kept", period.kept.clone()), ("computed", period.digest.clone()))?;
        for attested in &period.attested {
            let same = Some(&attested.digest) == period.digest.as_ref();
            equal(&what, ("agrees", attested.agrees), ("the same digest", same))?;
        }
        let verified = period.attested.iter().all(|attested| attested.agrees);
        equal(&what, ("verified", period.verified), ("every attestation agrees", verified))?;
    }
    Ok(())
}
