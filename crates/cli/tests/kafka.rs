//! The binary on a real Kafka: the worked cases with several partition counts, refusals, poison, and death in the middle of an
//! import. Each test has topics of its own.

#[expect(dead_code, reason = "each test uses its part of the harness")]
mod harness;

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use harness::on_kafka::OnKafka;
use harness::{Book, cases, expected, live_for};
use serde_json::Value;
use tributary_broker::{for_tests, topic_prefix};

/// Everything that must be the same wherever the same events were recorded.
fn state(status: &Value) -> [Value; 4] {
    ["events", "lastRecorded", "closed", "stateDigest"].map(|field| status[field].clone())
}

/// The worked cases on so many partitions: the answers expected, and the digests of an embedded ledger.
fn check_cases(partitions: &str) {
    for case in cases() {
        let name = format!("cases-{partitions}");
        let Some(ledger) = OnKafka::new(&name, &["--partitions", partitions, "--trust-recorded-times"]) else { return };
        let events = format!("{case}/events.jsonl");
        let import = ["import", "--quiet", "--trust-recorded-times", &events];
        ledger.run(&import, 0);
        assert_eq!(ledger.answers(&case), expected(&case), "{case} on {partitions} partitions");
        let embedded = Book::new();
        embedded.run(&import, 0);
        let status = ledger.json(&["status", "--digest"], 0);
        assert_eq!(
            state(&status),
            state(&embedded.json(&["status", "--digest"], 0)),
            "{case} on {partitions} partitions"
        );
    }
}

#[test]
fn the_worked_cases_are_answered_alike_on_one_partition() {
    check_cases("1");
}

#[test]
fn the_worked_cases_are_answered_alike_on_three_partitions() {
    check_cases("3");
}

#[test]
fn the_worked_cases_are_answered_alike_on_twelve_partitions() {
    check_cases("12");
}

#[test]
fn an_export_from_kafka_imported_elsewhere_gives_the_same_digest_and_everything_verifies() {
    let Some(ledger) = OnKafka::new("export", &["--partitions", "3", "--trust-recorded-times"]) else { return };
    let case = &cases()[0];
    let import = ["import", "--trust-recorded-times", &format!("{case}/events.jsonl")];
    ledger.run(&import, 0);
    let again = ledger.json(&import, 0);
    assert_eq!(again["files"][0]["appended"], 0, "{again}");
    let copy = Book::new();
    let file = copy.file("events.jsonl", &ledger.run(&["export"], 0).0);
    copy.run(&["import", "--trust-recorded-times", file.to_str().expect("UTF-8")], 0);
    let status = ledger.json(&["status", "--digest"], 0);
    assert_eq!(state(&status), state(&copy.json(&["status", "--digest"], 0)));
    assert_eq!(status["partitions"][0]["topic"], "reference/0");
    assert_eq!(ledger.json(&["rebuild"], 0)["stateDigest"], status["stateDigest"]);
    let verified = ledger.json(&["verify"], 0);
    assert_eq!(verified["ok"], true, "{verified}");
    assert_eq!(ledger.json(&["quarantine"], 0), Value::Array(Vec::new()));
    ledger.run(&["kafka", "check"], 0);
    let second =
        ledger.json(&["kafka", "init", "--partitions", "3", "--replication", "1", "--trust-recorded-times"], 0);
    assert!(second.as_array().expect("topics").iter().all(|topic| topic["state"] == "unchanged"), "{second}");
}

#[test]
fn i2_trusted_times_are_refused_before_anything_is_recorded() {
    let Some(ledger) = OnKafka::new("trust", &["--partitions", "1"]) else { return };
    let (_, error) = ledger.run(&["import", "--trust-recorded-times", &format!("{}/events.jsonl", cases()[0])], 2);
    assert!(error.contains("kafka init --trust-recorded-times"), "{error}");
    assert_eq!(ledger.json(&["status"], 0)["events"], 0);
}

#[test]
fn a_data_directory_belongs_to_one_log_and_one_process() {
    let Some(ledger) = OnKafka::new("directory", &["--partitions", "1"]) else { return };
    ledger.run(&["status"], 0);
    let (_, error) = ledger.book.both(&["status"], 2);
    assert!(error.contains("--kafka"), "{error}");
    let start = || ledger.command(&["project"]).stderr(Stdio::piped()).spawn().expect("starts");
    let mut project = start();
    let deadline = Instant::now() + Duration::from_secs(60);
    while ledger.command(&["status"]).status().expect("runs").code() != Some(3) {
        assert!(Instant::now() < deadline, "the projector never took the directory");
        // The question may have had the directory when the projector wanted it.
        if let Some(refused) = project.try_wait().expect("a child") {
            assert_eq!(refused.code(), Some(3), "the projector ended otherwise than for the directory");
            project = start();
        }
    }
    let stopped = Command::new("kill").args(["-TERM", &project.id().to_string()]).status().expect("kill");
    assert!(stopped.success());
    assert!(project.wait().expect("ends").success(), "a signal is no failure");
    ledger.run(&["status"], 0);
}

#[test]
fn what_is_wrong_with_kafka_is_one_clear_line_each() {
    let Some(address) = for_tests() else { return };
    let book = Book::new();
    let said = |name: &str, text: &str, arguments: &[&str], exit: i32| {
        let settings = book.file(name, text);
        book.both(&[&["--kafka", settings.to_str().expect("UTF-8")], arguments].concat(), exit).1
    };
    let none = format!("bootstrap.servers={address}\ntributary.prefix={}\n", topic_prefix("none"));
    let error = said("none.properties", &none, &["status"], 3);
    assert!(error.contains("tributary kafka init"), "{error}");
    let error = said("ours.properties", &format!("{none}enable.auto.commit=true\n"), &["status"], 2);
    assert!(error.contains("`enable.auto.commit` must not be set"), "{error}");
    let (_, error) = book.both(&["kafka", "check"], 2);
    assert!(error.contains("--kafka"), "{error}");
}

/// Payouts, each with an id of its own.
fn payouts(count: usize) -> String {
    let line = |number: usize| {
        format!(
            r#"{{"specversion":"1.0","id":"{number}","source":"s","type":"tributary.payout.issued.v1","subject":"partner/p-{}","time":"2026-01-01T00:00:00Z","data":{{"payout":"{number}","amount":"{number}.5","currency":"USD"}}}}"#,
            number % 50
        )
    };
    (1..=count).map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn i1_an_import_killed_anywhere_and_run_again_records_everything_once() {
    const EVENTS: usize = 20_000;
    let Some(ledger) = OnKafka::new("killed", &["--partitions", "3"]) else { return };
    let file = ledger.book.file("events.jsonl", &payouts(EVENTS));
    let import = ["import", file.to_str().expect("UTF-8")];
    let mut kills = 0;
    for turn in 1..=20_u64 {
        // From before anything is read to after everything is recorded.
        let lifetime = Duration::from_millis(turn * 60);
        kills += usize::from(live_for(ledger.command(&import).spawn().expect("starts"), lifetime));
    }
    let last = ledger.json(&import, 0);
    let counts = &last["files"][0];
    assert_eq!(
        counts["appended"].as_u64().expect("a count") + counts["duplicate"].as_u64().expect("a count"),
        EVENTS as u64
    );
    assert_eq!(ledger.json(&["status"], 0)["events"], EVENTS as u64, "after {kills} kills");
    let before = ledger.json(&["status", "--digest"], 0)["stateDigest"].clone();
    assert_eq!(ledger.json(&["rebuild"], 0)["stateDigest"], before, "after {kills} kills");
    assert!(kills > 0, "nobody died");
}
