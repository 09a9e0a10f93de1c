//! The auditor answers every worked case exactly. If it did not, it would be no judge of the ledger.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tributary_sim::auditor::Auditor;

fn cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cases");
    let entries = fs::read_dir(folder).expect("the worked cases").map(|entry| entry.expect("an entry").path());
    let mut cases: Vec<PathBuf> = entries.filter(|path| path.is_dir()).collect();
    cases.sort();
    assert!(!cases.is_empty(), "there are worked cases");
    cases
}

fn list(path: &Path) -> Vec<Value> {
    serde_json::from_slice(&fs::read(path).expect("a file of the case")).expect("a JSON array")
}

fn events(case: &Path) -> Vec<Value> {
    let lines = fs::read_to_string(case.join("events.jsonl")).expect("the events of the case");
    lines.lines().map(|line| serde_json::from_str(line).expect("an event")).collect()
}

#[test]
fn the_auditor_answers_every_worked_case() {
    let mut wrong = Vec::new();
    for case in cases() {
        let auditor = Auditor::new(&events(&case));
        let (questions, expected) = (list(&case.join("questions.json")), list(&case.join("expect.json")));
        assert_eq!(questions.len(), expected.len());
        for (question, expected) in questions.iter().zip(&expected) {
            let answer = auditor.answer(question);
            if answer != *expected {
                wrong.push(format!("{}: {question}\n  expected {expected}\n  answered {answer}", case.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong answers\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn the_order_of_the_file_changes_no_answer() {
    let case = cases().pop().expect("a case");
    let (mut events, questions) = (events(&case), list(&case.join("questions.json")));
    let answers = |events: &[Value]| -> Vec<Value> {
        let auditor = Auditor::new(events);
        questions.iter().map(|question| auditor.answer(question)).collect()
    };
    let straight = answers(&events);
    events.reverse();
    events.extend_from_within(..events.len() / 2);
    assert_eq!(answers(&events), straight);
}
