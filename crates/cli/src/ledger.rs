//! A ledger: its log, and the projection behind it.
//!
//! ```text
//! <data>/log/           the embedded log: the truth. A ledger on Kafka has none here
//! <data>/projection/    what is derived from the log; may be deleted, and is built again
//! <data>/origins/       which line of which file said what, and the rows that could not be used
//! <data>/LOCK           on Kafka: whoever holds it has the projection
//! ```

use std::path::{Path, PathBuf};

use tributary_domain::event::Draft;
use tributary_domain::time::Instant;
use tributary_finance::FinanceError;
use tributary_intake::{Intake, Outcome, Trust};
use tributary_log::{IdentityIndex, Position, system_clock};
use tributary_log_kafka::Settings;
use tributary_projector::{Progress, Projection, View};
use tributary_store::{DirectoryLock, StoreError, Tuning, lock};

use crate::error::CliError;
use crate::log::AnyLog;

/// Where the log of a ledger is.
#[derive(Debug, Clone)]
pub(crate) enum Place {
    /// In the data directory.
    Embedded,
    /// On Kafka, as a settings file and the environment say.
    Kafka(PathBuf),
}

impl Place {
    /// The settings of Kafka; none without it.
    pub(crate) fn settings(&self) -> Result<Option<Settings>, CliError> {
        match self {
            Self::Embedded => Ok(None),
            Self::Kafka(file) => Ok(Some(Settings::load(Some(file), std::env::vars())?)),
        }
    }
}

/// A log with the data directory locked while it is open.
pub(crate) struct HeldLog {
    pub(crate) log: AnyLog,
    pub(crate) held: Option<DirectoryLock>,
}

impl HeldLog {
    /// Opens the log of a ledger. An embedded one is made if there is none; on Kafka `tributary kafka init` does that.
    pub(crate) fn open(place: &Place, data: &Path) -> Result<Self, CliError> {
        let (has_log, has_projection) = (data.join("log").is_dir(), projection_folder(data).is_dir());
        match place.settings()? {
            None if has_projection && !has_log => Err(CliError::LogElsewhere { path: data.to_owned() }),
            None => Ok(Self { log: AnyLog::embedded(data)?, held: None }),
            Some(_) if has_log => Err(CliError::LogHere { path: data.to_owned() }),
            Some(settings) => {
                let held = Some(hold(data)?);
                Ok(Self { log: AnyLog::kafka(&settings)?, held })
            }
        }
    }
}

/// An open ledger. The data directory is locked while it is open.
pub(crate) struct Ledger {
    pub(crate) log: AnyLog,
    pub(crate) projection: Projection,
    _held: Option<DirectoryLock>,
}

impl Ledger {
    /// Opens a ledger and brings the projection up to the log.
    pub(crate) fn open(place: &Place, data: &Path, progress: impl FnMut(Progress)) -> Result<Self, CliError> {
        let ledger = Self::open_as_it_is(place, data)?;
        ledger.catch_up(progress)?;
        Ok(ledger)
    }

    /// Opens a ledger; the projection may be behind the log.
    pub(crate) fn open_as_it_is(place: &Place, data: &Path) -> Result<Self, CliError> {
        let HeldLog { log, held } = HeldLog::open(place, data)?;
        let projection = tributary_projector::open(&projection_folder(data), &*log, &Tuning::projection())?;
        Ok(Self { log, projection, _held: held })
    }

    /// Brings the projection up to the log; gives how many records that were.
    pub(crate) fn catch_up(&self, progress: impl FnMut(Progress)) -> Result<u64, CliError> {
        Ok(self.projection.catch_up(&*self.log, progress)?)
    }

    /// Records that the log holds and that are not filed yet, or a few more: offsets may have gaps.
    pub(crate) fn lag(&self) -> Result<u64, CliError> {
        let mut lag = 0;
        for partition in 0..self.log.partitions() {
            lag += self.lag_of(partition)?.1;
        }
        Ok(lag)
    }

    /// Where a partition ends, and how many of its records are not filed yet.
    pub(crate) fn lag_of(&self, partition: u32) -> Result<(u64, u64), CliError> {
        let (start, end) = (self.log.start(partition)?, self.log.end(partition)?);
        Ok((end, end.saturating_sub(self.projection.next_offset(partition)?.max(start))))
    }

    /// Judges everything that is set aside again: this program may read more than the one that set it aside.
    pub(crate) fn redrive_all(&self) -> Result<(), CliError> {
        let positions: Vec<Position> = self.projection.quarantined()?.iter().map(|record| record.position).collect();
        Ok(self.projection.redrive(&*self.log, &positions)?)
    }

    /// The door to the log; the past of attested periods is closed (I2).
    pub(crate) fn door(&self, trust: Trust) -> Result<Intake<'_>, CliError> {
        Ok(self.intake(trust, self.projection.view(None)?.sealed()))
    }

    /// The same with the past closed up to an instant. The projection is brought up to the log when the door asks for it.
    pub(crate) fn intake(&self, trust: Trust, sealed: Option<Instant>) -> Intake<'_> {
        let intake = Intake::new(&*self.log, self.index(), trust, sealed);
        intake.catching_up(|| Ok(self.projection.file(&*self.log, |_| {}).map(drop)?))
    }

    /// Which identities are taken, as far as they are filed: the log's own index where it keeps one, else the projection's.
    pub(crate) fn index(&self) -> &dyn IdentityIndex {
        self.log.identities().unwrap_or(&self.projection)
    }

    /// Says events at the door, and brings the projection up to them: all are recorded, or the first refusal is the error and
    /// the others stand. No view may be held.
    pub(crate) fn record(&self, drafts: Vec<Draft>) -> Result<Vec<Position>, CliError> {
        let outcomes = self.door(Trust::LedgerClock)?.submit(drafts)?;
        self.catch_up(|_| {})?;
        let position = |outcome| match outcome {
            Outcome::Appended(position) | Outcome::Duplicate(position) => Ok(position),
            Outcome::Refused(refusal) => {
                Err(CliError::Refused(format!("{}: {refusal} ({})", refusal.field(), refusal.code())))
            }
        };
        outcomes.into_iter().map(position).collect()
    }

    /// The ledger as known at an instant, with the statements of every close at hand; none: at the last recorded one, if
    /// anything is.
    pub(crate) fn view(&self, known_at: Option<Instant>) -> Result<View<'_>, CliError> {
        tributary_finance::close_pending(&self.projection, |_, _, _| {})?;
        let view = self.projection.view(known_at)?;
        match known_at.or(view.last_recorded()) {
            Some(_) => Ok(view),
            None => Err(FinanceError::Nothing.into()),
        }
    }
}

/// Takes the data directory, made if it is not there, so that no two processes share a projection.
pub(crate) fn hold(data: &Path) -> Result<DirectoryLock, CliError> {
    std::fs::create_dir_all(data).map_err(|source| CliError::Output { path: data.to_owned(), source })?;
    lock(data).map_err(|error| match error {
        StoreError::Locked { path } => CliError::InUse { path },
        error => CliError::Projector(error.into()),
    })
}

/// Where the projection lies.
pub(crate) fn projection_folder(data: &Path) -> PathBuf {
    data.join("projection")
}

/// Where is kept which files said what.
pub(crate) fn origins_folder(data: &Path) -> PathBuf {
    data.join("origins")
}

/// The present: the command line is the edge, and what it says itself happens now.
pub(crate) fn now() -> Instant {
    Instant::from_micros(system_clock()())
}
