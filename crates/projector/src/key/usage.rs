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

pub(crate) fn of_subject(subject: &str) -> Vec<u8> {
    KeyWriter::new(tag::USAGE).text(subject).finish()
}

/// The subject, month and first position of a block.
pub(crate) fn read(key: &[u8]) -> Result<(String, i32, Position)> {
    let mut reader = KeyReader::new(key, tag::USAGE)?;
    let subject = reader.text()?.into_owned();
    let month = reader.i64()? as i32;
    let position = Position { partition: reader.u32()?, offset: reader.u64()? };
    reader.end()?;
    Ok((subject, month, position))
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
        assert!(!key("account/ab", 1, first).starts_with(&of_subject("account/a")));
    }
}
