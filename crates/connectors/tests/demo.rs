//! The demo's own files, held to the sample that they speak of.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use serde_json::Value;
#[expect(dead_code, reason = "each test uses its part of it")]
mod reading;

use reading::statements;
use tributary_connectors::Restates;
use tributary_connectors::focus::Mapping;

const DEMO: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../demo");

fn text(file: &str) -> String {
    fs::read_to_string(format!("{DEMO}/{file}")).expect("a file of the demo")
}

fn events(file: &str) -> Vec<Value> {
    text(file).lines().map(|line| serde_json::from_str(line).expect("an event a line")).collect()
}

/// The sample's usage: subject by event id.
fn sample() -> BTreeMap<String, String> {
    let mapping = Mapping::from_yaml(&text("focus.yaml")).expect("the demo's mapping");
    let bytes = text("data/focus_sample_1.0.csv");
    let rows = reading::rows(&mapping, bytes.as_bytes(), "focus_sample_1.0.csv").expect("a header");
    let recorded = statements(&rows).into_iter().filter(|(_, one)| one.restates == (Restates::ByFile { only: None }));
    recorded.map(|(_, one)| (one.draft.identity.id.to_string(), one.draft.subject.to_string())).collect()
}

#[test]
fn the_late_correction_names_a_row_of_the_sample_in_its_own_history() {
    let sample = sample();
    let late = events("late.jsonl");
    let corrections: Vec<_> = late.iter().filter(|event| event["type"] == "tributary.usage.corrected.v1").collect();
    assert_eq!(corrections.len(), 1);
    for event in corrections {
        assert_eq!(event["data"]["corrects"]["source"], "urn:focus:demo");
        let id = event["data"]["corrects"]["id"].as_str().expect("an id");
        assert_eq!(sample.get(id).map(String::as_str), event["subject"].as_str());
    }
}

#[test]
fn two_sub_accounts_of_the_sample_wait_for_a_link_and_one_arrives_late() {
    let linked = |file: &str| -> BTreeSet<String> {
        let events = events(file).into_iter().filter(|event| event["type"] == "tributary.alias.linked.v1");
        events.map(|event| event["subject"].as_str().expect("a subject").to_owned()).collect()
    };
    let used: BTreeSet<String> = sample().into_values().collect();
    let early = linked("program.jsonl");
    let waiting: Vec<_> = used.difference(&early).map(String::as_str).collect();
    assert_eq!(waiting, ["aws-account/67782387614", "aws-account/69460568468"]);
    assert_eq!(linked("late.jsonl").iter().collect::<Vec<_>>(), ["aws-account/69460568468"]);
}

#[test]
fn every_event_of_the_demo_has_an_identity_of_its_own() {
    let all: Vec<Value> = [events("program.jsonl"), events("late.jsonl")].concat();
    let identities: BTreeSet<_> = all.iter().map(|event| format!("{} {}", event["source"], event["id"])).collect();
    assert_eq!(identities.len(), all.len());
}
