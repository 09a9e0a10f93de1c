//! JSON Schemas, generated from the descriptors of the messages: their comments say in brackets what a text must look like.

use std::collections::{BTreeMap, BTreeSet};

use prost::Message;
use prost_types::field_descriptor_proto::{Label, Type};
use prost_types::{DescriptorProto, FieldDescriptorProto, FileDescriptorSet};
use serde_json::{Map, Value, json};

use crate::proto::DESCRIPTORS;
use crate::shape;
use crate::wire::{EventType, Scope, TYPES, word};

const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// Every schema with its path below `schemas/`: one for each type's data, one for the event around it, one for
/// policies, one for program files.
pub fn schemas() -> Vec<(String, String)> {
    let messages = Messages::load();
    let mut schemas: Vec<(String, Value)> = TYPES
        .iter()
        .map(|event| (format!("events/{}.json", event.name), messages.document(event.message, event.name)))
        .collect();
    schemas.push(("event.json".to_owned(), event()));
    schemas.push(("policy.json".to_owned(), messages.policy()));
    schemas.push(("program.json".to_owned(), messages.program()));
    schemas.into_iter().map(|(path, schema)| (path, format!("{schema:#}\n"))).collect()
}

/// The event around the data: what CloudEvents and the contract ask of every type, and the subject and data of each.
fn event() -> Value {
    let of_type = |event: &EventType| {
        json!({
            "if": {"properties": {"type": {"const": event.name}}},
            "then": {"properties": {
                "subject": {"pattern": event.scope.pattern()},
                "data": {"$ref": format!("events/{}.json", event.name)},
            }},
        })
    };
    let names: Vec<&str> = TYPES.iter().map(|event| event.name).collect();
    json!({
        "$schema": DIALECT,
        "title": "An event: CloudEvents 1.0 in JSON",
        "type": "object",
        "required": ["specversion", "id", "source", "type", "subject", "time"],
        "properties": {
            "specversion": {"const": "1.0"},
            "id": attribute(),
            "source": attribute(),
            "type": {"enum": names},
            "subject": {"type": "string"},
            "time": instant(),
            "recordedtime": instant(),
            "datacontenttype": {"type": "string", "pattern": "^application/json(;.*)?$"},
            "data": {"type": "object"},
        },
        "allOf": TYPES.iter().map(of_type).collect::<Vec<_>>(),
    })
}

/// A message with its comment and those of its fields.
pub(crate) struct Described {
    pub(crate) message: DescriptorProto,
    comment: String,
    fields: Vec<String>,
}

/// Every message by its full name.
pub(crate) struct Messages(BTreeMap<String, Described>);

impl Messages {
    pub(crate) fn load() -> Self {
        let set = FileDescriptorSet::decode(DESCRIPTORS).expect("the build script wrote descriptors");
        let mut messages = BTreeMap::new();
        for file in set.file {
            let locations = file.source_code_info.map(|info| info.location).unwrap_or_default();
            let comment = |path: &[i32]| {
                let found = locations.iter().find(|location| location.path == path);
                found.map_or_else(String::new, |location| location.leading_comments().trim().to_owned())
            };
            for (at, message) in (0..).zip(file.message_type) {
                let name = format!(".{}.{}", file.package.as_deref().unwrap_or_default(), message.name());
                // 4 is the list of messages in a file, 2 the list of fields in a message.
                let fields = (0..).zip(&message.field).map(|(field, _)| comment(&[4, at, 2, field])).collect();
                messages.insert(name, Described { comment: comment(&[4, at]), fields, message });
            }
        }
        Self(messages)
    }

    pub(crate) fn named(&self, name: &str) -> &Described {
        &self.0[&format!(".tributary.v1.{name}")]
    }

    /// A message as a document of its own, with the messages in it.
    fn document(&self, message: &str, title: &str) -> Value {
        let mut schema = self.definition(message);
        schema["$schema"] = DIALECT.into();
        schema["title"] = title.into();
        self.define(&mut schema, BTreeSet::from([message.to_owned()]));
        schema
    }

    /// A policy document by itself.
    fn policy(&self) -> Value {
        let mut schema = self.definition("Policy");
        schema["$schema"] = DIALECT.into();
        schema["title"] = "A policy document".into();
        self.define(&mut schema, BTreeSet::from(["Policy".to_owned()]));
        schema
    }

