//! The worked cases as histories: whatever the order and the duplication, the same answers. What they must be is checked
//! against the binary.

use std::fs;
use std::path::Path;

use tributary_domain::event::Draft;
use tributary_domain::time::Period;
use tributary_events::json;

use crate::book::{Ledger, instants, shuffled};
use tributary_domain::testing::period;

pub(crate) fn periods() -> Vec<Period> {
    let (first, last) = (period("2025-12").ordinal(), period("2026-07").ordinal());
    (first..=last).map(Period::from_ordinal).collect()
}

/// The events of a case, by its name.
pub(crate) fn case(name: &str) -> Vec<Draft> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cases").join(name).join("events.jsonl");
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("read `{}`: {error}", path.display()));
    text.lines().filter(|line| !line.is_empty()).filter_map(|line| json::read(line.as_bytes()).ok()).collect()
}

#[track_caller]
fn check_case(name: &str) {
    let (said, periods) = (case(name), periods());
    let instants = instants(&said, 5);
    let expected = Ledger::of(said.clone()).everything(&periods, &instants);
    for seed in 1..=5 {
        let mixed = shuffled(said.clone(), seed);
        let ledger = Ledger::empty();
        for some in mixed.chunks(said.len() / (seed as usize) + 1) {
            ledger.import(some.to_vec());
            ledger.import(some.iter().take(9).cloned().collect());
            ledger.everything(&periods[1..3], &instants[..1]);
        }
        compare(&format!("{name}, seed {seed}"), &ledger.everything(&periods, &instants), &expected);
    }
    let rebuilt = Ledger::of(said).rebuilt().everything(&periods, &instants);
    compare(&format!("{name}, rebuilt"), &rebuilt, &expected);
}

/// Says the first difference only: everything is long.
#[track_caller]
pub(crate) fn compare(what: &str, found: &[String], expected: &[String]) {
    for (found, expected) in found.iter().zip(expected) {
        assert_eq!(found, expected, "{what}");
    }
    assert_eq!(found.len(), expected.len(), "{what}");
}

#[test]
fn l3_the_first_case_answers_the_same_in_every_order() {
    check_case("000-first");
}

#[test]
fn l3_the_mixed_cases_answer_the_same_in_every_order() {
    for name in ["001-mixed", "002-mixed", "005-mixed", "006-mixed"] {
        check_case(name);
    }
}

#[test]
fn l3_the_largest_cases_answer_the_same_in_every_order() {
    for name in ["003-mixed", "004-mixed"] {
        check_case(name);
    }
}
