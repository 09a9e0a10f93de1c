//! Importing through the binary: bad lines, bills and their re-issues, rates, policies.

#[expect(dead_code, reason = "each test uses its part of the harness")]
mod harness;

use harness::{Book, checkout};
use serde_json::{Value, json};
use tributary_events::batch;
use tributary_log::{Envelope, Position, Record};

fn payout(id: &str) -> String {
    format!(
        r#"{{"specversion":"1.0","id":"{id}","source":"s","type":"tributary.payout.issued.v1","subject":"partner/p","time":"2026-01-01T00:00:00Z","data":{{"payout":"{id}","amount":"1","currency":"USD"}}}}"#
    )
}

/// The report of the one file, without how long it took.
fn report(book: &Book, arguments: &[&str], exit: i32) -> Value {
    let mut report = book.json(&[&["import"], arguments].concat(), exit)["files"][0].clone();
    let fields = report.as_object_mut().expect("a report");
    // What became of each kind of row is held to in the tests of connectors.
    fields.remove("kinds");
    for varies in ["file", "seconds", "readPerSecond"] {
        assert!(fields.remove(varies).is_some(), "{varies}");
    }
    report
}

#[test]
fn bad_lines_are_named_and_the_good_ones_recorded() {
    let book = Book::new();
    let unknown = payout("2").replace("payout.issued", "payout.sent");
    let wrong = payout("3").replace(r#""amount":"1""#, r#""amount":"one""#);
    book.file("bad.jsonl", &format!("{}\n{unknown}\n\n{wrong}\nno event\n{}\n{{\"a\"", payout("1"), payout("4")));
    let (summary, refused) = book.both(&["import", "bad.jsonl"], 1);
    let lines: Vec<&str> = refused.lines().collect();
    let [second, fourth, fifth, seventh] = lines[..] else { panic!("{refused}") };
    assert_eq!(
        second,
        "bad.jsonl:2: type: \"tributary.payout.sent.v1\" is not a type of event that the ledger knows (unknown-type)"
    );
    assert!(fourth.starts_with("bad.jsonl:4: data.amount: \"one\" ") && fourth.ends_with(" (bad-decimal)"), "{fourth}");
    assert!(fifth.starts_with("bad.jsonl:5: event: is not JSON: ") && fifth.ends_with(" (not-json)"), "{fifth}");
    assert_eq!(seventh, "bad.jsonl:7: event: the file ends in the middle of this line (cut-off)");
    assert!(summary.contains("refused"), "{summary}");

    let again = json!({"read": 6, "appended": 0, "duplicate": 2, "refused": 4});
    assert_eq!(report(&book, &["bad.jsonl"], 1), again);
    assert_eq!(book.json(&["status"], 0)["events"], 2);
}

#[test]
fn standard_input_is_a_file_called_dash() {
    let book = Book::new();
    let (_, refused) = book.fed(&["import", "-", "--quiet"], &format!("{}\nx\n", payout("1")), 1);
    assert!(refused.starts_with("-:2: event: "), "{refused}");
}

#[test]
fn i1_the_same_identity_with_other_content_is_a_conflict() {
    let book = Book::new();
    book.file("one.jsonl", &payout("1"));
    book.file("other.jsonl", &payout("1").replace(r#""amount":"1""#, r#""amount":"2""#));
    let (_, refused) = book.both(&["import", "one.jsonl", "other.jsonl"], 1);
    assert!(refused.starts_with("other.jsonl:1: id: ") && refused.trim_end().ends_with("(conflict)"), "{refused}");
}

#[test]
fn a_file_of_messages_is_read_as_what_its_lines_are() {
    let book = Book::new();
    let lines = [payout("1"), payout("2")];
    let mut messages = Vec::new();
    for line in &lines {
        let draft = tributary_events::json::read(line.as_bytes()).expect("an event");
        let (subject, data) = (draft.subject.to_string(), tributary_events::encode(&draft.body));
        let (id, source) = (draft.identity.id.as_str(), draft.identity.source.as_str());
        let (event_type, time_us) = (draft.body.event_type(), draft.time.micros());
        let envelope = Envelope { id, source, event_type, subject: &subject, time_us, data: &data };
        let position = Position { partition: 0, offset: 0 };
        batch::write(&Record { position, recorded_us: time_us, envelope }, &mut messages);
    }
    let length = messages.len();
    messages.extend(b"no message");
    std::fs::write(book.file("payouts.pb", ""), messages).expect("a file");
    let (_, refused) = book.both(&["import", "payouts.pb"], 1);
    let expected = format!("payouts.pb: event 3 at byte {length}: event: is not the protobuf message");
    assert!(refused.starts_with(&expected) && refused.trim_end().ends_with("(not-protobuf)"), "{refused}");
    book.file("payouts.jsonl", &lines.join("\n"));
    let again = json!({"read": 2, "appended": 0, "duplicate": 2, "refused": 0});
    assert_eq!(report(&book, &["--trust-recorded-times", "payouts.jsonl"], 0), again);
    assert_eq!(report(&book, &["--from", "protobuf", "payouts.pb"], 1)["duplicate"], json!(2));
}

fn bill<'a>(mapping: &'a str, file: &'a str) -> [&'a str; 5] {
    ["--from", "focus", "--mapping", mapping, file]
}

#[test]
fn a_bill_adds_up_and_again_adds_nothing() {
    let book = Book::new();
    let (mapping, sample) = (checkout("demo/focus.yaml"), checkout("demo/data/focus_sample_1.0.csv"));
    let left_out = json!({"category Adjustment": 2, "category Credit": 1, "zero cost": 329});
    let first = report(&book, &bill(&mapping, &sample), 0);
    let all = json!({"read": 1000, "appended": 668, "duplicate": 0, "refused": 0, "leftOut": left_out});
    assert_eq!(first, all);
    let events = book.json(&["status"], 0)["events"].clone();
    let again = json!({"read": 1000, "appended": 0, "duplicate": 668, "refused": 0, "leftOut": left_out});
    assert_eq!(report(&book, &bill(&mapping, &sample), 0), again);
    assert_eq!(book.json(&["status"], 0)["events"], events);
}

#[test]
fn f1_a_bill_issued_anew_becomes_corrections_once_and_so_does_the_way_back() {
    let book = Book::new();
    let mapping = checkout("demo/focus.yaml");
    let [sample, reissued] =
        ["focus_sample_1.0", "focus_reissued"].map(|name| checkout(&format!("demo/data/{name}.csv")));
    report(&book, &bill(&mapping, &sample), 0);
    let counts = |file: &str| {
        let of = report(&book, &bill(&mapping, file), 0);
        [&of["appended"], &of["restated"], &of["duplicate"]].map(|count| count.as_u64().unwrap_or(0))
    };
    assert_eq!(counts(&reissued), [0, 3, 1]);
    assert_eq!(counts(&reissued), [0, 0, 4]);
    assert_eq!(counts(&sample), [0, 3, 665], "what the first file says is true again");
    assert_eq!(counts(&sample), [0, 0, 668]);
}

#[test]
fn rates_and_policies_are_imported_once() {
    let book = Book::new();
    let (rates, policy) = (checkout("demo/data/eurofxref-hist.csv"), checkout("demo/policies/program-2024.yaml"));
    let rates = ["--from", "ecb", "--since", "2026-01-01", "--currency", "USD,GBP", &rates];
    let first = report(&book, &rates, 0);
    assert!(first["appended"].as_u64() > Some(0), "{first}");
    let again = report(&book, &rates, 0);
    assert_eq!((&again["appended"], &again["duplicate"]), (&json!(0), &first["appended"]));

    let one = |appended, duplicate| json!({"read": 1, "appended": appended, "duplicate": duplicate, "refused": 0});
    assert_eq!(report(&book, &["--from", "policy", &policy], 0), one(1, 0));
    assert_eq!(report(&book, &["--from", "policy", &policy], 0), one(0, 1));
    book.file("bad.yaml", "kind: attribution\nid: x\n");
    let (_, refused) = book.both(&["import", "--from", "policy", "bad.yaml"], 1);
    assert!(refused.starts_with("bad.yaml:1: "), "{refused}");
}
