//! `[STATEMENT] partner period` → the statement that a close recognised: the finance crate's bytes.

use tributary_domain::id::PartnerId;
use tributary_domain::time::Period;
use tributary_store::key::{KeyReader, KeyWriter};

use super::tag;
use crate::error::Result;

pub(crate) fn key(partner: &PartnerId, period: Period) -> Vec<u8> {
    KeyWriter::new(tag::STATEMENT).text(partner.as_str()).i64(period.ordinal().into()).finish()
}

pub(crate) fn of_partner(partner: &PartnerId) -> Vec<u8> {
    KeyWriter::new(tag::STATEMENT).text(partner.as_str()).finish()
}

pub(crate) fn all() -> Vec<u8> {
    KeyWriter::new(tag::STATEMENT).finish()
}

/// Partner and period.
pub(crate) fn read(key: &[u8]) -> Result<(String, Period)> {
    let mut reader = KeyReader::new(key, tag::STATEMENT)?;
    let partner = reader.text()?.into_owned();
    let period = Period::from_ordinal(reader.i64()? as i32);
    reader.end()?;
    Ok((partner, period))
}
