//! `[OUTGOING] partition offset` → a record of usage, or of a correction, that other shards need and have not been sent.

use tributary_log::Position;
use tributary_store::key::{KeyReader, KeyWriter};

use super::tag;
use crate::error::Result;

pub(crate) fn key(position: Position) -> Vec<u8> {
    KeyWriter::new(tag::OUTGOING).u32(position.partition).u64(position.offset).finish()
}

pub(crate) fn all() -> Vec<u8> {
    KeyWriter::new(tag::OUTGOING).finish()
}

pub(crate) fn read(key: &[u8]) -> Result<Position> {
    let mut reader = KeyReader::new(key, tag::OUTGOING)?;
    let position = Position { partition: reader.u32()?, offset: reader.u64()? };
    reader.end()?;
    Ok(position)
}
