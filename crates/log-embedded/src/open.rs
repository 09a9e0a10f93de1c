//! Opening: a new log gets a format and an identity, an old one is checked and its end found.
//!
//! What the engine's own log holds beyond its first damage is left out by the engine, and then removed. So a log is opened
//! strictly first; if that fails, its end as it can be read is compared with its end mark, before anything is written: a
//! torn tail was never acknowledged and may go, anything else is an error and stays as it is.

use std::path::Path;

use tributary_log::{LogError, LogId, Position, Result};
use tributary_store::{Batch, Db, Durability, Reader, StoreError, Tuning};

use crate::end_mark::{self, EndMark, Marked};
use crate::error::storage;
use crate::group::Tail;
use crate::row::block::{self, Block};
use crate::row::bucket;
use crate::row::meta::{self, FORMAT, FORMAT_WITH_IDENTITIES};
use crate::row::seal;

/// Blocks of an older log that are sealed in one write.
const SEALED_AT_ONCE: usize = 4096;

/// A database with what it says of itself.
pub(crate) struct Opened {
    pub(crate) db: Db,
    pub(crate) id: LogId,
    pub(crate) tail: Tail,
    /// None where nothing is ever written.
    pub(crate) mark: Option<EndMark>,
}

/// Opens or makes the database of a log.
pub(crate) fn open(dir: &Path, partition: u32, tuning: &Tuning) -> Result<Opened> {
    let opening = || format!("open log `{}`", dir.display());
    let db = match Db::open_whole(dir, tuning) {
        Err(StoreError::Damaged { .. }) => {
            drop(open_read_only(dir, partition, tuning)?); // says what was lost, if anything was
            Db::open(dir, tuning)
        }
        opened => opened,
    };
    let db = db.map_err(storage(opening()))?;
    let id = match format(&db)? {
        Some(FORMAT) => read_id(&db)?,
        Some(FORMAT_WITH_IDENTITIES) => {
            turn_into_buckets(&db)?;
            read_id(&db)?
        }
        Some(found) => return Err(other_format(&db, found)),
        None => match marked(dir)? {
            Marked::At(_, acknowledged) => return Err(lost(dir, Position { partition, offset: 0 }, acknowledged)),
            Marked::Nothing | Marked::Unreadable => create(&db)?,
        },
    };
    let tail = recover(&db, partition)?;
    check_mark(dir, partition, &tail)?;
    let marking = || {
        let mark = EndMark::open(dir, id)?;
        mark.write(Position { partition, offset: tail.durable_end })?;
        Ok(mark)
    };
    let mark =
        marking().map_err(|error: std::io::Error| LogError::Storage { operation: opening(), source: error.into() });
    Ok(Opened { db, id, mark: Some(mark?), tail })
}

/// Opens the log as it lies on disk, to be read only. Nothing on disk is changed.
pub(crate) fn open_read_only(dir: &Path, partition: u32, tuning: &Tuning) -> Result<Opened> {
    let db = Db::open_read_only(dir, tuning).map_err(storage(format!("open log `{}`", dir.display())))?;
    let id = match format(&db)? {
        Some(FORMAT) => read_id(&db)?,
        found => match marked(dir)? {
            Marked::At(_, acknowledged) if found.is_none() => {
                return Err(lost(dir, Position { partition, offset: 0 }, acknowledged));
            }
            _ => return Err(other_format(&db, found.unwrap_or_default())),
        },
    };
    let tail = recover(&db, partition)?;
    check_mark(dir, partition, &tail)?;
    Ok(Opened { db, id, tail, mark: None })
}

fn marked(dir: &Path) -> Result<Marked> {
    let operation = || format!("read the end mark of log `{}`", dir.display());
    end_mark::read(dir).map_err(|error| LogError::Storage { operation: operation(), source: error.into() })
}

/// A log that ends before its mark has lost what was acknowledged. A mark of another log says nothing of this one.
fn check_mark(dir: &Path, partition: u32, tail: &Tail) -> Result<()> {
    let end = Position { partition, offset: tail.durable_end };
    match marked(dir)? {
        Marked::At(_, acknowledged) if acknowledged > end => Err(lost(dir, end, acknowledged)),
        Marked::At(..) | Marked::Nothing | Marked::Unreadable => Ok(()),
    }
}

fn lost(dir: &Path, end: Position, acknowledged: Position) -> LogError {
    LogError::Lost { place: dir.to_owned(), end, acknowledged }
}

/// Where a partition ends and how its recorded times go on, from its last block.
fn recover(db: &Db, partition: u32) -> Result<Tail> {
    let mut rows = db.prefix_descending(&block::partition_prefix(partition));
    let Some(row) = rows.advance() else {
        return Ok(Tail::new(partition, 0, i64::MIN));
    };
    let (key, value) = row.map_err(storage(format!("find the end of partition {partition}")))?;
    let last = Block::read(key, value)?;
    last.check_frames()?;
    Ok(Tail::new(partition, last.end(), last.recorded_us_max))
}

fn format(db: &Db) -> Result<Option<u32>> {
    if let Some(value) = db.get(&meta::format_key()).map_err(storage("read the log's format"))? {
        // Of another length it is no format of ours: as far from it as can be.
        return Ok(Some(value.try_into().map_or(u32::MAX, u32::from_be_bytes)));
    }
    let is_empty = db.prefix(b"").advance().is_none();
    Ok(if is_empty { None } else { Some(0) })
}

fn create(db: &Db) -> Result<LogId> {
    let mut id = [0; 16];
    getrandom::fill(&mut id)
        .map_err(|error| LogError::Storage { operation: "draw the log's id".into(), source: Box::new(error) })?;
    let mut batch = Batch::new();
    batch.put(&meta::format_key(), &FORMAT.to_be_bytes());
    batch.put(&meta::id_key(), &id);
    db.write(batch, Durability::Synced).map_err(storage("make the log"))?;
    Ok(LogId(id))
}

/// Seals the blocks of a log of the first format. What it has of identities follows from its records: it goes, and the index makes
/// its own. One that is stopped midway is still of the first format, and begins again.
fn turn_into_buckets(db: &Db) -> Result<()> {
    let failed = || storage("bring the log to this version's format");
    let mut batch = Batch::new();
    let mut blocks = db.scan(&block::all());
    while let Some(row) = blocks.advance() {
        let (key, value) = row.map_err(failed())?;
        batch.put(&seal::key(block::position(key)?), &seal::of(value));
        if batch.len() >= SEALED_AT_ONCE {
            db.write(std::mem::take(&mut batch), Durability::Logged).map_err(failed())?;
        }
    }
    batch.delete_range(&[bucket::TAG_OF_IDENTITIES], &[bucket::TAG_OF_IDENTITIES + 1]);
    batch.put(&meta::format_key(), &FORMAT.to_be_bytes());
    db.write(batch, Durability::Synced).map_err(failed())
}

fn read_id(db: &Db) -> Result<LogId> {
    let value = db.get(&meta::id_key()).map_err(storage("read the log's id"))?;
    let id = value.and_then(|value| value.try_into().ok()).map(LogId);
    let beginning = Position { partition: 0, offset: 0 };
    id.ok_or_else(|| {
        block::damaged(beginning, tributary_log::FrameError::Short { field: "log id", needed: 16, left: 0 })
    })
}

fn other_format(db: &Db, found: u32) -> LogError {
    LogError::Format { place: db.path().to_owned(), found, supported: FORMAT }
}
