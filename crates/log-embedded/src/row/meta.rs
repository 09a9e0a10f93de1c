//! What the log is: its format and its identity, and how far its identities are settled.
//!
//! ```text
//! 00 "format" 00                  u32, big-endian
//! 00 "id" 00                      16 bytes, drawn when the log was made
//! 00 "settled" 00 partition:u32   u64, big-endian: the records before this offset have their fingerprints in buckets
//! ```

use tributary_store::key::KeyWriter;

const TAG: u8 = 0;

/// The format that this version writes.
pub(crate) const FORMAT: u32 = 2;

/// The format before it, which is turned into this one when it is opened: it had a row for each identity, with a hash of the
/// content, and no seals.
pub(crate) const FORMAT_WITH_IDENTITIES: u32 = 1;

pub(crate) fn format_key() -> Vec<u8> {
    KeyWriter::new(TAG).text("format").finish()
}

pub(crate) fn id_key() -> Vec<u8> {
    KeyWriter::new(TAG).text("id").finish()
}

pub(crate) fn settled_key(partition: u32) -> Vec<u8> {
    KeyWriter::new(TAG).text("settled").u32(partition).finish()
}
