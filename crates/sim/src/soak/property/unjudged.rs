//! In several partitions of a log that nobody has judged, appended past the door in any order and some of it twice, the later
//! one first: the same answers. A third of the scenarios is told so.

use serde_json::Value;

use super::{Broken, Case};
use crate::soak::Ledger;

/// How much later a repetition is recorded, microseconds.
const LATER_US: i64 = 3_600_000_000;

pub(super) fn holds(case: &Case<'_>) -> Result<(), Broken> {
    let mut random = case.random(16);
    if !random.chance(33) {
        return Ok(());
    }
    let mut said: Vec<(&Value, i64)> = case.scenario.events.iter().map(|event| (event, 0)).collect();
    for event in &case.scenario.events {
        if random.chance(20) {
            said.push((event, LATER_US));
        }
    }
    random.shuffle(&mut said);
    let ledger = Ledger::unjudged(1 + random.below(4) as u32)?;
    let runs = 1 + random.below(3);
    for run in said.chunks(said.len() / runs + 1) {
        for (event, later_us) in run {
            ledger.append_anywhere(event, *later_us, &mut random)?;
        }
        ledger.catch_up()?;
        let at = random.below(case.scenario.questions.len());
        case.scenario.questions.get(at).map(|question| ledger.answer(question)).transpose()?;
    }
    case.same_ledger("a ledger over partitions that nobody judged", &ledger)
}
