//! The parts that keys are made of: written one after another, their bytes order as the tuple of the parts does.
//!
//! ```text
//! u8 u16 u32 u64   big-endian
//! i64              big-endian with the sign flipped
//! fixed            the bytes; the same number of them wherever they stand
//! text             UTF-8 with 00 as 01 01 and 01 as 01 02, then 00
//! ```

use std::borrow::Cow;

const END: u8 = 0;
const ESCAPE: u8 = 1;

/// Why bytes are not the key that its owner writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Ends before its last part does.
    #[error("key ends within a part of it")]
    Short,
    /// Has bytes after its last part.
    #[error("key has {0} bytes after its last part")]
    Trailing(usize),
    /// Begins with another tag.
    #[error("key has tag {found}, not {expected}")]
    Tag {
        /// The tag of the keys that are read.
        expected: u8,
        /// The one it has.
        found: u8,
    },
    /// A text in it is not UTF-8, or not escaped as it should be.
    #[error("key has a text that is not UTF-8")]
    Text,
}

/// Writes a key part by part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyWriter(Vec<u8>);

impl KeyWriter {
    /// Begins with the tag of its kind of key.
    pub fn new(tag: u8) -> Self {
        // Most keys fit.
        let mut key = Vec::with_capacity(64);
        key.push(tag);
        Self(key)
    }

    /// Adds a number of one byte.
    pub fn u8(self, part: u8) -> Self {
        self.fixed(&[part])
    }

    /// Adds a number of two bytes.
    pub fn u16(self, part: u16) -> Self {
        self.fixed(&part.to_be_bytes())
    }

    /// Adds a number of four bytes.
    pub fn u32(self, part: u32) -> Self {
        self.fixed(&part.to_be_bytes())
    }

    /// Adds a number of eight bytes.
    pub fn u64(self, part: u64) -> Self {
        self.fixed(&part.to_be_bytes())
    }

    /// Adds a signed number of eight bytes.
    pub fn i64(self, part: i64) -> Self {
        self.u64(flip(part))
    }

    /// Adds bytes of a number that is the same wherever this part stands.
    pub fn fixed(mut self, part: &[u8]) -> Self {
        self.0.extend_from_slice(part);
        self
    }

    /// Adds a text of any length.
    pub fn text(mut self, part: &str) -> Self {
        for &byte in part.as_bytes() {
            match byte {
                END | ESCAPE => self.0.extend([ESCAPE, byte + 1]),
                _ => self.0.push(byte),
            }
        }
        self.0.push(END);
        self
    }

    /// The key; or the prefix of all keys that go on from here.
    pub fn finish(self) -> Vec<u8> {
        self.0
    }
}

/// Reads a key part by part, in the order they were written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyReader<'a>(&'a [u8]);

impl<'a> KeyReader<'a> {
    /// Begins with the key's tag, which must be this one.
    pub fn new(key: &'a [u8], tag: u8) -> Result<Self, KeyError> {
        match key.split_first() {
            Some((&found, rest)) if found == tag => Ok(Self(rest)),
            Some((&found, _)) => Err(KeyError::Tag { expected: tag, found }),
            None => Err(KeyError::Short),
        }
    }

    /// A number of one byte.
    pub fn u8(&mut self) -> Result<u8, KeyError> {
        self.fixed::<1>().map(|[byte]| byte)
    }

    /// A number of two bytes.
    pub fn u16(&mut self) -> Result<u16, KeyError> {
        self.fixed().map(u16::from_be_bytes)
    }

    /// A number of four bytes.
    pub fn u32(&mut self) -> Result<u32, KeyError> {
        self.fixed().map(u32::from_be_bytes)
    }

    /// A number of eight bytes.
    pub fn u64(&mut self) -> Result<u64, KeyError> {
        self.fixed().map(u64::from_be_bytes)
    }

    /// A signed number of eight bytes.
    pub fn i64(&mut self) -> Result<i64, KeyError> {
        self.u64().map(unflip)
    }

    /// So many bytes.
    pub fn fixed<const BYTES: usize>(&mut self) -> Result<[u8; BYTES], KeyError> {
        let (part, rest) = self.0.split_first_chunk().ok_or(KeyError::Short)?;
        self.0 = rest;
        Ok(*part)
    }

    /// A text; copied only if it holds a character that had to be escaped.
    pub fn text(&mut self) -> Result<Cow<'a, str>, KeyError> {
        let end = self.0.iter().position(|&byte| byte == END).ok_or(KeyError::Short)?;
        let (part, rest) = (&self.0[..end], &self.0[end + 1..]);
        self.0 = rest;
        if !part.contains(&ESCAPE) {
            return std::str::from_utf8(part).map(Cow::Borrowed).map_err(|_| KeyError::Text);
        }
        let mut bytes = part.iter().copied();
        let mut text = Vec::with_capacity(part.len());
        while let Some(byte) = bytes.next() {
            text.push(match byte {
                ESCAPE => bytes.next().filter(|next| [END + 1, ESCAPE + 1].contains(next)).ok_or(KeyError::Text)? - 1,
                _ => byte,
            });
        }
        String::from_utf8(text).map(Cow::Owned).map_err(|_| KeyError::Text)
    }

    /// Checks that every part has been read.
    pub fn end(self) -> Result<(), KeyError> {
        if self.0.is_empty() { Ok(()) } else { Err(KeyError::Trailing(self.0.len())) }
    }
}

/// The least key after all that begin with `prefix`; `None` if there is none, for it is all `ff`.
pub fn after_prefix(prefix: &[u8]) -> Option<Vec<u8>> {
    let last = prefix.iter().rposition(|&byte| byte != u8::MAX)?;
    let mut after = prefix[..=last].to_vec();
    after[last] += 1;
    Some(after)
}

fn flip(value: i64) -> u64 {
    value as u64 ^ (1 << 63)
}

fn unflip(value: u64) -> i64 {
    (value ^ (1 << 63)) as i64
}

#[cfg(test)]
mod tests;
