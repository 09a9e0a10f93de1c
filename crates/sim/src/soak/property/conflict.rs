//! I1: an identity with other content is refused, the same content recorded at another time is a duplicate; neither changes
//! anything.

use serde_json::{Value, json};
use tributary_intake::Outcome;

use super::{Broken, Case, equal};

pub(super) fn holds(case: &Case<'_>) -> Result<(), Broken> {
    let mut random = case.random(2);
    let at = random.below(case.scenario.events.len());
    let Some(event) = case.scenario.events.get(at) else { return Ok(()) };
    let mut other_time = event.clone();
    other_time["time"] = "2026-01-07T07:07:07.070707Z".into();
    let mut other_type = event.clone();
    other_type["type"] = "tributary.account.opened.v1".into();
    other_type["subject"] = "account/other".into();
    other_type["data"] = json!({"name": "Other"});
    let mut learned_later = event.clone();
    learned_later["recordedtime"] = "2029-01-01T00:00:00Z".into();
    let outcomes = case.ledger.submit(&[other_time, other_type, learned_later])?;
    let said: Vec<Value> = outcomes.iter().map(|outcome| said(outcome).into()).collect();
    equal(
        "outcomes",
        ("the door", said),
        ("the rule", ["conflict", "conflict", "duplicate"].map(Value::from).to_vec()),
    )?;
    case.same_ledger("the ledger after a conflict", &case.ledger)
}

/// What became of an event: the code of its refusal, or a word.
pub(super) fn said(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Appended(_) => "appended",
        Outcome::Duplicate(_) => "duplicate",
        Outcome::Refused(refusal) => refusal.code(),
    }
}
