//! Opening: a new log gets a format and an identity, an old one is checked and its end found.

use std::path::Path;

use tributary_log::{LogError, LogId, Position, Result};
use tributary_store::{Batch, Db, Durability, Reader, Tuning};

use crate::error::storage;
use crate::group::Tail;
use crate::row::block::{self, Block};
use crate::row::meta::{self, FORMAT};

/// Opens or makes the database of a log.
pub(crate) fn open(dir: &Path, tuning: &Tuning) -> Result<(Db, LogId)> {
    let db = Db::open(dir, tuning).map_err(storage(format!("open log `{}`", dir.display())))?;
    let id = match format(&db)? {
        Some(FORMAT) => read_id(&db)?,
        Some(found) => return Err(other_format(&db, found)),
        None => create(&db)?,
    };
    Ok((db, id))
}

/// Where a partition ends and how its recorded times go on, from its last block.
pub(crate) fn recover(db: &Db, partition: u32) -> Result<Tail> {
    let mut rows = db.prefix_descending(&block::partition_prefix(partition));
    let Some(row) = rows.advance() else {
        return Ok(Tail::new(partition, 0, i64::MIN));
    };
    let (key, value) = row.map_err(storage(format!("find the end of partition {partition}")))?;
    let last = Block::read(partition, key, value)?;
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
