//! `[OPENING] deal time recorded source id` → the subject that opened it, and `[OPENED_IN] subject deal` → nothing: which
//! account a deal belongs to depends on all of its openings (D1).

use tributary_domain::event::Meta;
use tributary_domain::id::DealId;
use tributary_store::key::{KeyReader, KeyWriter};

use super::tag;
use crate::error::Result;

pub(crate) fn key(deal: &DealId, meta: &Meta) -> Vec<u8> {
    KeyWriter::new(tag::OPENING)
        .text(deal.as_str())
        .i64(meta.time.micros())
        .i64(meta.recorded.micros())
        .text(meta.identity.source.as_str())
        .text(meta.identity.id.as_str())
        .finish()
}

pub(crate) fn of_deal(deal: &DealId) -> Vec<u8> {
    KeyWriter::new(tag::OPENING).text(deal.as_str()).finish()
}

/// When an opening was learned, microseconds since 1970.
pub(crate) fn recorded(key: &[u8]) -> Result<i64> {
    let mut reader = KeyReader::new(key, tag::OPENING)?;
    reader.text()?;
    reader.i64()?;
    Ok(reader.i64()?)
}

pub(crate) fn opened_in(subject: &str, deal: &DealId) -> Vec<u8> {
    KeyWriter::new(tag::OPENED_IN).text(subject).text(deal.as_str()).finish()
}

pub(crate) fn of_subject(subject: &str) -> Vec<u8> {
    KeyWriter::new(tag::OPENED_IN).text(subject).finish()
}

/// The deal of an `OPENED_IN` key.
pub(crate) fn deal(key: &[u8]) -> Result<String> {
    let mut reader = KeyReader::new(key, tag::OPENED_IN)?;
    reader.text()?;
    let deal = reader.text()?.into_owned();
    reader.end()?;
    Ok(deal)
}
