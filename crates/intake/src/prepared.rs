//! Events as a log takes them: checked, encoded, their identities hashed. Nothing of it needs the log, so it is done anywhere, on
//! any thread; what is left for the door is to judge and to append.

use std::fmt::Write;
use std::ops::Range;

use tributary_domain::event::Draft;
use tributary_domain::time::Instant;
use tributary_events::{Refusal, batch, decode_draft, encode, usage};
use tributary_log::{Envelope, IdentityKey};

/// Events on their way to the door, in order, in two buffers for all of them.
#[derive(Debug, Default)]
pub struct Prepared {
    texts: String,
    data: Vec<u8>,
    events: Vec<Event>,
}

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
    /// Events after each other.
    pub fn of(drafts: &[Draft]) -> Self {
        let mut prepared = Self::default();
        drafts.iter().for_each(|draft| prepared.push(draft));
        prepared
    }

    /// Adds an event after the others.
    pub fn push(&mut self, draft: &Draft) {
        let source = self.text(|texts| texts.push_str(draft.identity.source.as_str()));
        let id = self.text(|texts| texts.push_str(draft.identity.id.as_str()));
        let subject = self.text(|texts| {
            let _ = write!(texts, "{}", draft.subject); // a string takes everything
        });
        let data = self.data(&encode(&draft.body));
        let (event_type, identity) = (draft.body.event_type(), IdentityKey([0; 16]));
        let (time, recorded) = (draft.time, draft.recorded);
        self.add(Event { event_type, source, id, subject, data, time, recorded, identity });
    }

    /// Adds an event as it lies in a batch, if it can be read.
    pub(crate) fn push_message(&mut self, message: &[u8]) -> Result<(), Refusal> {
        let (envelope, recorded) = batch::read(message)?;
        if !usage::is_canonical(&envelope) {
            self.push(&Draft { recorded, ..decode_draft(&envelope)? });
            return Ok(());
        }
        let [source, id, subject] =
            [envelope.source, envelope.id, envelope.subject].map(|text| self.text(|texts| texts.push_str(text)));
        let data = self.data(envelope.data);
        let (event_type, identity) = (usage::TYPE, IdentityKey([0; 16]));
        let time = Instant::from_micros(envelope.time_us);
        self.add(Event { event_type, source, id, subject, data, time, recorded, identity });
        Ok(())
    }

    fn add(&mut self, mut event: Event) {
        event.identity = self.envelope(&event).identity_key();
        self.events.push(event);
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

    fn data(&mut self, bytes: &[u8]) -> Range<usize> {
        let from = self.data.len();
        self.data.extend_from_slice(bytes);
        from..self.data.len()
    }

    fn text(&mut self, write: impl FnOnce(&mut String)) -> Range<usize> {
        let from = self.texts.len();
        write(&mut self.texts);
        from..self.texts.len()
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
