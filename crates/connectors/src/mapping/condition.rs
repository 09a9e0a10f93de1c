//! Which rows a rule is for: what their columns or paths must hold.

use serde_json::Value;

use super::document::Conditions;
use super::record::Record;

/// Asks for any value.
const ANY: &str = "*";

/// What may be asked for.
const EXPECTED: &str = "must be a value, a list of values, \"*\", null or {sameAs: another column}";

/// What a column or path must hold.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Condition {
    path: String,
    wanted: Vec<Wanted>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Wanted {
    Nothing,
    Anything,
    Text(String),
    /// The value of another column or path.
    SameAs(String),
}

/// Conditions of a rule.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct When {
    all: Vec<Condition>,
    none: Vec<Condition>,
}

impl When {
    /// Reads what a row must hold, and what it must not. An error names the path at fault.
    pub(super) fn read(when: &Conditions, unless: &Conditions) -> Result<Self, (String, String)> {
        let read = |name: &str, conditions: &Conditions| {
            let one = |(path, value): (&String, &Value)| {
                let wanted = wanted(value).map_err(|reason| (format!("{name}.{path}"), reason))?;
                Ok(Condition { path: path.clone(), wanted })
            };
            conditions.iter().map(one).collect::<Result<Vec<_>, (String, String)>>()
        };
        Ok(Self { all: read("when", when)?, none: read("unless", unless)? })
    }

    /// Whether a row is meant.
    pub(super) fn holds(&self, record: &Record<'_>) -> bool {
        self.all.iter().all(|one| one.holds(record)) && !self.none.iter().any(|one| one.holds(record))
    }

    /// The names that it asks for.
    pub(super) fn named(&self) -> impl Iterator<Item = &str> {
        self.all.iter().chain(&self.none).filter_map(|one| one.path.strip_prefix('$'))
    }

    /// The columns that it looks at.
    pub(super) fn columns(&self) -> impl Iterator<Item = &str> {
        let conditions = || self.all.iter().chain(&self.none);
        let paths = conditions().map(|one| one.path.as_str()).chain(conditions().flat_map(Condition::others));
        paths.filter(|path| !path.starts_with(['@', '$']) && !path.ends_with('?'))
    }
}

impl Condition {
    /// The other columns that it looks at.
    fn others(&self) -> impl Iterator<Item = &str> {
        self.wanted.iter().filter_map(|wanted| match wanted {
            Wanted::SameAs(other) => Some(other.as_str()),
            _ => None,
        })
    }

    fn holds(&self, record: &Record<'_>) -> bool {
        let path = self.path.strip_suffix('?').unwrap_or(&self.path);
        let value = match (path, path.strip_prefix("@."), path.strip_prefix('$')) {
            ("@list", ..) => record.list().map(Into::into),
            (_, Some(path), _) => record.of_item(path),
            (_, _, Some(name)) => record.named.get(name).and_then(Option::as_deref).map(Into::into),
            _ => record.field(path),
        };
        self.wanted.iter().any(|wanted| match (wanted, &value) {
            (Wanted::Nothing, None) | (Wanted::Anything, Some(_)) => true,
            (Wanted::Text(text), Some(value)) => text == value,
            (Wanted::SameAs(other), Some(value)) => record.field(other).is_some_and(|other| other == *value),
            _ => false,
        })
    }
}

fn wanted(value: &Value) -> Result<Vec<Wanted>, String> {
    Ok(match value {
        Value::Array(values) => {
            let wanted: Vec<Vec<Wanted>> = values.iter().map(wanted_one).collect::<Result<_, _>>()?;
            wanted.concat()
        }
        one => wanted_one(one)?,
    })
}

fn wanted_one(value: &Value) -> Result<Vec<Wanted>, String> {
    Ok(vec![match value {
        Value::Null => Wanted::Nothing,
        Value::String(text) if text == ANY => Wanted::Anything,
        Value::String(text) => Wanted::Text(text.clone()),
        Value::Bool(value) => Wanted::Text(value.to_string()),
        Value::Number(number) => Wanted::Text(number.to_string()),
        Value::Object(members) => match (members.get("sameAs"), members.len()) {
            (Some(Value::String(other)), 1) => Wanted::SameAs(other.clone()),
            _ => return Err(EXPECTED.to_owned()),
        },
        Value::Array(_) => return Err(EXPECTED.to_owned()),
    }])
}
