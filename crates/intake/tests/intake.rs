//! The door with a log in memory: what is new is appended, what is known is recognised, what breaks a rule is refused.

use std::sync::Arc;

use tributary_domain::event::Draft;
use tributary_domain::time::Instant;
use tributary_events::{Encoded, batch, json};
use tributary_intake::file::{LineRefusal, Progress, Report, import_batches, import_jsonl};
use tributary_intake::{Intake, Outcome, Trust};
use tributary_log::{Log, LogId, MemoryLog, Position, ReadLimit, Record};

const NOW_US: i64 = 1_800_000_000_000_000;

fn log() -> MemoryLog {
    MemoryLog::new(LogId([1; 16]), 1, Arc::new(|| NOW_US))
}

fn at(text: &str) -> Instant {
    text.parse().expect("an instant")
}

/// A payout of so much, with that identity and recorded time.
fn line(id: &str, amount: &str, recorded: &str) -> String {
    format!(
        r#"{{"specversion":"1.0","id":"{id}","source":"s","type":"tributary.payout.issued.v1","subject":"partner/p","time":"2026-01-01T00:00:00Z","recordedtime":"{recorded}","data":{{"payout":"{id}","amount":"{amount}","currency":"USD"}}}}"#
    )
}

fn draft(id: &str, amount: &str) -> Draft {
    json::read(line(id, amount, "2026-01-02T00:00:00Z").as_bytes()).expect("an event")
}

fn position(offset: u64) -> Position {
    Position { partition: 0, offset }
}

fn recorded(log: &MemoryLog) -> Vec<(String, i64)> {
    let batch = log.read(position(0), ReadLimit::default(), std::time::Duration::ZERO).expect("read");
    let records = batch.iter().map(|record| record.expect("a record"));
    records.map(|record| (record.envelope.id.to_owned(), record.recorded_us)).collect()
}

/// Outcomes as words: `new@0`, `same@0`, or the code of a refusal.
fn submit(intake: &mut Intake<'_>, drafts: Vec<Draft>) -> Vec<String> {
    let word = |outcome| match outcome {
        Outcome::Appended(position) => format!("new@{}", position.offset),
        Outcome::Duplicate(position) => format!("same@{}", position.offset),
        Outcome::Refused(refusal) => refusal.code().to_owned(),
    };
    intake.submit(drafts).expect("the log works").into_iter().map(word).collect()
}

fn import(log: &MemoryLog, text: &[u8]) -> (Report, Vec<String>) {
    let mut intake = Intake::new(log, log, Trust::FileTimes, None);
    let mut refusals = Vec::new();
    let refused = |refusal: LineRefusal| refusals.push(refusal.to_string());
    let report = import_jsonl(text, "events.jsonl", &mut intake, refused, |_| {}).expect("the log works");
    (report, refusals)
}

#[test]
fn i1_the_same_event_is_recognised_within_a_batch_and_in_the_log() {
    let log = log();
    let mut intake = Intake::new(&log, &log, Trust::LedgerClock, None);
    let first = submit(&mut intake, vec![draft("1", "5"), draft("2", "5"), draft("1", "5.00")]);
    assert_eq!(first, ["new@0", "new@1", "same@0"]);
    assert_eq!(submit(&mut intake, vec![draft("3", "1"), draft("2", "5")]), ["new@2", "same@1"]);
    assert_eq!(log.end(0).expect("an end"), 3);
    assert_eq!(submit(&mut intake, Vec::new()), [""; 0]);
}

#[test]
fn i1_other_content_under_one_identity_is_refused_and_the_first_stands() {
    let log = log();
    let mut intake = Intake::new(&log, &log, Trust::LedgerClock, None);
    assert_eq!(submit(&mut intake, vec![draft("1", "5"), draft("1", "6")]), ["new@0", "conflict"]);
    assert_eq!(submit(&mut intake, vec![draft("1", "6"), draft("1", "5")]), ["conflict", "same@0"]);
    let outcomes = intake.submit(vec![draft("1", "7")]).expect("the log works");
    let Outcome::Refused(refusal) = &outcomes[0] else { panic!("{outcomes:?}") };
    assert_eq!(
        refusal.to_string(),
        "the same source and id stand at 0:0 with other content, and what was recorded first stands"
    );
}

