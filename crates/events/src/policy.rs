//! Policy documents by themselves: as people write them, in JSON or in YAML read into JSON. Read as the events' are.

use serde_json::Value;
use tributary_domain::policy::Policy;

use crate::wire::field::At;
use crate::wire::{document, policies};
use crate::{Refusal, proto};

/// What a document says; a refusal's path begins at the document.
pub fn read(value: &Value) -> Result<Policy, Refusal> {
    policies::policy(&document::from_value(value)?, At::DOCUMENT)
}

/// The document in canonical JSON; what a field's absence means is left out.
pub fn write(policy: &Policy) -> String {
    document::to_json(&proto::Policy::from(policy))
}
