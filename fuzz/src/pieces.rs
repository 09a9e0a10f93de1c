//! A reader that hands bytes out in pieces of odd sizes, and is interrupted now and then, as pipes and sockets are.

use std::io::{self, Read};

/// Bytes on their way.
pub(crate) struct Pieces<'a> {
    bytes: &'a [u8],
    state: u32,
}

impl<'a> Pieces<'a> {
    /// Of these bytes; the sizes follow from how many there are.
    pub(crate) fn of(bytes: &'a [u8]) -> Self {
        Self { bytes, state: (bytes.len() as u32) ^ 0x9e37_79b9 }
    }

    fn number(&mut self) -> usize {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 17;
        self.state ^= self.state << 5;
        self.state as usize
    }
}

impl Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() || self.bytes.is_empty() {
            return Ok(0);
        }
        let number = self.number();
        if number % 16 == 0 {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let count = (1 + number % 61).min(buffer.len()).min(self.bytes.len());
        let (piece, rest) = self.bytes.split_at(count);
        buffer[..count].copy_from_slice(piece);
        self.bytes = rest;
        Ok(count)
    }
}
