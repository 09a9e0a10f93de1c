//! A database: opening, writing, and what it takes of memory and disk.

use std::fmt;
use std::io;
use std::path::Path;

use rocksdb::checkpoint::Checkpoint;
use rocksdb::{
    Cache, DB, DBRecoveryMode, Env, IngestExternalFileOptions, Options, SstFileWriter, WriteOptions, properties,
};

use crate::reader::{Bounds, Direction, Reader, Rows};
use crate::{Batch, Durability, Result, Snapshot, StoreError, Tuning};

/// What a scan reads of a file at a time.
const SCAN_BYTES: usize = 2 * 1024 * 1024;

/// From so many bytes on a write is sorted into a file.
const RUN_BYTES_MIN: usize = 16 * 1024 * 1024;
/// Such a file until the database has taken it over; one that was left behind is written over.
const RUN: &str = "sorted-run.new";

/// An open database. Shared between threads as it is; closed when dropped.
pub struct Db {
    engine: DB,
    cache: Cache,
    /// For files that are written here and not by the engine.
    run_options: Options,
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
        Self::open_with(path, tuning, |options| options.create_if_missing(true))
    }

    /// A database that is nowhere but in memory, for tests: made in no time, and gone when it is dropped.
    pub fn in_memory(tuning: &Tuning) -> Result<Self> {
        let env = Env::mem_env().map_err(StoreError::engine("make room in memory"))?;
        // The engine asks for a directory that exists, and writes nothing there.
        Self::open_with(&std::env::temp_dir(), tuning, |options| {
            options.create_if_missing(true);
            options.set_env(&env);
        })
    }

    /// Opens the database, or makes one, if everything in the engine's own log is whole. [`Self::open`] stops at the first record that
    /// is not and goes on without the rest, which is right after a crash and wrong after damage: only the owner can tell.
    pub fn open_whole(path: &Path, tuning: &Tuning) -> Result<Self> {
        Self::open_with(path, tuning, |options| {
            options.create_if_missing(true);
            options.set_wal_recovery_mode(DBRecoveryMode::AbsoluteConsistency);
        })
    }

    fn open_with(path: &Path, tuning: &Tuning, set: impl Fn(&mut Options)) -> Result<Self> {
        let cache = tuning.cache();
        let (mut options, mut run_options) = (tuning.options(&cache), tuning.run_options(&cache));
        set(&mut options);
        set(&mut run_options);
        let engine = DB::open(&options, path).map_err(StoreError::opening(path))?;
        Ok(Self { engine, cache, run_options })
    }

    /// Opens a database that exists as it is on disk now; another process may go on writing it, unseen. Writes fail.
    pub fn open_read_only(path: &Path, tuning: &Tuning) -> Result<Self> {
        let cache = tuning.cache();
        let options = tuning.options(&cache);
        let engine = DB::open_for_read_only(&options, path, false).map_err(StoreError::opening(path))?;
        Ok(Self { engine, run_options: tuning.run_options(&cache), cache })
    }

    /// Its directory.
    pub fn path(&self) -> &Path {
        self.engine.path()
    }

    /// Writes all changes or none.
    pub fn write(&self, batch: Batch, durability: Durability) -> Result<()> {
        if durability == Durability::Unlogged && batch.bytes() >= RUN_BYTES_MIN && self.write_run(&batch)? {
            return Ok(());
        }
        let mut options = WriteOptions::default();
        options.set_sync(durability == Durability::Synced);
        options.disable_wal(durability == Durability::Unlogged);
        self.engine.write_opt(batch.engine(), &options).map_err(StoreError::engine("write"))
    }

    /// Sorts the changes into a file, which the database takes over: many keys in no order cost the engine's memory more than
    /// sorting them. Gives whether it could be done.
    fn write_run(&self, batch: &Batch) -> Result<bool> {
        let Some(rows) = batch.sorted() else { return Ok(false) };
        // What was written before must not be lost where this is kept.
        self.flush()?;
        let path = self.path().join(RUN);
        let failed = StoreError::engine("write a sorted file");
        let mut run = SstFileWriter::create(&self.run_options);
        run.open(&path).map_err(&failed)?;
        for (key, value) in rows {
            match value {
                Some(value) => run.put(key, value).map_err(&failed)?,
                None => run.delete(key).map_err(&failed)?,
            }
        }
        run.finish().map_err(&failed)?;
        let mut options = IngestExternalFileOptions::default();
        options.set_move_files(true);
        self.engine
            .ingest_external_file_opts(&options, vec![path])
            .map_err(StoreError::engine("take over a sorted file"))?;
        Ok(true)
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
        let bounds = Bounds::of_prefix(prefix);
        let mut options = bounds.options();
        options.set_verify_checksums(true);
        options.fill_cache(false);
        options.set_readahead_size(SCAN_BYTES);
        Rows::new(self.engine.raw_iterator_opt(options), bounds, Direction::Ascending)
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
        Rows::new(self.engine.raw_iterator_opt(bounds.options()), bounds, direction)
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
