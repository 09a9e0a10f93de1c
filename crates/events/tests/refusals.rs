//! Every rule refuses with its code and the path of what is wrong: `refusals.txt` is the table.

use std::path::Path;

use serde_json::{Value, json};
use tributary_events::{Refusal, json, policy};

/// The event that a row changes.
fn base(name: &str) -> Value {
    if name == "commission" {
        let mut event = base("policy.published");
        event["data"]["policy"] = plan();
        return event;
    }
    let file = format!("../../schemas/fixtures/tributary.{name}.v1/v1.json");
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).expect("a fixture");
    serde_json::from_str(&text).expect("JSON")
}

fn plan() -> Value {
    json!({
        "kind": "commission", "id": "msp-growth", "effectiveFrom": "2026-01-01", "effectiveTo": "2026-12-31",
        "partners": {"kinds": ["msp"], "tracks": ["sell"], "tiers": ["gold"], "ids": ["p-msp"]},
        "roles": ["msp"], "products": ["warehouse"], "vendors": ["acme"], "pool": "quota", "basis": "consumption",
        "terms": "initial", "monthsFromStart": 24, "measure": "account",
        "schedule": {"mode": "graduated", "bands": [{"from": "0", "rate": "0.05"}, {"from": "10000", "rate": "0.08"}]},
        "accelerator": {"compare": "previousPeriod", "bands": [
            {"growth": "0.15", "multiplier": "1.25"}, {"growth": "0.3", "multiplier": "1.5"}]},
        "cap": "50000", "clawback": {"withinDays": 90, "share": "1"}
    })
}

/// The place of `data.lines[2].amount`: what holds it, and its name there.
fn place<'a>(event: &'a mut Value, path: &str) -> (&'a mut Value, String) {
    let pointer = path.replace(['.', '['], "/").replace(']', "");
    let (parent, name) = pointer.rsplit_once('/').unwrap_or(("", &pointer));
    let parent = if parent.is_empty() { String::new() } else { format!("/{parent}") };
    (event.pointer_mut(&parent).expect("a place"), name.to_owned())
}

/// The one place that touches the API: changes an event and reads it.
fn check(row: &str) {
    let columns: Vec<&str> = row.split(" | ").map(str::trim).collect();
    let [name, change, code, field] = columns[..] else { panic!("four columns: {row}") };
    let mut event = base(name);
    json::read(event.to_string().as_bytes()).expect("the base is accepted");
    if let Some(path) = change.strip_suffix(" absent") {
        let (holder, key) = place(&mut event, path);
        holder.as_object_mut().and_then(|map| map.remove(&key)).expect("something to remove");
    } else {
        let (path, value) = change.split_once(" = ").expect("a change");
        let (holder, key) = place(&mut event, path);
        holder[key] = serde_json::from_str(value).expect("a JSON value");
    }
    let refusal = json::read(event.to_string().as_bytes()).expect_err(row);
    assert_eq!((refusal.code(), refusal.field()), (code, field), "{row}: {refusal}");
}

#[test]
fn every_row_of_the_table_is_refused_for_its_reason() {
    include_str!("refusals.txt").lines().filter(|row| !row.starts_with('#')).for_each(check);
}

#[test]
fn codes_are_unique_and_each_one_of_an_event_is_in_the_table() {
    let elsewhere = [
        "too-long",
        "cut-off",
        "not-json",
        "not-protobuf",
        "duplicate-field",
        "nested-too-deep",
        "unreadable",
        "conflict",
        "sealed-past",
        "ends-before-start",
    ];
    for (at, code) in Refusal::CODES.iter().enumerate() {
        assert!(!Refusal::CODES[..at].contains(code), "{code}");
        let listed = include_str!("refusals.txt").contains(&format!("| {code} |"));
        assert!(listed != elsewhere.contains(code), "{code}");
    }
}

fn refused(line: &str) -> (&'static str, String) {
    let refusal = json::read(line.as_bytes()).expect_err(line);
    (refusal.code(), refusal.field().to_owned())
}

#[test]
fn what_is_no_event_at_all_is_refused_too() {
    assert_eq!(refused("{"), ("not-json", "event".to_owned()));
    assert_eq!(refused("[1]"), ("wrong-type", "event".to_owned()));
    assert_eq!(refused(&"x".repeat(json::LINE_BYTES_MAX + 1)), ("too-long", "event".to_owned()));
    assert_eq!(refused(r#"{"id":"1","id":"2"}"#), ("duplicate-field", "id".to_owned()));
    assert_eq!(json::read(b"{\"id\":\"\xff\"}").map_err(|refusal| refusal.code()), Err("not-json"));
    let usage = base("usage.recorded").to_string();
    let twice = usage.replacen(r#""amount":"#, r#""amount":"1","amount":"#, 1);
    assert_eq!(refused(&twice), ("duplicate-field", "data.amount".to_owned()));
}

#[test]
fn what_a_log_could_not_read_is_refused_for_its_reason() {
    let (id, source, event_type) = ("deals/3:17", "kafka", tributary_log::UNREADABLE);
    let envelope =
        tributary_log::Envelope { id, source, event_type, subject: "", time_us: 0, data: b"it has no header `ce_id`" };
    let refusal = tributary_events::decode_draft(&envelope).expect_err("no event");
    assert_eq!((refusal.code(), refusal.to_string().as_str()), ("unreadable", "is no event: it has no header `ce_id`"));
}

#[test]
fn unknown_extensions_and_parameters_of_the_content_type_are_legal() {
    let mut event = base("usage.recorded");
    event["traceparent"] = "00-1".into();
    event["dataschema"] = "https://example.com/s".into();
    event["datacontenttype"] = "application/json; charset=utf-8".into();
    assert!(json::read(event.to_string().as_bytes()).is_ok());
}

#[test]
fn models_nest_as_deep_as_both_wires_can_carry_and_no_deeper() {
    let nested = |models: usize| {
        let model =
            (1..models).fold(json!({"none": {}}), |rest, _| json!({"sourceWins": {"share": "0.5", "otherwise": rest}}));
        policy::read(&json!({"kind": "attribution", "id": "deep", "effectiveFrom": "2026-01-01", "model": model}))
    };
    assert!(nested(16).is_ok());
    assert_eq!(nested(17).map_err(|refusal| refusal.code()), Err("nested-too-deep"));
}

#[test]
fn a_document_by_itself_is_refused_with_paths_that_begin_at_it() {
    let read = |change: fn(&mut Value)| {
        let mut document = plan();
        change(&mut document);
        policy::read(&document).map_err(|refusal| (refusal.code(), refusal.field().to_owned()))
    };
    let good = read(|_| {}).expect("a plan");
    let written: Value = serde_json::from_str(&policy::write(&good)).expect("JSON");
    assert_eq!(written, plan());
    let refused = read(|plan| plan["schedule"]["bands"][1]["from"] = "0".into());
    assert_eq!(refused, Err(("bands-not-rising", "schedule.bands[1].from".to_owned())));
    let refused = read(|plan| plan["colour"] = "red".into());
    assert_eq!(refused, Err(("unknown-field", "colour".to_owned())));
}

#[test]
fn a_reason_reads_as_a_sentence_that_says_what_is_allowed() {
    let mut event = base("lead.captured");
    event["data"]["motion"] = "cosell".into();
    let refusal = json::read(event.to_string().as_bytes()).expect_err("refused");
    assert_eq!(refusal.to_string(), r#""cosell" is none of direct, partnerSourced, partnerInfluenced, coSell"#);
}
