//! Submitting events: duplicates and conflicts are recognised against the log and within the batch (I1), the sealed
//! past is closed (I2), and the rest goes into one append.

use std::collections::HashMap;

use tributary_domain::event::Draft;
use tributary_domain::time::Instant;
use tributary_events::{Refusal, encode};
use tributary_log::frame::{FRAME_BYTES_MAX, check_size};
use tributary_log::{
    Cause, ContentHash, Entry, Envelope, IdentityIndex, IdentityKey, Known, Log, LogError, Position, Recorded,
};

use crate::IntakeError;
use crate::since::Since;

/// Whose word on when an event was recorded is taken (I2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trust {
    /// The log's clock; what an event claims is ignored.
    LedgerClock,
    /// The event's own `recordedtime` where it has one: a backfill or a test.
    FileTimes,
}

/// What became of a submitted event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It is recorded there.
    Appended(Position),
    /// It was recorded there before; nothing changes.
    Duplicate(Position),
    /// It is not recorded.
    Refused(Refusal),
}

/// The door to one log.
pub struct Intake<'l> {
    log: &'l dyn Log,
    index: &'l dyn IdentityIndex,
    trust: Trust,
    sealed: Option<Instant>,
    /// Kept if the log keeps no index.
    since: Option<Since<'l>>,
}

impl<'l> Intake<'l> {
    /// A door to a log, whose identities `index` knows. `sealed` is the cutoff of the last attested period: nothing is
    /// recorded at or before it.
    pub fn new(log: &'l dyn Log, index: &'l dyn IdentityIndex, trust: Trust, sealed: Option<Instant>) -> Self {
        let since = log.identities().is_none().then(Since::default);
        Self { log, index, trust, sealed, since }
    }

    /// How an index that is not the log's own is brought up to the log: asked for when much was appended since, and when an
    /// append failed and may have appended all the same. What the closure does must not wait for anything that the caller
    /// holds, such as a view.
    pub fn catching_up(mut self, catch_up: impl FnMut() -> Result<(), Cause> + 'l) -> Self {
        if let Some(since) = &mut self.since {
            since.catching_up(Box::new(catch_up));
        }
        self
    }

    /// Takes a batch in: an outcome for each event, in order. All that is new is appended at once, or nothing is; a log on
    /// another machine may have appended a part when this fails. Saying it again is safe either way.
    pub fn submit(&mut self, drafts: Vec<Draft>) -> Result<Vec<Outcome>, IntakeError> {
        if self.trust == Trust::FileTimes && self.log.recorded() == Recorded::ByLog {
            return Err(IntakeError::Untrusted { source: LogError::RecordedNotKept });
        }
        let encoded: Vec<Encoded> = drafts.iter().map(Encoded::of).collect();
        let envelopes: Vec<Envelope<'_>> =
            drafts.iter().zip(&encoded).map(|(draft, with)| with.envelope(draft)).collect();
        let keys: Vec<IdentityKey> = envelopes.iter().map(Envelope::identity_key).collect();
        let known = self.known(&keys)?;

        let mut batch = Batch::default();
        let mut verdicts = Vec::with_capacity(drafts.len());
        for (((draft, envelope), key), known) in drafts.iter().zip(&envelopes).zip(&keys).zip(known) {
            let entry = Entry { envelope: *envelope, recorded_us: self.recorded(draft).map(Instant::micros) };
            verdicts.push(batch.judge(entry, *key, known, too_long(envelope).or_else(|| self.sealed_past(draft))));
        }
        let positions = self.append(&batch.entries)?;
        Ok(verdicts.into_iter().map(|verdict| verdict.outcome(&positions)).collect())
    }

    fn known(&mut self, keys: &[IdentityKey]) -> Result<Vec<Option<Known>>, IntakeError> {
        if let Some(since) = &mut self.since {
            since.make_room()?;
        }
        let known = self.index.known(keys);
        let mut known = known.map_err(|source| IntakeError::LookUp { events: keys.len(), source })?;
        if let Some(since) = &self.since {
            for (known, key) in known.iter_mut().zip(keys) {
                *known = known.or_else(|| since.known(*key));
            }
        }
        Ok(known)
    }

