//! Recording: drafts through the intake, a file through the importer, and what the log takes on disk.

use std::fs::{self, File};
use std::hint::black_box;
use std::io::{BufRead, BufReader, BufWriter, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use tributary_domain::event::Draft;
use tributary_events::{Encoded, batch};
use tributary_intake::file::{LineRefusal, Report, import_batches, import_jsonl};
use tributary_intake::{Intake, Outcome, Trust};
use tributary_log::{Log, Position, ReadLimit, Record, frame, system_clock};
use tributary_log_embedded::EmbeddedLog;
use tributary_store::{Db, Tuning};

use super::Setting;
use crate::figures::{Figures, timed, timed_with_cpu};
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
    let mut plain = PlainFile::create(&setting.dir.join("plain"))?;
    let mut used = vec![0_u64; setting.size.accounts as usize];
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
            plain.append(&batch)?;
            batch.iter().filter_map(|draft| workload.used_by(draft)).for_each(|account| used[account as usize] += 1);
            let (outcomes, submitting) = timed(|| intake.submit(batch));
            taken += submitting;
            all_appended(&outcomes?)?;
        }
    }
    let mut figures = Figures::default();
    figures.set("events", events as f64);
    figures.time("taken_s", taken);
    figures.time("plain_s", plain.taken);
    figures.set("log_after_bytes", log.size_on_disk_bytes()? as f64);
    plain.remove()?;
    let lines: String = used.iter().map(|events| format!("{events}\n")).collect();
    fs::write(used_file(setting), lines)?;
    Ok(figures)
}

/// The usage events of every account, by its number: what questions are measured against.
pub(super) fn used(setting: &Setting) -> Result<Vec<u64>> {
    fs::read_to_string(used_file(setting))?.lines().map(|line| Ok(line.parse()?)).collect()
}

fn used_file(setting: &Setting) -> PathBuf {
    setting.dir.join("usage-by-account")
}

/// The floor of recording: the same frames in a plain file, synced after each batch. It begins again with every batch, so that
/// it takes no room.
struct PlainFile {
    path: PathBuf,
    file: File,
    frames: Vec<u8>,
    taken: Duration,
}

impl PlainFile {
    fn create(path: &Path) -> Result<Self> {
        let file = File::create(path)?;
        Ok(Self { path: path.to_owned(), file, frames: Vec::new(), taken: Duration::ZERO })
    }

    fn append(&mut self, batch: &[Draft]) -> Result<()> {
        let Self { file, frames, .. } = self;
        let (written, taken) = timed(|| {
            frames.clear();
            for (offset, draft) in batch.iter().enumerate() {
                let encoded = Encoded::of(draft);
                let position = Position { partition: 0, offset: offset as u64 };
                frame::encode(
                    &Record { position, recorded_us: draft.time.micros(), envelope: encoded.envelope() },
                    frames,
                );
            }
            file.rewind()?;
            file.write_all(frames)?;
            file.sync_data()
        });
        written?;
        self.taken += taken;
        Ok(())
    }

    fn remove(self) -> Result<()> {
        Ok(fs::remove_file(self.path)?)
    }
}

/// Refuses outcomes that would make the measure one of something else.
pub(super) fn all_appended(outcomes: &[Outcome]) -> Result<()> {
    match outcomes.iter().find(|outcome| !matches!(outcome, Outcome::Appended(_))) {
        Some(other) => Err(format!("the workload is not recorded: {other:?}").into()),
        None => Ok(()),
    }
}

/// Imports a file of the same workload, of a million usage events at most, into a log of its own, then again; and its batches of
/// messages into another.
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
    let parsing = parsing(&path)?;
    let folder = setting.dir.join("imported");
    let mut figures = Figures::default();
    let (report, taken, spent) = imported(&folder, &path)?;
    figures.set("events", report.appended as f64);
    figures.set("file_bytes", bytes as f64);
    figures.time("parse_s", parsing);
    figures.time_with_cpu("taken", taken, spent);
    let (report, taken, spent) = imported(&folder, &path)?;
    if report.duplicate != report.read {
        return Err(format!("a file imported again is not recognised: {report:?}").into());
    }
    figures.time_with_cpu("again", taken, spent);
    fs::remove_file(&path)?;

    let path = setting.dir.join("workload.pb");
    write_batches(&folder, &path)?;
    fs::remove_dir_all(&folder)?;
    let (_, taken, spent) = imported(&folder, &path)?;
    figures.time_with_cpu("batches", taken, spent);
    fs::remove_dir_all(folder)?;
    fs::remove_file(path)?;
    Ok(figures)
}

/// The floor of importing: every line is read and parsed, and dropped.
fn parsing(path: &Path) -> Result<Duration> {
    let mut reader = BufReader::with_capacity(1 << 20, File::open(path)?);
    let mut line = Vec::new();
    let (read, taken) = timed(|| {
        while reader.read_until(b'\n', &mut line)? > 0 {
            drop(black_box(tributary_events::json::read(line.trim_ascii())?));
            line.clear();
        }
        Ok::<_, Failure>(())
    });
    read?;
    Ok(taken)
}

/// Imports a file into the log of a folder, by what its name ends in; gives the time that it took and that of processors.
fn imported(folder: &Path, path: &Path) -> Result<(Report, Duration, Option<Duration>)> {
    let log = EmbeddedLog::open(folder, system_clock())?;
    let mut intake = Intake::new(&log, &log, Trust::FileTimes, None);
    let reader = BufReader::with_capacity(1 << 20, File::open(path)?);
    let mut refused = None;
    let refuse = |line: LineRefusal| refused = Some(line);
    let (report, taken, spent) = if path.extension().is_some_and(|of| of == "pb") {
        timed_with_cpu(|| import_batches(reader, "workload.pb", &mut intake, refuse, |_| {}))
    } else {
        timed_with_cpu(|| import_jsonl(reader, "workload.jsonl", &mut intake, refuse, |_| {}))
    };
    match refused {
        Some(line) => Err(Failure::from(line.to_string())),
        None => Ok((report?, taken, spent)),
    }
}

/// Writes the records of a log as messages.
fn write_batches(folder: &Path, path: &Path) -> Result<()> {
    let log = EmbeddedLog::open(folder, system_clock())?;
    let (mut from, mut writer) = (Position { partition: 0, offset: 0 }, BufWriter::new(File::create(path)?));
    let mut bytes = Vec::new();
    while from.offset < log.end(from.partition)? {
        let records = log.read(from, ReadLimit::default(), Duration::ZERO)?;
        bytes.clear();
        for record in &records {
            batch::write(&record?, &mut bytes);
        }
        writer.write_all(&bytes)?;
        from.offset = records.next_offset();
    }
    Ok(writer.flush()?)
}

/// What the log takes once it is compacted, blocks and identities apart from each other as they lie.
pub(super) fn compacted(setting: &Setting) -> Result<Figures> {
    let mut figures = Figures::default();
    let log = setting.log()?;
    figures.set("events", log.end(0)? as f64);
    figures.set("log_opened_bytes", log.size_on_disk_bytes()? as f64);
    drop(log);
    let db = Db::open(&setting.dir.join("log"), &Tuning::log())?;
    db.flush()?;
    db.compact();
    figures.set("log_compacted_bytes", db.size_on_disk_bytes()? as f64);
    Ok(figures)
}
