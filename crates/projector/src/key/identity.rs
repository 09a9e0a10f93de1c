//! `[IDENTITY] identity` → the record that stands for an identity (I1), and `[REPEATED] identity partition offset` → another
//! one that was said under it. Only of a log that keeps no index of its own.

use tributary_log::{IdentityKey, Position};
use tributary_store::key::{KeyReader, KeyWriter};

use super::tag;
use crate::error::Result;

pub(crate) fn key(identity: IdentityKey) -> Vec<u8> {
    KeyWriter::new(tag::IDENTITY).fixed(&identity.0).finish()
}

pub(crate) fn repeated(identity: IdentityKey, position: Position) -> Vec<u8> {
    KeyWriter::new(tag::REPEATED).fixed(&identity.0).u32(position.partition).u64(position.offset).finish()
}

/// The others of an identity.
pub(crate) fn others(identity: IdentityKey) -> Vec<u8> {
    KeyWriter::new(tag::REPEATED).fixed(&identity.0).finish()
}

/// Where another record of an identity stands.
pub(crate) fn read_repeated(key: &[u8]) -> Result<Position> {
    let mut reader = KeyReader::new(key, tag::REPEATED)?;
    reader.fixed::<16>()?;
    let position = Position { partition: reader.u32()?, offset: reader.u64()? };
    reader.end()?;
    Ok(position)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_others_of_an_identity_read_back_and_are_its_alone() {
        let (one, two) = (IdentityKey([1; 16]), IdentityKey([2; 16]));
        let position = Position { partition: 3, offset: 9 };
        let key = repeated(one, position);
        assert_eq!(read_repeated(&key).expect("a key"), position);
        assert!(key.starts_with(&others(one)) && !key.starts_with(&others(two)));
    }
}
