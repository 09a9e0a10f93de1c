//! T1: an answer known at an instant is the same before and after what was learned later arrives.

use serde_json::Value;
use tributary_domain::time::Instant;

use super::{Broken, Case, FEW, compare};
use crate::soak::Ledger;

pub(super) fn holds(case: &Case<'_>) -> Result<(), Broken> {
    let mut random = case.random(3);
    let recorded = |event: &Value| event["recordedtime"].as_str().and_then(|text| text.parse::<Instant>().ok());
    let at = random.below(case.scenario.events.len());
    let Some(known_at) = case.scenario.events.get(at).and_then(recorded) else { return Ok(()) };
    let by_then = |event: &&Value| recorded(event) <= Some(known_at);
    let (by_then, later): (Vec<&Value>, Vec<&Value>) = case.scenario.events.iter().partition(by_then);
    let owned = |events: Vec<&Value>| events.into_iter().cloned().collect::<Vec<_>>();
    // Which statements are closed depends on what was learned since, the other documents on nothing but the instant.
    let others = case.scenario.questions.iter().filter(|question| question["ask"] != "statement").take(FEW);
    let questions: Vec<Value> = others
        .cloned()
        .map(|mut question| {
            question["knownAt"] = known_at.to_string().into();
            question
        })
        .collect();
    let ledger = Ledger::of(&owned(by_then))?;
    let before = ledger.answers(&questions)?;
    let asked = || questions.iter().zip(&before);
    compare("the ledger then", asked(), "the ledger of today", |question| case.ledger.answer(question))?;
    ledger.import(&owned(later))?;
    compare("the ledger then", asked(), "the same one later", |question| ledger.answer(question))
}
