//! `[ACCOUNT] account` → when something of it was last learned, what it holds, and which credits are derived from it.

use tributary_domain::id::AccountId;
use tributary_store::key::{KeyReader, KeyWriter};

use super::tag;
use crate::error::Result;

pub(crate) fn key(account: &AccountId) -> Vec<u8> {
    KeyWriter::new(tag::ACCOUNT).text(account.as_str()).finish()
}

pub(crate) fn all() -> Vec<u8> {
    KeyWriter::new(tag::ACCOUNT).finish()
}

pub(crate) fn read(key: &[u8]) -> Result<String> {
    let mut reader = KeyReader::new(key, tag::ACCOUNT)?;
    let account = reader.text()?.into_owned();
    reader.end()?;
    Ok(account)
}
