//! CloudEvents in JSON, one per line: files and HTTP.

use std::borrow::Cow;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;
use tributary_domain::event::{Body, Draft, Event, Subject};
use tributary_domain::id::Identity;
use tributary_domain::time::Instant;
use tributary_log::frame::FRAME_BYTES_MAX;

use crate::Refusal;
use crate::wire::document;
use crate::wire::field::At;
use crate::wire::{JsonParts, draft_from_json, required, to_json};

/// The most bytes that one event may have in JSON. Its record is smaller, so that whatever is read fits the log.
pub const LINE_BYTES_MAX: usize = FRAME_BYTES_MAX;

/// The attributes that mean something here. Other extensions are legal CloudEvents, and are not kept.
#[derive(Deserialize)]
struct Line<'a> {
    #[serde(borrow, default)]
    specversion: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    id: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    source: Option<Cow<'a, str>>,
    #[serde(borrow, default, rename = "type")]
    event_type: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    subject: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    time: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    recordedtime: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    datacontenttype: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    data: Option<&'a RawValue>,
    #[serde(default)]
    data_base64: Option<IgnoredAny>,
}

/// Reads one event; its size is bounded by [`LINE_BYTES_MAX`].
pub fn read(line: &[u8]) -> Result<Draft, Refusal> {
    if line.len() > LINE_BYTES_MAX {
        return Err(Refusal::TooLong { field: "event".to_owned(), bytes_max: LINE_BYTES_MAX });
    }
    // Serde would read a list as the attributes in their order.
    if line.trim_ascii_start().starts_with(b"[") {
        let (field, reason) = ("event".to_owned(), "is a list, must be an object".to_owned());
        return Err(Refusal::WrongType { field, reason });
    }
    let line: Line<'_> = serde_json::from_slice(line).or_else(|error| reread(line, &error))?;
    let specversion = attribute(&line.specversion, "specversion")?;
    if specversion != "1.0" {
        return Err(Refusal::WrongSpecversion { field: "specversion".to_owned(), found: specversion.to_owned() });
    }
    content_type(&line)?;
    draft_from_json(&JsonParts {
        id: attribute(&line.id, "id")?,
        source: attribute(&line.source, "source")?,
        event_type: attribute(&line.event_type, "type")?,
        subject: attribute(&line.subject, "subject")?,
        time: attribute(&line.time, "time")?,
        recorded: line.recordedtime.as_deref(),
        // A message without fields may travel without data; every other type then misses its fields.
        data: line.data.map_or("{}", RawValue::get),
    })
}

/// An event of parts that somebody has at hand: its attributes, and its data as an object of JSON.
#[derive(Debug, Clone, Copy)]
pub struct Parts<'a> {
    /// Its id in the source.
    pub id: &'a str,
    /// Who says it.
    pub source: &'a str,
    /// Its type.
    pub event_type: &'a str,
    /// Whose history it belongs to.
    pub subject: &'a str,
    /// When it was true.
    pub time: &'a str,
    /// What it says.
    pub data: &'a str,
}

/// Reads an event of its parts; what [`read`] would say of them as a line.
pub fn of_parts(parts: &Parts<'_>) -> Result<Draft, Refusal> {
    let Parts { id, source, event_type, subject, time, data } = *parts;
    if [id, source, event_type, subject, time, data].map(str::len).iter().sum::<usize>() > LINE_BYTES_MAX {
        return Err(Refusal::TooLong { field: "event".to_owned(), bytes_max: LINE_BYTES_MAX });
    }
    draft_from_json(&JsonParts {
        id: required(id, "id")?,
        source: required(source, "source")?,
        event_type: required(event_type, "type")?,
        subject: required(subject, "subject")?,
        time: required(time, "time")?,
        recorded: None,
        data,
    })
}

/// Reads what could not be read once more, to say where it went wrong.
fn reread<'a>(line: &'a [u8], error: &serde_json::Error) -> Result<Line<'a>, Refusal> {
    if !error.is_data() {
        let reason = error.to_string().replace(" at line 1 column ", " at column ");
        return Err(Refusal::NotJson { field: "event".to_owned(), reason });
    }
    let reader = &mut serde_json::Deserializer::from_slice(line);
    serde_path_to_error::deserialize(reader).map_err(|error| match document::refusal(&error, At::DOCUMENT) {
        Refusal::WrongType { field, reason } if field.is_empty() => {
            Refusal::WrongType { field: "event".to_owned(), reason }
        }
        other => other,
    })
}

fn attribute<'t>(value: &'t Option<Cow<'_, str>>, name: &str) -> Result<&'t str, Refusal> {
    required(value.as_deref().unwrap_or_default(), name)
}

fn content_type(line: &Line<'_>) -> Result<(), Refusal> {
    const EXPECTED: &str = "application/json, with the data as JSON in `data`";
    if line.data_base64.is_some() {
        let (field, found) = ("data_base64".to_owned(), "data_base64".to_owned());
        return Err(Refusal::WrongContentType { field, found, expected: EXPECTED });
    }
    match line.datacontenttype.as_deref() {
        Some(given) if media_type(given) != "application/json" => Err(Refusal::WrongContentType {
            field: "datacontenttype".to_owned(),
            found: given.to_owned(),
            expected: EXPECTED,
        }),
        _ => Ok(()),
    }
}

/// The media type without its parameters, in lower case.
pub(crate) fn media_type(text: &str) -> String {
    text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// Writes a recorded event as one line, without the line's end.
pub fn write(event: &Event) -> String {
    let meta = &event.meta;
    line(&meta.identity, &event.subject, meta.time, Some(meta.recorded), &event.body)
}

/// Writes an event that is not recorded yet.
pub fn write_draft(draft: &Draft) -> String {
    line(&draft.identity, &draft.subject, draft.time, draft.recorded, &draft.body)
}

fn line(identity: &Identity, subject: &Subject, time: Instant, recorded: Option<Instant>, body: &Body) -> String {
    let recorded = recorded.map(|recorded| format!(r#","recordedtime":"{recorded}""#)).unwrap_or_default();
    format!(
        r#"{{"specversion":"1.0","id":{},"source":{},"type":"{}","subject":{},"time":"{time}"{recorded},"data":{}}}"#,
        document::to_json(&identity.id.as_str()),
        document::to_json(&identity.source.as_str()),
        body.event_type(),
        document::to_json(&subject.to_string()),
        to_json(body),
    )
}
