//! `[OUTBOX] kind name` → since when, until when, and by which event something changed that others have not been told of yet.

use tributary_store::key::{KeyReader, KeyWriter};

use super::tag;
use crate::error::Result;

pub(crate) fn key(kind: u8, name: &str) -> Vec<u8> {
    KeyWriter::new(tag::OUTBOX).u8(kind).text(name).finish()
}

pub(crate) fn all() -> Vec<u8> {
    KeyWriter::new(tag::OUTBOX).finish()
}

/// The kind and the name.
pub(crate) fn read(key: &[u8]) -> Result<(u8, String)> {
    let mut reader = KeyReader::new(key, tag::OUTBOX)?;
    let (kind, name) = (reader.u8()?, reader.text()?.into_owned());
    reader.end()?;
    Ok((kind, name))
}
