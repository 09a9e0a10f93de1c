//! `[HISTORY | REFERENCE | ALIAS | CLOSE | OBSERVATION] subject time recorded source id` → position and frame: the log re-sorted, each
//! subject's events in the order of T3.

use tributary_domain::event::Meta;
use tributary_store::key::{KeyReader, KeyWriter};

use crate::error::Result;

pub(crate) fn key(tag: u8, subject: &str, meta: &Meta) -> Vec<u8> {
    KeyWriter::new(tag)
        .text(subject)
        .i64(meta.time.micros())
        .i64(meta.recorded.micros())
        .text(meta.identity.source.as_str())
        .text(meta.identity.id.as_str())
        .finish()
}

/// Everything of a subject.
pub(crate) fn of_subject(tag: u8, subject: &str) -> Vec<u8> {
    KeyWriter::new(tag).text(subject).finish()
}

/// Everything whose subject begins so.
pub(crate) fn of_subject_prefix(tag: u8, beginning: &str) -> Vec<u8> {
    let mut prefix = KeyWriter::new(tag).text(beginning).finish();
    prefix.pop(); // the text's end
    prefix
}

/// The subject of a key; also of usage keys, which begin alike.
pub(crate) fn subject(key: &[u8], tag: u8) -> Result<String> {
    Ok(KeyReader::new(key, tag)?.text()?.into_owned())
}

/// Subject, source and id.
pub(crate) fn read(key: &[u8], tag: u8) -> Result<(String, String, String)> {
    let mut reader = KeyReader::new(key, tag)?;
    let subject = reader.text()?.into_owned();
    let (_time, _recorded) = (reader.i64()?, reader.i64()?);
    let (source, id) = (reader.text()?.into_owned(), reader.text()?.into_owned());
    reader.end()?;
    Ok((subject, source, id))
}

/// Everything of a kind.
pub(crate) fn all(tag: u8) -> Vec<u8> {
    KeyWriter::new(tag).finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::tag;

    #[test]
    fn a_prefix_of_a_subject_bounds_the_subjects_that_begin_so() {
        let of_account = of_subject(tag::HISTORY, "account/acme");
        assert!(of_account.starts_with(&of_subject_prefix(tag::HISTORY, "account/")));
        assert_eq!(subject(&of_account, tag::HISTORY).expect("a subject"), "account/acme");
    }
}
