//! Which records may have an identity: the fingerprints of their identities, in buckets. Whether one has it, its record says.
//!
//! ```text
//! 03 partition:u32 bucket:u16   piece*
//! piece         = count:varint entry*
//! entry         = rest:3 bytes offset:varint, less the offset before it in the piece
//! ```
//!
//! The bucket and the rest are the first five bytes of an identity's hash. A bucket gains a piece at its end whenever
//! fingerprints are settled, so that nothing is read to write one. Each record before the settled offset (`meta.rs`) has
//! one entry, and the offsets of a bucket rise.

use tributary_log::{IdentityKey, varint};
use tributary_store::key::{KeyReader, KeyWriter};

const TAG: u8 = 3;

/// The tag of what the first format had instead, a row for each identity.
pub(crate) const TAG_OF_IDENTITIES: u8 = 2;

const REST_BYTES: usize = 3;

/// What an index keeps of an identity: the upper 40 bits of its hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Fingerprint(u64);

impl Fingerprint {
    pub(crate) fn of(identity: IdentityKey) -> Self {
        Self(identity.leading() >> 24)
    }

    pub(crate) fn bucket(self) -> u16 {
        (self.0 >> 24) as u16
    }

    /// As the upper bits of a hash.
    pub(crate) fn hash(self) -> u64 {
        self.0 << 24
    }

    fn rest(self) -> u32 {
        (self.0 & 0xff_ffff) as u32
    }
}

pub(crate) fn key(partition: u32, bucket: u16) -> Vec<u8> {
    KeyWriter::new(TAG).u32(partition).u16(bucket).finish()
}

/// Every bucket of a partition.
pub(crate) fn all(partition: u32) -> Vec<u8> {
    KeyWriter::new(TAG).u32(partition).finish()
}

/// `None` if the bytes are not such a key.
pub(crate) fn read_key(key: &[u8]) -> Option<u16> {
    let mut reader = KeyReader::new(key, TAG).ok()?;
    let (_partition, bucket) = (reader.u32().ok()?, reader.u16().ok()?);
    reader.end().is_ok().then_some(bucket)
}

/// A piece of a bucket: fingerprints of it with their offsets, which rise.
pub(crate) fn piece(entries: &[(Fingerprint, u64)], into: &mut Vec<u8>) {
    varint::write(entries.len() as u64, into);
    let mut before = 0;
    for (fingerprint, offset) in entries {
        into.extend_from_slice(&fingerprint.rest().to_be_bytes()[1..]);
        varint::write(offset - before, into);
        before = *offset;
    }
}

/// The entries of a bucket in order; nothing after the first that cannot be read, which is `None`.
pub(crate) fn entries(bucket: u16, value: &[u8]) -> Entries<'_> {
    Entries { bucket: u64::from(bucket) << 24, rest: value, left: 0, offset: 0 }
}

pub(crate) struct Entries<'a> {
    bucket: u64,
    rest: &'a [u8],
    /// Entries left in the piece.
    left: u64,
    offset: u64,
}

impl Entries<'_> {
    fn read(&mut self) -> Option<(Fingerprint, u64)> {
        if self.left == 0 {
            (self.left, self.rest) = varint::read(self.rest)?;
            self.offset = 0;
        }
        let (rest, after) = self.rest.split_first_chunk::<REST_BYTES>()?;
        let (step, after) = varint::read(after)?;
        self.offset = self.offset.checked_add(step)?;
        self.rest = after;
        self.left = self.left.checked_sub(1)?;
        let [a, b, c] = *rest;
        Some((Fingerprint(self.bucket | u64::from(u32::from_be_bytes([0, a, b, c]))), self.offset))
    }
}

impl Iterator for Entries<'_> {
    type Item = Option<(Fingerprint, u64)>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() && self.left == 0 {
            return None;
        }
        let read = self.read();
        if read.is_none() {
            (self.rest, self.left) = (&[], 0);
        }
        Some(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fingerprint(rest: u64) -> Fingerprint {
        Fingerprint(7 << 24 | rest)
    }

    fn read(value: &[u8]) -> Option<Vec<(Fingerprint, u64)>> {
        entries(7, value).collect()
    }

    #[test]
    fn a_bucket_reads_back_the_pieces_that_it_was_given() {
        let first = [(fingerprint(0), 0), (fingerprint(0xff_ffff), 70_000)];
        let second = [(fingerprint(5), 70_001), (fingerprint(5), 1 << 40)];
        let mut value = Vec::new();
        piece(&first, &mut value);
        piece(&second, &mut value);
        assert_eq!(read(&value), Some([first, second].concat()));
        assert_eq!((key(0, 7).len(), read_key(&key(0, 7))), (7, Some(7)));
        assert_eq!(read(&[]), Some(vec![]));
    }

    #[test]
    fn a_bucket_cut_within_a_piece_says_so() {
        let mut value = Vec::new();
        piece(&[(fingerprint(1), 300), (fingerprint(2), 301)], &mut value);
        assert!((1..value.len()).all(|end| read(&value[..end]).is_none()));
        assert_eq!(read(&[0]), None, "no piece is empty");
    }

    #[test]
    fn a_fingerprint_is_the_first_five_bytes_of_an_identity() {
        let mut bytes = [0xff; 16];
        bytes[..5].copy_from_slice(&[1, 2, 3, 4, 5]);
        let found = Fingerprint::of(IdentityKey(bytes));
        assert_eq!((found.bucket(), found.rest(), found.hash()), (0x0102, 0x03_0405, 0x0102_0304_0500_0000));
    }
}
