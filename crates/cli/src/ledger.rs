//! The ledger of a data directory: the embedded log and the projection behind it.
//!
//! ```text
//! <data>/log/           the embedded log: the truth
//! <data>/projection/    what is derived from it; may be deleted, and is built again
//! ```

use std::path::{Path, PathBuf};

use tributary_domain::time::Instant;
use tributary_log::system_clock;
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
        let log = open_log(data)?;
        let projection = tributary_projector::open(&projection_folder(data), &log, &Tuning::projection())?;
        projection.catch_up(&log, progress)?;
        Ok(Self { log, projection })
    }

    /// The ledger as known at an instant, with the statements of every close at hand.
    pub(crate) fn view(&self, known_at: Option<Instant>) -> Result<View<'_>, CliError> {
        tributary_finance::close_pending(&self.projection, |_, _, _| {})?;
        Ok(self.projection.view(known_at)?)
    }
}

pub(crate) fn open_log(data: &Path) -> Result<EmbeddedLog, CliError> {
    Ok(EmbeddedLog::open(&data.join("log"), system_clock())?)
}

pub(crate) fn projection_folder(data: &Path) -> PathBuf {
    data.join("projection")
}
