//! The group commit: appends that come while the disk is busy are written together, in one sync.
//!
//! An append adds its records to the open group. If nobody is writing it takes the group to the disk and writes for
//! all who are in it; else it waits, and either finds itself written or takes the next group.

use std::mem;

use tributary_log::{Entry, IdentityKey, Position, Record};
use tributary_store::Batch;

use crate::row::block::BlockWriter;

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
    open_identities: Vec<IdentityKey>,
}

/// A group on its way to the disk.
pub(crate) struct Group {
    pub(crate) number: GroupNumber,
    pub(crate) batch: Batch,
    /// The offset of its first record.
    pub(crate) first: u64,
    /// The durable end once it is written.
    pub(crate) end: u64,
    /// The identities of its records, in order.
    pub(crate) identities: Vec<IdentityKey>,
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
            open_identities: Vec::new(),
        }
    }

    /// Adds entries to the open group, each with its identity. Gives the group and their positions.
    pub(crate) fn add(
        &mut self,
        entries: &[Entry<'_>],
        identities: &[IdentityKey],
        now_us: i64,
    ) -> (GroupNumber, Vec<Position>) {
        self.open_identities.extend_from_slice(identities);
        let positions = entries.iter().map(|entry| self.add_one(entry, now_us)).collect();
        (self.open_group, positions)
    }

    /// Closes the open group and opens the next.
    pub(crate) fn take_group(&mut self) -> Group {
        self.close_block();
        let number = self.open_group;
        self.open_group += 1;
        let (batch, identities) = (mem::take(&mut self.open_batch), mem::take(&mut self.open_identities));
        Group { number, batch, first: self.next_offset - identities.len() as u64, end: self.next_offset, identities }
    }

    fn add_one(&mut self, entry: &Entry<'_>, now_us: i64) -> Position {
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
        position
    }

    fn close_block(&mut self) {
        if let Some(block) = self.open_block.take() {
            block.finish(&mut self.open_batch);
        }
    }
}
