//! A draft as a log takes it: what an envelope of it borrows from.

use tributary_domain::event::Draft;
use tributary_domain::id::Identity;
use tributary_domain::time::Instant;
use tributary_log::{Entry, Envelope};

use crate::encode;

/// A draft, encoded.
#[derive(Debug, Clone)]
pub struct Encoded {
    identity: Identity,
    event_type: &'static str,
    subject: String,
    time_us: i64,
    data: Vec<u8>,
    recorded_us: Option<i64>,
}

impl Encoded {
    /// Encodes a draft.
    pub fn of(draft: &Draft) -> Self {
        Self {
            identity: draft.identity.clone(),
            event_type: draft.body.event_type(),
            subject: draft.subject.to_string(),
            time_us: draft.time.micros(),
            data: encode(&draft.body),
            recorded_us: draft.recorded.map(Instant::micros),
        }
    }

    /// What it says.
    pub fn envelope(&self) -> Envelope<'_> {
        Envelope {
            id: self.identity.id.as_str(),
            source: self.identity.source.as_str(),
            event_type: self.event_type,
            subject: &self.subject,
            time_us: self.time_us,
            data: &self.data,
        }
    }

    /// The same to append, with the recorded time that the draft claims.
    pub fn entry(&self) -> Entry<'_> {
        Entry { envelope: self.envelope(), recorded_us: self.recorded_us }
    }
}
