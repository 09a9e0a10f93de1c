//! Submitting events: duplicates and conflicts are recognised against the log and within the batch (I1), the sealed
//! past is closed (I2), and the rest goes into one append.

use rustc_hash::{FxBuildHasher, FxHashMap};
use tributary_domain::event::Draft;
use tributary_domain::time::Instant;
use tributary_events::Refusal;
use tributary_log::frame::{FRAME_BYTES_MAX, check_size};
use tributary_log::{Cause, Entry, Envelope, IdentityIndex, IdentityKey, Known, Log, LogError, Position, Recorded};

use crate::since::Since;
use crate::{IntakeError, Prepared};

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
        self.take(&Prepared::of(&drafts))
    }

    /// The same for events that are prepared already.
    pub fn take(&mut self, prepared: &Prepared) -> Result<Vec<Outcome>, IntakeError> {
        if self.trust == Trust::FileTimes && self.log.recorded() == Recorded::ByLog {
            return Err(IntakeError::Untrusted { source: LogError::RecordedNotKept });
        }
        let keys: Vec<IdentityKey> = prepared.iter().map(|(_, identity, _)| identity).collect();
        let known = self.known(&keys)?;
        let mut batch = Batch::of_at_most(keys.len());
        let mut verdicts = Vec::with_capacity(keys.len());
        for ((envelope, identity, claimed), known) in prepared.iter().zip(known) {
            let recorded = self.recorded(claimed);
            let entry = Entry { envelope, recorded_us: recorded.map(Instant::micros) };
            let refused = || too_long(&envelope).or_else(|| self.sealed_past(recorded));
            verdicts.push(batch.judge(entry, identity, known, refused));
        }
        let positions = self.append(&batch.entries, &batch.identities)?;
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
    fn recorded(&self, claimed: Option<Instant>) -> Option<Instant> {
        match self.trust {
            Trust::LedgerClock => None,
            Trust::FileTimes => claimed,
        }
    }

    /// I2: the past of an attested period is closed.
    fn sealed_past(&self, recorded: Option<Instant>) -> Option<Refusal> {
        let (recorded, sealed) = (recorded?, self.sealed?);
        (recorded <= sealed).then(|| Refusal::SealedPast { field: "recordedtime".to_owned(), recorded, sealed })
    }

    fn append(&mut self, entries: &[Entry<'_>], identities: &[IdentityKey]) -> Result<Vec<Position>, IntakeError> {
        if entries.is_empty() {
            return Ok(Vec::new());
        }
        let appended = self.log.append_identified(entries, identities);
        if let Some(since) = &mut self.since {
            since.appended(entries, identities, appended.as_deref().ok());
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

/// The part of a batch that is to be appended.
struct Batch<'a> {
    entries: Vec<Entry<'a>>,
    /// Of each entry.
    identities: Vec<IdentityKey>,
    /// Which of the entries has an identity.
    seen: FxHashMap<IdentityKey, usize>,
}

impl<'a> Batch<'a> {
    fn of_at_most(events: usize) -> Self {
        let seen = FxHashMap::with_capacity_and_hasher(events, FxBuildHasher);
        Self { entries: Vec::with_capacity(events), identities: Vec::with_capacity(events), seen }
    }

    /// Judges one event in the order of the rules: what is known stands, then what may not be recorded, then it is new.
    fn judge(
        &mut self,
        entry: Entry<'a>,
        identity: IdentityKey,
        known: Option<Known>,
        refused: impl FnOnce() -> Option<Refusal>,
    ) -> Verdict {
        let envelope = &entry.envelope;
        let first = match (known, self.seen.get(&identity)) {
            (Some(known), _) => Some((known.content == envelope.content_hash(), Place::Log(known.position))),
            (None, Some(at)) => Some((same_content(&self.entries[*at].envelope, envelope), Place::Batch(*at))),
            (None, None) => None,
        };
        match first {
            Some((true, place)) => Verdict::Duplicate(place),
            Some((false, place)) => Verdict::Conflict(place),
            None => refused().map_or_else(|| self.add(entry, identity), Verdict::Refused),
        }
    }

    fn add(&mut self, entry: Entry<'a>, identity: IdentityKey) -> Verdict {
        let at = self.entries.len();
        self.seen.insert(identity, at);
        self.entries.push(entry);
        self.identities.push(identity);
        Verdict::New(Place::Batch(at))
    }
}

/// Whether two events of one identity say the same (I1).
fn same_content(one: &Envelope<'_>, other: &Envelope<'_>) -> bool {
    let Envelope { id: _, source: _, event_type, subject, time_us, data } = *one;
    (event_type, subject, time_us, data) == (other.event_type, other.subject, other.time_us, other.data)
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
