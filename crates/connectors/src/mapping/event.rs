//! How a row becomes an event: the templates of its attributes and data, filled in, then read by the rules of the contract.

use std::sync::Arc;

use serde_json::Value;
use tributary_domain::event::{Draft, Withheld, withheld};
use tributary_domain::id::Source;
use tributary_events::json::{self as events_json, Parts};

use super::condition::When;
use super::document::{EventOf, KeyOf};
use super::filter::Names;
use super::record::Record;
use super::template::{Fault, Setting, Template};
use crate::Reason;

/// Room for the data of an event: that of usage takes less.
const DATA_BYTES: usize = 256;

/// An event that rows say.
#[derive(Debug, Clone)]
pub(super) struct EventRule {
    event_type: String,
    when: When,
    needs: Vec<Template>,
    pub(super) only_restates: Option<Arc<str>>,
    each: Option<String>,
    id: Template,
    subject: Template,
    time: Template,
    data: Vec<(String, Node)>,
    /// Fields, and the columns that clear them.
    clears: Vec<(String, String)>,
}

/// A value of the data.
#[derive(Debug, Clone)]
enum Node {
    Text(Template),
    /// Said as it is: true, false.
    Fixed(Value),
    List(Vec<Node>),
    Object(Vec<(String, Node)>),
    /// An item for each item of a list.
    Each(String, Box<Node>),
}

/// Where in the mapping something is wrong, and what.
pub(super) type Wrong = (String, String);

impl EventRule {
    /// Reads it. Of what can be restated, the row's key is the id.
    pub(super) fn read(of: &EventOf, names: &Names) -> Result<Self, Wrong> {
        let template = |field: &str, text: &str| Template::read(text, names).map_err(|why| (field.to_owned(), why));
        let event_type = match of.event_type.starts_with("tributary.") {
            true => of.event_type.clone(),
            false => format!("tributary.{}.v1", of.event_type),
        };
        Ok(Self {
            when: When::read(&of.when, &of.unless)?,
            needs: of
                .needs
                .iter()
                .flat_map(KeyOf::parts)
                .map(|text| template("needs", text))
                .collect::<Result<_, _>>()?,
            only_restates: of.only_restates.as_deref().map(Into::into),
            each: of.each.clone(),
            id: template("id", of.id.as_deref().unwrap_or("{$key}"))?,
            subject: template("subject", &of.subject)?,
            time: template("time", &of.time)?,
            data: members(of.data.iter(), "data", names)?,
            clears: of.clears.clone().into_iter().collect(),
            event_type,
        })
    }

    /// The events that a row says.
    pub(super) fn drafts(&self, record: &Record<'_>, setting: &Setting, source: &Source) -> Result<Vec<Draft>, Fault> {
        let Some(each) = &self.each else {
            return self.draft(record, setting, source).map(|draft| draft.into_iter().collect());
        };
        let mut drafts = Vec::new();
        for item in record.items(each) {
            drafts.extend(self.draft(&Record { item: Some(item), ..*record }, setting, source)?);
        }
        Ok(drafts)
    }

    fn draft(&self, record: &Record<'_>, setting: &Setting, source: &Source) -> Result<Option<Draft>, Fault> {
        if !self.when.holds(record) {
            return Ok(None);
        }
        for needed in &self.needs {
            if needed.text(record, setting)?.is_none() {
                return Ok(None);
            }
        }
        let (id, subject) = (self.id.needed(record, setting)?, self.subject.needed(record, setting)?);
        let time = self.time.needed(record, setting)?;
        let mut data = String::with_capacity(DATA_BYTES);
        object(&self.data, record, setting, &mut data)?;
        self.clear(record, setting, &mut data)?;
        let parts = Parts {
            id: &id,
            source: source.as_str(),
            event_type: &self.event_type,
            subject: &subject,
            time: &time,
            data: &data,
        };
        let draft = events_json::of_parts(&parts).map_err(|refusal| {
            let column = Some(refusal.field().to_owned());
            (column, Reason::Event(Box::new(refusal)))
        })?;
        Ok(Some(draft))
    }

    /// Names the fields that are empty because their columns are; a column that is not there says nothing.
    fn clear(&self, record: &Record<'_>, setting: &Setting, data: &mut String) -> Result<(), Fault> {
        let mut cleared = Vec::new();
        for (field, column) in &self.clears {
            if record.has(column) && record.field(column).is_none() && !self.says(field, record, setting)? {
                cleared.push(field.as_str());
            }
        }
        if !cleared.is_empty() {
            data.pop(); // the brace
            let separator = if data.ends_with('{') { "" } else { "," };
            data.push_str(&format!("{separator}\"cleared\":{}}}", Value::from(cleared)));
        }
        Ok(())
    }

    /// Whether a field of its data has a value.
    fn says(&self, field: &str, record: &Record<'_>, setting: &Setting) -> Result<bool, Fault> {
        match self.data.iter().find(|(name, _)| name == field) {
            Some((_, node)) => node.write(record, setting, &mut String::new()),
            None => Ok(false),
        }
    }

