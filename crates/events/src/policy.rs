//! Policy documents by themselves: as people write them, in JSON or in YAML read into JSON. Their rules are the events'.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use tributary_domain::policy::Policy;

use crate::wire::field::At;
use crate::wire::{document, policies};
use crate::written::{self, Problem};
use crate::{Refusal, proto};

/// What a document says, or all that is wrong with it; paths begin at the document.
pub fn check(value: &Value) -> Result<Policy, Vec<Problem>> {
    written::read(value, "Policy", |message: &proto::Policy, problems| {
        policies::written(message, At::DOCUMENT, problems)
    })
}

/// What a document says, or the first thing that is wrong with it.
pub fn read(value: &Value) -> Result<Policy, Refusal> {
    check(value).map_err(|mut problems| problems.swap_remove(0).refusal)
}

/// The document in canonical JSON; what a field's absence means is left out.
pub fn write(policy: &Policy) -> String {
    document::to_json(&proto::Policy::from(policy))
}

/// The document as a value, for those who look at its fields.
pub fn to_value(policy: &Policy) -> Value {
    serde_json::to_value(proto::Policy::from(policy)).expect("a message has texts for keys")
}

/// What a document is to what the ledger holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Novelty {
    /// The first of its id.
    New,
    /// A further version of a known id.
    Version,
    /// Other words for a known version.
    Correction,
    /// It stands already.
    Unchanged,
}
