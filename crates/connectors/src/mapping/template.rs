//! Templates: texts with values in them, such as `agreement-{agreement_id|id}` or `{Duns ?? Website|lower}`.
//!
//! ```text
//! template = (text | "{" value "}")*            a brace is written twice
//! value    = operand ("??" operand)* ("|" filter)*
//! operand  = column or path ["?"] | "@" | "@." path | "@list" | "$" name | "'" text "'"
//! ```
//! The first operand with a value counts. A value that is not there leaves the whole template without one.

use std::borrow::Cow;

use chrono_tz::Tz;

use super::filter::{Filter, Names};
use super::record::Record;
use crate::Reason;

/// A text with values in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Template(Vec<Part>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Value { operands: Vec<Operand>, filters: Vec<Filter> },
}

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Operand {
    /// A column, or a path of JSON.
    Field(String),
    /// The same where a table need not have the column.
    Optional(String),
    /// A path in the item of the list that is gone through.
    Item(String),
    /// The name of the list that the row is an item of.
    List,
    /// What a name stands for.
    Named(String),
    /// Itself.
    Literal(String),
}

/// What templates are worked out with.
#[derive(Debug, Clone)]
pub(super) struct Setting {
    pub(super) zone: Tz,
    pub(super) names: Names,
}

/// The column or path at fault, if it is one, and what is wrong with its value.
pub(super) type Fault = (Option<String>, Reason);

impl Template {
    /// Reads a template, or says what is wrong with it.
    pub(super) fn read(text: &str, names: &Names) -> Result<Self, String> {
        let (mut parts, mut plain, mut rest) = (Vec::new(), String::new(), text);
        while let Some(at) = rest.find(['{', '}']) {
            plain.push_str(&rest[..at]);
            let brace = &rest[at..=at];
            rest = &rest[at + 1..];
            if let Some(after) = rest.strip_prefix(brace) {
                plain.push_str(brace);
                rest = after;
                continue;
            }
            let Some((inside, after)) = rest.split_once('}').filter(|_| brace == "{") else {
                return Err(format!(
                    "{text:?} has a brace without its other half; write `{brace}{brace}` for the sign"
                ));
            };
            if !plain.is_empty() {
                parts.push(Part::Text(std::mem::take(&mut plain)));
            }
            parts.push(value(inside, names)?);
            rest = after;
        }
        plain.push_str(rest);
        if !plain.is_empty() || parts.is_empty() {
            parts.push(Part::Text(plain));
        }
        Ok(Self(parts))
    }

    /// The text; nothing if a value in it is not there.
    pub(super) fn text(&self, record: &Record<'_>, setting: &Setting) -> Result<Option<String>, Fault> {
        if let [Part::Value { operands, filters }] = self.0.as_slice() {
            return worked_out(operands, filters, record, setting);
        }
        let mut text = String::new();
        for part in &self.0 {
            match part {
                Part::Text(plain) => text.push_str(plain),
                Part::Value { operands, filters } => match worked_out(operands, filters, record, setting)? {
                    Some(value) => text.push_str(&value),
                    None => return Ok(None),
                },
            }
        }
        Ok(Some(text))
    }

    /// The text, which has to be there.
    pub(super) fn needed(&self, record: &Record<'_>, setting: &Setting) -> Result<String, Fault> {
        self.text(record, setting)?.ok_or_else(|| (self.first_field(), Reason::ValueMissing))
    }

    fn first_field(&self) -> Option<String> {
        self.operands().find_map(|operand| operand.name().map(str::to_owned))
    }

    /// The columns that a table must have for it.
    pub(super) fn columns(&self) -> impl Iterator<Item = &str> {
        self.operands().filter_map(|operand| match operand {
            Operand::Field(name) => Some(name.as_str()),
            _ => None,
        })
    }

    /// Everything that it reads of a row: columns, also those that need not be there, and paths of items.
    pub(super) fn fields(&self) -> impl Iterator<Item = &str> {
        self.operands().filter_map(|operand| match operand {
            Operand::Field(name) | Operand::Optional(name) | Operand::Item(name) => Some(name.as_str()),
            _ => None,
        })
    }

    /// The names that it asks for.
    pub(super) fn named(&self) -> impl Iterator<Item = &str> {
        self.operands().filter_map(|operand| match operand {
            Operand::Named(name) => Some(name.as_str()),
            _ => None,
        })
    }

    fn operands(&self) -> impl Iterator<Item = &Operand> {
        self.0.iter().flat_map(|part| match part {
            Part::Text(_) => &[],
            Part::Value { operands, .. } => operands.as_slice(),
        })
    }
}

