//! Records, a block of frames at a time: reading blocks is four times as fast as reading a row for each event.
//!
//! ```text
//! 01 partition:u32 first offset:u64   count:u32 bytes:u32 recorded_max:i64 frame*
//! ```
//!
//! Numbers are big-endian. `bytes` are those of the frames: a torn block must not run on into the next one, for batches
//! join them. `recorded_max` is the latest recorded time in the partition up to and with this block, so that
//! the last block tells how to go on. Offsets within a block, and from block to block, have no gaps.

use tributary_log::{Batch, FrameError, LogError, Position, ReadLimit, Record, Result, frame};
use tributary_store::Batch as Changes;
use tributary_store::key::{KeyReader, KeyWriter};

use super::seal;

const TAG: u8 = 1;

/// A block is closed once its frames take this much.
const BLOCK_BYTES: usize = 64 * 1024;

/// A block is closed once it has so many records.
const BLOCK_RECORDS: u32 = 512;

const HEADER_BYTES: usize = 16;

pub(crate) fn key(first: Position) -> Vec<u8> {
    KeyWriter::new(TAG).u32(first.partition).u64(first.offset).finish()
}

pub(crate) fn partition_prefix(partition: u32) -> Vec<u8> {
    KeyWriter::new(TAG).u32(partition).finish()
}

/// Every block of every partition.
pub(crate) fn all() -> Vec<u8> {
    vec![TAG]
}

/// Where a block begins, by its key.
pub(crate) fn position(key: &[u8]) -> Result<Position> {
    let read = || {
        let mut key = KeyReader::new(key, TAG)?;
        let position = Position { partition: key.u32()?, offset: key.u64()? };
        key.end().map(|()| position)
    };
    let short = FrameError::Short { field: "block key", needed: 13, left: key.len() };
    read().map_err(|_| damaged(Position { partition: 0, offset: 0 }, short))
}

/// A block that is being filled.
pub(crate) struct BlockWriter {
    first: Position,
    count: u32,
    recorded_us_max: i64,
    value: Vec<u8>,
}

impl BlockWriter {
    pub(crate) fn new(first: Position) -> Self {
        let mut value = Vec::with_capacity(BLOCK_BYTES + BLOCK_BYTES / 16);
        value.resize(HEADER_BYTES, 0);
        Self { first, count: 0, recorded_us_max: i64::MIN, value }
    }

    /// Adds the next record; `recorded_us_max` is the latest time up to and with it.
    pub(crate) fn push(&mut self, record: &Record<'_>, recorded_us_max: i64) {
        frame::encode(record, &mut self.value);
        self.count += 1;
        self.recorded_us_max = recorded_us_max;
    }

    pub(crate) fn is_full(&self) -> bool {
        self.count >= BLOCK_RECORDS || self.value.len() >= BLOCK_BYTES
    }

    /// Puts the block and its seal.
    pub(crate) fn finish(mut self, batch: &mut Changes) {
        let bytes = (self.value.len() - HEADER_BYTES) as u32; // bounded by BLOCK_BYTES and FRAME_BYTES_MAX
        self.value[..4].copy_from_slice(&self.count.to_be_bytes());
        self.value[4..8].copy_from_slice(&bytes.to_be_bytes());
        self.value[8..HEADER_BYTES].copy_from_slice(&self.recorded_us_max.to_be_bytes());
        batch.put(&key(self.first), &self.value);
        batch.put(&seal::key(self.first), &seal::of(&self.value));
    }
}

/// A block as it is stored.
#[derive(Debug)]
pub(crate) struct Block<'a> {
    pub(crate) first: Position,
    pub(crate) recorded_us_max: i64,
    count: u32,
    pub(crate) frames: &'a [u8],
}

impl<'a> Block<'a> {
    /// Reads key and header; the frames are looked at when they are read.
    pub(crate) fn read(key: &[u8], value: &'a [u8]) -> Result<Self> {
        let first = position(key)?;
        let short = FrameError::Short { field: "block header", needed: HEADER_BYTES as u64, left: value.len() };
        let Some((header, frames)) = value.split_first_chunk::<HEADER_BYTES>() else {
            return Err(damaged(first, short));
        };
        let [a, b, c, d, e, f, g, h, recorded_us_max @ ..] = *header;
        let (count, bytes) = (u32::from_be_bytes([a, b, c, d]), u32::from_be_bytes([e, f, g, h]));
        if count == 0 {
            return Err(damaged(first, FrameError::Count { expected: 1, found: 0 }));
        }
        let block = Self { first, recorded_us_max: i64::from_be_bytes(recorded_us_max), count, frames };
        if frames.len() != bytes as usize {
            block.check_frames()?; // names the frame, if one is torn
            return Err(damaged(first, FrameError::Short { field: "block", needed: bytes.into(), left: frames.len() }));
        }
        Ok(block)
    }

    /// The offset after its last record.
    pub(crate) fn end(&self) -> u64 {
        self.first.offset.saturating_add(u64::from(self.count))
    }

    /// Checks that the frames are as many as the header says, at the offsets they should have.
    pub(crate) fn check_frames(&self) -> Result<()> {
        self.records().iter().try_for_each(|record| record.map(drop))
    }

    /// Its records.
    pub(crate) fn records(&self) -> Batch {
        let mut batch = Batch::new(self.first);
        batch.push_frames(self.frames, self.count as usize, self.end() - 1);
        batch
    }

    /// Adds its records from an offset on to a batch; gives whether the batch may take more after them.
    pub(crate) fn add_to(&self, batch: &mut Batch, from: u64, limit: ReadLimit) -> Result<bool> {
        let count = self.count as usize;
        if from <= self.first.offset {
            if batch.has_room(limit, count, self.frames.len()) {
                batch.push_frames(self.frames, count, self.end() - 1);
                return Ok(true);
            }
            if !batch.is_empty() {
                // Ends the batch with a whole block, so that the next read does not skip within this one.
                return Ok(false);
            }
        }
        self.add_some(batch, from, limit)
    }

    fn add_some(&self, batch: &mut Batch, from: u64, limit: ReadLimit) -> Result<bool> {
        let mut rest = self.frames;
        for expected in self.first.offset..self.end() {
            let position = Position { offset: expected, ..self.first };
            let (found, bytes, after) = frame::split(rest).map_err(|source| damaged(position, source))?;
            if found != expected {
                return Err(damaged(position, FrameError::Offset { expected, found }));
            }
            if found >= from {
                if !batch.has_room(limit, 1, bytes.len()) {
                    return Ok(false);
                }
                batch.push_frames(bytes, 1, found);
            }
            rest = after;
        }
        Ok(true)
    }
}

/// An error of the record at `position`.
pub(crate) fn damaged(position: Position, source: FrameError) -> LogError {
    LogError::Damaged { position, source }
}
