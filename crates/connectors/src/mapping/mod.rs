//! Declared mappings: which rows of a file say which events. A YAML document that people write, whose templates are filled in row
//! by row; what comes out is held to the contract like any other event. The sources that need no code of their own are such
//! documents too, shipped with the program: what somebody gives beside them is laid over them.
//!
//! Every row meets the first rule whose conditions it fulfils. One that meets none is refused, so that nothing is left out that
//! nobody decided to leave out.

mod changed;
mod condition;
mod document;
mod event;
mod filter;
mod record;
mod rows;
mod seen;
mod table;
mod template;
mod unwrap;

use std::fmt::Display;

use serde_json::{Map, Value};
use tributary_domain::id::Source;
use tributary_domain::time::parse_zone;

use self::document::Document;
pub use self::document::Form;
pub(crate) use self::table::sortable;
use self::table::{Table, inside};
use self::template::Setting;
use self::unwrap::Unwrap;
use crate::text::TableForm;
use crate::yaml;

/// The JSON Schema of mappings.
pub const SCHEMA: &str = include_str!("schema.json");

/// Which rows of a file say which events.
#[derive(Debug, Clone)]
pub struct Mapping {
    source: Source,
    form: Option<Form>,
    written: TableForm,
    nulls: Vec<String>,
    lists: Vec<String>,
    unwrap: Vec<Unwrap>,
    setting: Setting,
    tables: Vec<Table>,
}

/// Why a document is not a mapping.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {reason}")]
pub struct MappingError {
    /// The path of the field at fault, such as `tables[0].rules[1].kind`; `.` for the document.
    pub path: String,
    /// What is wrong with it, and on which line.
    pub reason: String,
}

impl Mapping {
    /// Reads a document that somebody wrote.
    pub fn from_yaml(text: &str) -> Result<Self, MappingError> {
        let document = read(text)?;
        Self::of(document.value.clone()).map_err(|error| on_line(error, &document))
    }

    /// Reads a document of the program's own with one that somebody wrote laid over it: its members take the place of those of
    /// the same name, but tables of `names` and `let` are joined.
    pub fn overlaid(own: &str, text: Option<&str>) -> Result<Self, MappingError> {
        let mut value = read(own)?.value;
        let Some(text) = text else { return Self::of(value) };
        let over = read(text)?;
        let (Value::Object(members), Value::Object(laid)) = (&mut value, over.value.clone()) else {
            return Err(wrong(".", "must be an object"));
        };
        lay_over(members, laid);
        Self::of(value).map_err(|error| on_line(error, &over))
    }

    /// The same for files of a form, where the mapping leaves that to their names.
    pub(crate) fn of_form(self, form: Form) -> Self {
        Self { form: self.form.or(Some(form)), ..self }
    }

    fn of(value: Value) -> Result<Self, MappingError> {
        let of: Document = serde_path_to_error::deserialize(value)
            .map_err(|error| wrong(&error.path().to_string(), error.into_inner()))?;
        if of.source.is_empty() || of.source.chars().any(|c| c.is_whitespace() || c.is_control()) {
            return Err(wrong("source", "is not a URI reference such as urn:crm:acme"));
        }
        let zone = parse_zone(of.zone.as_deref().unwrap_or("UTC")).map_err(|error| wrong("zone", error))?;
        let delimiter = of.delimiter.unwrap_or(',');
        let delimiter = u8::try_from(delimiter).ok().filter(|byte| byte.is_ascii() && !b"\"\r\n".contains(byte));
        let delimiter = delimiter.ok_or_else(|| wrong("delimiter", "is not a single character of ASCII"))?;
        let setting = Setting { zone, names: of.names };
        if of.tables.is_empty() {
            return Err(wrong("tables", "needs at least one entry"));
        }
        let tables = of.tables.iter().enumerate();
        let tables = tables.map(|(at, table)| {
            let read = Table::read(table, &of.named, &setting).map_err(|wrong| inside("tables", at, wrong));
            read.map_err(|(path, reason)| MappingError { path, reason })
        });
        Ok(Self {
            source: Source::new(&of.source),
            form: of.form,
            written: TableForm { encoding: of.encoding, delimiter, trims: false },
            nulls: of.nulls,
            lists: of.lists,
            unwrap: of.unwrap.iter().map(|path| Unwrap::read(path)).collect::<Result<_, _>>()?,
            tables: tables.collect::<Result<_, _>>()?,
            setting,
        })
    }
}

fn read(text: &str) -> Result<yaml::Document, MappingError> {
    let documents = yaml::documents(text).map_err(|error| wrong(".", format_args!("line {}: {error}", error.line)))?;
    let one: Result<[yaml::Document; 1], _> = documents.try_into();
    one.map(|[document]| document).map_err(|_| wrong(".", "must be one document"))
}

/// Members take the place of those that are there; tables of names are joined, and so is what is worked out.
fn lay_over(members: &mut Map<String, Value>, over: Map<String, Value>) {
    for (name, value) in over {
        match (members.get_mut(&name), value) {
            (Some(Value::Object(named)), Value::Object(over)) if name == "let" => named.extend(over),
            (Some(Value::Object(tables)), Value::Object(over)) if name == "names" => {
                for (table, names) in over {
                    match (tables.get_mut(&table), names) {
                        (Some(Value::Object(names)), Value::Object(over)) => names.extend(over),
                        (_, names) => drop(tables.insert(table, names)),
                    }
                }
            }
            (_, value) => drop(members.insert(name, value)),
        }
    }
}

fn wrong(path: &str, reason: impl Display) -> MappingError {
    MappingError { path: path.to_owned(), reason: reason.to_string() }
}

/// Says on which line the field stands.
fn on_line(error: MappingError, document: &yaml::Document) -> MappingError {
    let line = document.line(if error.path == "." { "" } else { &error.path });
    MappingError { reason: format!("{} (line {line})", error.reason), ..error }
}
