//! The log itself: reading blocks, appending through the group commit, looking up identities.

use std::fmt;
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tributary_log::{
    Batch, Clock, Entry, FrameError, IdentityIndex, IdentityKey, Known, Log, LogError, LogId, Position, ReadLimit,
    Result, frame,
};
use tributary_store::{Db, Durability, MemoryUse, Reader, Tuning};

use crate::end_mark::{self, EndMark, Marked};
use crate::error::storage;
use crate::group::{Group, Tail};
use crate::index::{Index, RECENT_MAX};
use crate::open::{self, Opened};
use crate::row::block::{self, Block, damaged};

/// The only partition there is for now; keys carry it all the same.
const PARTITION: u32 = 0;

/// A log in a directory. One process has it open; threads share it.
pub struct EmbeddedLog {
    pub(crate) db: Db,
    id: LogId,
    clock: Clock,
    tail: Mutex<Tail>,
    /// Never locked while the tail is.
    index: Mutex<Index>,
    /// Signalled when a group is on disk or has failed.
    written: Condvar,
    /// None if it was opened to be read.
    mark: Option<EndMark>,
}

impl EmbeddedLog {
    /// Opens the log in that directory, or makes one. `clock` assigns recorded times.
    pub fn open(dir: &Path, clock: Clock) -> Result<Self> {
        Self::open_tuned(dir, clock, &Tuning::log())
    }

    /// The same with budgets of its own.
    pub fn open_tuned(dir: &Path, clock: Clock, tuning: &Tuning) -> Result<Self> {
        Ok(Self::new(open::open(dir, PARTITION, tuning)?, clock))
    }

    /// Opens a log that exists as it lies on disk, to be read only, and changes nothing there. Appends fail.
    pub fn open_read_only(dir: &Path, tuning: &Tuning) -> Result<Self> {
        let mut opened = open::open_read_only(dir, PARTITION, tuning)?;
        opened.tail.failed = true;
        Ok(Self::new(opened, Arc::new(|| i64::MIN)))
    }

    fn new(opened: Opened, clock: Clock) -> Self {
        let Opened { db, id, tail, mark } = opened;
        let index = Mutex::new(Index::new(PARTITION, RECENT_MAX));
        Self { db, id, clock, tail: Mutex::new(tail), index, written: Condvar::new(), mark }
    }

    pub(crate) fn is_read_only(&self) -> bool {
        self.mark.is_none()
    }

    /// Whether its end mark can be read, or there never was one.
    pub(crate) fn is_marked(&self) -> bool {
        matches!(end_mark::read(self.db.path()), Ok(Marked::Nothing | Marked::At(..)))
    }

    /// Makes a copy of the log as it is now in `dir`, which must not exist: a backup, with the same id.
    pub fn checkpoint(&self, dir: &Path) -> Result<()> {
        self.db.checkpoint(dir).map_err(storage(format!("copy the log to `{}`", dir.display())))
    }

    /// The bytes of its files.
    pub fn size_on_disk_bytes(&self) -> Result<u64> {
        self.db.size_on_disk_bytes().map_err(storage("measure the log"))
    }

    /// What it holds in memory.
    pub fn memory_use(&self) -> Result<MemoryUse> {
        self.db.memory_use().map_err(storage("measure the log's memory"))
    }

    fn tail(&self) -> MutexGuard<'_, Tail> {
        // The tail changes in steps that do not panic, so a poisoned one is whole.
        self.tail.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn index(&self) -> MutexGuard<'_, Index> {
        // Where a panic left it behind the log, it catches up.
        self.index.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The end, once it is after `offset` or the wait is over.
    fn wait_for(&self, offset: u64, wait: Duration) -> u64 {
        let tail = self.tail();
        if wait.is_zero() {
            return tail.durable_end;
        }
        let at_end = |tail: &mut Tail| tail.durable_end <= offset;
        let (tail, _) = self.written.wait_timeout_while(tail, wait, at_end).unwrap_or_else(PoisonError::into_inner);
        tail.durable_end
    }

    /// The key of the block that holds a position, or of the first one.
    fn block_key_at(&self, at: Position) -> Result<Vec<u8>> {
        let after = block::key(Position { offset: at.offset.saturating_add(1), ..at });
        let mut rows = self.db.range_descending(&block::partition_prefix(at.partition), &after);
        match rows.advance() {
            Some(row) => Ok(row.map_err(storage(format!("find `{at}`")))?.0.to_vec()),
            None => Ok(block::partition_prefix(at.partition)),
        }
    }

