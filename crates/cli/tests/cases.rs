//! The worked cases through the binary: in order, shuffled, doubled, and in several runs with questions in between.

#[expect(dead_code, reason = "each test uses its part of the harness")]
mod harness;

use harness::{Book, cases, expected};

fn check(book: &Book, case: &str, how: &str) {
    let (answers, expected) = (book.answers(&format!("{case}/questions.json")), expected(case));
    let (answers, expected) = (answers.as_array().expect("a list"), expected.as_array().expect("a list").clone());
    assert_eq!(answers.len(), expected.len(), "{case} {how}");
    for (number, (answer, expected)) in answers.iter().zip(&expected).enumerate() {
        assert_eq!(answer, expected, "{case} {how}, answer {number}");
    }
}

fn lines(case: &str) -> Vec<String> {
    let text = std::fs::read_to_string(format!("{case}/events.jsonl")).expect("events");
    text.lines().map(str::to_owned).collect()
}

/// Another order for each seed, the same on every machine.
fn shuffle(lines: &mut [String], seed: u64) {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    for at in (1..lines.len()).rev() {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        lines.swap(at, (state % (at as u64 + 1)) as usize);
    }
}

const IMPORT: [&str; 4] = ["import", "--quiet", "--trust-recorded-times", "events.jsonl"];

#[test]
fn the_worked_cases_are_answered_as_expected() {
    for case in cases() {
        let book = Book::new();
        book.run(&["import", "--trust-recorded-times", &format!("{case}/events.jsonl")], 0);
        check(&book, &case, "as it stands");
    }
}

#[test]
fn l3_duplicates_and_other_orders_change_no_answer() {
    for (seed, case) in (1..).zip(cases()) {
        let book = Book::new();
        let mut events = lines(&case);
        events.extend(events.clone().into_iter().step_by(3));
        shuffle(&mut events, seed);
        book.file("events.jsonl", &events.join("\n"));
        book.run(&IMPORT, 0);
        check(&book, &case, &format!("shuffled by seed {seed}"));
    }
}

#[test]
fn l3_several_runs_with_questions_in_between_change_no_answer() {
    for (seed, case) in (100..).zip(cases()) {
        let book = Book::new();
        let mut events = lines(&case);
        shuffle(&mut events, seed);
        for part in events.chunks(events.len().div_ceil(4)) {
            book.file("events.jsonl", &part.join("\n"));
            book.run(&IMPORT, 0);
            book.answers(&format!("{case}/questions.json"));
        }
        check(&book, &case, &format!("in parts, shuffled by seed {seed}"));
    }
}

#[test]
fn an_export_imported_elsewhere_gives_the_same_answers() {
    for case in cases() {
        let (book, copy) = (Book::new(), Book::new());
        book.run(&["import", "--trust-recorded-times", &format!("{case}/events.jsonl")], 0);
        let file = copy.file("events.jsonl", &book.run(&["export"], 0));
        book.run(&["export", "--output", "again.jsonl"], 0);
        let again = std::fs::read(book.data().with_file_name("again.jsonl")).expect("the export");
        assert_eq!(std::fs::read(file).expect("the export"), again, "{case}");
        copy.run(&IMPORT, 0);
        check(&copy, &case, "exported and imported");
        let digest = |book: &Book| book.json(&["status", "--digest"], 0)["stateDigest"].clone();
        assert_eq!(digest(&book), digest(&copy), "{case}");

        let (messages, batch) = (Book::new(), book.data().with_file_name("events.pb"));
        let batch = batch.to_str().expect("a path");
        book.run(&["export", "--output", batch], 0);
        messages.run(&["import", "--quiet", "--trust-recorded-times", batch], 0);
        assert_eq!(digest(&book), digest(&messages), "{case}");
    }
}

#[test]
fn a_rebuild_gives_the_same_digest_and_the_same_answers() {
    for case in cases().iter().take(3) {
        let book = Book::new();
        book.run(&["import", "--trust-recorded-times", &format!("{case}/events.jsonl")], 0);
        let before = book.json(&["status", "--digest"], 0);
        let rebuilt = book.json(&["rebuild"], 0);
        assert_eq!(rebuilt["stateDigest"], before["stateDigest"], "{case}");
        let after = book.json(&["status", "--digest"], 0);
        for same in ["events", "usageEvents", "quarantined", "lastRecorded", "closed", "stateDigest", "log"] {
            assert_eq!(after[same], before[same], "{case} {same}");
        }
        check(&book, case, "rebuilt");
    }
}

#[test]
fn a_command_prints_the_document_that_ask_answers() {
    let case = &cases()[0];
    let book = Book::new();
    book.run(&["import", "--trust-recorded-times", &format!("{case}/events.jsonl")], 0);
    for (question, command) in [
        (r#"{"ask": "statement", "partner": "p-msp", "period": "2026-02"}"#, &["statement", "p-msp", "2026-02"][..]),
        (r#"{"ask": "credits", "partner": "p-msp", "period": "2026-02"}"#, &["credits", "p-msp", "2026-02"]),
        (
            r#"{"ask": "attribution", "account": "acme", "asOf": "2026-01-15"}"#,
            &["attribution", "acme", "--as-of", "2026-01-15"],
        ),
        (r#"{"ask": "renewals", "account": "acme"}"#, &["renewals", "acme"]),
        (r#"{"ask": "suspense"}"#, &["suspense"]),
    ] {
        let (answers, _) = book.fed(&["ask"], &format!("[{question}]"), 0);
        let answers: serde_json::Value = serde_json::from_str(&answers).expect("answers");
        assert_eq!(book.json(command, 0), answers[0], "{question}");
        assert!(!book.run(command, 0).starts_with('{'), "{command:?} is for people");
    }
}