    /// The recorded instant that is taken from the event itself.
    fn recorded(&self, draft: &Draft) -> Option<Instant> {
        match self.trust {
            Trust::LedgerClock => None,
            Trust::FileTimes => draft.recorded,
        }
    }

    /// I2: the past of an attested period is closed.
    fn sealed_past(&self, draft: &Draft) -> Option<Refusal> {
        let (recorded, sealed) = (self.recorded(draft)?, self.sealed?);
        (recorded <= sealed).then(|| Refusal::SealedPast { field: "recordedtime".to_owned(), recorded, sealed })
    }

    fn append(&mut self, entries: &[Entry<'_>]) -> Result<Vec<Position>, IntakeError> {
        if entries.is_empty() {
            return Ok(Vec::new());
        }
        let appended = self.log.append_routed(entries);
        if let Some(since) = &mut self.since {
            since.appended(entries, appended.as_deref().ok());
        }
        appended.map_err(|source| IntakeError::Append { events: entries.len(), source })
    }
}

/// One event that the log cannot hold would keep the whole batch out.
fn too_long(envelope: &Envelope<'_>) -> Option<Refusal> {
    let refusal = || Refusal::TooLong { field: "event".to_owned(), bytes_max: FRAME_BYTES_MAX };
    check_size(envelope).is_err().then(refusal)
}

impl std::fmt::Debug for Intake<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Intake").field("trust", &self.trust).field("sealed", &self.sealed).finish_non_exhaustive()
    }
}

/// What an envelope borrows from.
struct Encoded {
    subject: String,
    data: Vec<u8>,
}

impl Encoded {
    fn of(draft: &Draft) -> Self {
        Self { subject: draft.subject.to_string(), data: encode(&draft.body) }
    }

    fn envelope<'a>(&'a self, draft: &'a Draft) -> Envelope<'a> {
        Envelope {
            id: draft.identity.id.as_str(),
            source: draft.identity.source.as_str(),
            event_type: draft.body.event_type(),
            subject: &self.subject,
            time_us: draft.time.micros(),
            data: &self.data,
        }
    }
}

/// The part of a batch that is to be appended.
#[derive(Default)]
struct Batch<'a> {
    entries: Vec<Entry<'a>>,
    seen: HashMap<IdentityKey, (ContentHash, usize)>,
}

impl<'a> Batch<'a> {
    /// Judges one event in the order of the rules: what is known stands, then what may not be recorded, then it is new.
    fn judge(&mut self, entry: Entry<'a>, key: IdentityKey, known: Option<Known>, refused: Option<Refusal>) -> Verdict {
        let content = entry.envelope.content_hash();
        let first = match known {
            Some(known) => Some((known.content, Place::Log(known.position))),
            None => self.seen.get(&key).map(|(content, at)| (*content, Place::Batch(*at))),
        };
        match (first, refused) {
            (Some((same, place)), _) if same == content => Verdict::Duplicate(place),
            (Some((_, place)), _) => Verdict::Conflict(place),
            (None, Some(refusal)) => Verdict::Refused(refusal),
            (None, None) => {
                let at = self.entries.len();
                self.seen.insert(key, (content, at));
                self.entries.push(entry);
                Verdict::New(Place::Batch(at))
            }
        }
    }
}

/// Where an event stands, or will once the batch is appended.
#[derive(Clone, Copy)]
enum Place {
    Log(Position),
    Batch(usize),
}

impl Place {
    fn position(self, appended: &[Position]) -> Position {
        match self {
            Self::Log(position) => position,
            Self::Batch(at) => appended[at],
        }
    }
}

/// What becomes of an event once the batch is appended.
enum Verdict {
    New(Place),
    Duplicate(Place),
    Conflict(Place),
    Refused(Refusal),
}

impl Verdict {
    fn outcome(self, appended: &[Position]) -> Outcome {
        match self {
            Self::New(place) => Outcome::Appended(place.position(appended)),
            Self::Duplicate(place) => Outcome::Duplicate(place.position(appended)),
            Self::Conflict(place) => {
                let position = place.position(appended);
                Outcome::Refused(Refusal::Conflict { field: "id".to_owned(), position })
            }
            Self::Refused(refusal) => Outcome::Refused(refusal),
        }
    }
}
