//! How a database uses memory, disk and processor: presets for our two uses, with budgets as parameters.

use rocksdb::{BlockBasedOptions, Cache, DBCompressionType, DBRecoveryMode, LogLevel, Options};

const MIB: usize = 1024 * 1024;

/// Memtables of a database: one is written, the others wait for the disk.
const MEMTABLES: usize = 4;

/// So many flushed files are merged at once where merging costs much.
const FLUSHES_TO_MERGE: i32 = 12;

/// The budgets of a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tuning {
    /// Data, index and filter blocks held in memory.
    pub cache_bytes: usize,
    /// All memtables together, those being flushed included.
    pub memtables_bytes: usize,
    /// Uncompressed bytes of a data block.
    pub block_bytes: usize,
    /// Threads that flush and compact.
    pub background_jobs: i32,
    /// Whether what lies longest is packed by a third tighter, for several times the processor time whenever it is rewritten, and so is
    /// rewritten less often.
    pub dense: bool,
}

impl Tuning {
    /// For the embedded log: appended in order, looked up by identities that are mostly not there. 192 MiB.
    pub fn log() -> Self {
        Self { cache_bytes: 96 * MIB, memtables_bytes: 96 * MIB, dense: true, ..Self::projection() }
    }

    /// For the projection: everything that is derived from the log. 512 MiB.
    pub fn projection() -> Self {
        Self {
            cache_bytes: 256 * MIB,
            memtables_bytes: 256 * MIB,
            block_bytes: 16 * 1024,
            background_jobs: 2,
            dense: false,
        }
    }

    pub(crate) fn cache(&self) -> Cache {
        Cache::new_lru_cache(self.cache_bytes)
    }

    pub(crate) fn options(&self, cache: &Cache) -> Options {
        let mut options = Options::default();
        options.set_max_background_jobs(self.background_jobs);
        options.set_write_buffer_size(self.memtables_bytes / MEMTABLES);
        options.set_max_write_buffer_number(MEMTABLES as i32);
        options.set_compression_type(DBCompressionType::Lz4);
        if self.dense {
            // Upper levels are rewritten often, the last one holds nine tenths of the data.
            options.set_bottommost_compression_type(DBCompressionType::Zstd);
            // Every flush holds some of each kind of row, so each merge of flushed files rewrites a whole level.
            options.set_level_zero_file_num_compaction_trigger(FLUSHES_TO_MERGE);
            options.set_level_zero_slowdown_writes_trigger(3 * FLUSHES_TO_MERGE);
            options.set_level_zero_stop_writes_trigger(5 * FLUSHES_TO_MERGE);
        }
        options.set_level_compaction_dynamic_level_bytes(true);
        options.set_bytes_per_sync(MIB as u64);
        options.set_block_based_table_factory(&self.blocks(cache));
        options.set_merge_operator_associative("extend", crate::batch::extended);
        // After a crash the last record may be torn; what stands before it is whole.
        options.set_wal_recovery_mode(DBRecoveryMode::PointInTime);
        // The engine's own journal, next to the data: little of it is ever read.
        options.set_log_level(LogLevel::Warn);
        options.set_keep_log_file_num(4);
        options.set_max_log_file_size(4 * MIB);
        options
    }

    /// For sorted files that are written for the database: like those that it flushes.
    pub(crate) fn run_options(&self, cache: &Cache) -> Options {
        let mut options = Self { dense: false, ..*self }.options(cache);
        let mut blocks = self.blocks(cache);
        blocks.set_bloom_filter(10.0, false);
        options.set_block_based_table_factory(&blocks);
        options
    }

    fn blocks(&self, cache: &Cache) -> BlockBasedOptions {
        let mut blocks = BlockBasedOptions::default();
        blocks.set_block_size(self.block_bytes);
        blocks.set_block_cache(cache);
        blocks.set_format_version(6);
        // Bloom where filters are short-lived, ribbon (a third smaller) below.
        blocks.set_hybrid_ribbon_filter(10.0, 1);
        blocks.set_optimize_filters_for_memory(true);
        // Index and filters count against the cache, so that memory stays bounded at any size.
        blocks.set_cache_index_and_filter_blocks(true);
        blocks.set_cache_index_and_filter_blocks_with_high_priority(true);
        blocks.set_pin_l0_filter_and_index_blocks_in_cache(true);
        blocks
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_keep_to_the_budgets_of_the_design() {
        for (tuning, mib) in [(Tuning::log(), 192), (Tuning::projection(), 512)] {
            assert_eq!(tuning.cache_bytes + tuning.memtables_bytes, mib * MIB);
        }
    }
}
