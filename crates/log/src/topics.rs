//! Topics beside the log: what the ledger says to others, and what its processes say to each other. Keyed records, written
//! and read back; on Kafka, topics of their own.

use std::time::Duration;

use crate::Result;

/// A record for a topic.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Keyed {
    /// What it is about: a compacted topic keeps the last record of each key.
    pub key: Vec<u8>,
    /// Attributes beside the value, in order; names in ASCII.
    pub headers: Vec<(String, Vec<u8>)>,
    /// What is said; none says that there is nothing any more.
    pub value: Option<Vec<u8>>,
}

impl Keyed {
    /// The value of a header that is text; none without one.
    pub fn header(&self, name: &str) -> Option<&str> {
        let (_, value) = self.headers.iter().find(|(held, _)| held == name)?;
        std::str::from_utf8(value).ok()
    }
}

/// A record that a topic holds.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Stored {
    /// Where it stands in its partition.
    pub offset: u64,
    /// When it was appended, microseconds since 1970-01-01 UTC, by the broker's clock.
    pub appended_us: i64,
    /// The record.
    pub record: Keyed,
}

/// What a read gives.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Read {
    /// Records by offset; compaction leaves gaps.
    pub records: Vec<Stored>,
    /// Where to read on.
    pub next_offset: u64,
}

/// Topics by name. Names are without the prefix that a ledger's topics may share.
pub trait Topics: Send + Sync {
    /// How many partitions a topic has.
    fn partitions(&self, topic: &str) -> Result<u32>;

    /// The first offset that can be read.
    fn start(&self, topic: &str, partition: u32) -> Result<u64>;

    /// The offset after the last record.
    fn end(&self, topic: &str, partition: u32) -> Result<u64>;

    /// The same of every partition of a topic, asked for at once.
    fn ends(&self, topic: &str) -> Result<Vec<u64>> {
        (0..self.partitions(topic)?).map(|partition| self.end(topic, partition)).collect()
    }

    /// Reads up to `records_max` records from an offset on; at the end it waits for so long. It may give fewer than there
    /// are; below the end it makes progress, also where compaction left no record.
    fn read(&self, topic: &str, partition: u32, from: u64, records_max: usize, wait: Duration) -> Result<Read>;

    /// Appends records to partitions of a topic, durable when it returns; gives their offsets in the same order. Records of
    /// one partition keep their order. If it fails, some of them may have been appended.
    fn publish(&self, topic: &str, records: &[(u32, Keyed)]) -> Result<Vec<u64>>;
}

/// Records of one read by [`read_to_end`].
const RECORDS_PER_READ: usize = 4096;

/// Reads a partition of a topic from an offset, or from its start if that lies behind, up to what is its end now: one read
/// after the other, until one fails.
pub fn read_to_end<'t>(
    topics: &'t dyn Topics,
    topic: &'t str,
    partition: u32,
    from: u64,
) -> Result<impl Iterator<Item = Result<Read>> + 't> {
    let end = topics.end(topic, partition)?;
    read_until(topics, topic, (partition, from), end)
}

/// The same up to an end that is known.
pub fn read_until<'t>(
    topics: &'t dyn Topics,
    topic: &'t str,
    (partition, from): (u32, u64),
    end: u64,
) -> Result<impl Iterator<Item = Result<Read>> + 't> {
    // Where there is nothing to read it does not matter where it would begin.
    let mut next = if from < end { topics.start(topic, partition)?.max(from) } else { from };
    Ok(std::iter::from_fn(move || {
        let read = (next < end).then(|| topics.read(topic, partition, next, RECORDS_PER_READ, Duration::ZERO))?;
        next = read.as_ref().map_or(end, |read| read.next_offset);
        Some(read)
    }))
}
