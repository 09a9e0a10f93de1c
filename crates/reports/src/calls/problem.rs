//! What is wrong with a body or with a file of names: where, why, and a code that never changes.

use serde::Serialize;

/// The code of a field that nobody says.
pub(super) const MISSING: &str = "missing-field";

/// Something that is wrong. It never quotes a value: customers' addresses have no place in logs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Problem {
    /// The field, such as `Customer.Account.Industry`.
    pub field: String,
    /// Why.
    pub reason: String,
    /// Fixed for ever.
    pub code: &'static str,
}

impl Problem {
    pub(super) fn new(field: impl Into<String>, reason: impl Into<String>, code: &'static str) -> Self {
        Self { field: field.into(), reason: reason.into(), code }
    }
}
