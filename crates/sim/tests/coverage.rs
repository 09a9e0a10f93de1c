//! The generator says everything that the contract lets one say: each event type, each field present and, where it may be,
//! absent, each word, each policy field and model. The schemas are the list.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde_json::Value;
use tributary_sim::scenario::{Scenario, Size};

const SEEDS: u64 = 400;

fn schema(path: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas").join(path);
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("read `{}`: {error}", path.display()));
    serde_json::from_str(&text).expect("a schema")
}

/// What was seen of a document: each path that a schema allows, with whether it was there and whether it was not.
#[derive(Default)]
struct Seen {
    wanted: BTreeSet<String>,
    found: BTreeSet<String>,
}

impl Seen {
    /// Walks a schema and, along with it, a document that stands at this place.
    fn walk(&mut self, root: &Value, schema: &Value, at: &str, document: Option<&Value>) {
        let schema = resolved(root, schema);
        for word in schema["enum"].as_array().into_iter().flatten() {
            let path = format!("{at} = {word}");
            if document == Some(word) {
                self.found.insert(path.clone());
            }
            self.wanted.insert(path);
        }
        if let Some(one_of) = schema["oneOf"].as_array() {
            for kind in one_of {
                let of = kind["properties"]["kind"]["const"].as_str().expect("a kind");
                let own = document.filter(|document| document["kind"] == of);
                self.walk(root, kind, &format!("{at}({of})"), own);
            }
        }
        if schema["items"].is_object() {
            let items = document.and_then(Value::as_array).into_iter().flatten();
            for item in items.map(Some).chain([None]) {
                self.walk(root, &schema["items"], &format!("{at}[]"), item);
            }
        }
        self.walk_properties(root, schema, at, document);
    }

    fn walk_properties(&mut self, root: &Value, schema: &Value, at: &str, document: Option<&Value>) {
        let required: Vec<&str> =
            schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            let path = format!("{at}.{name}");
            let given = document.and_then(|document| document.get(name));
            let (there, absent) = (format!("{path} present"), format!("{path} absent"));
            if given.is_some() {
                self.found.insert(there.clone());
            } else if document.is_some() {
                self.found.insert(absent.clone());
            }
            self.wanted.insert(there);
            if !required.contains(&name.as_str()) {
                self.wanted.insert(absent);
            }
            // Models nest for ever: below the second, those within each other are the same.
            let nested = path.matches("otherwise").count();
            if nested < 2 || name != "otherwise" {
                self.walk(root, property, &path, given);
            }
        }
    }
}

/// What a reference points to.
fn resolved<'a>(root: &'a Value, schema: &'a Value) -> &'a Value {
    match schema["$ref"].as_str() {
        Some(reference) => root.pointer(reference.trim_start_matches('#')).expect("a definition"),
        None => schema,
    }
}

#[test]
fn every_event_type_field_word_and_model_is_said() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas/events");
    let types: Vec<String> = fs::read_dir(folder)
        .expect("the schemas")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().trim_end_matches(".json").to_owned())
        .collect();
    let mut said: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for seed in 0..SEEDS {
        for event in Scenario::events(seed, Size::default()) {
            said.entry(event["type"].as_str().expect("a type").to_owned()).or_default().push(event["data"].clone());
        }
    }
    let mut seen = Seen::default();
    let policy = schema("policy.json");
    for event in types {
        let root = schema(&format!("events/{event}.json"));
        let all = said.remove(&event).unwrap_or_default();
        assert!(!all.is_empty(), "`{event}` is never said");
        for data in &all {
            if event == "tributary.policy.published.v1" {
                seen.walk(&policy, &policy, "policy", data.get("policy"));
            } else {
                seen.walk(&root, &root, &event, Some(data));
            }
        }
    }
    assert_eq!(said.keys().collect::<Vec<_>>(), Vec::<&String>::new(), "types that no schema knows");
    let missing: Vec<&String> = seen.wanted.difference(&seen.found).collect();
    assert!(missing.is_empty(), "never generated: {missing:#?}");
    assert!(seen.wanted.len() > 300, "the walk sees the schemas: {}", seen.wanted.len());
}

#[test]
fn a_scenario_is_the_same_every_time_and_another_one_for_another_seed() {
    let of = |seed| Scenario::of(seed, Size::default());
    assert_eq!(of(5), of(5));
    assert_ne!(of(5).events, of(6).events);
}
