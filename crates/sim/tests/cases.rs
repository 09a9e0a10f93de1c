//! The worked cases through the rules by themselves: in order, shuffled, doubled.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tributary_sim::pure::Pure;
use tributary_sim::scenario::Random;

fn cases() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cases");
    let entries = fs::read_dir(root).expect("the cases").map(|entry| entry.expect("an entry").path());
    let mut cases: Vec<PathBuf> = entries.filter(|path| path.is_dir()).collect();
    cases.sort();
    assert!(cases.len() >= 7, "{cases:?}");
    cases
}

fn read(case: &Path, name: &str) -> String {
    let path = case.join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("read `{}`: {error}", path.display()))
}

fn list(case: &Path, name: &str) -> Vec<Value> {
    serde_json::from_str(&read(case, name)).expect("a list")
}

fn events(case: &Path) -> Vec<Value> {
    let text = read(case, "events.jsonl");
    text.lines().filter(|line| !line.is_empty()).map(|line| serde_json::from_str(line).expect("an event")).collect()
}

#[track_caller]
fn check(case: &Path, events: &[Value], how: &str) {
    let pure = Pure::new(events);
    let (questions, expected) = (list(case, "questions.json"), list(case, "expect.json"));
    assert_eq!(questions.len(), expected.len());
    for (number, (question, expected)) in questions.iter().zip(&expected).enumerate() {
        assert_eq!(pure.answer(question), *expected, "{} {how}, answer {number}: {question}", case.display());
    }
}

#[test]
fn the_rules_by_themselves_answer_the_worked_cases_as_expected() {
    for case in cases() {
        check(&case, &events(&case), "as it stands");
    }
}

#[test]
fn i1_the_order_and_the_duplication_of_a_worked_case_mean_nothing_to_the_rules() {
    for (seed, case) in (1..).zip(cases()) {
        let mut random = Random::new(seed);
        let mut mixed = events(&case);
        let again: Vec<Value> = mixed.iter().filter(|_| random.chance(30)).cloned().collect();
        mixed.extend(again);
        random.shuffle(&mut mixed);
        check(&case, &mixed, "shuffled and doubled");
    }
}
