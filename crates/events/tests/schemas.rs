//! The files in `schemas/` are what the code generates. `UPDATE_SCHEMAS=1` rewrites them.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;
use tributary_events::schemas;

#[test]
fn the_schemas_are_generated_from_the_messages() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas");
    for (path, schema) in schemas() {
        let path = root.join(path);
        if std::env::var_os("UPDATE_SCHEMAS").is_some() {
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("make the folder");
            std::fs::write(&path, &schema).expect("write a schema");
        }
        let found = std::fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(found, schema, "{} has drifted; set UPDATE_SCHEMAS=1", path.display());
    }
}

#[test]
fn a_schema_names_its_fields_as_the_contract_does() {
    let named = |wanted: &str| -> Value {
        let (_, text) = schemas().into_iter().find(|(path, _)| path == wanted).expect("the schema");
        serde_json::from_str(&text).expect("JSON")
    };
    let usage = named("events/tributary.usage.recorded.v1.json");
    assert_eq!(usage["required"], serde_json::json!(["product", "amount", "currency"]));
    assert_eq!(usage["additionalProperties"], false);
    let policy = named("policy.json");
    assert_eq!(policy["oneOf"][0]["required"], serde_json::json!(["kind", "id", "effectiveFrom", "model"]));
    assert_eq!(policy["oneOf"][1]["required"], serde_json::json!(["kind", "id", "effectiveFrom", "basis", "schedule"]));
    assert_eq!(policy["$defs"]["Model"]["maxProperties"], 1);
}

/// Every event of the cases and the fixtures, one JSON value each.
fn events() -> Vec<Value> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let folders = |path: &str| {
        let entries = std::fs::read_dir(root.join(path)).expect("a folder");
        entries.map(|entry| entry.expect("an entry").path()).filter(|path| path.is_dir())
    };
    let read = |path| std::fs::read_to_string(path).expect("events");
    let cases = folders("tests/cases").map(|case| read(case.join("events.jsonl")));
    let fixtures = folders("schemas/fixtures").map(|folder| read(folder.join("v1.json")));
    let texts: Vec<String> = cases.chain(fixtures).collect();
    let parsed = texts.iter().flat_map(|text| serde_json::Deserializer::from_str(text).into_iter());
    parsed.map(|event| event.expect("JSON")).collect()
}

#[test]
fn what_the_ledger_accepts_is_valid_by_the_schemas_and_an_unknown_field_is_not() {
    let validators: BTreeMap<String, jsonschema::Validator> = schemas()
        .into_iter()
        .filter(|(path, _)| path != "event.json")
        .map(|(path, text)| (path, serde_json::from_str::<Value>(&text).expect("JSON")))
        .map(|(path, schema)| (path, jsonschema::validator_for(&schema).expect("a schema")))
        .collect();
    let events = events();
    assert!(events.len() > 2000, "{} events", events.len());
    for mut event in events {
        let validator = &validators[&format!("events/{}.json", event["type"].as_str().expect("a type"))];
        let errors: Vec<String> = validator.iter_errors(&event["data"]).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{event}: {errors:?}");
        if let Some(policy) = event["data"].get("policy") {
            assert!(validators["policy.json"].is_valid(policy), "{event}");
        }
        event["data"]["colour"] = "red".into();
        assert!(!validator.is_valid(&event["data"]), "{event}");
    }
}
