//! `[CORRECTION] usage-identity recorded source id` → the restated amount: of those of one usage event the last known stands (F1).

use tributary_domain::event::Meta;
use tributary_log::IdentityKey;
use tributary_store::key::{KeyReader, KeyWriter};

use super::tag;
use crate::error::Result;

pub(crate) fn key(corrected: IdentityKey, meta: &Meta) -> Vec<u8> {
    KeyWriter::new(tag::CORRECTION)
        .fixed(&corrected.0)
        .i64(meta.recorded.micros())
        .text(meta.identity.source.as_str())
        .text(meta.identity.id.as_str())
        .finish()
}

/// The bounds of the corrections of a usage event known at an instant, the second one exclusive.
pub(crate) fn known(corrected: IdentityKey, after_known_at_us: i64) -> (Vec<u8>, Vec<u8>) {
    let from = KeyWriter::new(tag::CORRECTION).fixed(&corrected.0).finish();
    let until = KeyWriter::new(tag::CORRECTION).fixed(&corrected.0).i64(after_known_at_us).finish();
    (from, until)
}

pub(crate) fn all() -> Vec<u8> {
    KeyWriter::new(tag::CORRECTION).finish()
}

/// Which usage event a correction is of.
pub(crate) fn read(key: &[u8]) -> Result<IdentityKey> {
    Ok(IdentityKey(KeyReader::new(key, tag::CORRECTION)?.fixed()?))
}
