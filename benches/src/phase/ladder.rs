//! Late events into accounts with histories of known lengths: what comes later must not make them dearer.

use tributary_domain::event::Draft;
use tributary_log::system_clock;
use tributary_log_embedded::EmbeddedLog;
use tributary_projector::Projection;
use tributary_store::Tuning;

use super::{Setting, close};
use crate::Result;
use crate::figures::{Figures, timed};
use crate::report::rows::LADDER;
use crate::workload::{Size, Workload};

/// Late events into each account.
const LATE: u64 = 40;
/// Events recorded at once.
const AT_ONCE: usize = 64 * 1024;

/// Gives each account its history of February and March, then usage of January, one event after another.
pub(super) fn ladder(setting: &Setting) -> Result<Figures> {
    let size = Size { usage: 0, accounts: LADDER.len() as u64, partners: 3, ..setting.size };
    let workload = Workload::new(size);
    let folder = setting.beside("ladder")?;
    let log = EmbeddedLog::open(&folder.path().join("log"), system_clock())?;
    let projection = Projection::open(&folder.path().join("projection"), &log, &Tuning::projection())?;
    close::submit(&log, workload.drafts().collect())?;
    let lengths = (0..).zip(LADDER).filter(|(_, length)| *length <= setting.size.usage.max(LADDER[0]));
    let mut number = 0;
    for (account, length) in lengths.clone() {
        let mut left = length as usize;
        while left > 0 {
            let some = left.min(AT_ONCE);
            let drafts: Vec<Draft> = (0..some as u64).map(|at| workload.earlier_usage(account, number + at)).collect();
            close::submit(&log, drafts)?;
            (left, number) = (left - some, number + some as u64);
        }
    }
    projection.catch_up(&log, |_| {})?;
    projection.flush()?;
    let mut figures = Figures::default();
    for (account, length) in lengths {
        let mut taken = Vec::new();
        for late in 0..LATE {
            close::submit(&log, vec![workload.late_usage(account, account * LATE + late)])?;
            let (caught_up, one) = timed(|| projection.catch_up(&log, |_| {}));
            caught_up?;
            taken.push(one);
        }
        figures.times(&length.to_string(), taken);
    }
    Ok(figures)
}
