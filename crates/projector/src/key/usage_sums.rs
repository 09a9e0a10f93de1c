//! `[USAGE_SUMS] subject month` → the daily sums of blocks of usage of that subject and UTC month.

use tributary_store::key::{KeyReader, KeyWriter};

use super::tag;
use crate::error::Result;

pub(crate) fn key(subject: &str, month: i32) -> Vec<u8> {
    KeyWriter::new(tag::USAGE_SUMS).text(subject).i64(month.into()).finish()
}

/// The subject and the month.
pub(crate) fn read(key: &[u8]) -> Result<(String, i32)> {
    let mut reader = KeyReader::new(key, tag::USAGE_SUMS)?;
    let subject = reader.text()?.into_owned();
    let month = reader.i64()? as i32;
    reader.end()?;
    Ok((subject, month))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_of_sums_reads_back_and_stands_among_those_of_its_subject_by_month() {
        let written = key("account/a", 24_312);
        assert_eq!(read(&written).expect("a key"), ("account/a".to_owned(), 24_312));
        assert!(key("account/a", i32::MIN) < written && written < key("account/a", 24_313));
        assert!(key("account/a", i32::MAX) < key("account/ab", i32::MIN));
    }
}
