//! The keys of the store of what the topics say, one tag for each kind:
//!
//! ```text
//! 01                           → log id, number of partitions
//! 02 topic partition           → where to read on
//! 03 topic subject key         → the newest record and the last one
//! 04 topic subject key         → nothing: what lies on top may not be what is to be said
//! 05                           → where to read on in the quarantine
//! 06 place                     → nothing: what was set aside there is said
//! 07 partner                   → nothing: credits of it were said, and its accruals not yet looked at
//! ```

use tributary_events::feed::Topic;
use tributary_store::key::{KeyReader, KeyWriter};

use crate::error::Result;

const LOG: u8 = 1;
const NEXT: u8 = 2;
const HELD: u8 = 3;
const BURIED: u8 = 4;
const NEXT_PLACE: u8 = 5;
const PLACE: u8 = 6;
const CREDITED: u8 = 7;

pub(crate) fn log() -> Vec<u8> {
    KeyWriter::new(LOG).finish()
}

pub(crate) fn next(topic: Topic, partition: u32) -> Vec<u8> {
    KeyWriter::new(NEXT).u8(topic as u8).u32(partition).finish()
}

pub(crate) fn next_place() -> Vec<u8> {
    KeyWriter::new(NEXT_PLACE).finish()
}

pub(crate) fn place(key: &[u8]) -> Vec<u8> {
    KeyWriter::new(PLACE).text(&String::from_utf8_lossy(key)).finish()
}

pub(crate) fn held(topic: Topic, subject: &str, key: &str) -> Vec<u8> {
    KeyWriter::new(HELD).u8(topic as u8).text(subject).text(key).finish()
}

pub(crate) fn held_of(topic: Topic, subject: &str) -> Vec<u8> {
    KeyWriter::new(HELD).u8(topic as u8).text(subject).finish()
}

pub(crate) fn held_in(topic: Topic) -> Vec<u8> {
    KeyWriter::new(HELD).u8(topic as u8).finish()
}

/// The subject and the key of a held record.
pub(crate) fn read_held(key: &[u8]) -> Result<(String, String)> {
    let mut reader = KeyReader::new(key, HELD)?;
    reader.u8()?;
    Ok((reader.text()?.into_owned(), reader.text()?.into_owned()))
}

pub(crate) fn buried(topic: Topic, subject: &str, key: &str) -> Vec<u8> {
    KeyWriter::new(BURIED).u8(topic as u8).text(subject).text(key).finish()
}

pub(crate) fn buried_in(topic: Topic) -> Vec<u8> {
    KeyWriter::new(BURIED).u8(topic as u8).finish()
}

/// The subject of a buried record.
pub(crate) fn read_buried(key: &[u8]) -> Result<String> {
    let mut reader = KeyReader::new(key, BURIED)?;
    reader.u8()?;
    Ok(reader.text()?.into_owned())
}

pub(crate) fn credited(partner: &str) -> Vec<u8> {
    KeyWriter::new(CREDITED).text(partner).finish()
}

pub(crate) fn all_credited() -> Vec<u8> {
    KeyWriter::new(CREDITED).finish()
}

/// The partner whose credits were said.
pub(crate) fn read_credited(key: &[u8]) -> Result<String> {
    Ok(KeyReader::new(key, CREDITED)?.text()?.into_owned())
}