#[test]
fn i2_an_events_own_recorded_time_counts_only_where_it_is_trusted() {
    let trusted = log();
    Intake::new(&trusted, &trusted, Trust::FileTimes, None).submit(vec![draft("1", "5")]).expect("the log works");
    assert_eq!(recorded(&trusted), [("1".to_owned(), at("2026-01-02T00:00:00Z").micros())]);
    let own = log();
    Intake::new(&own, &own, Trust::LedgerClock, None).submit(vec![draft("1", "5")]).expect("the log works");
    assert_eq!(recorded(&own), [("1".to_owned(), NOW_US)]);
}

#[test]
fn i2_nothing_is_recorded_at_or_before_the_cutoff_of_an_attested_period() {
    let log = log();
    let sealed = Some(at("2026-01-02T00:00:00Z"));
    let mut intake = Intake::new(&log, &log, Trust::FileTimes, sealed);
    assert_eq!(submit(&mut intake, vec![draft("1", "5"), draft("1", "6")]), ["sealed-past", "sealed-past"]);
    let later = json::read(line("2", "5", "2026-01-02T00:00:00.000001Z").as_bytes()).expect("an event");
    assert_eq!(submit(&mut intake, vec![later]), ["new@0"]);
    // The ledger's own clock is past every cutoff, whatever the event claims.
    assert_eq!(submit(&mut Intake::new(&log, &log, Trust::LedgerClock, sealed), vec![draft("1", "5")]), ["new@1"]);
    // What is recorded already stays recognised when its past is sealed.
    assert_eq!(submit(&mut Intake::new(&log, &log, Trust::FileTimes, sealed), vec![draft("1", "5")]), ["same@1"]);
}

#[test]
fn bad_lines_are_reported_with_their_place_and_stop_no_other() {
    let log = log();
    let good = |id: &str| line(id, "5", "2026-01-02T00:00:00Z");
    let text = [
        format!("\u{feff}{}\r", good("1")),
        String::new(),
        "nonsense".to_owned(),
        line("2", "5.x", "2026-01-02T00:00:00Z"),
        line("1", "6", "2026-01-02T00:00:00Z"),
        "x".repeat(json::LINE_BYTES_MAX * 2),
        good("3"),
        "  \r".to_owned(),
    ];
    let (report, refusals) = import(&log, text.join("\n").as_bytes());
    assert_eq!(report, Report { read: 6, appended: 2, duplicate: 0, refused: 4 });
    assert_eq!(
        refusals,
        [
            "events.jsonl:3: event: is not JSON: expected ident at column 2 (not-json)",
            "events.jsonl:4: data.amount: \"5.x\" is not a decimal such as \"12.5\" (bad-decimal)",
            "events.jsonl:5: id: the same source and id stand at 0:0 with other content, and what was recorded first \
             stands (conflict)",
            "events.jsonl:6: event: is longer than 1000000 bytes (too-long)",
        ]
    );
    assert_eq!(recorded(&log).len(), 2);
}

#[test]
fn importing_again_changes_nothing() {
    let log = log();
    let text: Vec<String> = (0..10_000).map(|id| line(&id.to_string(), "5", "2026-01-02T00:00:00Z")).collect();
    let text = text.join("\n");
    assert_eq!(import(&log, text.as_bytes()).0, Report { read: 10_000, appended: 10_000, duplicate: 0, refused: 0 });
    assert_eq!(import(&log, text.as_bytes()).0, Report { read: 10_000, appended: 0, duplicate: 10_000, refused: 0 });
    assert_eq!(log.end(0).expect("an end"), 10_000);
}

#[test]
fn a_file_that_was_cut_off_says_so_and_a_missing_last_line_end_is_fine() {
    let whole = line("1", "5", "2026-01-02T00:00:00Z");
    assert_eq!(import(&log(), whole.as_bytes()).0.appended, 1);
    let cut = format!("{whole}\n{}", &line("2", "5", "2026-01-02T00:00:00Z")[..60]);
    let (report, refusals) = import(&log(), cut.as_bytes());
    assert_eq!(report, Report { read: 2, appended: 1, duplicate: 0, refused: 1 });
    assert_eq!(refusals, ["events.jsonl:2: event: the file ends in the middle of this line (cut-off)"]);
}

#[test]
fn progress_is_told_batch_by_batch_and_ends_with_the_file() {
    let log = log();
    let text: Vec<String> = (0..15_000).map(|id| line(&id.to_string(), "5", "2026-01-02T00:00:00Z")).collect();
    let text = text.join("\n");
    let mut told = Vec::new();
    let mut intake = Intake::new(&log, &log, Trust::FileTimes, None);
    import_jsonl(text.as_bytes(), "f", &mut intake, |refusal| panic!("{refusal}"), |at| told.push(at))
        .expect("imported");
    // A batch is two mebibytes of lines.
    let [first, last] = told[..] else { panic!("{told:?}") };
    assert!(first.bytes >= 2 << 20 && first.bytes < last.bytes && first.lines < last.lines, "{told:?}");
    assert_eq!(last, Progress { bytes: text.len() as u64, lines: 15_000 });
}

