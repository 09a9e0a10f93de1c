//! What the log is: its format and its identity.
//!
//! ```text
//! 00 "format" 00   u32, big-endian
//! 00 "id" 00       16 bytes, drawn when the log was made
//! ```

use tributary_store::key::KeyWriter;

const TAG: u8 = 0;

/// The format that this version writes, and the only one it reads.
pub(crate) const FORMAT: u32 = 1;

pub(crate) fn format_key() -> Vec<u8> {
    KeyWriter::new(TAG).text("format").finish()
}

pub(crate) fn id_key() -> Vec<u8> {
    KeyWriter::new(TAG).text("id").finish()
}
