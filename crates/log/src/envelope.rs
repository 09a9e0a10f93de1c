//! An event in transit: a CloudEvent in binary form, and the record that the log makes of it. Borrowed views only.

use crate::Position;
use crate::identity::{ContentHash, IdentityKey};

/// A CloudEvent in binary form: its attributes beside its protobuf value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Envelope<'a> {
    /// `id`: identifies the event together with `source` (I1).
    pub id: &'a str,
    /// `source`: who said it.
    pub source: &'a str,
    /// `type`: the event type of the contract.
    pub event_type: &'a str,
    /// `subject`: whose history it belongs to; the routing key.
    pub subject: &'a str,
    /// `time`: effective time, microseconds since 1970-01-01 UTC.
    pub time_us: i64,
    /// The protobuf value. No message begins with a zero, so a log may take a leading zero for what a serialiser put before it.
    pub data: &'a [u8],
}

impl Envelope<'_> {
    /// What identifies it: source and id (I1).
    pub fn identity_key(&self) -> IdentityKey {
        IdentityKey::of(self.source, self.id)
    }

    /// What it says: type, subject, time and data. Two events of one identity conflict if these differ (I1).
    pub fn content_hash(&self) -> ContentHash {
        let time = self.time_us.to_le_bytes();
        ContentHash(hash_of([self.event_type.as_bytes(), self.subject.as_bytes(), &time, self.data]))
    }
}

/// The type that a log gives to a record that is no event at all, so that it can be set aside: `source` and `id` say where it
/// stands, the data is the reason in UTF-8.
pub const UNREADABLE: &str = "unreadable";

/// An envelope that the log holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Record<'a> {
    /// Where it stands.
    pub position: Position,
    /// When the ledger learned it (T1, I2), microseconds since 1970-01-01 UTC.
    pub recorded_us: i64,
    /// What was said.
    pub envelope: Envelope<'a>,
}

/// The first 16 bytes of BLAKE3 over the parts, each after its length as a little-endian u64.
pub(crate) fn hash_of<const PARTS: usize>(parts: [&[u8]; PARTS]) -> [u8; 16] {
    let hash = match together(&parts, &mut [0; SHORT_BYTES]) {
        Some(short) => blake3::hash(short),
        None => {
            let mut hasher = blake3::Hasher::new();
            for part in parts {
                hasher.update(&(part.len() as u64).to_le_bytes());
                hasher.update(part);
            }
            hasher.finalize()
        }
    };
    let mut first = [0; 16];
    first.copy_from_slice(&hash.as_bytes()[..16]);
    first
}

/// Most events are shorter.
const SHORT_BYTES: usize = 512;

/// What is hashed, in one piece if it is short: so it takes half the time.
fn together<'b>(parts: &[&[u8]], buffer: &'b mut [u8; SHORT_BYTES]) -> Option<&'b [u8]> {
    let mut end = 0;
    for part in parts {
        let (length, rest) = buffer[end..].split_first_chunk_mut()?;
        *length = (part.len() as u64).to_le_bytes();
        rest.get_mut(..part.len())?.copy_from_slice(part);
        end += length.len() + part.len();
    }
    Some(&buffer[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn envelope() -> Envelope<'static> {
        Envelope { id: "1", source: "crm", event_type: "deal.won", subject: "account/a", time_us: 7, data: b"x" }
    }

    #[test]
    fn only_source_and_id_are_identity() {
        let one = envelope();
        let other = Envelope { event_type: "deal.ended", subject: "account/b", time_us: 8, data: b"y", ..one };
        assert_eq!(one.identity_key(), other.identity_key());
        assert_ne!(one.identity_key(), Envelope { id: "2", ..one }.identity_key());
        assert_ne!(one.identity_key(), Envelope { source: "erp", ..one }.identity_key());
    }

    #[test]
    fn everything_but_source_and_id_is_content() {
        let one = envelope();
        assert_eq!(one.content_hash(), Envelope { id: "2", source: "erp", ..one }.content_hash());
        for other in [
            Envelope { event_type: "deal.ended", ..one },
            Envelope { subject: "account/b", ..one },
            Envelope { time_us: 8, ..one },
            Envelope { data: b"y", ..one },
        ] {
            assert_ne!(one.content_hash(), other.content_hash());
        }
    }

    #[test]
    fn a_byte_moved_from_one_field_to_the_next_is_another_identity() {
        let one = Envelope { source: "ab", id: "c", ..envelope() };
        let other = Envelope { source: "a", id: "bc", ..envelope() };
        assert_ne!(one.identity_key(), other.identity_key());
    }

    #[test]
    fn the_hashes_are_what_they_have_always_been() {
        assert_eq!(envelope().identity_key().to_string(), "b1ec102a003412a7875cf7290efa8e8f");
        assert_eq!(envelope().content_hash().to_string(), "f414ffc35f6df858d20787724eaaa3d9");
    }
}
