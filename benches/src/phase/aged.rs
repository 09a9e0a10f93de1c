//! An aged store: many small batches, each flushed after a while, until the engine has compacted often. Batches and
//! questions are timed when the store is new, and again when it is not.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::time::Duration;

use tributary_domain::time::{Period, parse_day};
use tributary_finance::{close_pending, statement};
use tributary_log_embedded::EmbeddedLog;
use tributary_projector::Projection;

use super::ask::Asker;
use super::{Setting, close};
use crate::Result;
use crate::figures::{Figures, timed};
use crate::random::Random;
use crate::workload::Workload;

/// Flushes and compactions that make a store old.
const CYCLES: usize = 20;
/// Flushes at most: an engine that never compacts is not waited for.
const FLUSHES_MAX: usize = 400;
/// Batches between two flushes.
const BATCHES: usize = 5;
/// Events of a batch, each of some account.
const BATCH: u64 = 32;
/// Batches that are timed.
const TIMED: usize = 1000;

/// Times batches and questions, ages the store, and times them again.
pub(super) fn aged(setting: &Setting) -> Result<Figures> {
    let log = setting.log()?;
    let projection = setting.projection(&log)?;
    close_pending(&projection, |_, _, _| {})?;
    projection.flush()?;
    projection.compact();
    let mut usage = Batches { workload: Workload::new(setting.size), random: Random::new(3), number: 0 };
    let mut figures = Figures::default();
    measure("before", setting, &log, &projection, &mut usage, &mut figures)?;
    let (mut files, mut flushes, mut compactions) = (files(projection.path())?, 0, 0);
    while (flushes < CYCLES || compactions < CYCLES) && flushes < FLUSHES_MAX {
        for _ in 0..BATCHES {
            usage.project(&log, &projection)?;
        }
        projection.flush()?;
        flushes += 1;
        let now = self::files(projection.path())?;
        compactions += usize::from(!files.is_subset(&now)); // what is gone was compacted
        files = now;
    }
    measure("after", setting, &log, &projection, &mut usage, &mut figures)?;
    figures.set("flushes", flushes as f64);
    figures.set("compactions", compactions as f64);
    figures.set("events", usage.number as f64);
    Ok(figures)
}

/// Usage of April and after, in small batches.
struct Batches {
    workload: Workload,
    random: Random,
    number: u64,
}

impl Batches {
    /// Records a batch, and gives how long it took to project.
    fn project(&mut self, log: &EmbeddedLog, projection: &Projection) -> Result<Duration> {
        let Self { workload, random, number } = self;
        let accounts = workload.size().accounts;
        let drafts = (*number..*number + BATCH).map(|number| workload.fresh_usage(random.below(accounts), number));
        close::submit(log, drafts.collect())?;
        *number += BATCH;
        let (projected, taken) = timed(|| projection.catch_up(log, |_| {}));
        projected?;
        Ok(taken)
    }
}

fn measure(
    when: &str,
    setting: &Setting,
    log: &EmbeddedLog,
    projection: &Projection,
    usage: &mut Batches,
    figures: &mut Figures,
) -> Result<()> {
    let taken = (0..TIMED).map(|_| usage.project(log, projection)).collect::<Result<_>>()?;
    figures.times(&format!("{when}_batch"), taken);
    let mut asker = Asker { projection, random: Random::new(setting.size.seed), known_at: None };
    let workload = Workload::new(setting.size);
    let (closed, open): (Period, Period) = ("2026-02".parse()?, "2026-04".parse()?);
    let day = parse_day("2026-03-15")?;
    let partner = |random: &mut Random| workload.partner(random.below(setting.size.partners));
    let account = |random: &mut Random| workload.account(random.below(setting.size.accounts));
    let taken = asker.ask(partner, |view, of| statement(view, of, closed))?;
    figures.times(&format!("{when}_closed_statement"), taken);
    let taken = asker.ask(partner, |view, of| statement(view, of, open))?;
    figures.times(&format!("{when}_present_statement"), taken);
    let taken = asker.ask(account, |view, of| tributary_audit::attribution(view, of, day))?;
    figures.times(&format!("{when}_present_attribution"), taken);
    Ok(())
}

/// The engine's files of rows.
fn files(folder: &Path) -> Result<BTreeSet<OsString>> {
    let mut files = BTreeSet::new();
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name();
        if Path::new(&name).extension().is_some_and(|extension| extension == "sst") {
            files.insert(name);
        }
    }
    Ok(files)
}
