//! `[USAGE] subject month partition offset` → a block of usage rows: those of one batch, subject and UTC month, the first of
//! which stands at that position.

use tributary_log::Position;
use tributary_store::key::{KeyReader, KeyWriter};

use super::tag;
use crate::error::Result;

pub(crate) fn key(subject: &str, month: i32, first: Position) -> Vec<u8> {
    KeyWriter::new(tag::USAGE).text(subject).i64(month.into()).u32(first.partition).u64(first.offset).finish()
}

/// The bounds of a subject's months, the second one exclusive.
pub(crate) fn months(subject: &str, from: i32, until: i32) -> (Vec<u8>, Vec<u8>) {
    let at = |month: i32| KeyWriter::new(tag::USAGE).text(subject).i64(month.into()).finish();
    (at(from), at(until))
}

/// The bounds of all that is of a subject, the second one exclusive.
pub(crate) fn subject_bounds(subject: &str) -> (Vec<u8>, Vec<u8>) {
    let from = of_subject(subject);
    let until = tributary_store::key::after_prefix(&from).unwrap_or_default();
    (from, until)
}

pub(crate) fn of_subject(subject: &str) -> Vec<u8> {
    KeyWriter::new(tag::USAGE).text(subject).finish()
}

/// The subject, month and first position of a block.
pub(crate) fn read(key: &[u8]) -> Result<(String, i32, Position)> {
    let subject = KeyReader::new(key, tag::USAGE)?.text()?.into_owned();
    let (month, position) = read_place(key)?;
    Ok((subject, month, position))
}

/// The month and first position of a block.
pub(crate) fn read_place(key: &[u8]) -> Result<(i32, Position)> {
    let mut reader = KeyReader::new(key, tag::USAGE)?;
    reader.text()?; // borrowed
    let month = reader.i64()? as i32;
    let position = Position { partition: reader.u32()?, offset: reader.u64()? };
    reader.end()?;
    Ok((month, position))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_usage_key_reads_back_and_months_bound_it() {
        let first = Position { partition: 3, offset: 9 };
        let written = key("account/a", 24_312, first);
        assert_eq!(read(&written).expect("a key"), ("account/a".to_owned(), 24_312, first));
        let (from, until) = months("account/a", 24_312, 24_313);
        assert!(from <= written && written < until);
        assert!(written.starts_with(&of_subject("account/a")));
        let (begin, end) = subject_bounds("account/a");
        assert!(begin <= written && written < end && end <= key("account/ab", i32::MIN, first));
        assert!(!key("account/ab", 1, first).starts_with(&of_subject("account/a")));
    }
}