/// A draft as an event of a batch.
fn message(draft: &Draft) -> Vec<u8> {
    let encoded = Encoded::of(draft);
    let recorded_us = draft.recorded.map_or(0, Instant::micros);
    let mut bytes = Vec::new();
    batch::write(&Record { position: position(0), recorded_us, envelope: encoded.envelope() }, &mut bytes);
    bytes
}

fn import_messages(log: &MemoryLog, bytes: &[u8]) -> (Report, Vec<String>) {
    let mut intake = Intake::new(log, log, Trust::FileTimes, None);
    let mut refusals = Vec::new();
    let refused = |refusal: LineRefusal| refusals.push(refusal.to_string());
    let report = import_batches(bytes, "events.pb", &mut intake, refused, |_| {}).expect("the log works");
    (report, refusals)
}

/// A usage event and a payout for each number: one is taken as it lies, the other read and written.
fn usage_and_payouts(numbers: std::ops::Range<u32>) -> Vec<String> {
    let both = |number: u32| {
        let usage =
            line(&format!("u-{number}"), "5", "2026-01-02T00:00:00Z").replace("payout.issued", "usage.recorded");
        let usage = usage.replace("partner/p", "account/a").replace("\"payout\":", "\"unit\":\"h\",\"product\":");
        [usage, line(&number.to_string(), "5", "2026-01-02T00:00:00Z")]
    };
    numbers.flat_map(both).collect()
}

#[test]
fn i1_a_batch_of_messages_says_what_the_same_events_say_as_lines() {
    let lines = usage_and_payouts(0..6_000);
    let messages: Vec<u8> =
        lines.iter().flat_map(|line| message(&json::read(line.as_bytes()).expect("an event"))).collect();
    let all = |appended, duplicate| (Report { read: 12_000, appended, duplicate, refused: 0 }, vec![]);
    let (of_lines, of_messages) = (log(), log());
    assert_eq!(import(&of_lines, lines.join("\n").as_bytes()), all(12_000, 0));
    assert_eq!(import_messages(&of_messages, &messages), all(12_000, 0));
    assert_eq!(recorded(&of_lines), recorded(&of_messages));
    assert_eq!(import_messages(&of_lines, &messages), all(0, 12_000));
    assert_eq!(import(&of_messages, lines.join("\n").as_bytes()), all(0, 12_000));
}

#[test]
fn bad_messages_are_reported_with_their_place_and_stop_no_other() {
    let good = |id: &str| message(&draft(id, "5"));
    let length = good("1").len();
    let too_long = [&[0x0a, 0x80, 0x85, 0x3d][..], &vec![7; 1_000_000]].concat();
    let too_long = [&too_long[..], &[7; 64]].concat();
    let not_one = [0x0a, 2, 0x0a, 9];
    let text: Vec<u8> = [good("1"), message(&draft("1", "6")), not_one.to_vec(), too_long.clone(), good("2")].concat();
    let (report, refusals) = import_messages(&log(), &text);
    let at = |events: usize, bytes: usize| format!("events.pb: event {events} at byte {bytes}: ");
    assert_eq!(report, Report { read: 5, appended: 2, duplicate: 0, refused: 3 });
    let expected = [
        at(2, length)
            + "id: the same source and id stand at 0:0 with other content, and what was recorded first stands (conflict)",
        at(3, 2 * length)
            + "event: is not the protobuf message of this type: field 1 is longer than what is left (not-protobuf)",
        at(4, 2 * length + 4) + "event: is longer than 1000000 bytes (too-long)",
    ];
    assert_eq!(refusals, expected);

    for (wrong, why) in [
        (
            [good("1"), b"x".to_vec(), good("2")].concat(),
            "no event of a CloudEventBatch begins here; what follows is not read",
        ),
        ([good("1"), good("2")[..length - 1].to_vec()].concat(), "the file ends in the middle of this event"),
        ([good("1"), vec![0x0a, 0xff]].concat(), "its length cannot be read; what follows is not read"),
    ] {
        let (report, refusals) = import_messages(&log(), &wrong);
        assert_eq!(report, Report { read: 2, appended: 1, duplicate: 0, refused: 1 });
        let reason = format!("event: is not the protobuf message of this type: {why} (not-protobuf)");
        assert_eq!(refusals, [at(2, length) + &reason]);
    }
}
