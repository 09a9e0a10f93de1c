//! Encodings: whatever a file is written in is read as UTF-8. UTF-16 says so itself; an encoding of single bytes has to be named,
//! for nothing in a file tells it from others.

use std::io::{self, Read};

use serde::Deserialize;

/// What a file is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
pub(crate) enum Encoding {
    /// UTF-8, or UTF-16 behind a byte order mark.
    #[default]
    #[serde(rename = "utf-8")]
    Utf8,
    /// UTF-16, little-endian unless a byte order mark says otherwise.
    #[serde(rename = "utf-16")]
    Utf16,
    /// Windows-1252, which is Latin-1 with more signs.
    #[serde(rename = "windows-1252", alias = "latin-1", alias = "iso-8859-1")]
    Windows1252,
}

/// What 0x80 to 0x9f are in Windows-1252.
const SIGNS: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘', '’',
    '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// A reader of the same text in UTF-8, without its byte order mark. Bytes that are no text of UTF-8 are handed on as they are: the
/// row that holds them is refused, and no other.
pub(crate) fn decoded<'a>(mut reader: impl Read + 'a, encoding: Encoding) -> io::Result<Box<dyn Read + 'a>> {
    let mut mark = [0; 3];
    let length = fill(&mut reader, &mut mark)?;
    let begun = &mark[..length];
    let rest = |skip: usize, reader| io::Cursor::new(begun[skip..].to_vec()).chain(reader);
    Ok(match (begun, encoding) {
        ([0xef, 0xbb, 0xbf], _) => Box::new(reader),
        ([0xff, 0xfe, ..], _) => Box::new(Utf16::new(rest(2, reader), false)),
        ([0xfe, 0xff, ..], _) => Box::new(Utf16::new(rest(2, reader), true)),
        (_, Encoding::Utf16) => Box::new(Utf16::new(rest(0, reader), false)),
        (_, Encoding::Windows1252) => Box::new(Windows1252(rest(0, reader), Vec::new())),
        (_, Encoding::Utf8) => Box::new(rest(0, reader)),
    })
}

/// Reads until the buffer is full or the text ends.
pub(super) fn fill(reader: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut length = 0;
    while length < buffer.len() {
        match reader.read(&mut buffer[length..]) {
            Ok(0) => break,
            Ok(read) => length += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(length)
}

/// Hands out as much of what is decoded as fits.
fn hand_out(decoded: &mut Vec<u8>, buffer: &mut [u8]) -> usize {
    let count = decoded.len().min(buffer.len());
    buffer[..count].copy_from_slice(&decoded[..count]);
    decoded.drain(..count);
    count
}

/// How many bytes are decoded at once.
const PIECE_BYTES: usize = 8 * 1024;

struct Utf16<R> {
    inner: R,
    big_endian: bool,
    /// The first half of a character outside the basic plane.
    high: Option<u16>,
    decoded: Vec<u8>,
}

impl<R: Read> Utf16<R> {
    const fn new(inner: R, big_endian: bool) -> Self {
        Self { inner, big_endian, high: None, decoded: Vec::new() }
    }

    fn unit(&mut self, unit: u16) {
        let high = self.high.take();
        if (0xd800..0xdc00).contains(&unit) {
            if high.is_some() {
                self.push_invalid();
            }
            self.high = Some(unit);
            return;
        }
        let (units, mut bytes) = (high.into_iter().chain([unit]), [0; 4]);
        for decoded in char::decode_utf16(units) {
            match decoded {
                Ok(character) => self.decoded.extend(character.encode_utf8(&mut bytes).bytes()),
                Err(_) => self.push_invalid(),
            }
        }
    }

    /// What UTF-8 never holds, so that the row is refused.
    fn push_invalid(&mut self) {
        self.decoded.push(0xff);
    }
}

impl<R: Read> Read for Utf16<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.decoded.is_empty() {
            let mut piece = [0; PIECE_BYTES];
            let length = fill(&mut self.inner, &mut piece)?;
            for pair in piece[..length].chunks(2) {
                match pair {
                    [first, second] if self.big_endian => self.unit(u16::from_be_bytes([*first, *second])),
                    [first, second] => self.unit(u16::from_le_bytes([*first, *second])),
                    _ => self.push_invalid(),
                }
            }
            if length < PIECE_BYTES && self.high.take().is_some() {
                self.push_invalid();
            }
        }
        Ok(hand_out(&mut self.decoded, buffer))
    }
}

struct Windows1252<R>(R, Vec<u8>);

impl<R: Read> Read for Windows1252<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.1.is_empty() {
            let mut piece = [0; PIECE_BYTES];
            let length = fill(&mut self.0, &mut piece)?;
            let mut bytes = [0; 4];
            for byte in &piece[..length] {
                let character = match byte {
                    0x80..=0x9f => SIGNS[usize::from(byte - 0x80)],
                    byte => char::from(*byte),
                };
                self.1.extend(character.encode_utf8(&mut bytes).bytes());
            }
        }
        Ok(hand_out(&mut self.1, buffer))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8], encoding: Encoding) -> Vec<u8> {
        let mut text = Vec::new();
        decoded(bytes, encoding).and_then(|mut reader| reader.read_to_end(&mut text)).expect("bytes");
        text
    }

    #[test]
    fn every_encoding_comes_out_as_utf8_without_its_mark() {
        let text = "a,ß,€,𝄞\n".repeat(3000);
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        for bytes in [
            text.as_bytes().to_vec(),
            [b"\xef\xbb\xbf", text.as_bytes()].concat(),
            [b"\xff\xfe", little.as_slice()].concat(),
            [b"\xfe\xff", big.as_slice()].concat(),
        ] {
            assert!(read(&bytes, Encoding::Utf8) == text.as_bytes());
        }
        assert!(read(&little, Encoding::Utf16) == text.as_bytes());
        assert_eq!(read(b"\xdf \x80 \xfc", Encoding::Windows1252), "ß € ü".as_bytes());
        assert_eq!(read(b"", Encoding::Utf8), b"");
        assert_eq!(read(b"a", Encoding::Windows1252), b"a");
    }

    #[test]
    fn half_a_character_of_utf16_is_no_text() {
        for bytes in [b"\xff\xfea".as_slice(), b"\xff\xfe\x00\xd8", b"\xff\xfe\x00\xd8\x00\xd8a\0", b"\xff\xfe\x00\xdc"]
        {
            assert!(std::str::from_utf8(&read(bytes, Encoding::Utf8)).is_err(), "{bytes:?}");
        }
    }
}
