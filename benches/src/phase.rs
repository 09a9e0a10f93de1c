//! The phases, in the order in which they run; each leaves the data directory to the next one.
//!
//! ```text
//! <dir>/log/           the embedded log
//! <dir>/projection/    the projection, once it is rebuilt
//! ```
//!
//! A phase that needs another ledger makes it beside them and removes it.

mod aged;
mod ask;
mod close;
mod floor;
mod ladder;
mod live;
mod peers;
mod project;
mod record;
mod replay;
mod restart;
mod start;

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
    /// The folder of the scripts that ask other engines; none: they are not asked.
    pub peers: Option<PathBuf>,
}

/// A phase.
#[derive(Debug, Clone, Copy)]
pub struct Phase {
    /// Its name: the first word of its figures.
    pub name: &'static str,
    /// What it does, in words.
    pub what: &'static str,
    /// Whether it changes nothing that a later phase sees, so that it may run several times.
    pub repeats: bool,
    /// Whether a quick run leaves it out.
    pub thorough: bool,
    run: fn(&Setting) -> Result<Figures>,
}

/// Every phase, in order.
pub const PHASES: &[Phase] = &[
    once("record", "recording, with the drafts made ahead", record::drafts),
    once("import", "importing a file", record::file),
    once("project", "building a fresh store in steps, compaction included", project::in_steps).thorough(),
    once("floor", "the floor", floor::floor).repeated(),
    once("rebuild", "rebuilding", project::rebuild).repeated(),
    once("close", "closing January and February after the fact", close::two_at_once),
    once("ask", "asking", ask::ask),
    once("peers", "statements of all partners, beside other engines", peers::peers).thorough(),
    once("late", "late events", close::late),
    once("last", "closing March in time", close::last),
    once("replay", "supposing, replaying, posting", replay::replay),
    once("restart", "restarting", restart::restart),
    once("disk", "compacting the log", record::compacted),
    once("live", "recording and projecting at once, with the drafts made ahead", live::live),
    once("ladder", "late events into histories of known lengths", ladder::ladder),
    once("aged", "ageing the store", aged::aged).thorough(),
    once("start", "starting programs", start::start),
];

const fn once(name: &'static str, what: &'static str, run: fn(&Setting) -> Result<Figures>) -> Phase {
    Phase { name, what, repeats: false, thorough: false, run }
}

impl Phase {
    const fn repeated(mut self) -> Self {
        self.repeats = true;
        self
    }

    const fn thorough(mut self) -> Self {
        self.thorough = true;
        self
    }

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

    /// Where a phase keeps a ledger of its own, empty.
    fn beside(&self, name: &str) -> Result<tempfile::TempDir> {
        Ok(tempfile::Builder::new().prefix(&format!("{name}-")).tempdir_in(&self.dir)?)
    }

    /// The projection of the log, brought up to it.
    fn projection(&self, log: &EmbeddedLog) -> Result<Projection> {
        let projection = tributary_projector::open(&self.projection_folder(), log, &Tuning::projection())?;
        projection.catch_up(log, |_| {})?;
        Ok(projection)
    }
}
