//! The judge: when the topics are quiet, what went in is compared with what the log holds, and what the projected topics say
//! with what the log gives.

use std::collections::HashSet;
use std::path::Path;
use std::thread;
use std::time::Duration;

use tributary_events::feed::Topic;
use tributary_feed::{Ledger, replay};
use tributary_log::{Log, MemoryTopics, Topics, system_clock};
use tributary_log_kafka::{KafkaLog, Settings};
use tributary_projector::Projection;
use tributary_store::Tuning;

use super::Injected;
use super::load::Load;
use crate::Result;

/// How often in a row the topics have to stand where they stood, a second apart.
const QUIET_SECONDS: u32 = 8;
/// How long they may take to become quiet.
const SECONDS_MAX: u32 = 300;

/// What came of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outcome {
    /// How often the fault struck.
    pub strikes: u32,
    /// How often a projector had ended without having been killed, and was started again.
    pub ended: u32,
    /// Events that were imported.
    pub said: u64,
    /// Events that count in the ledger, the close apart.
    pub filed: u64,
    /// Events that were imported and are not there.
    pub lost: u64,
    /// Records of the log that are no events, and were put there.
    pub poisoned: u64,
    /// Records that are set aside.
    pub aside: u64,
    /// Records of the log that say what another one says: they count for nothing.
    pub repeated_in_log: u64,
    /// Records of the projected topics.
    pub records: u64,
    /// Of them those whose id came before: a reader drops them.
    pub repeated: u64,
    /// Records that are not what the log gives at their own known-at.
    pub changed: u64,
    /// Keys whose last record is not what there is to say.
    pub wrong: u64,
}

impl Outcome {
    /// Whether nothing was lost, doubled or wrong, and what is no event is set aside.
    pub fn is_sound(&self) -> bool {
        (self.lost, self.changed, self.wrong) == (0, 0, 0) && self.filed == self.said && self.aside == self.poisoned
    }
}

pub(super) fn judge(settings: &Settings, dir: &Path, load: &Load, injected: Injected) -> Result<Outcome> {
    let log = KafkaLog::open(settings)?;
    let kafka = log.topics();
    wait_until_quiet(&log, &kafka)?;
    let projection = Projection::open(&dir.join("judge"), &log, &Tuning::projection())?;
    projection.catch_up(&log, |_| {})?;
    let counts = projection.counts();
    let filed = counts.events - 1; // the close

    let memory = MemoryTopics::new(system_clock());
    let mut outcome = Outcome {
        strikes: injected.strikes,
        ended: injected.ended,
        poisoned: injected.poisoned,
        aside: counts.quarantined,
        said: load.said(),
        filed,
        lost: load.said().saturating_sub(filed),
        repeated_in_log: in_log(&log)?.saturating_sub(counts.events + counts.quarantined),
        records: 0,
        repeated: 0,
        changed: 0,
        wrong: 0,
    };
    for topic in Topic::ALL {
        let again = format!("{}.again", topic.name());
        let partitions = kafka.partitions(topic.name())?;
        memory.create(topic.name(), partitions);
        memory.create(&again, partitions);
        let (records, repeated) = copy(&kafka, &memory, topic.name(), partitions)?;
        (outcome.records, outcome.repeated) = (outcome.records + records, outcome.repeated + repeated);
    }
    for topic in Topic::ALL {
        let ledger = Ledger { log: &log, projection: &projection, topics: &memory };
        let found =
            replay(ledger, topic, &format!("{}.again", topic.name()), &dir.join(format!("again-{}", topic.name())))?;
        for difference in &found.first {
            tracing_difference(topic, difference);
        }
        let present = found.first.iter().filter(|one| one.how == tributary_feed::How::Present).count() as u64;
        outcome.wrong += present;
        outcome.changed += found.differing - present;
    }
    Ok(outcome)
}

#[expect(clippy::print_stderr, reason = "who runs this wants to see what is wrong")]
fn tracing_difference(topic: Topic, difference: &tributary_feed::Difference) {
    eprintln!("  {}: {difference:?}", topic.name());
}

/// Waits until nothing has been published for a while.
fn wait_until_quiet(log: &KafkaLog, topics: &dyn Topics) -> Result<()> {
    let ends = || -> Result<Vec<u64>> {
        let mut ends = Vec::new();
        for topic in Topic::ALL.map(Topic::name).into_iter().chain(["shards.barriers"]) {
            for partition in 0..topics.partitions(topic)? {
                ends.push(topics.end(topic, partition)?);
            }
        }
        ends.extend((0..log.partitions()).map(|partition| log.end(partition)).collect::<Result<Vec<_>, _>>()?);
        Ok(ends)
    };
    let (mut before, mut same) = (ends()?, 0);
    for _ in 0..SECONDS_MAX {
        thread::sleep(Duration::from_secs(1));
        let now = ends()?;
        // Not before the month that was closed last is told: until then whoever has to tell it may be on the way.
        let told = (0..topics.partitions("digests")?).map(|partition| topics.end("digests", partition));
        let told = told.collect::<Result<Vec<_>, _>>()?.iter().any(|end| *end > 0);
        same = if told && now == before { same + 1 } else { 0 };
        if same == QUIET_SECONDS {
            return Ok(());
        }
        before = now;
    }
    Err("the topics do not become quiet".into())
}

/// Records of the log.
fn in_log(log: &KafkaLog) -> Result<u64> {
    let mut records = 0;
    for partition in 0..log.partitions() {
        let (mut offset, end) = (log.start(partition)?, log.end(partition)?);
        while offset < end {
            let from = tributary_log::Position { partition, offset };
            let batch = log.read(from, tributary_log::ReadLimit::default(), Duration::ZERO)?;
            (records, offset) = (records + batch.len() as u64, batch.next_offset());
        }
    }
    Ok(records)
}

/// Copies a topic; gives how many records it has, and how many of their ids came before.
fn copy(from: &dyn Topics, into: &dyn Topics, topic: &str, partitions: u32) -> Result<(u64, u64)> {
    let (mut records, mut repeated) = (0, 0);
    let mut ids: HashSet<String> = HashSet::new();
    for partition in 0..partitions {
        let (mut offset, end) = (from.start(topic, partition)?, from.end(topic, partition)?);
        while offset < end {
            let read = from.read(topic, partition, offset, 4096, Duration::ZERO)?;
            for stored in &read.records {
                records += 1;
                repeated += u64::from(!ids.insert(stored.record.header("ce_id").unwrap_or_default().to_owned()));
            }
            let copies: Vec<_> = read.records.into_iter().map(|stored| (partition, stored.record)).collect();
            into.publish(topic, &copies)?;
            offset = read.next_offset;
        }
    }
    Ok((records, repeated))
}