impl Operand {
    fn read(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if let Some(literal) = text.strip_prefix('\'').and_then(|text| text.strip_suffix('\'')) {
            return Ok(Self::Literal(literal.to_owned()));
        }
        Ok(match text {
            "" => return Err("a value names no column or path".to_owned()),
            "@list" => Self::List,
            "@" => Self::Item(String::new()),
            _ => match (text.strip_prefix("@."), text.strip_prefix('$'), text.strip_suffix('?')) {
                (Some(path), ..) => Self::Item(path.to_owned()),
                (_, Some(name), _) => Self::Named(name.to_owned()),
                (.., Some(name)) => Self::Optional(name.trim().to_owned()),
                _ => Self::Field(text.to_owned()),
            },
        })
    }

    fn value<'a>(&'a self, record: &Record<'a>) -> Option<Cow<'a, str>> {
        match self {
            Self::Field(path) | Self::Optional(path) => record.field(path),
            Self::Item(path) => record.of_item(path),
            Self::List => record.list().map(Cow::Borrowed),
            Self::Named(name) => record.named.get(name.as_str())?.as_deref().map(Cow::Borrowed),
            Self::Literal(text) => Some(Cow::Borrowed(text)),
        }
    }

    fn name(&self) -> Option<&str> {
        match self {
            Self::Field(name) | Self::Optional(name) | Self::Item(name) | Self::Named(name) => Some(name),
            Self::List | Self::Literal(_) => None,
        }
    }
}

fn value(text: &str, names: &Names) -> Result<Part, String> {
    let mut steps = text.split('|');
    let operands = steps.next().unwrap_or_default().split("??").map(Operand::read).collect::<Result<_, _>>()?;
    let filters = steps.map(|step| Filter::read(step, names)).collect::<Result<_, _>>()?;
    Ok(Part::Value { operands, filters })
}

fn worked_out(
    operands: &[Operand],
    filters: &[Filter],
    record: &Record<'_>,
    setting: &Setting,
) -> Result<Option<String>, Fault> {
    let found = operands.iter().find_map(|operand| Some((operand, operand.value(record)?)));
    let Some((operand, value)) = found else { return Ok(None) };
    let mut value = value.into_owned();
    for filter in filters {
        let named = |name: &str| record.named.get(name).cloned().flatten();
        let applied = filter.apply(value, setting.zone, &setting.names, named);
        match applied.map_err(|reason| (operand.name().map(str::to_owned), reason))? {
            Some(next) => value = next,
            None => return Ok(None),
        }
    }
    Ok(Some(value))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::mapping::record::Values;
    use crate::text::Json;

    fn text(template: &str) -> Result<Option<String>, String> {
        let json = Json::read(br#"{"a": "x", "n": 12.50, "none": null, "list": [{"b": "y"}], "s": "2,5"}"#)?;
        let named = BTreeMap::from([("who", Some("me".to_owned())), ("nobody", None)]);
        let record = Record {
            values: Values::Json(&json, Some("records")),
            item: json.at("list[0]"),
            named: &named,
            nulls: &["x-null".to_owned()],
        };
        let setting = Setting { zone: Tz::UTC, names: Names::new() };
        let template = Template::read(template, &setting.names)?;
        template.text(&record, &setting).map_err(|(column, reason)| format!("{column:?} {}", reason.code()))
    }

    #[test]
    fn values_stand_in_the_text() {
        for (template, expected) in [
            ("{a}-{n|amount}", Some("x-12.5")),
            ("{none ?? a}", Some("x")),
            ("{none ?? missing? ?? 'it'}", Some("it")),
            ("{@.b}{@list}{$who}", Some("yrecordsme")),
            ("{none}", None),
            ("always {$nobody}", None),
            ("{{a}}", Some("{a}")),
            ("plain", Some("plain")),
            ("", Some("")),
        ] {
            assert_eq!(text(template), Ok(expected.map(str::to_owned)), "{template}");
        }
        assert_eq!(text("{s|amount}"), Err("Some(\"s\") decimal".to_owned()));
    }

    #[test]
    fn a_template_that_cannot_be_read_says_why() {
        for (template, reason) in [
            ("{a", "\"{a\" has a brace without its other half; write `{{` for the sign"),
            ("a}", "\"a}\" has a brace without its other half; write `}}` for the sign"),
            ("{}", "a value names no column or path"),
            ("{a|x}", "`x` is not something that can be done to a value"),
        ] {
            assert_eq!(text(template), Err(reason.to_owned()), "{template}");
        }
    }
}
