//! Documents as messages: protobuf bytes and proto3 JSON, and what a reader's error is in the terms of the contract.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tributary_domain::event::withheld;

use super::field::At;
use crate::Refusal;

/// Reads the protobuf value of an event.
pub(crate) fn from_protobuf<M: prost::Message + Default>(data: &[u8]) -> Result<M, Refusal> {
    M::decode(data).map_err(|error| Refusal::NotProtobuf { field: At::DATA.path(), reason: error.to_string() })
}

/// Reads the data of an event in JSON. The path is followed only once it is known that something is wrong.
pub(crate) fn from_json<M: DeserializeOwned>(data: &str) -> Result<M, Refusal> {
    serde_json::from_str(data).or_else(|_| {
        let reader = &mut serde_json::Deserializer::from_str(data);
        serde_path_to_error::deserialize(reader).map_err(|error| refusal(&error, At::DATA))
    })
}

/// Reads a document that stands by itself.
pub(crate) fn from_value<M: DeserializeOwned>(value: &Value) -> Result<M, Refusal> {
    serde_path_to_error::deserialize(value).map_err(|error| refusal(&error, At::DOCUMENT))
}

/// Writes canonical proto3 JSON.
pub(crate) fn to_json(message: &impl Serialize) -> String {
    serde_json::to_string(message).expect("a message has texts for keys, and writing to memory does not fail")
}

/// Sorts an error of serde, which has nothing but its fixed words to tell its kinds apart.
pub(crate) fn refusal(error: &serde_path_to_error::Error<serde_json::Error>, root: At<'_>) -> Refusal {
    let text = error.inner().to_string();
    let text = text.rsplit_once(" at line ").map_or(text.as_str(), |(reason, _)| reason);
    let field = path(error.path(), root);
    if text.starts_with("unknown field ") {
        return match withheld(field.rsplit('.').next().unwrap_or(&field)) {
            Some(why) => Refusal::Withheld { field, why: why.as_str() },
            None => Refusal::UnknownField { field },
        };
    }
    if let Some(name) = text.strip_prefix("duplicate field ") {
        let holds_a_model = ["model", "otherwise"].iter().any(|name| field.rsplit('.').next() == Some(*name));
        return if holds_a_model {
            Refusal::NotOneModel { field }
        } else {
            let separator = if field.is_empty() { "" } else { "." };
            Refusal::DuplicateField { field: format!("{field}{separator}{}", name.trim_matches('`')) }
        };
    }
    Refusal::WrongType { field, reason: text.to_owned() }
}

fn path(path: &serde_path_to_error::Path, root: At<'_>) -> String {
    let (root, path) = (root.path(), path.to_string());
    match (root.as_str(), path.as_str()) {
        (root, ".") => root.to_owned(),
        ("", path) => path.to_owned(),
        (root, path) if path.starts_with('[') => format!("{root}{path}"),
        (root, path) => format!("{root}.{path}"),
    }
}
