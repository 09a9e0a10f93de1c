//! Records of Kafka as events, and events as records: CloudEvents in binary mode, structured mode accepted. A record that is
//! no event is read as one that says so ([`UNREADABLE`]), for the reader to set aside.
//!
//! What a serialiser put before the data for a schema registry is taken off: the event's type says which message it is, and the
//! content must be the same from every producer (I1).

use std::borrow::Cow;

use rdkafka::message::{Header, OwnedHeaders};
use tributary_domain::time::Instant;
use tributary_events::{Refusal, binary, encode, framing, json};
use tributary_log::{Entry, Envelope, Family, Layout, Position, Record, Recorded, UNREADABLE, frame};

use crate::client::View;

/// The header of an event whose recorded time its producer is trusted to say (I2).
const RECORDED: &str = "ce_recordedtime";

/// The source of what is no event.
const SOURCE: &str = "kafka";

/// What a record says.
pub(crate) struct Said<'v> {
    id: Cow<'v, str>,
    source: Cow<'v, str>,
    event_type: Cow<'v, str>,
    subject: Cow<'v, str>,
    time_us: i64,
    data: Cow<'v, [u8]>,
    recorded_us: i64,
}

impl<'v> Said<'v> {
    /// Reads the record at a position.
    pub(crate) fn read(view: &View<'v>, position: Position, layout: Layout, recorded: Recorded) -> Self {
        let appended_us = view.appended_ms.saturating_mul(1_000);
        let said = match view.value {
            None => Err("it has no value, and nothing is taken out of the log".to_owned()),
            Some(value) => Self::of(view, value, appended_us, recorded),
        };
        let judged = said.and_then(|said| match misplaced(&said, position, layout) {
            Some(reason) => Err(reason),
            None => frame::check_size(&said.envelope()).map(|()| said).map_err(|error| error.to_string()),
        });
        judged.unwrap_or_else(|reason| Self::unreadable(place(layout, position), reason, appended_us))
    }

    /// The record that a log makes of it.
    pub(crate) fn record(&self, position: Position) -> Record<'_> {
        Record { position, recorded_us: self.recorded_us, envelope: self.envelope() }
    }

    fn envelope(&self) -> Envelope<'_> {
        let Self { id, source, event_type, subject, time_us, data, recorded_us: _ } = self;
        Envelope { id, source, event_type, subject, time_us: *time_us, data }
    }

    fn of(view: &View<'v>, value: &'v [u8], appended_us: i64, recorded: Recorded) -> Result<Self, String> {
        let (mut content_type, mut claimed) = (&b""[..], None);
        let headers = view.headers().inspect(|(name, value)| match *name {
            "content-type" => content_type = value,
            RECORDED => claimed = Some(*value),
            _ => {}
        });
        let read = binary::read(headers, value);
        if content_type.starts_with(b"application/cloudevents") {
            return Self::structured(content_type, value, appended_us, recorded);
        }
        let envelope = read.map_err(|refusal| in_words(&refusal))?;
        let data = if framing::is_framed(envelope.data) {
            framing::unframe(envelope.data).map_err(|error| format!("its value {error}"))?.value
        } else {
            envelope.data
        };
        let claimed_us = match claimed.filter(|_| recorded == Recorded::ByEvents) {
            Some(text) => Some(instant_us(text)?),
            None => None,
        };
        Ok(Self {
            id: envelope.id.into(),
            source: envelope.source.into(),
            event_type: envelope.event_type.into(),
            subject: envelope.subject.into(),
            time_us: envelope.time_us,
            data: data.into(),
            recorded_us: claimed_us.unwrap_or(appended_us),
        })
    }

    /// The same event in structured mode gives the same bytes as in binary mode, and so the same content (I1).
    fn structured(content_type: &[u8], value: &[u8], appended_us: i64, recorded: Recorded) -> Result<Self, String> {
        let media_type = content_type.split(|byte| *byte == b';').next().unwrap_or_default().trim_ascii();
        if media_type != b"application/cloudevents+json" {
            let found = String::from_utf8_lossy(media_type);
            return Err(format!("its content type is {found:?}, of structured modes only JSON is read"));
        }
        let draft = json::read(value).map_err(|refusal| in_words(&refusal))?;
        let claimed = draft.recorded.filter(|_| recorded == Recorded::ByEvents);
        Ok(Self {
            id: draft.identity.id.as_str().to_owned().into(),
            source: draft.identity.source.as_str().to_owned().into(),
            event_type: draft.body.event_type().to_owned().into(),
            subject: draft.subject.to_string().into(),
            time_us: draft.time.micros(),
            data: encode(&draft.body).into(),
            recorded_us: claimed.map_or(appended_us, Instant::micros),
        })
    }

    fn unreadable(place: String, reason: String, appended_us: i64) -> Self {
        Self {
            id: place.into(),
            source: SOURCE.into(),
            event_type: UNREADABLE.into(),
            subject: "".into(),
            time_us: appended_us,
            data: reason.into_bytes().into(),
            recorded_us: appended_us,
        }
    }
}

/// Why an event stands where nobody looks for it: whoever owns a shard reads the partitions of that shard alone.
fn misplaced(said: &Said<'_>, position: Position, layout: Layout) -> Option<String> {
    // A type of no family is refused as such.
    Family::of(&said.event_type)?;
    let belongs = layout.route(&said.event_type, &said.subject);
    let (family, partition) = layout.place(belongs).filter(|_| belongs != position.partition)?;
    Some(format!(
        "it belongs to {family}/{partition}: use its subject as the key, and Kafka's murmur2 as the partitioner"
    ))
}

/// Where a position is, for people: `consumption/3:17`.
pub(crate) fn place(layout: Layout, position: Position) -> String {
    match layout.place(position.partition) {
        Some((family, partition)) => format!("{family}/{partition}:{}", position.offset),
        None => position.to_string(),
    }
}

/// The headers of an event as a record; its value is the data, its key the subject.
pub(crate) fn headers(entry: &Entry<'_>) -> OwnedHeaders {
    let mut headers = OwnedHeaders::new_with_capacity(8);
    for (key, value) in binary::headers(&entry.envelope) {
        headers = headers.insert(Header { key, value: Some(value.as_bytes()) });
    }
    if let Some(recorded_us) = entry.recorded_us {
        let recorded = Instant::from_micros(recorded_us).to_string();
        headers = headers.insert(Header { key: RECORDED, value: Some(recorded.as_bytes()) });
    }
    headers
}

fn instant_us(text: &[u8]) -> Result<i64, String> {
    let text = std::str::from_utf8(text).map_err(|_| format!("`{RECORDED}` is not UTF-8"))?;
    text.parse().map(Instant::micros).map_err(|error| format!("`{RECORDED}` {text:?} {error}"))
}

fn in_words(refusal: &Refusal) -> String {
    format!("`{}` {refusal}", refusal.field())
}
