//! The ledger on a real Kafka: appending the workload, draining the topics without folding, building a projection from them.

use std::time::Duration;

use tributary_domain::event::Draft;
use tributary_events::encode;
use tributary_log::{Entry, Envelope, Log, Position, ReadLimit, Recorded};
use tributary_log_kafka::{InitOptions, KafkaLog, Settings};
use tributary_projector::Projection;
use tributary_store::Tuning;

use crate::Result;
use crate::figures::{Figures, timed};
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

/// An event as the log takes it.
struct Encoded {
    draft: Draft,
    subject: String,
    data: Vec<u8>,
}

impl Encoded {
    fn of(draft: Draft) -> Self {
        Self { subject: draft.subject.to_string(), data: encode(&draft.body), draft }
    }

    fn entry(&self) -> Entry<'_> {
        let envelope = Envelope {
            id: self.draft.identity.id.as_str(),
            source: self.draft.identity.source.as_str(),
            event_type: self.draft.body.event_type(),
            subject: &self.subject,
            time_us: self.draft.time.micros(),
            data: &self.data,
        };
        Entry { envelope, recorded_us: self.draft.recorded.map(|recorded| recorded.micros()) }
    }
}

/// Appends the workload.
pub fn append(setting: &Setting, size: Size) -> Result<Figures> {
    let log = KafkaLog::open(&setting.settings)?;
    let workload = Workload::new(size);
    let mut drafts = workload.drafts();
    let (mut events, mut taken) = (0, Duration::ZERO);
    loop {
        let encoded: Vec<Encoded> = drafts.by_ref().take(MADE_AT_ONCE).map(Encoded::of).collect();
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

/// Reads everything and folds nothing.
pub fn drain(setting: &Setting) -> Result<Figures> {
    let log = KafkaLog::open(&setting.settings)?;
    let (drained, taken) = timed(|| -> Result<(usize, usize)> {
        let (mut events, mut bytes) = (0, 0);
        for partition in 0..log.partitions() {
            let (mut offset, end) = (log.start(partition)?, log.end(partition)?);
            while offset < end {
                let batch = log.read(Position { partition, offset }, READ_LIMIT, Duration::ZERO)?;
                (events, bytes) = (events + batch.len(), bytes + batch.bytes().len());
                offset = batch.next_offset();
            }
        }
        Ok((events, bytes))
    });
    let (events, bytes) = drained?;
    let mut figures = Figures::default();
    figures.set("events", events as f64);
    figures.set("bytes", bytes as f64);
    figures.time("taken_s", taken);
    Ok(figures)
}

/// Builds a projection: filed first, then derived.
pub fn rebuild(setting: &Setting) -> Result<Figures> {
    let log = KafkaLog::open(&setting.settings)?;
    let folder = tempfile::Builder::new().prefix("tributary-kafka-").tempdir()?;
    let projection = Projection::open(folder.path(), &log, &Tuning::projection())?;
    let (filed, filing) = timed(|| projection.file(&log, |_| {}));
    let (derived, deriving) = timed(|| projection.derive(|_| {}));
    derived?;
    let mut figures = Figures::default();
    figures.set("events", filed? as f64);
    figures.time("filed_s", filing);
    figures.time("derived_s", deriving);
    figures.set("store_bytes", projection.size_on_disk_bytes()? as f64);
    Ok(figures)
}
