//! CloudEvents in their protobuf format, many in a file: `io.cloudevents.v1.CloudEventBatch`, whose events lie one after another,
//! so that a file is read event by event and two files after each other are one.
//!
//! ```text
//! file    = (0a length:varint event)*
//! event   = id:1 source:2 spec_version:3 type:4 attributes:5* (binary_data:6 | proto_data:8)
//! ```
//!
//! `subject`, `time` and `recordedtime` are attributes; times are timestamps or RFC 3339. Of the data only protobuf is read.
//! Read by hand, for events come by the million: what an envelope borrows is not copied.

use prost::encoding::{WireType, decode_key, decode_varint, encode_varint};
use tributary_domain::time::Instant;
use tributary_log::{Envelope, Record};

use crate::Refusal;
use crate::binary::CONTENT_TYPE;
use crate::json::media_type;
use crate::wire::field::{self, At};
use crate::wire::{TYPES, required};

/// What stands before each event of a file, and its length after that.
pub const EVENT_TAG: u8 = 0x0a;

/// What stands before the name of a message; producers may choose what is before the last slash.
pub(crate) const TYPE_URL: &str = "type.googleapis.com/tributary.v1.";

/// An event of a batch, and the recorded instant that it claims. What the data says, [`crate::decode_draft`] reads.
pub fn read(event: &[u8]) -> Result<(Envelope<'_>, Option<Instant>), Refusal> {
    let mut parts = Parts::default();
    for part in fields(event) {
        parts.take(part?)?;
    }
    let specversion = required(parts.specversion, "specversion")?;
    if specversion != "1.0" {
        return Err(Refusal::WrongSpecversion { field: "specversion".to_owned(), found: specversion.to_owned() });
    }
    if !parts.content_type.is_empty() && media_type(parts.content_type) != CONTENT_TYPE {
        return Err(wrong_content("datacontenttype", parts.content_type));
    }
    let event_type = required(parts.event_type, "type")?;
    if let Some(message) = parts.message {
        let name = message.rsplit('/').next().unwrap_or_default();
        // Of a type that is not known, this is not what is wrong.
        let expected = message_of(event_type);
        if expected.is_some() && name.strip_prefix("tributary.v1.") != expected {
            let reason = format!("it says that it is `{}`", name.escape_debug());
            return Err(Refusal::NotProtobuf { field: At::DATA.path(), reason });
        }
    }
    let envelope = Envelope {
        id: required(parts.id, "id")?,
        source: required(parts.source, "source")?,
        event_type,
        subject: required(parts.subject, "subject")?,
        time_us: parts.time.ok_or_else(|| Refusal::MissingAttribute { field: "time".to_owned() })?.micros(),
        data: parts.data,
    };
    Ok((envelope, parts.recorded))
}

/// The message of the data of an event type.
fn message_of(event_type: &str) -> Option<&'static str> {
    TYPES.iter().find(|known| known.name == event_type).map(|known| known.message)
}

/// Adds a recorded event to a batch.
pub fn write(record: &Record<'_>, into: &mut Vec<u8>) {
    let Envelope { id, source, event_type, subject, time_us, data } = record.envelope;
    let mut event = Vec::with_capacity(data.len() + 256);
    for (number, text) in [(1, id), (2, source), (3, "1.0"), (4, event_type)] {
        bytes(number, text.as_bytes(), &mut event);
    }
    attribute("subject", 3, subject.as_bytes(), &mut event);
    attribute("time", 7, &timestamp(time_us), &mut event);
    attribute("recordedtime", 7, &timestamp(record.recorded_us), &mut event);
    attribute("datacontenttype", 3, CONTENT_TYPE.as_bytes(), &mut event);
    let mut any = Vec::with_capacity(data.len() + 64);
    bytes(1, format!("{TYPE_URL}{}", message_of(event_type).unwrap_or_default()).as_bytes(), &mut any);
    bytes(2, data, &mut any);
    bytes(8, &any, &mut event);
    bytes(1, &event, into);
}

fn attribute(name: &str, kind: u32, value: &[u8], into: &mut Vec<u8>) {
    let (mut entry, mut held) = (Vec::new(), Vec::new());
    bytes(kind, value, &mut held);
    bytes(1, name.as_bytes(), &mut entry);
    bytes(2, &held, &mut entry);
    bytes(5, &entry, into);
}

fn timestamp(micros: i64) -> Vec<u8> {
    let mut value = Vec::new();
    for (number, part) in [(1, micros.div_euclid(1_000_000)), (2, micros.rem_euclid(1_000_000) * 1000)] {
        encode_varint(number << 3, &mut value);
        encode_varint(part as u64, &mut value);
    }
    value
}

fn bytes(number: u32, value: &[u8], into: &mut Vec<u8>) {
    encode_varint(u64::from(number << 3 | 2), into);
    encode_varint(value.len() as u64, into);
    into.extend_from_slice(value);
}

/// What was found in an event so far.
#[derive(Default)]
struct Parts<'a> {
    id: &'a str,
    source: &'a str,
    specversion: &'a str,
    event_type: &'a str,
    subject: &'a str,
    content_type: &'a str,
    time: Option<Instant>,
    recorded: Option<Instant>,
    /// The name that the data gives to its message.
    message: Option<&'a str>,
    data: &'a [u8],
}

