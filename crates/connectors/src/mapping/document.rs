//! The mapping as people write it: a YAML document, whose fields `schema.json` lists too.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::text::Encoding;

/// Which rows say which events.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Document {
    /// The CloudEvents `source` of the events.
    pub(super) source: String,
    /// What the files hold; by default by the ending of their names.
    #[serde(default)]
    pub(super) form: Option<Form>,
    #[serde(default)]
    pub(super) encoding: Encoding,
    /// What stands between two values of a table.
    #[serde(default)]
    pub(super) delimiter: Option<char>,
    /// Texts that stand for no value.
    #[serde(default = "nulls")]
    pub(super) nulls: Vec<String>,
    /// The zone of times that name none, and of days.
    #[serde(default)]
    pub(super) zone: Option<String>,
    /// The members of JSON objects whose items are the rows.
    #[serde(default)]
    pub(super) lists: Vec<String>,
    /// The members of JSON objects that are the rows themselves, where a row has one.
    #[serde(default)]
    pub(super) unwrap: Vec<String>,
    /// What values are called in the ledger, table by table.
    #[serde(default)]
    pub(super) names: BTreeMap<String, BTreeMap<String, String>>,
    /// What is worked out once for each row of every table that has nothing of that name itself.
    #[serde(default, rename = "let")]
    pub(super) named: BTreeMap<String, String>,
    /// The kinds of tables, or of JSON objects, that files hold.
    pub(super) tables: Vec<TableOf>,
}

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Form {
    /// Separated values under a header.
    Csv,
    /// JSON: a value on each line, several after each other, or a list.
    #[serde(alias = "jsonl")]
    Json,
}

/// A kind of table or object.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct TableOf {
    pub(super) name: String,
    /// The columns or members by which it is recognised.
    #[serde(default)]
    pub(super) has: Vec<String>,
    /// What is worked out once for each row, to be asked for as `$name`.
    #[serde(default, rename = "let")]
    pub(super) named: BTreeMap<String, String>,
    /// Which thing a row is about: it makes the ids of what can be restated.
    #[serde(default)]
    pub(super) key: Option<KeyOf>,
    /// Which version of it the row is.
    #[serde(default)]
    pub(super) version: Option<KeyOf>,
    /// The version that has none before it.
    #[serde(default)]
    pub(super) first: Option<KeyOf>,
    /// Whether, without versions, the file imported last is right.
    #[serde(default)]
    pub(super) last_file_is_right: bool,
    /// The amount that rows speak of, for the sums of an import.
    #[serde(default)]
    pub(super) money: Option<MoneyOf>,
    pub(super) rules: Vec<RuleOf>,
}

/// A key or a version of one text, or of several parts.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(super) enum KeyOf {
    Text(String),
    Parts(Vec<String>),
}

impl KeyOf {
    /// Its parts.
    pub(super) fn parts(&self) -> &[String] {
        match self {
            Self::Text(text) => std::slice::from_ref(text),
            Self::Parts(parts) => parts,
        }
    }
}

/// An amount and its currency.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MoneyOf {
    pub(super) amount: String,
    pub(super) currency: String,
}

/// The values that columns or paths must have.
pub(super) type Conditions = BTreeMap<String, Value>;

/// What the rows that meet conditions say. The first rule counts whose conditions a row meets.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct RuleOf {
    /// What sort of row it is.
    pub(super) kind: String,
    #[serde(default)]
    pub(super) when: Conditions,
    #[serde(default)]
    pub(super) unless: Conditions,
    /// What is worked out for such rows, in place of what the table works out under the same name.
    #[serde(default, rename = "let")]
    pub(super) named: BTreeMap<String, String>,
    /// Why such rows say nothing.
    #[serde(default)]
    pub(super) leave_out: Option<String>,
    /// What such rows say has changed.
    #[serde(default)]
    pub(super) changed: Option<ChangedOf>,
    /// Why such rows cannot be used.
    #[serde(default)]
    pub(super) refuse: Option<String>,
    /// The payment that such rows say came back.
    #[serde(default)]
    pub(super) takes_back: Option<String>,
    #[serde(default)]
    pub(super) events: Vec<EventOf>,
}

/// What changed, and when.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct ChangedOf {
    /// The list whose items each say what.
    #[serde(default)]
    pub(super) each: Option<String>,
    /// What: of several texts each that has a value.
    pub(super) what: KeyOf,
    pub(super) at: String,
}

/// An event.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct EventOf {
    #[serde(rename = "type")]
    pub(super) event_type: String,
    #[serde(default)]
    pub(super) when: Conditions,
    #[serde(default)]
    pub(super) unless: Conditions,
    /// Why it is said only where the ledger knows its id, to take back what was said before.
    #[serde(default)]
    pub(super) only_restates: Option<String>,
    /// What must have a value for it to be said.
    #[serde(default)]
    pub(super) needs: Option<KeyOf>,
    /// The list whose items each say one.
    #[serde(default)]
    pub(super) each: Option<String>,
    #[serde(default)]
    pub(super) id: Option<String>,
    pub(super) subject: String,
    pub(super) time: String,
    #[serde(default)]
    pub(super) data: BTreeMap<String, Value>,
    /// Of an observation: the fields that are empty where their columns have no value, and those columns.
    #[serde(default)]
    pub(super) clears: BTreeMap<String, String>,
}

fn nulls() -> Vec<String> {
    ["null", "(null)", "#N/A"].map(str::to_owned).to_vec()
}
