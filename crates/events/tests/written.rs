//! Documents that people write are checked whole: `written.txt` is the table of documents with all that is wrong with each.

use proptest::prelude::*;
use serde_json::{Value, json};
use tributary_events::{Problem, member, policy};

/// The findings of a document: path, code and what was likely meant, by path.
fn findings(problems: Vec<Problem>) -> Vec<String> {
    let line = |problem: &Problem| {
        let meant = problem.meant.as_ref().map(|meant| format!(" ({meant})")).unwrap_or_default();
        format!("{} {}{meant}", problem.refusal.field(), problem.refusal.code()).trim().to_owned()
    };
    let mut lines: Vec<String> = problems.iter().map(line).collect();
    lines.sort();
    lines
}

fn found<T>(read: Result<T, Vec<Problem>>) -> Vec<String> {
    read.map_or_else(findings, |_| Vec::new())
}

/// The one place that touches the API: a document, then a line for each finding.
fn check(block: &str) {
    let (document, expected) = block.split_once("\n--\n").unwrap_or((block, ""));
    let value: Value = serde_json::from_str(document).unwrap_or_else(|error| panic!("{error}: {document}"));
    let mut expected: Vec<&str> = expected.lines().filter(|line| !line.trim().is_empty()).collect();
    expected.sort_unstable();
    let found = found(policy::check(&value));
    assert_eq!(found, expected, "{document}");
}

#[test]
fn every_document_of_the_table_is_refused_for_everything_that_is_wrong_with_it() {
    let table = include_str!("written.txt");
    let text: String = table.lines().filter(|line| !line.starts_with('#')).map(|line| format!("{line}\n")).collect();
    text.split("\n====\n").for_each(|block| check(block.trim()));
}

#[test]
fn a_partner_is_checked_whole_too() {
    let partner = json!({"kinds": ["msp", "resellr"], "track": 3, "teir": "gold", "markets": ["a/b", "EMEA", ""]});
    let expected = [
        "kinds[1] unknown-word (reseller)",
        "markets[0] bad-identifier",
        "markets[2] bad-identifier",
        "teir unknown-field (tier)",
        "track wrong-type",
    ];
    assert_eq!(found(member::partner(&partner)), expected);
    assert!(member::partner(&json!({"kinds": ["msp"]})).is_ok());
    assert_eq!(found(member::account(&json!([]))), ["wrong-type"]);
}

/// A plan and a policy that are right, for changing.
fn right(plan: bool) -> Value {
    if plan {
        json!({
            "kind": "commission", "id": "growth", "effectiveFrom": "2026-01-01", "effectiveTo": "2026-12-31",
            "partners": {"kinds": ["msp"], "ids": ["p"]}, "roles": ["msp"], "pool": "quota", "basis": "consumption",
            "terms": "initial", "monthsFromStart": 24, "measure": "account",
            "schedule": {"mode": "graduated", "bands": [{"from": "0", "rate": "0.05"}, {"from": "10", "rate": "0.1"}]},
            "accelerator": {"compare": "previousPeriod", "bands": [{"growth": "0.1", "multiplier": "1.2"}]},
            "cap": "5", "clawback": {"withinDays": 90, "share": "1"}
        })
    } else {
        json!({
            "kind": "attribution", "id": "cloud", "effectiveFrom": "2026-01-01", "priority": 3,
            "match": {"markets": ["EMEA"], "motions": ["coSell"]},
            "model": {"registrationProtection": {"share": "0.5", "otherwise": {"touch": {
                "weighting": "decay", "lookbackDays": 90, "halfLifeDays": 30, "kinds": ["demo"]}}}}
        })
    }
}

/// The pointers to every value of a document.
fn pointers(value: &Value, at: String, all: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            fields.iter().for_each(|(name, inner)| pointers(inner, format!("{at}/{name}"), all));
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, inner)| pointers(inner, format!("{at}/{index}"), all));
        }
        _ => {}
    }
    all.push(at);
}

fn junk() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        Just(json!(0.5)),
        Just(json!(-1)),
        Just(json!({})),
        Just(json!([])),
        Just(json!({"colour": "red"})),
        Just(json!([1])),
        "[ -~]{0,8}".prop_map(Value::from),
    ]
}

proptest! {
    /// The generated schema and the checks agree: what the schema refuses is refused, with a place for each thing.
    #[test]
    fn what_the_schema_refuses_the_check_refuses(plan: bool, changes in proptest::collection::vec((any::<prop::sample::Index>(), junk()), 1..4)) {
        let (_, schema) = tributary_events::schemas().into_iter().find(|(path, _)| path == "policy.json").expect("a schema");
        let schema: Value = serde_json::from_str(&schema).expect("JSON");
        let validator = jsonschema::validator_for(&schema).expect("a schema");
        let mut document = right(plan);
        prop_assert!(policy::check(&document).is_ok() && validator.is_valid(&document));
        for (at, junk) in changes {
            let mut all = Vec::new();
            pointers(&document, String::new(), &mut all);
            let place: &String = at.get(&all);
            *document.pointer_mut(place).expect("a place") = junk;
        }
        match policy::check(&document) {
            Ok(policy) => {
                prop_assert!(validator.is_valid(&document), "{}", document);
                let written: Value = serde_json::from_str(&policy::write(&policy)).expect("JSON");
                prop_assert_eq!(policy::check(&written), Ok(policy));
            }
            Err(problems) => {
                prop_assert!(!problems.is_empty());
                let found = findings(problems);
                let mut once = found.clone();
                once.dedup();
                prop_assert_eq!(found, once, "nothing is said twice");
            }
        }
    }
}
