//! Seals: what a block said when it was appended, so that one that was changed since is noticed.
//!
//! ```text
//! 04 partition:u32 first offset:u64   the first 16 bytes of the BLAKE3 hash of the block's value
//! ```

use tributary_log::Position;
use tributary_store::key::KeyWriter;

const TAG: u8 = 4;

pub(crate) fn key(block: Position) -> Vec<u8> {
    KeyWriter::new(TAG).u32(block.partition).u64(block.offset).finish()
}

/// The seal of a block, header and frames.
pub(crate) fn of(block: &[u8]) -> [u8; 16] {
    let mut seal = [0; 16];
    seal.copy_from_slice(&blake3::hash(block).as_bytes()[..16]);
    seal
}
