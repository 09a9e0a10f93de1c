//! `schemas/asyncapi.yaml` is what the code generates, holds to AsyncAPI's own schema, and refers to nothing that is not
//! there. `UPDATE_SCHEMAS=1` rewrites it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tributary_events::{asyncapi, feed, types_of};
use tributary_log::Family;

fn schemas() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas")
}

fn document() -> Value {
    serde_saphyr::from_str(&asyncapi()).expect("YAML")
}

#[test]
fn the_document_is_generated_from_the_tables() {
    let path = schemas().join("asyncapi.yaml");
    if std::env::var_os("UPDATE_SCHEMAS").is_some() {
        std::fs::write(&path, asyncapi()).expect("write the document");
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(found, asyncapi(), "schemas/asyncapi.yaml has drifted; set UPDATE_SCHEMAS=1");
}

#[test]
fn the_document_holds_to_asyncapis_own_schema() {
    let schema: Value = serde_json::from_str(include_str!("asyncapi-3.0.0.json")).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let errors: Vec<String> =
        validator.iter_errors(&document()).map(|error| format!("{}: {error}", error.instance_path)).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    let mut wrong = document();
    wrong["channels"]["deals"]["adress"] = "deals".into();
    assert!(!validator.is_valid(&wrong));
}

#[test]
fn every_reference_leads_somewhere() {
    let document = document();
    let mut found = BTreeSet::new();
    references(&document, &mut found);
    assert!(found.len() > 60, "{}", found.len());
    for reference in found {
        match reference.strip_prefix('#') {
            Some(pointer) => assert!(document.pointer(pointer).is_some(), "{reference}"),
            None => assert!(schemas().join(&reference).is_file(), "{reference}"),
        }
    }
}

#[test]
fn every_family_and_projected_topic_is_a_channel_with_all_that_it_may_hold() {
    let document = document();
    let messages = |topic: &str| -> BTreeSet<String> {
        document["channels"][topic]["messages"].as_object().expect("messages").keys().cloned().collect()
    };
    for family in Family::ALL {
        let expected = types_of(family).chain(["structured", "marker"]).map(str::to_owned).collect();
        assert_eq!(messages(family.name()), expected);
    }
    for topic in feed::Topic::ALL {
        let name = topic.event_type().to_owned();
        assert_eq!(messages(topic.name()), BTreeSet::from([format!("{name}.tombstone"), name]));
        assert_eq!(
            document["channels"][topic.name()]["bindings"]["kafka"]["topicConfiguration"]["cleanup.policy"][0],
            "compact"
        );
    }
    assert_eq!(messages("quarantine"), BTreeSet::from(["set-aside".to_owned()]));
    assert_eq!(document["channels"].as_object().expect("channels").len(), 13);
}

fn references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(entries) => {
            for (key, value) in entries {
                match value {
                    Value::String(target) if key == "$ref" => _ = found.insert(target.clone()),
                    value => references(value, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}
