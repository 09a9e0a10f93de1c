//! Building the projection: in steps into a fresh store, and as a rebuild.

use std::time::Instant;

use tributary_projector::{Progress, Projection};
use tributary_store::Tuning;

use super::Setting;
use crate::Result;
use crate::figures::{Figures, timed, timed_with_cpu};

/// Files, derives, flushes and compacts, each timed, with what the store takes on disk after it. The store is removed.
pub(super) fn in_steps(setting: &Setting) -> Result<Figures> {
    let log = setting.log()?;
    let folder = setting.dir.join("in-steps");
    let projection = Projection::open(&folder, &log, &Tuning::projection())?;
    let mut figures = Figures::default();
    let (filed, taken) = timed(|| projection.file(&log, |_| {}));
    filed?;
    figures.time("file_s", taken);
    figures.set("dirty_accounts", projection.dirty_accounts() as f64);
    let (derived, taken) = timed(|| projection.derive(|_| {}));
    derived?;
    figures.time("derive_s", taken);
    let (flushed, taken) = timed(|| projection.flush());
    flushed?;
    figures.time("flush_s", taken);
    figures.set("after_bytes", projection.size_on_disk_bytes()? as f64);
    let ((), taken) = timed(|| projection.compact());
    figures.time("compact_s", taken);
    figures.set("compacted_bytes", projection.size_on_disk_bytes()? as f64);
    let counts = projection.counts();
    if counts.quarantined > 0 {
        return Err(format!("{} records of the workload cannot be read", counts.quarantined).into());
    }
    figures.set("usage", counts.usage as f64);
    drop(projection);
    std::fs::remove_dir_all(folder)?;
    Ok(figures)
}

/// Rebuilds the projection as the ledger does, to the swap of the finished store.
pub(super) fn rebuild(setting: &Setting) -> Result<Figures> {
    let log = setting.log()?;
    let began = Instant::now();
    let mut filed = None;
    let heard = |progress| {
        if matches!(progress, Progress::Deriving { .. }) {
            filed.get_or_insert_with(|| began.elapsed());
        }
    };
    let (projection, taken, spent) = timed_with_cpu(|| {
        tributary_projector::rebuild(&setting.projection_folder(), &log, &Tuning::projection(), heard)
    });
    let projection = projection?;
    let mut figures = Figures::default();
    figures.time_with_cpu("taken", taken, spent);
    figures.time("filing_s", filed.unwrap_or_default());
    figures.set("store_bytes", projection.size_on_disk_bytes()? as f64);
    Ok(figures)
}
