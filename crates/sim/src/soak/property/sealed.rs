//! I2: nothing is recorded at or before the cutoff of an attested period any more.

use serde_json::{Value, json};

use super::conflict::said;
use super::{Broken, Case, equal};

pub(super) fn holds(case: &Case<'_>) -> Result<(), Broken> {
    let Some(sealed) = case.ledger.projection.view(None)?.sealed() else {
        return Ok(());
    };
    let late = json!({
        "specversion": "1.0", "id": "too-late", "source": "soak", "type": "tributary.usage.recorded.v1",
        "subject": "account/acme", "time": sealed.to_string(), "recordedtime": sealed.to_string(),
        "data": {"product": "lake", "amount": "1000000", "currency": "USD"},
    });
    let outcomes: Vec<Value> = case.ledger.submit(&[late])?.iter().map(|outcome| said(outcome).into()).collect();
    equal("outcomes", ("the door", outcomes), ("the rule", vec!["sealed-past".into()]))?;
    case.same("the ledger after an event of the sealed past", |question| case.ledger.answer(question))
}