impl<'a> Parts<'a> {
    fn take(&mut self, (number, value): (u32, Value<'a>)) -> Result<(), Refusal> {
        match number {
            1 => self.id = value.text("id")?,
            2 => self.source = value.text("source")?,
            3 => self.specversion = value.text("specversion")?,
            4 => self.event_type = value.text("type")?,
            5 => self.attribute(value.bytes("attributes")?)?,
            6 => (self.data, self.message) = (value.bytes("data")?, None),
            7 => return Err(wrong_content("data", "text_data")),
            8 => {
                self.message = Some("");
                for part in fields(value.bytes("data")?) {
                    match part? {
                        (1, name) => self.message = Some(name.text("data")?),
                        (2, data) => self.data = data.bytes("data")?,
                        _ => {}
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// An entry of the map of attributes. Others than ours are legal CloudEvents, and are not kept.
    fn attribute(&mut self, entry: &'a [u8]) -> Result<(), Refusal> {
        let (mut name, mut held): (_, &[u8]) = ("", &[]);
        for part in fields(entry) {
            match part? {
                (1, key) => name = key.text("attributes")?,
                (2, value) => held = value.bytes("attributes")?,
                _ => {}
            }
        }
        match name {
            "subject" => self.subject = said(held, name)?,
            "datacontenttype" => self.content_type = said(held, name)?,
            "time" => self.time = Some(instant(held, name)?),
            "recordedtime" => self.recorded = Some(instant(held, name)?),
            _ => {}
        }
        Ok(())
    }
}

/// The text of an attribute.
fn said<'a>(held: &'a [u8], name: &str) -> Result<&'a str, Refusal> {
    match fields(held).last().transpose()? {
        Some((3 | 5 | 6, value)) => value.text(name),
        _ => Err(Refusal::WrongType { field: name.to_owned(), reason: "is no text".to_owned() }),
    }
}

/// The instant of an attribute: a timestamp, or its text.
fn instant(held: &[u8], name: &str) -> Result<Instant, Refusal> {
    let Some((7, value)) = fields(held).last().transpose()? else {
        return field::instant(said(held, name)?, At::root(name));
    };
    let (mut seconds, mut nanos) = (0, 0);
    for part in fields(value.bytes(name)?) {
        match part? {
            (1, Value::Number(number)) => seconds = number as i64,
            (2, Value::Number(number)) => nanos = number as i64,
            _ => {}
        }
    }
    // What the calendar of RFC 3339 holds, so that it can be written as text again.
    let first_to_last = -62_135_596_800..=253_402_300_799;
    if !first_to_last.contains(&seconds) || !(0..1_000_000_000).contains(&nanos) {
        let (found, reason) = (format!("{seconds}.{nanos:09}"), "is not a timestamp of the years 1 to 9999".to_owned());
        return Err(Refusal::BadInstant { field: name.to_owned(), found, reason });
    }
    Ok(Instant::from_micros(seconds * 1_000_000 + nanos / 1000))
}

fn wrong_content(field: &str, found: &str) -> Refusal {
    let expected = "application/protobuf, with the data in `proto_data` or `binary_data`";
    Refusal::WrongContentType { field: field.to_owned(), found: found.to_owned(), expected }
}

/// The value of a field, by its wire type.
#[derive(Clone, Copy)]
enum Value<'a> {
    Number(u64),
    Bytes(&'a [u8]),
    Fixed,
}

impl<'a> Value<'a> {
    fn bytes(self, name: &str) -> Result<&'a [u8], Refusal> {
        match self {
            Self::Bytes(bytes) => Ok(bytes),
            Self::Number(_) | Self::Fixed => Err(not_an_event(format!("`{name}` has another wire type"))),
        }
    }

    fn text(self, name: &str) -> Result<&'a str, Refusal> {
        let not_text = |_| Refusal::BadAttribute { field: name.to_owned(), reason: "is not UTF-8".to_owned() };
        std::str::from_utf8(self.bytes(name)?).map_err(not_text)
    }
}

/// The fields of a message, one after another; nothing after the first that cannot be read.
fn fields(mut message: &[u8]) -> impl Iterator<Item = Result<(u32, Value<'_>), Refusal>> {
    std::iter::from_fn(move || {
        if message.is_empty() {
            return None;
        }
        let read = field(&mut message);
        if read.is_err() {
            message = &[];
        }
        Some(read)
    })
}

fn field<'a>(message: &mut &'a [u8]) -> Result<(u32, Value<'a>), Refusal> {
    let wrong = |error: prost::DecodeError| not_an_event(error.to_string());
    let (number, wire_type) = decode_key(message).map_err(wrong)?;
    let bytes = match wire_type {
        WireType::Varint => return Ok((number, Value::Number(decode_varint(message).map_err(wrong)?))),
        WireType::LengthDelimited => decode_varint(message).map_err(wrong)?,
        WireType::SixtyFourBit => 8,
        WireType::ThirtyTwoBit => 4,
        WireType::StartGroup | WireType::EndGroup => return Err(not_an_event("it holds a group".to_owned())),
    };
    let length = usize::try_from(bytes).ok().filter(|length| *length <= message.len());
    let length = length.ok_or_else(|| not_an_event(format!("field {number} is longer than what is left")))?;
    let (value, rest) = message.split_at(length);
    *message = rest;
    Ok((number, if wire_type == WireType::LengthDelimited { Value::Bytes(value) } else { Value::Fixed }))
}

fn not_an_event(reason: String) -> Refusal {
    Refusal::NotProtobuf { field: "event".to_owned(), reason }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_batch_says_is_refused_on_one_line() {
        let mut event = Vec::new();
        for (number, text) in [(1, "id"), (2, "s"), (3, "1.0"), (4, "tributary.alias.unlinked.v1")] {
            bytes(number, text.as_bytes(), &mut event);
        }
        let mut any = Vec::new();
        bytes(1, b"tributary.v1.\nAlias", &mut any);
        bytes(8, &any, &mut event);
        let refusal = read(&event).map(|_| ()).expect_err("another message");
        assert!(refusal.to_string().ends_with(r"`tributary.v1.\nAlias`"), "{refusal}");
    }
}
