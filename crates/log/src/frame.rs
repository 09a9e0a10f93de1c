//! The frame: the compact, stable bytes of a record. Bytes once written are read for ever; a new layout is a new number.
//!
//! ```text
//! frame  = length:varint body
//! body   = layout:u8 (1) offset:varint recorded:zigzag time:zigzag
//!          source:text type:text subject:text id:text data:bytes
//! text, bytes = length:varint, then so many bytes (text is UTF-8)
//! ```
//!
//! The partition is not in it: frames are stored by partition.

use crate::error::FrameError;
use crate::varint::{self, unzigzag, zigzag};
use crate::{Envelope, LogError, Position, Record};

/// The most bytes that a frame may take: what a Kafka broker takes unless told otherwise, with room for headers.
pub const FRAME_BYTES_MAX: usize = 1_000_000;

const LAYOUT: u8 = 1;

/// Appends the frame of `record` to `into`.
pub fn encode(record: &Record<'_>, into: &mut Vec<u8>) {
    let body = body_bytes(record);
    into.reserve(body + 10);
    varint::write(body as u64, into);
    into.push(LAYOUT);
    varint::write(record.position.offset, into);
    varint::write(zigzag(record.recorded_us), into);
    varint::write(zigzag(record.envelope.time_us), into);
    for field in fields(&record.envelope) {
        varint::write(field.len() as u64, into);
        into.extend_from_slice(field);
    }
}

/// The bytes that the frame of `record` takes.
pub fn encoded_bytes(record: &Record<'_>) -> usize {
    let body = body_bytes(record);
    varint::encoded_bytes(body as u64) + body
}

/// Refuses an envelope whose frame would take more than [`FRAME_BYTES_MAX`], wherever it ended up.
pub fn check_size(envelope: &Envelope<'_>) -> Result<(), LogError> {
    /// The length, the layout, and three numbers and five lengths, each at its longest.
    const BESIDE_FIELDS_MAX: usize = 10 + 1 + 8 * 10;
    let bytes: usize = fields(envelope).iter().map(|field| field.len()).sum();
    if bytes <= FRAME_BYTES_MAX - BESIDE_FIELDS_MAX {
        return Ok(());
    }
    let position = Position { partition: 0, offset: u64::MAX };
    let bytes = encoded_bytes(&Record { position, recorded_us: i64::MAX, envelope: *envelope });
    if bytes > FRAME_BYTES_MAX {
        return Err(LogError::TooLarge { id: envelope.id.to_owned(), bytes });
    }
    Ok(())
}

/// The record at the front of `bytes`, borrowed from them, and what follows its frame.
pub fn decode(partition: u32, bytes: &[u8]) -> Result<(Record<'_>, &[u8]), FrameError> {
    let (body, rest) = take(bytes, "frame")?;
    let (offset, fields) = number(layout(body)?, "offset")?;
    let (recorded, fields) = number(fields, "recorded")?;
    let (time, fields) = number(fields, "time")?;
    let (source, fields) = text(fields, "source")?;
    let (event_type, fields) = text(fields, "type")?;
    let (subject, fields) = text(fields, "subject")?;
    let (id, fields) = text(fields, "id")?;
    let (data, fields) = take(fields, "data")?;
    if !fields.is_empty() {
        return Err(FrameError::Trailing(fields.len()));
    }
    let envelope = Envelope { id, source, event_type, subject, time_us: unzigzag(time), data };
    let position = Position { partition, offset };
    Ok((Record { position, recorded_us: unzigzag(recorded), envelope }, rest))
}

/// The offset of the frame at the front of `bytes`, the frame, and what follows it, without looking at its fields.
pub fn split(bytes: &[u8]) -> Result<(u64, &[u8], &[u8]), FrameError> {
    let (body, rest) = take(bytes, "frame")?;
    let (offset, _) = number(layout(body)?, "offset")?;
    Ok((offset, &bytes[..bytes.len() - rest.len()], rest))
}

fn fields<'a>(envelope: &Envelope<'a>) -> [&'a [u8]; 5] {
    let Envelope { id, source, event_type, subject, time_us: _, data } = *envelope;
    [source.as_bytes(), event_type.as_bytes(), subject.as_bytes(), id.as_bytes(), data]
}

fn body_bytes(record: &Record<'_>) -> usize {
    let numbers = [record.position.offset, zigzag(record.recorded_us), zigzag(record.envelope.time_us)];
    let numbers: usize = numbers.into_iter().map(varint::encoded_bytes).sum();
    let fields: usize =
        fields(&record.envelope).iter().map(|field| varint::encoded_bytes(field.len() as u64) + field.len()).sum();
    1 + numbers + fields
}