    /// A program file: sections of entries, which are the data of events with a key of their own.
    fn program(&self) -> Value {
        let state = |message: &str, key: &str| {
            let mut entry = self.definition(message);
            entry["properties"][key] = shape_of("id").unwrap_or_default();
            let required = entry["required"].as_array().cloned().unwrap_or_default();
            entry["required"] = [key.into()].into_iter().chain(required).collect();
            entry
        };
        let object = |description: &str, properties: Value| {
            let required: Vec<&String> = properties.as_object().map_or_else(Vec::new, |fields| fields.keys().collect());
            let required = json!(required);
            json!({"type": "object", "description": description, "properties": properties, "required": required,
                "additionalProperties": false})
        };
        let id = || shape_of("id").unwrap_or_default();
        let alias = json!({"type": "string", "pattern": Scope::Alias.pattern()});
        let account = json!({"anyOf": [id(), {"type": "null"}], "description": "Null unlinks the alias."});
        let member = object("Who holds which role.", json!({"partner": id(), "role": id()}));
        let team =
            json!({"type": "array", "items": member, "description": "The whole team; who is not named holds no role."});
        let list = |items: Value| json!({"type": "array", "items": items});
        json!({
            "$schema": DIALECT,
            "title": "A program file",
            "description": "How partners, accounts, aliases and teams should be. What is not named is left alone.",
            "type": "object",
            "properties": {
                "partners": list(state("PartnerEnrolled", "partner")),
                "accounts": list(state("AccountOpened", "account")),
                "aliases": list(object("What an alias stands for.", json!({"alias": alias, "account": account}))),
                "deals": list(object("The team of a deal.", json!({"deal": id(), "team": team}))),
            },
            "additionalProperties": false,
        })
    }

    /// A message by its name. A policy is one message, and several kinds of document.
    fn definition(&self, name: &str) -> Value {
        let described = self.named(name);
        if name != "Policy" {
            return self.object(described, |_| true);
        }
        let kinds = word::POLICY_KIND.all();
        let kind = |kind: &&str| {
            // A field without any kind among its tags is of all of them.
            let is_of = |comment: &str| {
                let mut named = tags(comment).filter(|tag| kinds.contains(tag)).peekable();
                named.peek().is_none() || named.any(|tag| tag == *kind)
            };
            let mut schema = self.object(described, is_of);
            schema["properties"]["kind"] = json!({"const": kind});
            schema
        };
        json!({"oneOf": kinds.iter().map(kind).collect::<Vec<_>>()})
    }

    /// Adds `$defs` for every message that is referred to.
    fn define(&self, schema: &mut Value, mut known: BTreeSet<String>) {
        let mut definitions = Map::new();
        let mut open = references(schema);
        while let Some(name) = open.pop_first() {
            let definition = self.definition(&name);
            open.extend(references(&definition).into_iter().filter(|next| !known.contains(next)));
            known.insert(name.clone());
            definitions.insert(name, definition);
        }
        if !definitions.is_empty() {
            schema["$defs"] = definitions.into();
        }
    }

    /// A message as an object, with the fields whose comments are wanted.
    fn object(&self, described: &Described, wanted: impl Fn(&str) -> bool) -> Value {
        let mut properties = Map::new();
        let mut required = Vec::new();
        let mut choice = false;
        for (field, comment) in described.message.field.iter().zip(&described.fields) {
            if !wanted(comment) {
                continue;
            }
            let name = field.json_name().to_owned();
            choice |= field.oneof_index.is_some() && !field.proto3_optional();
            if is_required(field, comment) {
                required.push(name.clone());
            }
            properties.insert(name, self.property(described, field, comment));
        }
        let mut schema = json!({
            "type": "object",
            "description": without_tags(&described.comment),
            "properties": properties,
            "additionalProperties": false,
        });
        if !required.is_empty() {
            schema["required"] = required.into();
        }
        if choice {
            schema["minProperties"] = 1.into();
            schema["maxProperties"] = 1.into();
        }
        schema
    }

