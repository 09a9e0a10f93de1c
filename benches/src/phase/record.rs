//! Recording: drafts through the intake, a file through the importer, and what the log takes on disk.

use std::fs::{self, File};
use std::io::{BufReader, BufWriter, Write};
use std::time::Duration;

use tributary_domain::event::Draft;
use tributary_intake::file::import_jsonl;
use tributary_intake::{Intake, Outcome, Trust};
use tributary_log::system_clock;
use tributary_log_embedded::EmbeddedLog;
use tributary_store::{Db, Tuning};

use super::Setting;
use crate::figures::{Figures, timed};
use crate::workload::{Size, Workload};
use crate::{Failure, Result};

/// Drafts made before any of them is submitted: making them is not timed.
const MADE_AT_ONCE: usize = 64 * 1024;
/// Drafts submitted at once: as many as the importer of files does.
const SUBMITTED_AT_ONCE: usize = 4096;

/// Usage events of the file at most.
const FILE_USAGE_MAX: u64 = 1_000_000;

/// Records the whole workload.
pub(super) fn drafts(setting: &Setting) -> Result<Figures> {
    let workload = Workload::new(setting.size);
    let log = setting.log()?;
    let mut intake = Intake::new(&log, &log, Trust::FileTimes, None);
    let mut drafts = workload.drafts();
    let (mut events, mut taken) = (0, Duration::ZERO);
    loop {
        let batches: Vec<Vec<Draft>> = (0..MADE_AT_ONCE / SUBMITTED_AT_ONCE)
            .map(|_| drafts.by_ref().take(SUBMITTED_AT_ONCE).collect())
            .filter(|batch: &Vec<Draft>| !batch.is_empty())
            .collect();
        if batches.is_empty() {
            break;
        }
        for batch in batches {
            events += batch.len();
            let (outcomes, submitting) = timed(|| intake.submit(batch));
            taken += submitting;
            all_appended(&outcomes?)?;
        }
    }
    let mut figures = Figures::default();
    figures.set("events", events as f64);
    figures.time("taken_s", taken);
    figures.set("log_after_bytes", log.size_on_disk_bytes()? as f64);
    Ok(figures)
}

/// Refuses outcomes that would make the measure one of something else.
pub(super) fn all_appended(outcomes: &[Outcome]) -> Result<()> {
    match outcomes.iter().find(|outcome| !matches!(outcome, Outcome::Appended(_))) {
        Some(other) => Err(format!("the workload is not recorded: {other:?}").into()),
        None => Ok(()),
    }
}

/// Imports a file of the same workload, of a million usage events at most, into a log of its own.
pub(super) fn file(setting: &Setting) -> Result<Figures> {
    let size = Size { usage: setting.size.usage.min(FILE_USAGE_MAX), ..setting.size };
    let path = setting.dir.join("workload.jsonl");
    let mut writer = BufWriter::new(File::create(&path)?);
    let workload = Workload::new(size);
    for draft in workload.drafts() {
        Workload::write_jsonl(&[draft], &mut writer)?;
    }
    writer.flush()?;
    let bytes = fs::metadata(&path)?.len();
    let folder = setting.dir.join("imported");
    let log = EmbeddedLog::open(&folder, system_clock())?;
    let mut intake = Intake::new(&log, &log, Trust::FileTimes, None);
    let reader = BufReader::with_capacity(1 << 20, File::open(&path)?);
    let mut refused = None;
    let (report, taken) =
        timed(|| import_jsonl(reader, "workload.jsonl", &mut intake, |line| refused = Some(line), |_| {}));
    if let Some(line) = refused {
        return Err(Failure::from(line.to_string()));
    }
    let mut figures = Figures::default();
    figures.set("events", report?.appended as f64);
    figures.set("file_bytes", bytes as f64);
    figures.time("taken_s", taken);
    drop(intake);
    drop(log);
    fs::remove_dir_all(folder)?;
    fs::remove_file(path)?;
    Ok(figures)
}

/// What the log takes once it is compacted, blocks and identities apart from each other as they lie.
pub(super) fn compacted(setting: &Setting) -> Result<Figures> {
    let mut figures = Figures::default();
    figures.set("log_opened_bytes", setting.log()?.size_on_disk_bytes()? as f64);
    let db = Db::open(&setting.dir.join("log"), &Tuning::log())?;
    db.flush()?;
    db.compact();
    figures.set("log_compacted_bytes", db.size_on_disk_bytes()? as f64);
    Ok(figures)
}
