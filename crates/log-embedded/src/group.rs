//! The group commit: appends that come while the disk is busy are written together, in one sync.
//!
//! An append adds its records to the open group. If nobody is writing it takes the group to the disk and writes for
//! all who are in it; else it waits, and either finds itself written or takes the next group.

use std::mem;

use tributary_log::{ContentHash, Entry, IdentityKey, Known, Position, Record};
use tributary_store::Batch;

use crate::row::block::BlockWriter;
use crate::row::identity;

/// The number of a group, from 1 on; 0 is what was there at opening.
pub(crate) type GroupNumber = u64;

/// One partition's end, as it is on disk and as it will be once the open group is.
pub(crate) struct Tail {
    /// The offset after the last record that is on disk.
    pub(crate) durable_end: u64,
    /// The last group that is on disk.
    pub(crate) durable_group: GroupNumber,
    /// Whether somebody is writing a group.
    pub(crate) writing: bool,
    /// A write failed: what of it is on disk is unknown until the log is opened again.
    pub(crate) failed: bool,
    partition: u32,
    next_offset: u64,
    recorded_us_max: i64,
    open_group: GroupNumber,
    open_batch: Batch,
    open_block: Option<BlockWriter>,
}

/// A group on its way to the disk.
pub(crate) struct Group {
    pub(crate) number: GroupNumber,
    pub(crate) batch: Batch,
    /// The durable end once it is written.
    pub(crate) end: u64,
}

impl Tail {
    pub(crate) fn new(partition: u32, end: u64, recorded_us_max: i64) -> Self {
        Self {
            durable_end: end,
            durable_group: 0,
            writing: false,
            failed: false,
            partition,
            next_offset: end,
            recorded_us_max,
            open_group: 1,
            open_batch: Batch::new(),
            open_block: None,
        }
    }

    /// Adds entries to the open group, each with its identity and content. Gives the group and their positions.
    pub(crate) fn add(
        &mut self,
        entries: &[Entry<'_>],
        hashes: &[(IdentityKey, ContentHash)],
        now_us: i64,
    ) -> (GroupNumber, Vec<Position>) {
        let positions = entries.iter().zip(hashes).map(|(entry, &hash)| self.add_one(entry, hash, now_us)).collect();
        (self.open_group, positions)
    }

    /// Closes the open group and opens the next.
    pub(crate) fn take_group(&mut self) -> Group {
        self.close_block();
        let number = self.open_group;
        self.open_group += 1;
        Group { number, batch: mem::take(&mut self.open_batch), end: self.next_offset }
    }

    fn add_one(&mut self, entry: &Entry<'_>, (key, content): (IdentityKey, ContentHash), now_us: i64) -> Position {
        let position = Position { partition: self.partition, offset: self.next_offset };
        // I2: never decreasing, and not behind a trusted time either.
        let recorded_us = entry.recorded_us.unwrap_or(now_us.max(self.recorded_us_max));
        self.recorded_us_max = self.recorded_us_max.max(recorded_us);
        self.next_offset += 1;
        let block = self.open_block.get_or_insert_with(|| BlockWriter::new(position));
        block.push(&Record { position, recorded_us, envelope: entry.envelope }, self.recorded_us_max);
        if block.is_full() {
            self.close_block();
        }
        // I1: what was recorded first stands.
        self.open_batch.put_first(&identity::key(key), &identity::value(Known { position, content }));
        position
    }

    fn close_block(&mut self) {
        if let Some(block) = self.open_block.take() {
            let (key, value) = block.finish();
            self.open_batch.put(&key, &value);
        }
    }
}