fn layout(body: &[u8]) -> Result<&[u8], FrameError> {
    match body.split_first() {
        Some((&LAYOUT, fields)) => Ok(fields),
        Some((&other, _)) => Err(FrameError::Layout(other)),
        None => Err(FrameError::Short { field: "layout", needed: 1, left: 0 }),
    }
}

fn number<'a>(bytes: &'a [u8], field: &'static str) -> Result<(u64, &'a [u8]), FrameError> {
    varint::read(bytes).ok_or(FrameError::Number { field })
}

fn take<'a>(bytes: &'a [u8], field: &'static str) -> Result<(&'a [u8], &'a [u8]), FrameError> {
    let (needed, bytes) = number(bytes, field)?;
    usize::try_from(needed).ok().and_then(|length| bytes.split_at_checked(length)).ok_or(FrameError::Short {
        field,
        needed,
        left: bytes.len(),
    })
}

fn text<'a>(bytes: &'a [u8], field: &'static str) -> Result<(&'a str, &'a [u8]), FrameError> {
    let (bytes, rest) = take(bytes, field)?;
    let text = std::str::from_utf8(bytes).map_err(|_| FrameError::Text { field })?;
    Ok((text, rest))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn record() -> Record<'static> {
        let envelope =
            Envelope { id: "1", source: "crm", event_type: "t", subject: "book", time_us: -1, data: &[7, 8] };
        Record { position: Position { partition: 3, offset: 300 }, recorded_us: 2, envelope }
    }

    fn encoded() -> Vec<u8> {
        let mut bytes = Vec::new();
        encode(&record(), &mut bytes);
        bytes
    }

    #[test]
    fn the_bytes_are_what_they_have_always_been() {
        assert_eq!(encoded(), b"\x15\x01\xac\x02\x04\x01\x03crm\x01t\x04book\x011\x02\x07\x08");
    }

    #[test]
    fn a_frame_cut_anywhere_is_an_error() {
        let bytes = encoded();
        for end in 0..bytes.len() {
            assert!(decode(3, &bytes[..end]).is_err(), "cut at {end}");
        }
    }

    #[test]
    fn an_error_names_the_field() {
        let mut bytes = encoded();
        bytes[7] = 0xff; // the first letter of the source
        assert_eq!(decode(3, &bytes), Err(FrameError::Text { field: "source" }));
        let mut bytes = encoded();
        bytes[1] = 9;
        assert_eq!(decode(3, &bytes), Err(FrameError::Layout(9)));
        let mut bytes = encoded();
        bytes[0] += 1;
        bytes.push(0);
        assert_eq!(decode(3, &bytes), Err(FrameError::Trailing(1)));
    }

    #[test]
    fn an_envelope_too_large_for_a_log_is_refused() {
        let data = vec![0; FRAME_BYTES_MAX];
        let large = Envelope { data: &data, ..record().envelope };
        assert!(matches!(check_size(&large), Err(LogError::TooLarge { bytes, .. }) if bytes > FRAME_BYTES_MAX));
        assert!(check_size(&record().envelope).is_ok());
    }

    proptest! {
        #[test]
        fn a_record_reads_back_as_written(
            texts in [".*", ".*", ".*", ".*"],
            data in any::<Vec<u8>>(),
            (offset, recorded_us, time_us) in any::<(u64, i64, i64)>(),
            following in any::<Vec<u8>>(),
        ) {
            let [id, source, event_type, subject] = &texts;
            let envelope = Envelope { id, source, event_type, subject, time_us, data: &data };
            let record = Record { position: Position { partition: 1, offset }, recorded_us, envelope };
            let mut bytes = Vec::new();
            encode(&record, &mut bytes);
            let length = bytes.len();
            prop_assert_eq!(length, encoded_bytes(&record));
            bytes.extend_from_slice(&following);
            prop_assert_eq!(decode(1, &bytes), Ok((record, &following[..])));
            prop_assert_eq!(split(&bytes), Ok((offset, &bytes[..length], &following[..])));
        }

        #[test]
        fn arbitrary_bytes_never_panic_and_what_reads_writes_back_the_same(bytes: Vec<u8>) {
            if let Ok((record, rest)) = decode(0, &bytes) {
                let mut again = Vec::new();
                encode(&record, &mut again);
                prop_assert_eq!(&again[..], &bytes[..bytes.len() - rest.len()]);
            }
        }

        #[test]
        fn a_frame_with_one_byte_changed_never_panics(at in 0..22usize, byte in any::<u8>()) {
            let mut bytes = encoded();
            bytes[at] = byte;
            let _ = decode(0, &bytes);
            let _ = split(&bytes);
        }
    }
}