    fn property(&self, described: &Described, field: &FieldDescriptorProto, comment: &str) -> Value {
        let entry = described
            .message
            .nested_type
            .iter()
            .find(|nested| field.type_name().ends_with(&format!(".{}", nested.name())));
        let mut schema = match (entry, field.label()) {
            // Of a table, the second field of an entry is its value; the comment says of which shape that is.
            (Some(entry), _) => json!({"type": "object", "additionalProperties": single(&entry.field[1], comment)}),
            (None, Label::Repeated) => json!({"type": "array", "items": single(field, comment)}),
            (None, _) => single(field, comment),
        };
        if entry.is_some() && is_required(field, comment) {
            schema["minProperties"] = 1.into();
        } else if field.label() == Label::Repeated && is_required(field, comment) {
            schema["minItems"] = 1.into();
        }
        let description = without_tags(comment);
        if !description.is_empty() {
            schema["description"] = description.into();
        }
        schema
    }
}

/// One value of a field.
fn single(field: &FieldDescriptorProto, comment: &str) -> Value {
    match field.r#type() {
        Type::Bool => json!({"type": "boolean"}),
        Type::Int32 => json!({"type": "integer", "minimum": i32::MIN, "maximum": i32::MAX}),
        Type::Uint32 => json!({"type": "integer", "minimum": 0, "maximum": u32::MAX}),
        Type::Message => json!({"$ref": format!("#/$defs/{}", last(field.type_name()))}),
        _ => text(comment),
    }
}

/// A text of the shape that a comment names.
fn text(comment: &str) -> Value {
    match tags(comment).find_map(shape_of) {
        Some(shape) => shape,
        None => json!({"type": "string"}),
    }
}

fn shape_of(tag: &str) -> Option<Value> {
    Some(match tag {
        "id" => json!({"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[^/\\u0000-\\u001f]+$"}),
        "attribute" => attribute(),
        "amount" => json!({"type": "string", "pattern": "^-?[0-9]+(\\.[0-9]{1,12}0*)?$"}),
        "decimal" => json!({"type": "string", "pattern": shape::DECIMAL}),
        "subject" => json!({"type": "string", "pattern": "^[^/]+/[^/]+$"}),
        "ratio" => json!({"type": "string", "pattern": "^-?[0-9]+(\\.[0-9]{1,9}0*)?$"}),
        "date" => json!({"type": "string", "format": "date", "pattern": shape::DATE}),
        "period" => json!({"type": "string", "pattern": shape::PERIOD}),
        "instant" => instant(),
        "currency" => json!({"type": "string", "pattern": shape::CURRENCY}),
        "zone" => json!({"type": "string", "minLength": 1}),
        _ => json!({"enum": word::listed(tag.strip_prefix("word ")?)?}),
    })
}

fn attribute() -> Value {
    json!({"type": "string", "minLength": 1, "maxLength": 200})
}

fn instant() -> Value {
    json!({"type": "string", "format": "date-time"})
}

/// A field must be there if nothing says that it may be absent, or if its comment says so.
fn is_required(field: &FieldDescriptorProto, comment: &str) -> bool {
    let absent = field.proto3_optional() || field.oneof_index.is_some() || field.label() == Label::Repeated;
    tags(comment).any(|tag| tag == "required") || (!absent && field.r#type() != Type::Message)
}

fn tags(comment: &str) -> impl Iterator<Item = &str> {
    comment.split('[').skip(1).filter_map(|rest| rest.split_once(']')).map(|(tag, _)| tag)
}

fn without_tags(comment: &str) -> String {
    let text = comment.split(" [").next().unwrap_or_default();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A message's own name.
pub(crate) fn last(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

/// The messages that a schema refers to.
fn references(schema: &Value) -> BTreeSet<String> {
    match schema {
        Value::Object(map) => map
            .iter()
            .flat_map(|(key, value)| match value {
                Value::String(target) if key == "$ref" => {
                    BTreeSet::from([target.trim_start_matches("#/$defs/").to_owned()])
                }
                value => references(value),
            })
            .collect(),
        Value::Array(list) => list.iter().flat_map(references).collect(),
        _ => BTreeSet::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bracket_of_the_comments_means_something() {
        let flags: Vec<&str> = [vec!["required"], word::POLICY_KIND.all()].concat();
        for described in Messages::load().0.values() {
            for comment in &described.fields {
                for tag in tags(comment) {
                    assert!(flags.contains(&tag) || shape_of(tag).is_some(), "[{tag}] of {}", described.message.name());
                }
            }
        }
    }
}
