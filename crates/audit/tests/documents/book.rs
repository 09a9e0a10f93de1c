//! A ledger in a folder of its own, whose clock a test moves on, or stands still.

use std::sync::Arc;

use tempfile::TempDir;
use tributary_domain::event::Draft;
use tributary_domain::testing::drafts;
use tributary_intake::{Intake, Outcome, Trust};
use tributary_log::{LogId, MemoryLog};
use tributary_projector::{Projection, View, open};
use tributary_store::Tuning;

const TUNING: Tuning =
    Tuning { cache_bytes: 1 << 20, memtables_bytes: 4 << 20, block_bytes: 4096, background_jobs: 1, dense: false };

/// A log and what is projected from it.
pub(crate) struct Ledger {
    log: MemoryLog,
    projection: Projection,
    _folder: TempDir,
}

impl Ledger {
    /// A ledger that was told these lines. Its clock stands still: no order may rest on when something was recorded.
    pub(crate) fn of(said: &str) -> Self {
        let log = MemoryLog::new(LogId([1; 16]), 1, Arc::new(|| 0));
        let folder = TempDir::new().expect("a folder");
        let projection = open(folder.path(), &log, &TUNING).expect("a store");
        let ledger = Self { log, projection, _folder: folder };
        ledger.say(drafts(said));
        ledger
    }

    /// Says events at the door.
    pub(crate) fn say(&self, said: Vec<Draft>) -> Vec<Outcome> {
        let outcomes = Intake::new(&self.log, &self.log, Trust::LedgerClock, None).submit(said).expect("the log works");
        self.projection.catch_up(&self.log, |_| {}).expect("the store works");
        assert_eq!(self.projection.quarantined().expect("the store works"), []);
        outcomes
    }

    pub(crate) fn view(&self) -> View<'_> {
        self.projection.view(None).expect("the store works")
    }
}
