//! What Confluent's serialisers put before a protobuf value for a reader that has a registry: a zero, the schema's id, and
//! which message of the schema's file it is. Bytes in, bytes out: no registry is asked.
//!
//! `00 | id, 4 bytes, big endian | number of indexes, zigzag varint | each index, zigzag varint | value`. The indexes lead
//! from the file to the message: the third message is `[2]`, the first one nested in it `[2, 0]`. `[0]`, which is the
//! commonest, is written as the one byte 0.

use thiserror::Error;

const MAGIC: u8 = 0;
/// Deeper than anybody nests; keeps a damaged count from asking for memory.
const DEPTH_MAX: usize = 64;

/// A value with what its framing says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Framed<'a> {
    /// The id that the registry gave the schema.
    pub schema: u32,
    /// The way from the schema's file to the message; never empty.
    pub message: Vec<u32>,
    /// The value itself.
    pub value: &'a [u8],
}

/// Why bytes are no framed value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum FramingError {
    /// Something else than a framed value.
    #[error("begins with {found:?} instead of 0, so it is not framed for a schema registry")]
    Magic {
        /// The first byte, where there is one.
        found: Option<u8>,
    },
    /// The framing ends too early.
    #[error("ends within the framing of its schema")]
    Short,
    /// The way to the message cannot be one.
    #[error("says that its message lies at an index that no schema has")]
    Index,
}

/// Whether a protobuf value is framed: a message never begins with a zero, since no field has the number 0.
pub fn is_framed(bytes: &[u8]) -> bool {
    bytes.first() == Some(&MAGIC)
}

/// A value with the framing of a message of a schema; an empty way is the file's first message.
pub fn frame(schema: u32, message: &[u32], value: &[u8]) -> Vec<u8> {
    let mut framed = Vec::with_capacity(value.len() + 6 + message.len());
    framed.push(MAGIC);
    framed.extend(schema.to_be_bytes());
    if matches!(message, [] | [0]) {
        framed.push(0);
    } else {
        zigzag(message.len() as u64, &mut framed);
        for index in message {
            zigzag(u64::from(*index), &mut framed);
        }
    }
    framed.extend(value);
    framed
}

/// Takes the framing off a value.
pub fn unframe(bytes: &[u8]) -> Result<Framed<'_>, FramingError> {
    let (&MAGIC, rest) = bytes.split_first().ok_or(FramingError::Magic { found: None })? else {
        return Err(FramingError::Magic { found: bytes.first().copied() });
    };
    let (schema, mut rest) = rest.split_first_chunk().ok_or(FramingError::Short)?;
    let count = read_zigzag(&mut rest)? as usize;
    if count > DEPTH_MAX {
        return Err(FramingError::Index);
    }
    let mut message = vec![0; count.max(1)];
    for index in message.iter_mut().take(count) {
        *index = read_zigzag(&mut rest)?;
    }
    Ok(Framed { schema: u32::from_be_bytes(*schema), message, value: rest })
}

/// A number that is not negative: zigzag doubles it.
fn zigzag(number: u64, bytes: &mut Vec<u8>) {
    let mut rest = number << 1;
    while rest >= 0x80 {
        bytes.push(rest as u8 | 0x80);
        rest >>= 7;
    }
    bytes.push(rest as u8);
}

fn read_zigzag(bytes: &mut &[u8]) -> Result<u32, FramingError> {
    let mut number = 0_u64;
    // 33 bits, since zigzag doubles.
    for shift in (0..35).step_by(7) {
        let (byte, rest) = bytes.split_first().ok_or(FramingError::Short)?;
        *bytes = rest;
        number |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            let negative = number & 1 == 1;
            let number = u32::try_from(number >> 1).ok().filter(|_| !negative);
            return number.ok_or(FramingError::Index);
        }
    }
    Err(FramingError::Index)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_bytes_are_those_of_the_specification() {
        // Confluent's page on the wire format: magic, id, `[0]` as one zero; `[1, 0]` as 2, 1, 0 in zigzag: 4, 2, 0.
        for (schema, message, bytes) in [
            (1, &[0][..], &[0, 0, 0, 0, 1, 0][..]),
            (0x0102_0304, &[0], &[0, 1, 2, 3, 4, 0]),
            (7, &[1, 0], &[0, 0, 0, 0, 7, 4, 2, 0]),
            (7, &[2], &[0, 0, 0, 0, 7, 2, 4]),
            (7, &[0, 0], &[0, 0, 0, 0, 7, 4, 0, 0]),
            (7, &[64], &[0, 0, 0, 0, 7, 2, 0x80, 1]),
        ] {
            assert_eq!(frame(schema, message, b"value"), [bytes, b"value"].concat(), "{message:?}");
        }
        assert_eq!(frame(1, &[], b""), frame(1, &[0], b""));
    }

    #[test]
    fn the_first_message_may_also_be_written_out() {
        let long = unframe(&[0, 0, 0, 0, 1, 2, 0, 9]);
        assert_eq!(long, Ok(Framed { schema: 1, message: vec![0], value: &[9] }));
    }

    #[test]
    fn what_is_not_framed_is_told_from_what_is_damaged() {
        for (bytes, expected) in [
            (&b""[..], FramingError::Magic { found: None }),
            (&[10, 1, 65][..], FramingError::Magic { found: Some(10) }),
            (&[0, 0, 0, 1][..], FramingError::Short),
            (&[0, 0, 0, 0, 1][..], FramingError::Short),
            (&[0, 0, 0, 0, 1, 4, 2][..], FramingError::Short),
            (&[0, 0, 0, 0, 1, 3][..], FramingError::Index),
            (&[0, 0, 0, 0, 1, 2, 0xff, 0xff, 0xff, 0xff, 0x7f][..], FramingError::Index),
            (&[0, 0, 0, 0, 1, 0xff, 0xff, 0xff, 0xff, 0xff, 1][..], FramingError::Index),
            (&[0, 0, 0, 0, 1, 0xfe, 0xff, 3][..], FramingError::Index),
        ] {
            assert_eq!(unframe(bytes), Err(expected), "{bytes:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_framed_comes_out_again(
            schema: u32,
            message in prop::collection::vec(any::<u32>(), 1..6),
            value: Vec<u8>,
        ) {
            let framed = frame(schema, &message, &value);
            prop_assert!(is_framed(&framed));
            prop_assert_eq!(unframe(&framed), Ok(Framed { schema, message, value: &value }));
        }

        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>) {
            let _ = unframe(&bytes);
        }
    }
}
