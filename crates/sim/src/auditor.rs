//! A second reading of the rules, to hold the ledger against. It is written from the contract alone, shares no code with
//! the crates that it judges, computes every answer from scratch and with numbers that cannot overflow. Clarity comes
//! before speed here: what is clever in the ledger must be plain in the auditor.

use std::collections::BTreeMap;

use serde_json::Value;

/// Everything that was ever said, ready to be asked.
#[derive(Debug)]
pub struct Auditor {}

impl Auditor {
    /// From events as CloudEvents JSON with `recordedtime`, in any order; the same event may be there repeatedly.
    pub fn new(_events: &[Value]) -> Auditor {
        Auditor {}
    }

    /// The document that answers `question`, as `tributary ask` gives it.
    pub fn answer(&self, _question: &Value) -> Value {
        Value::Null
    }

    /// How often each rule, and each branch of one worth knowing, fired so far.
    pub fn rules_fired(&self) -> BTreeMap<&'static str, u64> {
        BTreeMap::new()
    }
}
