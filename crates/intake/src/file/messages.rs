//! Protobuf messages of a file, many at a time: as they are, and then as events.

use std::io::{self, BufRead, Read};
use std::ops::Range;

use tributary_events::Refusal;
use tributary_events::batch::EVENT_TAG;
use tributary_log::frame::FRAME_BYTES_MAX;

use super::{Chunk, Place, Progress};

/// Messages are read on together until they have so many bytes.
const CHUNK_BYTES: usize = 2 << 20;

/// A file read in chunks of messages; of a message no more than it may have.
pub(super) struct Messages<R> {
    reader: R,
    at: Progress,
    /// Something was no message, and where the next one begins cannot be known.
    lost: bool,
}

/// Messages that follow each other.
pub(super) struct Raw {
    bytes: Vec<u8>,
    messages: Vec<(Place, Result<Range<usize>, Refusal>)>,
    at: Progress,
}

impl<R: BufRead> Messages<R> {
    pub(super) fn new(reader: R) -> Self {
        Self { reader, at: Progress::default(), lost: false }
    }

    /// Where it is.
    pub(super) fn at(&self) -> Progress {
        self.at
    }

    /// The next messages; `None` at the end of the file.
    pub(super) fn next(&mut self) -> io::Result<Option<Raw>> {
        let (mut bytes, mut messages) = (Vec::with_capacity(CHUNK_BYTES + CHUNK_BYTES / 4), Vec::new());
        while bytes.len() < CHUNK_BYTES && !self.lost && !self.reader.fill_buf()?.is_empty() {
            let offset = Some(self.at.bytes);
            self.at.lines += 1;
            let place = Place { number: self.at.lines, offset };
            messages.push((place, self.message(&mut bytes)?));
        }
        Ok((!messages.is_empty()).then_some(Raw { bytes, messages, at: self.at }))
    }

    fn message(&mut self, into: &mut Vec<u8>) -> io::Result<Result<Range<usize>, Refusal>> {
        if self.byte()? != Some(EVENT_TAG) {
            return Ok(Err(self.lose("no event of a CloudEventBatch begins here; what follows is not read")));
        }
        let Some(length) = self.length()? else {
            return Ok(Err(self.lose("its length cannot be read; what follows is not read")));
        };
        if length > FRAME_BYTES_MAX as u64 {
            let skipped = io::copy(&mut self.reader.by_ref().take(length), &mut io::sink())?;
            self.at.bytes += skipped;
            return Ok(Err(Refusal::TooLong { field: "event".to_owned(), bytes_max: FRAME_BYTES_MAX }));
        }
        let from = into.len();
        let read = match self.reader.fill_buf()?.get(..length as usize) {
            Some(at_hand) => {
                into.extend_from_slice(at_hand);
                self.reader.consume(length as usize);
                length
            }
            None => self.reader.by_ref().take(length).read_to_end(into)? as u64,
        };
        self.at.bytes += read;
        if read < length {
            return Ok(Err(self.lose("the file ends in the middle of this event")));
        }
        Ok(Ok(from..into.len()))
    }

    /// A varint; `None` if it is none.
    fn length(&mut self) -> io::Result<Option<u64>> {
        let mut length = 0;
        for shift in (0..64).step_by(7) {
            let Some(byte) = self.byte()? else { return Ok(None) };
            length |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(Some(length));
            }
        }
        Ok(None)
    }

    fn byte(&mut self) -> io::Result<Option<u8>> {
        let byte = self.reader.fill_buf()?.first().copied();
        self.reader.consume(usize::from(byte.is_some()));
        self.at.bytes += u64::from(byte.is_some());
        Ok(byte)
    }

    fn lose(&mut self, reason: &str) -> Refusal {
        self.lost = true;
        Refusal::NotProtobuf { field: "event".to_owned(), reason: reason.to_owned() }
    }
}

impl Raw {
    /// The messages as events, each of which may be refused.
    pub(super) fn read(self) -> Chunk {
        let mut chunk = Chunk::with_room_for(self.bytes.len(), self.at);
        for (place, message) in self.messages {
            match message.and_then(|bytes| chunk.prepared.push_message(&self.bytes[bytes])) {
                Ok(()) => chunk.places.push(place),
                Err(refusal) => chunk.refused.push((place, refusal)),
            }
        }
        chunk
    }
}
