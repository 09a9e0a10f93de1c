//! The messages of the AsyncAPI document: headers, keys and values of the records of each kind.

use serde_json::{Value, json};

use super::{KAFKA, message_of, shape};
use crate::binary::CONTENT_TYPE;
use crate::feed::Topic;
use crate::wire::TYPES;

/// The value is a protobuf message, the attributes are headers.
pub(super) const BINARY: &str = CONTENT_TYPE;
/// The value is the whole event in JSON.
const STRUCTURED: &str = "application/cloudevents+json";
/// What AsyncAPI calls protobuf's own syntax.
const PROTOBUF: &str = "application/vnd.google.protobuf;version=3";
const DRAFT: &str = "application/schema+json;version=draft-2020-12";

/// What every event's headers say.
pub(super) fn event_trait() -> Value {
    json!({
        "contentType": BINARY,
        "headers": headers(json!({
            "ce_recordedtime": {"type": "string", "format": "date-time", "description":
                "When the ledger learned it. Counts only where the topics were made to trust recorded times; else the \
                 broker's append time does."},
        }), &[]),
        "bindings": key("The subject."),
    })
}

/// What every projected record's headers say.
pub(super) fn projected_trait() -> Value {
    let text = |description: &str| json!({"type": "string", "description": description});
    json!({
        "headers": headers(json!({
            "ce_knownat": {"type": "string", "pattern": shape::INSTANT, "description":
                "The ledger as known at this instant is what the record tells of."},
            "ce_revision": {"type": "string", "pattern": "^-?[0-9]+$", "description":
                "The same instant in microseconds since 1970-01-01 UTC: of two records of a key the greater one counts."},
            "ce_position": text("Where the latest event lies that the content depends on, such as `consumption/3:17`."),
        }), &["ce_knownat", "ce_revision", "ce_position"]),
    })
}

/// An event in binary mode.
pub(super) fn binary(event_type: &str) -> Value {
    let scope = TYPES.iter().find(|event| event.name == event_type).map(|event| event.scope.pattern());
    let mut message = protobuf(event_type);
    message["traits"] = json!([{"$ref": "#/components/messageTraits/event"}]);
    message["headers"] = json!({
        "type": "object",
        "properties": {"ce_type": {"const": event_type}, "ce_subject": {"type": "string", "pattern": scope}},
    });
    message["x-json-schema"] = format!("events/{event_type}.json").into();
    message
}

/// An event of any type in structured mode.
pub(super) fn structured() -> Value {
    json!({
        "title": "An event in structured mode",
        "summary": "Any event of the family, whole, in CloudEvents JSON. Read, never written.",
        "contentType": STRUCTURED,
        "headers": {"type": "object", "required": ["content-type"], "properties": {
            "content-type": {"type": "string", "pattern": "^application/cloudevents\\+json(;.*)?$"},
        }},
        "payload": {"schemaFormat": DRAFT, "schema": {"$ref": "./event.json"}},
        "bindings": key("The subject."),
    })
}

/// What opens every partition of a family.
pub(super) fn marker() -> Value {
    json!({
        "title": "What opens a partition",
        "summary": "Says which log the partition belongs to. Written when the topics are made; readers of events skip it.",
        "headers": {"type": "object", "required": ["tributary_log"], "properties": {"tributary_log": {"type": "string"}}},
    })
}

/// A record that could not be taken.
pub(super) fn set_aside() -> Value {
    json!({
        "title": "A record set aside",
        "summary": "Its bytes as they were, as far as they are known, and why it was not taken.",
        "contentType": "application/octet-stream",
        "headers": {"type": "object", "required": ["code", "reason"], "properties": {
            "code": {"type": "string", "description": "The refusal's fixed code."},
            "field": {"type": "string", "description": "The field that is wrong, where it is one."},
            "reason": {"type": "string", "description": "Why, for people."},
            "type": {"type": "string", "description": "The event type that it claims, if it is an event at all."},
            "source": {"type": "string", "description": "Who says it, likewise."},
            "id": {"type": "string", "description": "Its id, likewise."},
            "subject": {"type": "string", "description": "Whose it is, likewise."},
        }},
        "bindings": key("Where the record lies, such as `deals/3:17`."),
    })
}

/// A record of a projected topic.
pub(super) fn projected(topic: Topic) -> Value {
    let mut message = protobuf(topic.event_type());
    message["contentType"] = BINARY.into();
    message["traits"] = json!([{"$ref": "#/components/messageTraits/projected"}]);
    message["headers"] = json!({"type": "object", "properties": {"ce_type": {"const": topic.event_type()}}});
    message["bindings"] = key(key_of(topic));
    message
}

/// What says that nothing remains under a key.
pub(super) fn tombstone(topic: Topic) -> Value {
    json!({
        "title": "Nothing remains",
        "summary": "The same headers and no value: what was said under the key is over.",
        "traits": [{"$ref": "#/components/messageTraits/projected"}],
        "headers": {"type": "object", "properties": {"ce_type": {"const": topic.event_type()}}},
        "payload": {"type": "null"},
        "bindings": key(key_of(topic)),
    })
}

fn key_of(topic: Topic) -> &'static str {
    match topic {
        Topic::Credits => "`<partner>/<period>/<account>`",
        Topic::Accruals => "`<partner>`",
        Topic::Statements => "`<partner>/<period>`",
        Topic::Renewals => "`<account>`",
        Topic::Suspense => "`account/<id>`, or a subject that resolves to no account.",
        Topic::Digests => "`<period>`",
    }
}

fn protobuf(event_type: &str) -> Value {
    let message = message_of(event_type).expect("every type has a message");
    json!({
        "name": event_type,
        "payload": {"schemaFormat": PROTOBUF, "schema": {"$ref": format!("../proto/{}", message.file)}},
        "x-protobuf-message": message.name,
    })
}

/// The attributes of CloudEvents in binary mode, with others beside them.
fn headers(others: Value, required: &[&str]) -> Value {
    let attribute = || json!({"type": "string", "minLength": 1, "maxLength": 200});
    let mut properties = json!({
        "ce_specversion": {"const": "1.0"},
        "ce_id": attribute(),
        "ce_source": attribute(),
        "ce_type": attribute(),
        "ce_subject": {"type": "string"},
        "ce_time": {"type": "string", "format": "date-time"},
        "content-type": {"type": "string", "pattern": "^application/protobuf(;.*)?$"},
    });
    let mut all = vec!["ce_specversion", "ce_id", "ce_source", "ce_type", "ce_subject", "ce_time"];
    all.extend(required);
    for (name, header) in others.as_object().into_iter().flatten() {
        properties[name] = header.clone();
    }
    json!({"type": "object", "required": all, "properties": properties})
}

fn key(description: &str) -> Value {
    json!({"kafka": {"key": {"type": "string", "description": description}, "bindingVersion": KAFKA}})
}
