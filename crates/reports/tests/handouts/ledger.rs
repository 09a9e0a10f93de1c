//! A ledger in a folder of its own, whose closed and open statements are handed out.

use std::path::Path;
use std::sync::Arc;

use tempfile::TempDir;
use tributary_domain::event::Draft;
use tributary_domain::id::PartnerId;
use tributary_domain::testing::drafts;
use tributary_domain::time::Period;
use tributary_events::json;
use tributary_finance::close_pending;
use tributary_intake::{Intake, Trust};
use tributary_log::{LogId, MemoryLog};
use tributary_projector::{Projection, open};
use tributary_reports::statement::Handout;
use tributary_store::Tuning;

const TUNING: Tuning =
    Tuning { cache_bytes: 1 << 20, memtables_bytes: 4 << 20, block_bytes: 4096, background_jobs: 1, dense: false };

pub(crate) struct Ledger {
    projection: Projection,
    _folder: TempDir,
}

impl Ledger {
    /// A worked case.
    pub(crate) fn of(case: &str) -> Self {
        Self::with(events(case))
    }

    /// The same, imported from its end.
    pub(crate) fn backwards(case: &str) -> Self {
        Self::with(events(case).into_iter().rev().collect())
    }

    /// A partner whose id means something to whoever reads documents.
    pub(crate) fn nasty() -> Self {
        Self::with(drafts("2026-01-05 partner/<i>&\"p\"|*1*<b> payout.issued #i pay-1 5 USD"))
    }

    fn with(said: Vec<Draft>) -> Self {
        let log = MemoryLog::new(LogId([1; 16]), 1, Arc::new(|| 0));
        let folder = TempDir::new().expect("a folder");
        let projection = open(folder.path(), &log, &TUNING).expect("a store");
        Intake::new(&log, &log, Trust::FileTimes, None).submit(said).expect("the log works");
        projection.catch_up(&log, |_| {}).expect("the store works");
        close_pending(&projection, |_, _, _| {}).expect("the store works");
        Self { projection, _folder: folder }
    }

    pub(crate) fn handout(&self, partner: &str, period: &str) -> Handout {
        let period: Period = period.parse().expect("a period");
        self.hand_out(&PartnerId::new(partner).expect("an id"), period)
    }

    pub(crate) fn of_period(&self, period: &str) -> Vec<Handout> {
        let period: Period = period.parse().expect("a period");
        let partners = self.projection.view(None).expect("the store works").partners().expect("partners");
        partners.iter().map(|partner| self.hand_out(partner, period)).filter(|one| !one.says_nothing()).collect()
    }

    /// Every statement from the first closed period to the one after the last.
    pub(crate) fn handouts(&self) -> Vec<Handout> {
        let closes = self.projection.view(None).expect("the store works").closes();
        let closed: Vec<Period> = closes.iter().map(|close| close.period).collect();
        let open = closed.last().map(|last| last.next());
        closed.into_iter().chain(open).flat_map(|period| self.of_period(&period.to_string())).collect()
    }

    fn hand_out(&self, partner: &PartnerId, period: Period) -> Handout {
        let closes = self.projection.view(None).expect("the store works").closes();
        let cutoff = closes.iter().find(|close| close.period == period).map(|close| close.cutoff);
        let view = self.projection.view(cutoff).expect("the store works");
        Handout::of(&view, partner, period).expect("a statement")
    }
}

fn events(case: &str) -> Vec<Draft> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cases").join(case).join("events.jsonl");
    let text = std::fs::read_to_string(path).expect("a case");
    text.lines().filter(|line| !line.is_empty()).filter_map(|line| json::read(line.as_bytes()).ok()).collect()
}
