//! End-to-end latency on a real Kafka: from the moment at which an event was to be produced until the record of the credits
//! topic that knows it is appended.
//!
//! The load is open: each event has its moment, whether or not the ones before it were taken by then, and its latency counts
//! from that moment. What is measured are the brokers' own append times; broker and producer share a clock.
//!
//! `load` appends at a rate, `covering` reads what was said of it.

mod covering;
mod load;

use std::time::{Duration, Instant};

use tributary_broker::{Broker, Options};
use tributary_domain::event::{Body, Draft};
use tributary_log::Recorded;
use tributary_log_kafka::{InitOptions, KafkaLog, Settings};

use crate::processes::{Place, Projectors};
use crate::workload::{Size, Workload};
use crate::{Failure, Result};
use covering::Covering;
pub use load::Pace;
use load::{Earning, Sent};

/// How large it is.
#[derive(Debug, Clone)]
pub struct Setting {
    /// The `tributary` binary.
    pub binary: std::path::PathBuf,
    /// Accounts, each with a deal.
    pub accounts: u64,
    /// Partners.
    pub partners: u64,
    /// Partitions of each topic.
    pub partitions: u32,
    /// Usage events of all loads together, at most.
    pub events_max: u64,
    /// What decides who uses what.
    pub seed: u64,
}

/// How long the projector may take until it has said everything.
const PATIENCE: Duration = Duration::from_secs(300);
/// How often the topics are looked at meanwhile: seldom, since looking costs the broker time as well.
const LOOKS_EVERY: Duration = Duration::from_millis(500);
/// For how long nothing may be said until it counts as all.
const QUIET: Duration = Duration::from_secs(3);

/// A broker with a ledger whose program is projected.
pub struct Bench {
    place: Place,
    log: KafkaLog,
    earning: Earning,
    // Last: who works on the broker ends before it does, and before the folder goes.
    projectors: Option<Projectors>,
    _broker: Broker,
    _dir: tempfile::TempDir,
}

/// What came of a load.
#[derive(Debug, Clone)]
pub struct Measured {
    /// Events.
    pub events: usize,
    /// Events a second: those that were produced, from the first to the last acknowledged.
    pub produced_per_s: f64,
    /// Events a second, from the first to the last record that knows them.
    pub projected_per_s: f64,
    /// From the moment at which an event was to be produced, in microseconds, least first.
    pub since_due_us: Vec<i64>,
    /// From its recorded time.
    pub since_recorded_us: Vec<i64>,
}

impl Bench {
    /// Starts the broker and records the program.
    pub fn start(setting: &Setting) -> Result<Self> {
        let broker = Broker::start(&Options { java: vec!["-Xmx1g".to_owned()], ..Options::default() })?;
        let dir = tempfile::Builder::new().prefix("tributary-latency-").tempdir()?;
        let place = Place::new(dir.path(), &broker.address(), &setting.binary)?;
        let settings: Settings = place.settings()?;
        let options = InitOptions { partitions: setting.partitions, replication: 1, recorded: Recorded::ByLog };
        tributary_log_kafka::init(&settings, &options)?;
        let log = KafkaLog::open(&settings)?;
        let size = Size {
            usage: setting.events_max,
            accounts: setting.accounts,
            partners: setting.partners,
            seed: setting.seed,
        };
        let workload = Workload::new(size);
        let (usage, program): (Vec<Draft>, Vec<Draft>) = workload
            .drafts()
            .filter(|draft| !matches!(draft.body, Body::PeriodClosed(_)))
            .partition(|draft| matches!(draft.body, Body::UsageRecorded(_)));
        let earning = Earning::of(&program, usage);
        load::append_all(&log, program)?;
        Ok(Self { place, log, earning, projectors: None, _broker: broker, _dir: dir })
    }

    /// Starts the projector anew, which publishes at most once in so many milliseconds, and waits until all is said.
    pub fn project(&mut self, every_ms: u64) -> Result<()> {
        self.projectors = None;
        self.projectors = Some(Projectors::start(&self.place, 1, &["--every", &every_ms.to_string()])?);
        let topics = self.log.topics();
        let mut ends = covering::ends(&topics)?;
        let (began, mut since) = (Instant::now(), Instant::now());
        while since.elapsed() < QUIET || ends.iter().all(|end| *end == 0) {
            std::thread::sleep(LOOKS_EVERY);
            let now = covering::ends(&topics)?;
            if now != ends {
                (ends, since) = (now, Instant::now());
            }
            if began.elapsed() > PATIENCE {
                return Err("the projector does not become quiet".into());
            }
        }
        Ok(())
    }

    /// Produces events at a pace, and waits until all of them are said.
    pub fn measure(&mut self, pace: Pace) -> Result<Measured> {
        let topics = self.log.topics();
        let mut covering = Covering::from_end(&topics)?;
        let drafts = self.earning.take(pace.events)?;
        let (sent, producing) = load::produce(&self.log, drafts, pace.per_s)?;
        let recorded_us = covering::recorded(&self.log, &sent)?;
        let until = Instant::now() + PATIENCE;
        let covered_us = loop {
            covering.read_on(&topics)?;
            let covered: Option<Vec<i64>> = sent
                .iter()
                .zip(&recorded_us)
                .map(|(sent, recorded_us)| covering.first_knowing(&sent.account, *recorded_us))
                .collect();
            match covered {
                Some(covered) => break covered,
                None if Instant::now() > until => {
                    return Err(Failure::from("not every event came to be said: the rate is too high"));
                }
                None => std::thread::sleep(LOOKS_EVERY),
            }
        };
        Ok(measured(&sent, producing, &recorded_us, &covered_us))
    }
}

fn measured(sent: &[Sent], producing: Duration, recorded_us: &[i64], covered_us: &[i64]) -> Measured {
    let since = |from: &mut dyn Iterator<Item = i64>| {
        let mut all: Vec<i64> = covered_us.iter().zip(from).map(|(covered_us, from)| covered_us - from).collect();
        all.sort_unstable();
        all
    };
    let began_us = sent.iter().map(|sent| sent.due_us).min().unwrap_or_default();
    let ended_us = covered_us.iter().copied().max().unwrap_or_default();
    Measured {
        events: sent.len(),
        produced_per_s: sent.len() as f64 / producing.as_secs_f64(),
        projected_per_s: sent.len() as f64 * 1e6 / (ended_us - began_us).max(1) as f64,
        since_due_us: since(&mut sent.iter().map(|sent| sent.due_us)),
        since_recorded_us: since(&mut recorded_us.iter().copied()),
    }
}
