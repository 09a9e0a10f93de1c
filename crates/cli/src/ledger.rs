//! The ledger of a data directory: the embedded log and the projection behind it.
//!
//! ```text
//! <data>/log/           the embedded log: the truth
//! <data>/projection/    what is derived from it; may be deleted, and is built again
//! ```

use std::path::{Path, PathBuf};

use tributary_domain::event::Draft;
use tributary_domain::time::Instant;
use tributary_finance::FinanceError;
use tributary_intake::{Intake, Outcome, Trust};
use tributary_log::Position;
use tributary_log::{LogError, system_clock};
use tributary_log_embedded::EmbeddedLog;
use tributary_projector::{Progress, Projection, View};
use tributary_store::Tuning;

use crate::error::CliError;

/// An open ledger. The data directory is locked while it is open.
pub(crate) struct Ledger {
    pub(crate) log: EmbeddedLog,
    pub(crate) projection: Projection,
}

impl Ledger {
    /// Opens the ledger of a data directory and brings the projection up to the log.
    pub(crate) fn open(data: &Path, progress: impl FnMut(Progress)) -> Result<Self, CliError> {
        let ledger = Self::open_as_it_is(data)?;
        ledger.projection.catch_up(&ledger.log, progress)?;
        Ok(ledger)
    }

    /// Opens the ledger of a data directory; the projection may be behind the log.
    pub(crate) fn open_as_it_is(data: &Path) -> Result<Self, CliError> {
        let log = open_log(data)?;
        let projection = tributary_projector::open(&projection_folder(data), &log, &Tuning::projection())?;
        Ok(Self { log, projection })
    }

    /// The door to the log; the past of attested periods is closed (I2).
    pub(crate) fn door(&self, trust: Trust) -> Result<Intake<'_>, CliError> {
        Ok(Intake::new(&self.log, &self.log, trust, self.projection.view(None)?.sealed()))
    }

    /// Says events at the door, and brings the projection up to them: all are recorded, or the first refusal is the error and
    /// the others stand. No view may be held.
    pub(crate) fn record(&self, drafts: Vec<Draft>) -> Result<Vec<Position>, CliError> {
        let outcomes = self.door(Trust::LedgerClock)?.submit(drafts)?;
        self.projection.catch_up(&self.log, |_| {})?;
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

/// Opens the log alone. Whoever has it open has the data directory.
pub(crate) fn open_log(data: &Path) -> Result<EmbeddedLog, CliError> {
    EmbeddedLog::open(&data.join("log"), system_clock()).map_err(|error| match error {
        LogError::Locked { .. } => CliError::InUse { path: data.to_owned() },
        source => CliError::Open { path: data.to_owned(), source },
    })
}

/// Where the projection lies.
pub(crate) fn projection_folder(data: &Path) -> PathBuf {
    data.join("projection")
}

/// The present: the command line is the edge, and what it says itself happens now.
pub(crate) fn now() -> Instant {
    Instant::from_micros(system_clock()())
}