    pub(crate) fn read_blocks(&self, from: Position, end: u64, limit: ReadLimit) -> Result<Batch> {
        let mut batch = Batch::new(from);
        let last = block::key(Position { offset: end, ..from });
        let mut rows = self.db.range(&self.block_key_at(from)?, &last);
        while let Some(row) = rows.advance() {
            let position = Position { offset: batch.next_offset(), ..from };
            let (key, value) = row.map_err(storage(format!("read at `{position}`")))?;
            let block = Block::read(key, value)?;
            if block.first.offset > position.offset || block.end() <= position.offset {
                return Err(missing(position, block.first.offset));
            }
            if !block.add_to(&mut batch, from.offset, limit)? {
                return Ok(batch);
            }
        }
        if batch.is_empty() { Err(missing(from, end)) } else { Ok(batch) }
    }

    /// Waits until the group is on disk, taking it there if nobody is writing.
    fn commit(&self, mut tail: MutexGuard<'_, Tail>, group: u64) -> Result<()> {
        loop {
            if tail.durable_group >= group {
                return Ok(());
            }
            if tail.failed {
                return Err(LogError::Failed);
            }
            if !tail.writing {
                return self.write_group(tail);
            }
            tail = self.written.wait(tail).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn write_group(&self, mut tail: MutexGuard<'_, Tail>) -> Result<()> {
        let Group { number, batch, first, end, identities } = tail.take_group();
        tail.writing = true;
        drop(tail);
        let written = self.db.write(batch, Durability::Synced);
        if written.is_ok() {
            // If it fails, the index reads the log when it is asked, and says what is wrong then.
            let _ = self.index().appended(self, first, &identities);
        }
        let mut tail = self.tail();
        tail.writing = false;
        match &written {
            Ok(()) => {
                (tail.durable_group, tail.durable_end) = (number, end);
                if let Some(mark) = &self.mark {
                    // Without it a later loss may go unnoticed; what was appended is durable all the same.
                    let _ = mark.write(Position { partition: PARTITION, offset: end });
                }
            }
            Err(_) => tail.failed = true,
        }
        self.written.notify_all();
        written.map_err(storage(format!("append to partition {PARTITION}")))
    }
}

impl Log for EmbeddedLog {
    fn id(&self) -> LogId {
        self.id
    }

    fn identities(&self) -> Option<&dyn IdentityIndex> {
        Some(self)
    }

    fn partitions(&self) -> u32 {
        PARTITION + 1
    }

    fn start(&self, partition: u32) -> Result<u64> {
        check(partition).map(|()| 0)
    }

    fn end(&self, partition: u32) -> Result<u64> {
        check(partition).map(|()| self.tail().durable_end)
    }

    fn read(&self, from: Position, limit: ReadLimit, wait: Duration) -> Result<Batch> {
        check(from.partition)?;
        let end = self.wait_for(from.offset, wait);
        if from.offset >= end { Ok(Batch::new(from)) } else { self.read_blocks(from, end, limit) }
    }

    fn append(&self, partition: u32, entries: &[Entry<'_>]) -> Result<Vec<Position>> {
        check(partition)?;
        let identities: Vec<_> = entries.iter().map(|entry| entry.envelope.identity_key()).collect();
        self.append_identified(entries, &identities)
    }

    fn append_identified(&self, entries: &[Entry<'_>], identities: &[IdentityKey]) -> Result<Vec<Position>> {
        assert_eq!(entries.len(), identities.len(), "every entry has an identity");
        entries.iter().try_for_each(|entry| frame::check_size(&entry.envelope))?;
        if entries.is_empty() {
            return Ok(Vec::new());
        }
        let mut tail = self.tail();
        if tail.failed {
            return Err(LogError::Failed);
        }
        let (group, positions) = tail.add(entries, identities, (self.clock)());
        self.commit(tail, group)?;
        Ok(positions)
    }
}

impl IdentityIndex for EmbeddedLog {
    fn known(&self, keys: &[IdentityKey]) -> Result<Vec<Option<Known>>> {
        let end = self.tail().durable_end;
        let mut index = self.index();
        index.catch_up(self, end)?;
        index.known(self, keys)
    }
}

impl fmt::Debug for EmbeddedLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EmbeddedLog").field("id", &self.id).field("db", &self.db).finish_non_exhaustive()
    }
}

fn check(partition: u32) -> Result<()> {
    if partition == PARTITION { Ok(()) } else { Err(LogError::NoPartition { partition, partitions: PARTITION + 1 }) }
}

pub(crate) fn missing(position: Position, found: u64) -> LogError {
    damaged(position, FrameError::Offset { expected: position.offset, found })
}

#[cfg(test)]
mod tests;
