//! Events as a log takes them: checked, encoded, their identities hashed. Nothing of it needs the log, so it is done anywhere, on
//! any thread; what is left for the door is to judge and to append.

use std::ops::Range;

use tributary_domain::event::Draft;
use tributary_domain::time::Instant;
use tributary_events::short::{self, Read};
use tributary_events::{Refusal, batch, decode_draft, encode, json};
use tributary_log::{Envelope, IdentityKey};

/// Events on their way to the door, in order, in two buffers for all of them.
#[derive(Debug, Default)]
pub struct Prepared {
    texts: String,
    data: Vec<u8>,
    events: Vec<Event>,
}

/// Few events take less in a file.
const EVENT_BYTES: usize = 250;

/// Where the parts of an event lie in the buffers.
#[derive(Debug)]
struct Event {
    event_type: &'static str,
    source: Range<usize>,
    id: Range<usize>,
    subject: Range<usize>,
    data: Range<usize>,
    time: Instant,
    recorded: Option<Instant>,
    identity: IdentityKey,
}

impl Prepared {
    /// With room for the events of so many bytes of a file.
    pub(crate) fn with_room_for(bytes: usize) -> Self {
        let (texts, data) = (String::with_capacity(bytes / 4), Vec::with_capacity(bytes / 3));
        Self { texts, data, events: Vec::with_capacity(bytes / EVENT_BYTES) }
    }

    /// Events after each other.
    pub fn of(drafts: &[Draft]) -> Self {
        let mut prepared = Self::default();
        drafts.iter().for_each(|draft| prepared.push(draft));
        prepared
    }

    /// Adds an event after the others.
    pub fn push(&mut self, draft: &Draft) {
        let subject = draft.subject.to_string();
        let (from, identity) = (self.data.len(), &draft.identity);
        self.data.extend_from_slice(&encode(&draft.body));
        let read = Read {
            event_type: draft.body.event_type(),
            source: identity.source.as_str(),
            id: identity.id.as_str(),
            subject: &subject,
            time: draft.time,
            recorded: draft.recorded,
        };
        self.add(&read, from);
    }

    /// Adds an event as it lies in a batch, if it can be read.
    pub(crate) fn push_message(&mut self, message: &[u8]) -> Result<(), Refusal> {
        let from = self.data.len();
        match short::message(message, &mut self.data) {
            Some(read) => self.add(&read, from),
            None => {
                let (envelope, recorded) = batch::read(message)?;
                self.push(&Draft { recorded, ..decode_draft(&envelope)? });
            }
        }
        Ok(())
    }

    /// Adds an event as a line of JSON, if it can be read.
    pub(crate) fn push_line(&mut self, line: &[u8]) -> Result<(), Refusal> {
        let from = self.data.len();
        match short::line(line, &mut self.data) {
            Some(read) => self.add(&read, from),
            None => self.push(&json::read(line)?),
        }
        Ok(())
    }

    /// Adds an event whose data begins there and is the last.
    fn add(&mut self, read: &Read<'_>, data_from: usize) {
        let Read { event_type, source, id, subject, time, recorded } = *read;
        let data = data_from..self.data.len();
        let data_read = &self.data[data.clone()];
        let envelope = Envelope { id, source, event_type, subject, time_us: time.micros(), data: data_read };
        let identity = envelope.identity_key();
        let [source, id, subject] = [source, id, subject].map(|text| {
            let from = self.texts.len();
            self.texts.push_str(text);
            from..self.texts.len()
        });
        self.events.push(Event { event_type, source, id, subject, data, time, recorded, identity });
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.events.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.events.is_empty()
    }

    /// Each with its identity and the recorded instant that it claims.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (Envelope<'_>, IdentityKey, Option<Instant>)> {
        self.events.iter().map(|event| (self.envelope(event), event.identity, event.recorded))
    }

    fn envelope(&self, event: &Event) -> Envelope<'_> {
        let text = |range: &Range<usize>| &self.texts[range.clone()];
        Envelope {
            id: text(&event.id),
            source: text(&event.source),
            event_type: event.event_type,
            subject: text(&event.subject),
            time_us: event.time.micros(),
            data: &self.data[event.data.clone()],
        }
    }
}
