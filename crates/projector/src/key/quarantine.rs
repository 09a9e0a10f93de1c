//! `[QUARANTINE] partition offset` → why a record was set aside, and the record.

use tributary_log::Position;
use tributary_store::key::{KeyReader, KeyWriter};

use super::tag;
use crate::error::Result;

pub(crate) fn key(position: Position) -> Vec<u8> {
    KeyWriter::new(tag::QUARANTINE).u32(position.partition).u64(position.offset).finish()
}

pub(crate) fn all() -> Vec<u8> {
    KeyWriter::new(tag::QUARANTINE).finish()
}

pub(crate) fn read(key: &[u8]) -> Result<Position> {
    let mut reader = KeyReader::new(key, tag::QUARANTINE)?;
    Ok(Position { partition: reader.u32()?, offset: reader.u64()? })
}
