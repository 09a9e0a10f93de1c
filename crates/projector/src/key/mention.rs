//! `[MENTION] partner subject` → nothing: the subject's history names the partner, so its account may give the partner credit.

use std::borrow::Cow;

use tributary_domain::id::PartnerId;
use tributary_store::key::{KeyReader, KeyWriter};

use super::tag;
use crate::error::Result;

pub(crate) fn key(partner: &PartnerId, subject: &str) -> Vec<u8> {
    KeyWriter::new(tag::MENTION).text(partner.as_str()).text(subject).finish()
}

pub(crate) fn of_partner(partner: &PartnerId) -> Vec<u8> {
    KeyWriter::new(tag::MENTION).text(partner.as_str()).finish()
}

/// The subject.
pub(crate) fn read(key: &[u8]) -> Result<Cow<'_, str>> {
    let mut reader = KeyReader::new(key, tag::MENTION)?;
    reader.text()?;
    let subject = reader.text()?;
    reader.end()?;
    Ok(subject)
}
