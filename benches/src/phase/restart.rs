//! Restarting: from nothing to the first answer.

use std::time::Duration;

use tributary_domain::time::parse_day;
use tributary_store::{Db, StoreError, Tuning};

use super::Setting;
use crate::Result;
use crate::figures::{Figures, timed};
use crate::workload::Workload;

/// Opens log and projection and answers one question.
pub(super) fn restart(setting: &Setting) -> Result<Figures> {
    let account = Workload::new(setting.size).account(setting.size.accounts / 2);
    let day = parse_day("2026-03-15")?;
    let mut figures = Figures::default();
    figures.time("databases_s", databases(setting)?);
    let (log, opening_log) = timed(|| setting.log());
    let log = log?;
    let (projection, opening) = timed(|| setting.projection(&log));
    let projection = projection?;
    let (answer, answering) = timed(|| tributary_audit::attribution(&projection.view(None)?, &account, day));
    if answer?.deals.is_empty() {
        return Err("the account has lost its deal".into());
    }
    figures.time("log_s", opening_log);
    figures.time("projection_s", opening);
    figures.time("answer_s", answering);
    Ok(figures)
}

/// The floor: both databases are opened, and nothing is asked of them.
fn databases(setting: &Setting) -> Result<Duration> {
    let projection =
        tributary_projector::in_use(&setting.projection_folder())?.ok_or("there is no projection to open")?;
    let open = || {
        let log = Db::open(&setting.dir.join("log"), &Tuning::log())?;
        Ok::<_, StoreError>((log, Db::open(&projection, &Tuning::projection())?))
    };
    drop(open()?); // what they read is in memory now, as it is for the ledger after them
    let (opened, taken) = timed(open);
    opened?;
    Ok(taken)
}
