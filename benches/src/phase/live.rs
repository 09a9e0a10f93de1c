//! A live projection: it reads on while usage is recorded beside it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use tributary_domain::event::Draft;
use tributary_intake::{Intake, Trust};
use tributary_log::{Log, system_clock};
use tributary_log_embedded::EmbeddedLog;
use tributary_projector::Projection;
use tributary_store::Tuning;

use super::record::all_appended;
use super::{Setting, close};
use crate::figures::Figures;
use crate::workload::{Size, Workload};
use crate::{Failure, Result};

/// Usage events at most: their drafts are made ahead and held in memory.
const USAGE_MAX: u64 = 1_000_000;
/// Events recorded at once.
const AT_ONCE: usize = 4096;
/// How long the projector waits when it has nothing to read.
const IDLE: Duration = Duration::from_millis(1);

/// Records the program and projects it; then usage is recorded by one thread and projected by another.
pub(super) fn live(setting: &Setting) -> Result<Figures> {
    let workload = Workload::new(Size { usage: setting.size.usage.min(USAGE_MAX), ..setting.size });
    let folder = setting.beside("live")?;
    let log = EmbeddedLog::open(&folder.path().join("log"), system_clock())?;
    let projection = Projection::open(&folder.path().join("projection"), &log, &Tuning::projection())?;
    let (program, usage): (Vec<Draft>, Vec<Draft>) =
        workload.drafts().partition(|draft| workload.used_by(draft).is_none());
    close::submit(&log, program)?;
    projection.catch_up(&log, |_| {})?;
    let usage = in_batches(usage);
    let events: usize = usage.iter().map(Vec::len).sum();

    let recorded = AtomicBool::new(false);
    let began = Instant::now();
    let (importing, projecting) = std::thread::scope(|scope| {
        let (log, projection, recorded) = (&log, &projection, &recorded);
        let following =
            scope.spawn(move || follow(log, projection, recorded, began).map_err(|error| error.to_string()));
        let importing = import(log, usage, began);
        recorded.store(true, Ordering::Release);
        (importing, following.join())
    });
    let importing = importing?;
    let (projected, lag_max) = projecting.map_err(|_| "the projector panicked")??;
    let mut figures = Figures::default();
    figures.set("events", events as f64);
    figures.time("import_s", importing);
    figures.time("projected_s", projected);
    figures.time("lag_s", projected.saturating_sub(importing));
    figures.set("lag_max_events", lag_max as f64);
    Ok(figures)
}

fn in_batches(drafts: Vec<Draft>) -> Vec<Vec<Draft>> {
    let mut drafts = drafts.into_iter().peekable();
    let mut batches = Vec::new();
    while drafts.peek().is_some() {
        batches.push(drafts.by_ref().take(AT_ONCE).collect());
    }
    batches
}

/// Gives when everything was recorded.
fn import(log: &EmbeddedLog, batches: Vec<Vec<Draft>>, began: Instant) -> Result<Duration> {
    let mut intake = Intake::new(log, log, Trust::FileTimes, None);
    for batch in batches {
        all_appended(&intake.submit(batch)?)?;
    }
    Ok(began.elapsed())
}

/// Projects until everything is recorded and nothing is unread; gives when that was, and the most that ever was unread.
fn follow(
    log: &EmbeddedLog,
    projection: &Projection,
    recorded: &AtomicBool,
    began: Instant,
) -> Result<(Duration, u64), Failure> {
    let mut lag_max = 0;
    loop {
        let all_recorded = recorded.load(Ordering::Acquire);
        let lag = log.end(0)?.saturating_sub(projection.next_offset(0)?);
        lag_max = lag_max.max(lag);
        match lag {
            0 if all_recorded => return Ok((began.elapsed(), lag_max)),
            0 => std::thread::sleep(IDLE),
            _ => _ = projection.catch_up(log, |_| {})?,
        }
    }
}
