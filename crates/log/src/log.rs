//! The trait: what the ledger needs of a log, and no more.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use crate::{Batch, Envelope, IdentityIndex, IdentityKey, Position, Result};

/// The identity of a log, given when it was created: a store built from another log is refused by it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LogId(pub [u8; 16]);

impl fmt::Display for LogId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for LogId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LogId({self})")
    }
}

/// How much one read may give. At least one record is given if there is one, however large.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadLimit {
    /// The most records.
    pub records: usize,
    /// The most bytes of frames.
    pub bytes: usize,
}

impl Default for ReadLimit {
    fn default() -> Self {
        Self { records: 16 * 1024, bytes: 4 * 1024 * 1024 }
    }
}

/// Something to append.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry<'a> {
    /// What was said.
    pub envelope: Envelope<'a>,
    /// When it was learned, by a trusted backfill (I2), microseconds since 1970-01-01 UTC; `None` lets the log assign it.
    pub recorded_us: Option<i64>,
}

/// Who says when an event was recorded (I2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Recorded {
    /// The log, always: times of a partition never decrease, and a reader holds a partition to that.
    ByLog,
    /// The log, or a trusted import: times may stand in any order.
    ByEvents,
}

/// An ordered, durable sequence of records in partitions.
pub trait Log: Send + Sync {
    /// Which log this is.
    fn id(&self) -> LogId;

    /// How many partitions it has, numbered from 0.
    fn partitions(&self) -> u32;

    /// Who says when its events were recorded.
    fn recorded(&self) -> Recorded {
        Recorded::ByEvents
    }

    /// The index of the identities that it holds, if it keeps one: then it holds no identity twice. Without one others
    /// append to it too, and whoever reads it has to judge what stands (I1).
    fn identities(&self) -> Option<&dyn IdentityIndex>;

    /// The partition that an event belongs to.
    fn route(&self, _envelope: &Envelope<'_>) -> u32 {
        0
    }

    /// Where a position is, for people.
    fn place(&self, position: Position) -> String {
        position.to_string()
    }

    /// The first offset that can be read.
    fn start(&self, partition: u32) -> Result<u64>;

    /// The offset after the last durable record: where a read would wait.
    fn end(&self, partition: u32) -> Result<u64>;

    /// The same of several partitions, in their order: a log on another machine is asked once for all of them.
    fn ends(&self, partitions: &[u32]) -> Result<Vec<u64>> {
        partitions.iter().map(|partition| self.end(*partition)).collect()
    }

    /// Says where reading goes on soon, each partition at most once and below its end: a log on another machine fetches from
    /// all of them at once, instead of from one after the other as they are read.
    fn fetch_ahead(&self, _from: &[Position]) -> Result<()> {
        Ok(())
    }

    /// Reads from an offset on. At the end it waits for so long, wakes when something is appended, and else gives an
    /// empty batch; read on at [`Batch::next_offset`] either way. It may give less than there is and the limit allows.
    fn read(&self, from: Position, limit: ReadLimit, wait: Duration) -> Result<Batch>;

    /// Appends all entries or none, durable when it returns; gives their positions in the same order. A log on another
    /// machine may have appended a part of them, or all, when it fails.
    ///
    /// Assigned recorded times never decrease within a partition, whatever the clock does, and never fall behind a
    /// trusted time that stands before them. Duplicates are not judged here: ask [`crate::IdentityIndex`] first.
    fn append(&self, partition: u32, entries: &[Entry<'_>]) -> Result<Vec<Position>>;

    /// Appends each entry to the partition that it belongs to ([`Self::route`]); gives their positions in the same order.
    fn append_routed(&self, entries: &[Entry<'_>]) -> Result<Vec<Position>> {
        let mut by_partition: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        for (number, entry) in entries.iter().enumerate() {
            by_partition.entry(self.route(&entry.envelope)).or_default().push(number);
        }
        let mut positions = vec![Position { partition: 0, offset: 0 }; entries.len()];
        for (partition, numbers) in by_partition {
            let some: Vec<Entry<'_>> = numbers.iter().map(|number| entries[*number]).collect();
            for (number, position) in numbers.into_iter().zip(self.append(partition, &some)?) {
                positions[number] = position;
            }
        }
        Ok(positions)
    }

    /// The same, with the identity of each entry: a log that keeps an index of them does not hash them again.
    fn append_identified(&self, entries: &[Entry<'_>], _identities: &[IdentityKey]) -> Result<Vec<Position>> {
        self.append_routed(entries)
    }
}