    /// A column of its data that no system synchronises, if it observes a deal (O5).
    pub(super) fn withheld<'a>(&'a self, worked_out: impl Fn(&str) -> Vec<&'a str>) -> Option<(&'a str, Withheld)> {
        let mut columns = Vec::new();
        let mut of = |template: &'a Template| {
            columns.extend(template.fields());
            columns.extend(template.named().flat_map(&worked_out));
        };
        self.data.iter().for_each(|(_, node)| node.templates(&mut of));
        let last = |column: &'a str| withheld(column.rsplit('.').next().unwrap_or(column));
        let observes = self.event_type == "tributary.deal.observed.v1";
        columns.into_iter().filter(|_| observes).find_map(|column| Some((column, last(column)?)))
    }

    /// The columns that a table must have for it.
    pub(super) fn columns(&self) -> Vec<&str> {
        let mut columns: Vec<&str> = self.when.columns().collect();
        self.templates(&mut |template| columns.extend(template.columns()));
        columns
    }

    /// The names that it asks for.
    pub(super) fn named(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.when.named().collect();
        self.templates(&mut |template| names.extend(template.named()));
        names
    }

    fn templates<'a>(&'a self, visit: &mut impl FnMut(&'a Template)) {
        self.needs.iter().chain([&self.id, &self.subject, &self.time]).for_each(&mut *visit);
        self.data.iter().for_each(|(_, node)| node.templates(visit));
    }
}

impl Node {
    fn read(value: &Value, at: &str, names: &Names) -> Result<Self, Wrong> {
        Ok(match value {
            Value::String(text) => Self::Text(Template::read(text, names).map_err(|why| (at.to_owned(), why))?),
            // A number is a text in data, and so it is written here.
            Value::Number(number) => Self::Fixed(number.to_string().into()),
            Value::Bool(_) | Value::Null => Self::Fixed(value.clone()),
            Value::Array(items) => {
                let item = |(index, item)| Self::read(item, &format!("{at}[{index}]"), names);
                Self::List(items.iter().enumerate().map(item).collect::<Result<_, _>>()?)
            }
            Value::Object(fields) => match (fields.get("each"), fields.get("item"), fields.len()) {
                (Some(Value::String(list)), Some(item), 2) => {
                    Self::Each(list.clone(), Box::new(Self::read(item, &format!("{at}.item"), names)?))
                }
                _ => Self::Object(members(fields.iter(), at, names)?),
            },
        })
    }

    /// Writes the value as JSON; nothing if a template in it has none. Gives whether anything was written.
    fn write(&self, record: &Record<'_>, setting: &Setting, into: &mut String) -> Result<bool, Fault> {
        match self {
            Self::Text(template) => {
                let Some(text) = template.text(record, setting)? else { return Ok(false) };
                quoted(&text, into);
            }
            Self::Fixed(value) => into.push_str(&value.to_string()),
            Self::List(items) => {
                into.push('[');
                for item in items {
                    item.write_as_item(record, setting, into)?;
                }
                into.push(']');
            }
            Self::Object(members) => {
                let begin = into.len();
                object(members, record, setting, into)?;
                // An object of nothing says nothing.
                if &into[begin..] == "{}" {
                    into.truncate(begin);
                    return Ok(false);
                }
            }
            Self::Each(list, item) => {
                into.push('[');
                for one in record.items(list) {
                    item.write_as_item(&Record { item: Some(one), ..*record }, setting, into)?;
                }
                into.push(']');
            }
        }
        Ok(true)
    }

    /// Writes an item of a list behind those before it.
    fn write_as_item(&self, record: &Record<'_>, setting: &Setting, into: &mut String) -> Result<(), Fault> {
        let before = into.len();
        if !into.ends_with('[') {
            into.push(',');
        }
        if !self.write(record, setting, into)? {
            into.truncate(before);
        }
        Ok(())
    }

    fn templates<'a>(&'a self, visit: &mut impl FnMut(&'a Template)) {
        match self {
            Self::Text(template) => visit(template),
            Self::Fixed(_) => {}
            Self::List(items) => items.iter().for_each(|item| item.templates(visit)),
            Self::Object(members) => members.iter().for_each(|(_, node)| node.templates(visit)),
            Self::Each(_, item) => item.templates(visit),
        }
    }
}

fn members<'a>(
    fields: impl Iterator<Item = (&'a String, &'a Value)>,
    at: &str,
    names: &Names,
) -> Result<Vec<(String, Node)>, Wrong> {
    fields.map(|(name, value)| Ok((name.clone(), Node::read(value, &format!("{at}.{name}"), names)?))).collect()
}

fn object(members: &[(String, Node)], record: &Record<'_>, setting: &Setting, into: &mut String) -> Result<(), Fault> {
    into.push('{');
    for (name, node) in members {
        let before = into.len();
        if !into.ends_with('{') {
            into.push(',');
        }
        quoted(name, into);
        into.push(':');
        if !node.write(record, setting, into)? {
            into.truncate(before);
        }
    }
    into.push('}');
    Ok(())
}

/// A text as JSON writes it.
fn quoted(text: &str, into: &mut String) {
    let plain = |byte: u8| byte >= 0x20 && byte != b'"' && byte != b'\\';
    if text.bytes().all(plain) {
        into.push('"');
        into.push_str(text);
        into.push('"');
    } else {
        into.push_str(&Value::from(text).to_string());
    }
}
