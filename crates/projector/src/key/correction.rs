//! `[CORRECTION] usage-partition usage-offset recorded source id` → the restated amount: of those of one usage event the last
//! known stands (F1). `[WAITING] usage-identity recorded source id` → the same, while the usage event has not arrived.

use tributary_domain::event::Meta;
use tributary_log::{IdentityKey, Position};
use tributary_store::key::{KeyReader, KeyWriter};

use super::tag;
use crate::error::Result;

pub(crate) fn key(usage: Position, meta: &Meta) -> Vec<u8> {
    of(of_usage(usage), meta)
}

fn of_usage(usage: Position) -> KeyWriter {
    KeyWriter::new(tag::CORRECTION).u32(usage.partition).u64(usage.offset)
}

fn of(corrected: KeyWriter, meta: &Meta) -> Vec<u8> {
    corrected.i64(meta.recorded.micros()).text(meta.identity.source.as_str()).text(meta.identity.id.as_str()).finish()
}

/// The bounds of the corrections of a usage event known before an instant, the second one exclusive.
pub(crate) fn known(usage: Position, before_us: i64) -> (Vec<u8>, Vec<u8>) {
    (of_usage(usage).finish(), of_usage(usage).i64(before_us).finish())
}

pub(crate) fn of_position(usage: Position) -> Vec<u8> {
    of_usage(usage).finish()
}

/// The key of a correction whose usage event stands elsewhere now.
pub(crate) fn moved(key: &[u8], usage: Position) -> Result<Vec<u8>> {
    let mut reader = KeyReader::new(key, tag::CORRECTION)?;
    let _from = (reader.u32()?, reader.u64()?);
    let (recorded, source) = (reader.i64()?, reader.text()?);
    Ok(of_usage(usage).i64(recorded).text(&source).text(&reader.text()?).finish())
}

pub(crate) fn all() -> Vec<u8> {
    KeyWriter::new(tag::CORRECTION).finish()
}

/// Which usage event a correction is of.
pub(crate) fn read(key: &[u8]) -> Result<Position> {
    let mut reader = KeyReader::new(key, tag::CORRECTION)?;
    Ok(Position { partition: reader.u32()?, offset: reader.u64()? })
}

pub(crate) fn waiting(usage: IdentityKey, meta: &Meta) -> Vec<u8> {
    of(KeyWriter::new(tag::WAITING).fixed(&usage.0), meta)
}

/// The corrections that wait for a usage event.
pub(crate) fn waiting_for(usage: IdentityKey) -> Vec<u8> {
    KeyWriter::new(tag::WAITING).fixed(&usage.0).finish()
}

pub(crate) fn all_waiting() -> Vec<u8> {
    KeyWriter::new(tag::WAITING).finish()
}

/// Which usage event a waiting correction is of.
pub(crate) fn read_waiting(key: &[u8]) -> Result<IdentityKey> {
    Ok(IdentityKey(KeyReader::new(key, tag::WAITING)?.fixed()?))
}

/// The key of a waiting correction, now that its usage event has arrived.
pub(crate) fn placed(waiting: &[u8], usage: Position) -> Result<Vec<u8>> {
    let mut reader = KeyReader::new(waiting, tag::WAITING)?;
    reader.fixed::<16>()?;
    let (recorded, source) = (reader.i64()?, reader.text()?);
    Ok(of_usage(usage).i64(recorded).text(&source).text(&reader.text()?).finish())
}
