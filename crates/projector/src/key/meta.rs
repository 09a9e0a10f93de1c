//! `[META] name` → what the store says of itself.

use tributary_store::key::{KeyReader, KeyWriter};

use super::tag;
use crate::error::Result;

/// The version of the layout.
pub(crate) const LAYOUT: &str = "layout";
/// The log that the store is built from.
pub(crate) const LOG: &str = "log";
/// Counters, and the last recorded instant.
pub(crate) const COUNTS: &str = "counts";
/// The closes whose statements are kept.
pub(crate) const CLOSED: &str = "closed";
/// How far others have been told.
pub(crate) const TOLD: &str = "told";

/// The last instant that anybody said credits of.
pub(crate) const HEARD: &str = "heard";

const NEXT: &str = "next";

pub(crate) fn key(name: &str) -> Vec<u8> {
    KeyWriter::new(tag::META).text(name).finish()
}

/// The latest recorded instant read of a partition.
pub(crate) fn recorded(partition: u32) -> Vec<u8> {
    KeyWriter::new(tag::META).text("recorded").u32(partition).finish()
}

/// The next offset to read of a partition of a topic beside the log.
pub(crate) fn next_beside(topic: &str, partition: u32) -> Vec<u8> {
    KeyWriter::new(tag::META).text("beside").text(topic).u32(partition).finish()
}

/// The next offset to read of a partition.
pub(crate) fn next_offset(partition: u32) -> Vec<u8> {
    KeyWriter::new(tag::META).text(NEXT).u32(partition).finish()
}

/// Those of all partitions.
pub(crate) fn next_offsets() -> Vec<u8> {
    KeyWriter::new(tag::META).text(NEXT).finish()
}

/// Of which partition a next offset is.
pub(crate) fn read_next_offset(key: &[u8]) -> Result<u32> {
    let mut reader = KeyReader::new(key, tag::META)?;
    reader.text()?;
    Ok(reader.u32()?)
}
