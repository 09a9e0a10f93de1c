//! A database: opening, writing, and what it takes of memory and disk.

use std::fmt;
use std::io;
use std::path::Path;

use rocksdb::checkpoint::Checkpoint;
use rocksdb::{Cache, DB, DBRecoveryMode, Env, WriteOptions, properties};

use crate::reader::{Bounds, Direction, Reader, Rows};
use crate::{Batch, Durability, Result, Snapshot, StoreError, Tuning};

/// What a scan reads of a file at a time.
const SCAN_BYTES: usize = 2 * 1024 * 1024;

/// An open database. Shared between threads as it is; closed when dropped.
pub struct Db {
    engine: DB,
    cache: Cache,
}

/// Memory that a database holds, in bytes; approximate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MemoryUse {
    /// Writes that are not in files yet, and those being flushed.
    pub memtables_bytes: u64,
    /// Blocks read from files.
    pub cache_bytes: u64,
    /// What open files need beside the cache.
    pub tables_bytes: u64,
}

impl Db {
    /// Opens the database in that directory, or makes one. Fails with [`StoreError::Locked`] if somebody has it open.
    pub fn open(path: &Path, tuning: &Tuning) -> Result<Self> {
        let cache = tuning.cache();
        let mut options = tuning.options(&cache);
        options.create_if_missing(true);
        let engine = DB::open(&options, path).map_err(StoreError::opening(path))?;
        Ok(Self { engine, cache })
    }

    /// A database that is nowhere but in memory, for tests: made in no time, and gone when it is dropped.
    pub fn in_memory(tuning: &Tuning) -> Result<Self> {
        let cache = tuning.cache();
        let mut options = tuning.options(&cache);
        options.create_if_missing(true);
        options.set_env(&Env::mem_env().map_err(StoreError::engine("make room in memory"))?);
        // The engine asks for a directory that exists, and writes nothing there.
        let engine = DB::open(&options, std::env::temp_dir()).map_err(StoreError::engine("open the database"))?;
        Ok(Self { engine, cache })
    }

    /// Opens the database, or makes one, if everything in the engine's own log is whole. [`Self::open`] stops at the first record that
    /// is not and goes on without the rest, which is right after a crash and wrong after damage: only the owner can tell.
    pub fn open_whole(path: &Path, tuning: &Tuning) -> Result<Self> {
        let cache = tuning.cache();
        let mut options = tuning.options(&cache);
        options.create_if_missing(true);
        options.set_wal_recovery_mode(DBRecoveryMode::AbsoluteConsistency);
        let engine = DB::open(&options, path).map_err(StoreError::opening(path))?;
        Ok(Self { engine, cache })
    }

    /// Opens a database that exists as it is on disk now; another process may go on writing it, unseen. Writes fail.
    pub fn open_read_only(path: &Path, tuning: &Tuning) -> Result<Self> {
        let cache = tuning.cache();
        let options = tuning.options(&cache);
        let engine = DB::open_for_read_only(&options, path, false).map_err(StoreError::opening(path))?;
        Ok(Self { engine, cache })
    }

    /// Its directory.
    pub fn path(&self) -> &Path {
        self.engine.path()
    }

    /// Writes all changes or none.
    pub fn write(&self, batch: Batch, durability: Durability) -> Result<()> {
        let mut options = WriteOptions::default();
        options.set_sync(durability == Durability::Synced);
        options.disable_wal(durability == Durability::Unlogged);
        self.engine.write_opt(batch.0, &options).map_err(StoreError::engine("write"))
    }

    /// Brings everything written so far to disk, and waits for it.
    pub fn flush(&self) -> Result<()> {
        self.engine.flush().map_err(StoreError::engine("flush"))
    }

    /// Rewrites everything into the bottommost level, and waits for it.
    pub fn compact(&self) {
        self.engine.compact_range(None::<&[u8]>, None::<&[u8]>);
    }

    /// Makes a database of its own in `path`, which must not exist, with what this one holds now. Files are hard links.
    pub fn checkpoint(&self, path: &Path) -> Result<()> {
        let checkpoint = Checkpoint::new(&self.engine).map_err(StoreError::engine("prepare a checkpoint"))?;
        checkpoint.create_checkpoint(path).map_err(StoreError::engine("make a checkpoint"))
    }

    /// A view of it as it is now, for questions that read more than once.
    pub fn snapshot(&self) -> Snapshot<'_> {
        Snapshot(self.engine.snapshot())
    }

    /// Every row, ascending, read past the cache and checked against its block's checksum: for those who verify.
    pub fn scan(&self, prefix: &[u8]) -> Rows<'_> {
        let mut options = Bounds::of_prefix(prefix).options();
        options.set_verify_checksums(true);
        options.fill_cache(false);
        options.set_readahead_size(SCAN_BYTES);
        Rows::new(self.engine.raw_iterator_opt(options), Direction::Ascending)
    }

    /// The bytes of all files in its directory.
    pub fn size_on_disk_bytes(&self) -> Result<u64> {
        let path = self.path();
        files_bytes(path).map_err(|source| StoreError::Measure { path: path.to_owned(), source })
    }

    /// What it holds in memory.
    pub fn memory_use(&self) -> Result<MemoryUse> {
        let property = |name| {
            let value = self.engine.property_int_value(name).map_err(StoreError::engine("ask for the memory in use"));
            value.map(Option::unwrap_or_default)
        };
        Ok(MemoryUse {
            memtables_bytes: property(properties::SIZE_ALL_MEM_TABLES)?,
            cache_bytes: self.cache.get_usage() as u64,
            tables_bytes: property(properties::ESTIMATE_TABLE_READERS_MEM)?,
        })
    }
}

impl Reader for Db {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>> {
        self.engine.get(key).map_err(StoreError::engine("read a key"))
    }

    fn multi_get(&self, keys: &[&[u8]]) -> Result<Vec<Option<Vec<u8>>>> {
        self.engine.multi_get(keys).into_iter().map(|value| value.map_err(StoreError::engine("read keys"))).collect()
    }

    fn rows(&self, bounds: Bounds, direction: Direction) -> Rows<'_> {
        Rows::new(self.engine.raw_iterator_opt(bounds.options()), direction)
    }
}

impl fmt::Debug for Db {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Db").field("path", &self.path()).finish_non_exhaustive()
    }
}

/// The engine removes files while we look: those count nothing.
fn files_bytes(path: &Path) -> io::Result<u64> {
    let mut bytes = 0;
    for entry in std::fs::read_dir(path)? {
        match entry?.metadata() {
            Ok(metadata) => bytes += metadata.len(),
            Err(gone) if gone.kind() == io::ErrorKind::NotFound => {}
            Err(other) => return Err(other),
        }
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests;
