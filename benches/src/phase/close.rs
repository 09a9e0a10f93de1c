//! Closing: two months after the fact, the last one in time, and single events that come late.

use std::hint::black_box;
use std::time::{Duration, Instant};

use tributary_domain::event::Draft;
use tributary_domain::time::Period;
use tributary_intake::{Intake, Trust};
use tributary_log_embedded::EmbeddedLog;
use tributary_projector::{Projection, ProjectorError};

use super::{Setting, record};
use crate::Result;
use crate::figures::{Figures, timed};
use crate::random::Random;
use crate::workload::Workload;

/// Late events of the account that uses most, and of others.
const LATE: u64 = 20;

/// January and February, whose closes stand in the log among what came after them: as a rebuild meets them.
pub(super) fn two_at_once(setting: &Setting) -> Result<Figures> {
    let log = setting.log()?;
    let projection = setting.projection(&log)?;
    let mut figures = Figures::default();
    close(&projection, &mut figures)?;
    Ok(figures)
}

/// March, once its close is recorded: everything learned until then is derived already.
pub(super) fn last(setting: &Setting) -> Result<Figures> {
    let log = setting.log()?;
    let projection = setting.projection(&log)?;
    submit(&log, vec![Workload::new(setting.size).last_close()])?;
    let (filed, taken) = timed(|| projection.catch_up(&log, |_| {}));
    filed?;
    let mut figures = Figures::default();
    figures.time("catch_up_s", taken);
    close(&projection, &mut figures)?;
    figures.time("credits_s", credits_of_all(setting, &projection)?);
    Ok(figures)
}

/// The floor of a close: every partner's credits of the month are read, and no plan is applied.
fn credits_of_all(setting: &Setting, projection: &Projection) -> Result<Duration> {
    let workload = Workload::new(setting.size);
    let month: Period = "2026-03".parse()?;
    let view = projection.view(None)?;
    let (read, taken) = timed(|| {
        (0..setting.size.partners).try_for_each(|number| {
            drop(black_box(view.credits(&workload.partner(number), month)?));
            Ok::<_, ProjectorError>(())
        })
    });
    read?;
    Ok(taken)
}

/// Events of January, each recorded, filed and derived by itself when all of March is there.
pub(super) fn late(setting: &Setting) -> Result<Figures> {
    let workload = Workload::new(setting.size);
    let log = setting.log()?;
    let projection = setting.projection(&log)?;
    let mut random = Random::new(setting.size.seed);
    let mut figures = Figures::default();
    let mut number = 0;
    for name in ["any", "largest"] {
        let mut taken = Vec::new();
        for _ in 0..LATE {
            let some = random.below(setting.size.accounts);
            let account = if name == "any" { some } else { workload.largest_account() };
            number += 1;
            submit(&log, vec![workload.late_usage(account, number)])?;
            let (caught_up, one) = timed(|| projection.catch_up(&log, |_| {}));
            caught_up?;
            taken.push(one);
        }
        figures.times(name, taken);
    }
    Ok(figures)
}

pub(super) fn submit(log: &EmbeddedLog, drafts: Vec<Draft>) -> Result<()> {
    let outcomes = Intake::new(log, log, Trust::FileTimes, None).submit(drafts)?;
    record::all_appended(&outcomes)
}

/// Closes what is to be closed; the time of each month is that between its progress and the next one's.
fn close(projection: &Projection, figures: &mut Figures) -> Result<()> {
    let mut months: Vec<(Period, Instant)> = Vec::new();
    let began = Instant::now();
    let closings = tributary_finance::close_pending(projection, |period, _, _| {
        if months.last().is_none_or(|(last, _)| *last != period) {
            months.push((period, Instant::now()));
        }
    })?;
    let ended = Instant::now();
    // The first month also pays for the view; each pays for keeping its statements.
    let ends = months.iter().skip(1).map(|(_, next)| *next).chain([ended]);
    let begins = [began].into_iter().chain(months.iter().skip(1).map(|(_, begin)| *begin));
    for (((period, _), begin), end) in months.iter().zip(begins).zip(ends) {
        figures.time(&format!("{period}_s"), end.saturating_duration_since(begin).max(Duration::ZERO));
    }
    for closing in closings {
        figures.set(&format!("{}_statements", closing.period), closing.statements as f64);
    }
    Ok(())
}
