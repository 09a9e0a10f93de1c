//! Shuffled, in several runs with questions in between, some of it twice: the same answers.

use serde_json::Value;

use super::{Broken, Case};
use crate::soak::Ledger;

pub(super) fn holds(case: &Case<'_>) -> Result<(), Broken> {
    let mut random = case.random(1);
    // I2: once a period is attested its past takes no more, so that attestations come last in any order.
    let attests = |event: &&Value| event["type"] == "tributary.period.attested.v1";
    let (last, mut mixed): (Vec<_>, Vec<_>) = case.scenario.events.iter().partition(attests);
    let again: Vec<&Value> = mixed.iter().copied().filter(|_| random.chance(20)).collect();
    mixed.extend(again);
    random.shuffle(&mut mixed);
    let ledger = Ledger::empty()?;
    let runs = 1 + random.below(4);
    for run in mixed.chunks(mixed.len() / runs + 1).chain([last.as_slice()]) {
        let run: Vec<Value> = run.iter().copied().cloned().collect();
        ledger.import(&run)?;
        for _ in 0..3 {
            let at = random.below(case.scenario.questions.len());
            case.scenario.questions.get(at).map(|question| ledger.answer(question)).transpose()?;
        }
        ledger.import(&run[..run.len().min(3)])?;
    }
    case.same_ledger("a ledger told it in another order", &ledger)
}
