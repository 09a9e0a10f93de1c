//! Which identities the log already holds, so that a repetition is recognised before it is appended (I1).

use std::fmt;

use crate::envelope::hash_of;
use crate::{Position, Result};

/// The identity of an event: the first 16 bytes of BLAKE3 over its length-prefixed source and id.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct IdentityKey(pub [u8; 16]);

impl IdentityKey {
    /// What identifies an event of a source (I1).
    pub fn of(source: &str, id: &str) -> Self {
        Self(hash_of([source.as_bytes(), id.as_bytes()]))
    }

    /// Its first eight bytes as a number, for those who need less of it; numbers are ordered as the bytes are.
    pub fn leading(self) -> u64 {
        let [a, b, c, d, e, f, g, h, ..] = self.0;
        u64::from_be_bytes([a, b, c, d, e, f, g, h])
    }
}

/// What an event says: the first 16 bytes of BLAKE3 over its length-prefixed type, subject, time and data.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ContentHash(pub [u8; 16]);

/// A recorded event, as the index knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Known {
    /// Where it was recorded first.
    pub position: Position,
    /// What it said then.
    pub content: ContentHash,
}

/// Finds recorded events by identity. Kept by the log in the same atomic write as the records.
///
/// What was recorded first stands: appending an identity again does not change what the index says of it.
pub trait IdentityIndex: Send + Sync {
    /// For each key, in the order given, what is recorded under it. Sees every append that has returned.
    fn known(&self, keys: &[IdentityKey]) -> Result<Vec<Option<Known>>>;
}

macro_rules! hexadecimal {
    ($($name:ident),*) => {$(
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }
    )*};
}

hexadecimal!(IdentityKey, ContentHash);
