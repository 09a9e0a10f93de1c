//! The worked cases: every line decodes, and says the same after it went over the wire.

use std::path::{Path, PathBuf};

use serde_json::Value;
use tributary_domain::event::{Draft, Event, Meta};
use tributary_events::{Encoded, decode, json};
use tributary_log::{Position, Record};

const RECORDED_US: i64 = 1_767_225_600_000_000;

fn lines() -> Vec<(PathBuf, usize, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cases");
    let mut lines = Vec::new();
    for case in std::fs::read_dir(root).expect("the cases").map(|entry| entry.expect("an entry").path()) {
        if case.is_dir() {
            let file = case.join("events.jsonl");
            let text = std::fs::read_to_string(&file).expect("the events of a case");
            lines.extend(text.lines().enumerate().map(|(at, line)| (file.clone(), at + 1, line.to_owned())));
        }
    }
    lines
}

fn over_the_wire(draft: &Draft) -> Event {
    let encoded = Encoded::of(draft);
    let recorded_us = draft.recorded.map_or(RECORDED_US, |recorded| recorded.micros());
    let position = Position { partition: 0, offset: 7 };
    decode(&Record { position, recorded_us, envelope: encoded.envelope() }).expect("what was encoded is readable")
}

/// Words and numbers that an absent field means.
const DEFAULTS: [(&str, &str); 7] = [
    ("rounding", "halfEven"),
    ("fx", "serviceDay"),
    ("unfilled", "retain"),
    ("terms", "any"),
    ("measure", "partner"),
    ("pool", "revenue"),
    ("priority", "0"),
];

/// Decimals without trailing zeros, and nothing that its absence means too.
fn normal(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let default = |key: &str, value: &Value| {
                let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                DEFAULTS.contains(&(key, text.as_str())) || value == &Value::Array(Vec::new())
            };
            map.into_iter()
                .filter(|(key, value)| !default(key, value))
                .map(|(key, value)| (key, normal(value)))
                .collect()
        }
        Value::Array(list) => list.into_iter().map(normal).collect(),
        Value::String(text) if text.contains('.') && text.parse::<f64>().is_ok() => {
            text.trim_end_matches('0').trim_end_matches('.').into()
        }
        other => other,
    }
}

#[test]
fn every_line_of_the_cases_says_the_same_after_the_wire() {
    let lines = lines();
    assert!(lines.len() > 2000, "{} lines", lines.len());
    for (file, line, text) in lines {
        let place = format!("{}:{line}", file.display());
        let draft =
            json::read(text.as_bytes()).unwrap_or_else(|refusal| panic!("{place}: {} {refusal}", refusal.field()));
        let event = over_the_wire(&draft);
        let Event { meta: Meta { time, recorded, identity }, subject, body } = event.clone();
        let again = Draft { time, recorded: Some(recorded), identity, subject, body };
        assert_eq!(again, draft, "{place}");

        let written = json::write(&event);
        assert_eq!(json::read(written.as_bytes()).as_ref(), Ok(&draft), "{place}: {written}");
        assert_eq!(json::write_draft(&draft), written, "{place}");
        let [said, given] = [&written, &text].map(|text| normal(serde_json::from_str(text).expect("JSON")));
        assert_eq!(said, given, "{place}");
    }
}
