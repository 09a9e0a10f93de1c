//! Data that is in the log's form already: the protobuf message as it would be written.

use super::table::{FIELDS_MAX, Given, Message, Values};
use super::value::{self, Kind};

/// Whether these bytes are what would be written of what they say.
pub(super) fn is_written(message: &Message, mut data: &[u8]) -> bool {
    let (mut values, mut last) = (Values::default(), 0);
    while let Some((number, bytes, rest)) = field(data) {
        let Some(field) = message.fields.get(number.wrapping_sub(1)) else { return false };
        let is_next = number > last || (number == last && field.given == Given::Often);
        let is_value = match field.kind {
            Kind::Message(of) => is_written(of, bytes),
            kind => value::is_written(kind, bytes),
        };
        if !is_next || !is_value {
            return false;
        }
        values[number - 1] = Some(bytes);
        (data, last) = (rest, number);
    }
    data.is_empty() && is_complete(message, &values)
}

/// Whether nothing is missing, and what must hold of the fields together does.
pub(super) fn is_complete(message: &Message, values: &Values<'_>) -> bool {
    let is_there =
        |(field, value): (&super::table::Field, &Option<&[u8]>)| field.given != Given::Once || value.is_some();
    message.fields.iter().zip(values).all(is_there) && (message.holds)(values)
}

/// The number and the bytes of the field that `message` begins with, and what follows; none if there is none, or if it is no text or is
/// written longer than it needs.
pub(super) fn field(message: &[u8]) -> Option<(usize, &[u8], &[u8])> {
    const TEXT: u8 = 2;
    let (&tag, rest) = message.split_first()?;
    if tag & 7 != TEXT || tag >= 0x80 {
        return None;
    }
    let (length, rest) = match rest {
        [length @ 0..0x80, rest @ ..] => (usize::from(*length), rest),
        [low, high @ 1..0x80, rest @ ..] => (usize::from(*low & 0x7f) | usize::from(*high) << 7, rest),
        _ => return None,
    };
    let (bytes, rest) = rest.split_at_checked(length)?;
    Some((usize::from(tag >> 3), bytes, rest))
}

/// Writes a field.
pub(super) fn write(number: usize, bytes: &[u8], into: &mut Vec<u8>) -> Option<()> {
    let at = begin(number, into);
    into.extend_from_slice(bytes);
    end(at, into)
}

/// Begins a field whose length is not known yet; gives where its bytes begin.
pub(super) fn begin(number: usize, into: &mut Vec<u8>) -> usize {
    debug_assert!(number <= FIELDS_MAX, "a tag is one byte");
    into.extend_from_slice(&[(number as u8) << 3 | 2, 0]);
    into.len()
}

/// Ends the field whose bytes begin there; nothing if it is longer than any is here.
pub(super) fn end(from: usize, into: &mut Vec<u8>) -> Option<()> {
    let length = into.len() - from;
    if length < 0x80 {
        into[from - 1] = length as u8;
    } else if length < 0x4000 {
        into[from - 1] = length as u8 | 0x80;
        into.insert(from, (length >> 7) as u8);
    } else {
        return None;
    }
    Some(())
}
