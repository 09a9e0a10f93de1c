//! The real thing in memory: intake, log, projection, and the documents that finance, auditors and renewal teams read.

use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use serde_json::Value;
use tributary_audit::{attribution, deal_record, drift};
use tributary_domain::id::Identity;
use tributary_events::{Encoded, Refusal, decode, json};
use tributary_finance::{FinanceError, close_pending, credits, statement, suspense};
use tributary_intake::{Intake, IntakeError, Outcome, Trust};
use tributary_log::{Entry, Layout, Log, LogError, LogId, MemoryLog, Position, ReadLimit, Record};
use tributary_projector::{Projection, ProjectorError};
use tributary_renewals::renewals;
use tributary_store::Tuning;

use crate::question::{About, Question, error};
use crate::scenario::Random;

/// What can fail around the answers. An answer that there is not is no failure.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "each is the crate that failed")]
pub enum SimError {
    #[error("take events in")]
    Intake(#[from] IntakeError),
    #[error("read the log")]
    Log(#[from] LogError),
    #[error("project the log: {0}")]
    Projector(#[from] ProjectorError),
    #[error("close periods: {0}")]
    Finance(#[from] FinanceError),
    #[error("read what was written: {0}")]
    Json(#[from] serde_json::Error),
    #[error("compute: {0}")]
    Overflow(#[from] tributary_domain::money::Overflow),
    #[error("a record cannot be read: {0}")]
    Refused(Refusal),
    #[error("`{0}` in a document cannot be read")]
    Unreadable(String),
    #[error("a scenario says what is refused: {0}")]
    Scenario(String),
}

/// Few bytes: there is a ledger on each processor, and another one for each property.
const TUNING: Tuning =
    Tuning { cache_bytes: 1 << 20, memtables_bytes: 4 << 20, block_bytes: 4096, background_jobs: 1, dense: false };

/// A log and what is projected from it.
pub struct Ledger {
    log: Arc<MemoryLog>,
    /// What the log was projected to.
    pub projection: Projection,
}

impl Ledger {
    /// One that knows nothing.
    pub fn empty() -> Result<Self, SimError> {
        Self::over(MemoryLog::new(LogId([1; 16]), 1, Arc::new(|| 0)))
    }

    /// One whose log nobody judges, with so many partitions for each family; it knows nothing.
    pub fn unjudged(per_family: u32) -> Result<Self, SimError> {
        Self::over(MemoryLog::unjudged(LogId([1; 16]), Layout { per_family }, Arc::new(|| 0)))
    }

    fn over(log: MemoryLog) -> Result<Self, SimError> {
        let projection = Projection::in_memory(&log, &TUNING)?;
        Ok(Self { log: Arc::new(log), projection })
    }

    /// Appends an event past the door, as others may, to any partition, recorded so much later than it says.
    pub fn append_anywhere(&self, event: &Value, later_us: i64, random: &mut Random) -> Result<(), SimError> {
        let draft = json::read(event.to_string().as_bytes()).map_err(SimError::Refused)?;
        let encoded = Encoded::of(&draft);
        let recorded_us = draft.recorded.map(|at| at.micros() + later_us);
        let partition = random.below(self.log.partitions() as usize) as u32;
        self.log.append(partition, &[Entry { envelope: encoded.envelope(), recorded_us }])?;
        Ok(())
    }

    /// Projects what was appended.
    pub fn catch_up(&self) -> Result<(), SimError> {
        self.projection.catch_up(self.log.as_ref(), |_| {})?;
        Ok(())
    }

    /// One that was told these events at once.
    pub fn of(events: &[Value]) -> Result<Self, SimError> {
        let ledger = Self::empty()?;
        ledger.import(events)?;
        Ok(ledger)
    }

    /// The same log, projected anew.
    pub fn rebuilt(&self) -> Result<Self, SimError> {
        let projection = Projection::in_memory(self.log.as_ref(), &TUNING)?;
        projection.catch_up(self.log.as_ref(), |_| {})?;
        Ok(Self { log: Arc::clone(&self.log), projection })
    }

    /// Takes events in as `tributary import --trust-recorded-times` does, and says what became of each.
    pub fn submit(&self, events: &[Value]) -> Result<Vec<Outcome>, SimError> {
        let sealed = self.projection.view(None)?.sealed();
        let mut drafts = Vec::with_capacity(events.len());
        for event in events {
            drafts.push(json::read(event.to_string().as_bytes()).map_err(SimError::Refused)?);
        }
        let outcomes = Intake::new(self.log.as_ref(), self.log.as_ref(), Trust::FileTimes, sealed).submit(drafts)?;
        self.projection.catch_up(self.log.as_ref(), |_| {})?;
        Ok(outcomes)
    }

    /// Takes events in, all of which must be new or known.
    pub fn import(&self, events: &[Value]) -> Result<(), SimError> {
        for (outcome, event) in self.submit(events)?.iter().zip(events) {
            if let Outcome::Refused(refusal) = outcome {
                return Err(SimError::Scenario(format!("{}: {refusal}: {event}", refusal.field())));
            }
        }
        match self.projection.quarantined()?.first() {
            Some(one) => Err(SimError::Scenario(format!("quarantined at {}", one.position))),
            None => Ok(()),
        }
    }

    /// The document that answers a question, or the code of why there is none.
    pub fn answer(&self, question: &Value) -> Result<Value, SimError> {
        let Some(Question { about, known_at }) = Question::read(question) else { return Ok(error("bad-question")) };
        close_pending(&self.projection, |_, _, _| {})?;
        let view = self.projection.view(known_at)?;
        if known_at.or(view.last_recorded()).is_none() {
            return Ok(error(FinanceError::Nothing.code()));
        }
        match about {
            About::Statement { partner, period } => given(statement(&view, &partner, period)),
            About::Credits { partner, period } => given(credits(&view, &partner, period)),
            About::Suspense => given(suspense(&view)),
            About::Attribution { account, as_of } => Ok(serde_json::to_value(attribution(&view, &account, as_of)?)?),
            About::Renewals { account } => Ok(serde_json::to_value(renewals(&view, &account)?)?),
            About::DealRecord { deal, as_of } => given(deal_record(&view, &deal, as_of).map_err(FinanceError::from)),
            About::Drift { account, as_of } => given(drift(&view, account.as_ref(), as_of).map_err(FinanceError::from)),
        }
    }

    /// The answers to several questions.
    pub fn answers(&self, questions: &[Value]) -> Result<Vec<Value>, SimError> {
        questions.iter().map(|question| self.answer(question)).collect()
    }

    /// The log as CloudEvents in JSON, in its order and with its recorded times.
    pub fn export(&self) -> Result<Vec<Value>, SimError> {
        let mut events = Vec::new();
        self.read(|record| {
            events.push(serde_json::from_str(&json::write(&decode(record).map_err(SimError::Refused)?))?);
            Ok(())
        })?;
        Ok(events)
    }

    /// What identifies the event at each offset of the log.
    pub fn identities(&self) -> Result<Vec<(u64, Identity)>, SimError> {
        let mut identities = Vec::new();
        self.read(|record| {
            let identity = decode(record).map_err(SimError::Refused)?.meta.identity;
            identities.push((record.position.offset, identity));
            Ok(())
        })?;
        Ok(identities)
    }

    fn read(&self, mut see: impl FnMut(&Record<'_>) -> Result<(), SimError>) -> Result<(), SimError> {
        let mut offset = self.log.start(0)?;
        loop {
            let batch = self.log.read(Position { partition: 0, offset }, ReadLimit::default(), Duration::ZERO)?;
            if batch.is_empty() && batch.next_offset() == offset {
                return Ok(());
            }
            for record in &batch {
                see(&record?)?;
            }
            offset = batch.next_offset();
        }
    }

    /// The digest of its credits.
    pub fn digest(&self) -> Result<String, SimError> {
        Ok(self.projection.digest()?.to_hex().to_string())
    }
}

fn given(answer: Result<impl Serialize, FinanceError>) -> Result<Value, SimError> {
    match answer {
        Ok(document) => Ok(serde_json::to_value(document)?),
        Err(FinanceError::Projector(source)) => Err(source.into()),
        Err(other) => Ok(error(other.code())),
    }
}
