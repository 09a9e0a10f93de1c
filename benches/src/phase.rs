//! The phases, in the order in which they run; each leaves the data directory to the next one.
//!
//! ```text
//! <dir>/log/           the embedded log
//! <dir>/projection/    the projection, once it is rebuilt
//! ```

mod ask;
mod close;
mod floor;
mod project;
mod record;
mod replay;
mod restart;

use std::path::PathBuf;

use tributary_log::system_clock;
use tributary_log_embedded::EmbeddedLog;
use tributary_projector::Projection;
use tributary_store::Tuning;

use crate::Result;
use crate::figures::{Figures, memory_peak_bytes};
use crate::workload::Size;

/// Where, and of what size.
#[derive(Debug, Clone)]
pub struct Setting {
    /// The data directory.
    pub dir: PathBuf,
    /// The workload.
    pub size: Size,
}

/// A phase.
#[derive(Debug, Clone, Copy)]
pub struct Phase {
    /// Its name: the first word of its figures.
    pub name: &'static str,
    /// Whether it changes nothing that a later phase sees, so that it may run several times.
    pub repeats: bool,
    run: fn(&Setting) -> Result<Figures>,
}

/// Every phase, in order.
pub const PHASES: &[Phase] = &[
    Phase { name: "record", repeats: false, run: record::drafts },
    Phase { name: "import", repeats: false, run: record::file },
    Phase { name: "project", repeats: false, run: project::in_steps },
    Phase { name: "floor", repeats: true, run: floor::floor },
    Phase { name: "rebuild", repeats: true, run: project::rebuild },
    Phase { name: "close", repeats: false, run: close::two_at_once },
    Phase { name: "ask", repeats: false, run: ask::ask },
    Phase { name: "late", repeats: false, run: close::late },
    Phase { name: "last", repeats: false, run: close::last },
    Phase { name: "replay", repeats: false, run: replay::replay },
    Phase { name: "restart", repeats: false, run: restart::restart },
    Phase { name: "disk", repeats: false, run: record::compacted },
];

impl Phase {
    /// Runs it in this process, and adds the most memory that the process ever had.
    pub fn run(&self, setting: &Setting) -> Result<Figures> {
        let mut figures = (self.run)(setting)?;
        if let Some(bytes) = memory_peak_bytes() {
            figures.set("memory_peak_bytes", bytes);
        }
        Ok(figures)
    }
}

impl Setting {
    fn log(&self) -> Result<EmbeddedLog> {
        Ok(EmbeddedLog::open(&self.dir.join("log"), system_clock())?)
    }

    fn projection_folder(&self) -> PathBuf {
        self.dir.join("projection")
    }

    /// The projection of the log, brought up to it.
    fn projection(&self, log: &EmbeddedLog) -> Result<Projection> {
        let projection = tributary_projector::open(&self.projection_folder(), log, &Tuning::projection())?;
        projection.catch_up(log, |_| {})?;
        Ok(projection)
    }
}
