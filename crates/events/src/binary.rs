//! CloudEvents in Kafka's binary content mode: attributes as `ce_*` headers, the protobuf message as the value.

use std::borrow::Cow;

use tributary_domain::time::Instant;
use tributary_log::Envelope;

use crate::Refusal;
use crate::json::media_type;
use crate::wire::field::{self, At};
use crate::wire::required;

/// The content type of the value.
pub const CONTENT_TYPE: &str = "application/protobuf";

/// The headers of an event; its value is the envelope's data and its key the subject.
pub fn headers<'a>(envelope: &Envelope<'a>) -> [(&'static str, Cow<'a, str>); 7] {
    [
        ("ce_specversion", "1.0".into()),
        ("ce_id", envelope.id.into()),
        ("ce_source", envelope.source.into()),
        ("ce_type", envelope.event_type.into()),
        ("ce_subject", envelope.subject.into()),
        ("ce_time", Instant::from_micros(envelope.time_us).to_string().into()),
        ("content-type", CONTENT_TYPE.into()),
    ]
}

/// Reads headers and value; other headers are not looked at. What the value says, [`crate::decode_draft`] reads.
pub fn read<'a>(
    headers: impl IntoIterator<Item = (&'a str, &'a [u8])>,
    value: &'a [u8],
) -> Result<Envelope<'a>, Refusal> {
    let mut found = Headers::default();
    for (name, bytes) in headers {
        found.take(name, bytes)?;
    }
    let specversion = required(found.specversion, "ce_specversion")?;
    if specversion != "1.0" {
        return Err(Refusal::WrongSpecversion { field: "ce_specversion".to_owned(), found: specversion.to_owned() });
    }
    if !found.content_type.is_empty() && media_type(found.content_type) != CONTENT_TYPE {
        let (field, found) = ("content-type".to_owned(), found.content_type.to_owned());
        return Err(Refusal::WrongContentType { field, found, expected: CONTENT_TYPE });
    }
    Ok(Envelope {
        id: required(found.id, "ce_id")?,
        source: required(found.source, "ce_source")?,
        event_type: required(found.event_type, "ce_type")?,
        subject: required(found.subject, "ce_subject")?,
        time_us: field::instant(required(found.time, "ce_time")?, At::root("ce_time"))?.micros(),
        data: value,
    })
}

#[derive(Default)]
struct Headers<'a> {
    specversion: &'a str,
    id: &'a str,
    source: &'a str,
    event_type: &'a str,
    subject: &'a str,
    time: &'a str,
    content_type: &'a str,
}

impl<'a> Headers<'a> {
    fn take(&mut self, name: &str, bytes: &'a [u8]) -> Result<(), Refusal> {
        let slot = match name {
            "ce_specversion" => &mut self.specversion,
            "ce_id" => &mut self.id,
            "ce_source" => &mut self.source,
            "ce_type" => &mut self.event_type,
            "ce_subject" => &mut self.subject,
            "ce_time" => &mut self.time,
            "content-type" => &mut self.content_type,
            _ => return Ok(()),
        };
        *slot = std::str::from_utf8(bytes)
            .map_err(|_| Refusal::BadAttribute { field: name.to_owned(), reason: "is not UTF-8".to_owned() })?;
        Ok(())
    }
}
