//! Where an identity was recorded first, and what it said.
//!
//! ```text
//! 02 key:16   content:16 place
//! place       partition:u32 offset:u64, big-endian, without leading zeros
//! ```

use tributary_log::{ContentHash, IdentityKey, Known, Position};
use tributary_store::key::{KeyReader, KeyWriter};

const TAG: u8 = 2;

pub(crate) fn key(identity: IdentityKey) -> Vec<u8> {
    KeyWriter::new(TAG).fixed(&identity.0).finish()
}

/// Every entry.
pub(crate) fn all() -> Vec<u8> {
    KeyWriter::new(TAG).finish()
}

/// `None` if the bytes are not such a key.
pub(crate) fn read_key(key: &[u8]) -> Option<IdentityKey> {
    let mut reader = KeyReader::new(key, TAG).ok()?;
    let identity = IdentityKey(reader.fixed().ok()?);
    reader.end().is_ok().then_some(identity)
}

pub(crate) fn value(known: Known) -> Vec<u8> {
    let Position { partition, offset } = known.position;
    let place = (u128::from(partition) << 64 | u128::from(offset)).to_be_bytes();
    let zeros = place.iter().take_while(|&&byte| byte == 0).count();
    [&known.content.0, &place[zeros..]].concat()
}

/// `None` if the bytes are not such a value.
pub(crate) fn read(value: &[u8]) -> Option<Known> {
    let (content, trimmed) = value.split_first_chunk()?;
    let mut place = [0; 16];
    let begin = place.len().checked_sub(trimmed.len())?;
    place[begin..].copy_from_slice(trimmed);
    let place = u128::from_be_bytes(place);
    let position = Position { partition: u32::try_from(place >> 64).ok()?, offset: place as u64 };
    Some(Known { position, content: ContentHash(*content) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_reads_back_as_written_and_stays_short() {
        for (partition, offset, bytes) in
            [(0, 0, 16), (0, 255, 17), (0, 70_000, 19), (1, 2, 25), (u32::MAX, u64::MAX, 28)]
        {
            let known = Known { position: Position { partition, offset }, content: ContentHash([7; 16]) };
            let value = value(known);
            assert_eq!((read(&value), value.len()), (Some(known), bytes));
        }
    }

    #[test]
    fn a_value_of_another_length_is_not_read() {
        assert_eq!(read(&[1; 15]), None);
        assert_eq!(read(&[1; 33]), None);
        assert_eq!(read(&[1; 32]), None, "a partition beyond 32 bits");
    }
}
