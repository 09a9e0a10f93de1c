//! The ledger on a real Kafka: appending the workload, draining the topics without folding, building a projection from them.

use std::time::{Duration, Instant};

use tributary_events::Encoded;
use tributary_log::{Entry, Log, Position, ReadLimit, Recorded};
use tributary_log_kafka::{InitOptions, KafkaLog, Settings};
use tributary_projector::Progress;
use tributary_store::Tuning;

use crate::Result;
use crate::figures::{Figures, timed, timed_with_cpu};
use crate::workload::{Size, Workload};

/// Drafts made and encoded before any of them is appended: making them is not timed.
const MADE_AT_ONCE: usize = 64 * 1024;
/// What is read at a time: as much as the projector reads.
const READ_LIMIT: ReadLimit = ReadLimit { records: 32 * 1024, bytes: 8 * 1024 * 1024 };

/// A log on a broker, made for the purpose.
#[derive(Debug)]
pub struct Setting {
    settings: Settings,
}

impl Setting {
    /// Makes the topics of a log whose events bring their recorded times, as the workload's do.
    pub fn new(address: &str, partitions: u32) -> Result<Self> {
        let text = format!("bootstrap.servers={address}\ntributary.prefix=bench.\n");
        let settings = Settings::parse(&text, [])?;
        let options = InitOptions { partitions, replication: 1, recorded: Recorded::ByEvents };
        tributary_log_kafka::init(&settings, &options)?;
        Ok(Self { settings })
    }
}

/// Appends the workload.
pub fn append(setting: &Setting, size: Size) -> Result<Figures> {
    let log = KafkaLog::open(&setting.settings)?;
    let workload = Workload::new(size);
    let mut drafts = workload.drafts();
    let (mut events, mut taken) = (0, Duration::ZERO);
    loop {
        let encoded: Vec<Encoded> = drafts.by_ref().take(MADE_AT_ONCE).map(|draft| Encoded::of(&draft)).collect();
        if encoded.is_empty() {
            break;
        }
        let entries: Vec<Entry<'_>> = encoded.iter().map(Encoded::entry).collect();
        let (positions, appending) = timed(|| log.append_routed(&entries));
        events += positions?.len();
        taken += appending;
    }
    let mut figures = Figures::default();
    figures.set("events", events as f64);
    figures.time("taken_s", taken);
    Ok(figures)
}

/// Reads everything as the projector does, and folds nothing: no projection can be faster.
pub fn drain(setting: &Setting) -> Result<Figures> {
    let (log, opening) = timed(|| KafkaLog::open(&setting.settings));
    let log = log?;
    let (read, taken, spent) = timed_with_cpu(|| read_all(&log));
    let (events, bytes) = read?;
    let mut figures = Figures::default();
    figures.set("events", events as f64);
    figures.set("bytes", bytes as f64);
    figures.time("opening_s", opening);
    figures.time_with_cpu("drain", taken, spent);
    Ok(figures)
}

/// The records that a log holds, and the bytes of their frames.
fn read_all(log: &KafkaLog) -> Result<(usize, usize)> {
    let mut begun = Vec::new();
    for partition in 0..log.partitions() {
        let (start, end) = (Position { partition, offset: log.start(partition)? }, log.end(partition)?);
        if start.offset < end {
            begun.push((start, end));
        }
    }
    log.fetch_ahead(&begun.iter().map(|(start, _)| *start).collect::<Vec<_>>())?;
    let (mut events, mut bytes) = (0, 0);
    for (mut next, end) in begun {
        while next.offset < end {
            let batch = log.read(next, READ_LIMIT, Duration::ZERO)?;
            (events, bytes) = (events + batch.len(), bytes + batch.bytes().len());
            next.offset = batch.next_offset();
        }
    }
    Ok((events, bytes))
}

/// Builds a projection as `tributary rebuild` does: everything is filed, then derived.
pub fn rebuild(setting: &Setting) -> Result<Figures> {
    let log = KafkaLog::open(&setting.settings)?;
    let folder = tempfile::Builder::new().prefix("tributary-kafka-").tempdir()?;
    let began = Instant::now();
    let mut filed = None;
    let heard = |progress| {
        if let Progress::Deriving { .. } = progress {
            filed.get_or_insert_with(|| began.elapsed());
        }
    };
    let (projection, taken, spent) =
        timed_with_cpu(|| tributary_projector::rebuild(folder.path(), &log, &Tuning::projection(), heard));
    let projection = projection?;
    let mut figures = Figures::default();
    figures.set("events", projection.counts().events as f64);
    figures.time_with_cpu("rebuild", taken, spent);
    figures.time("filing_s", filed.unwrap_or(taken));
    figures.set("store_bytes", projection.size_on_disk_bytes()? as f64);
    Ok(figures)
}
