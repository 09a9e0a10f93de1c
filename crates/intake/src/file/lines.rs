//! Lines of a file, many at a time: as they are, and then as events.

use std::io::{BufRead, Read};
use std::ops::Range;

use tributary_events::Refusal;
use tributary_events::json::LINE_BYTES_MAX;

use super::{Chunk, Place, Progress};
use crate::Prepared;

/// Lines are read on together until they have so many bytes.
const CHUNK_BYTES: usize = 2 << 20;

/// A file read in chunks of lines; of a line no more than it may have.
pub(super) struct Lines<R> {
    reader: R,
    at: Progress,
}

/// Lines that follow each other.
pub(super) struct Text {
    bytes: Vec<u8>,
    lines: Vec<Line>,
    at: Progress,
}

/// Where a line lies, and how it ended.
struct Line {
    number: u64,
    bytes: Range<usize>,
    end: End,
}

#[derive(PartialEq, Eq)]
enum End {
    Line,
    File,
    TooLong,
}

impl<R: BufRead> Lines<R> {
    pub(super) fn new(reader: R) -> Self {
        Self { reader, at: Progress::default() }
    }

    /// Where it is.
    pub(super) fn at(&self) -> Progress {
        self.at
    }

    /// The next lines; `None` at the end of the file.
    pub(super) fn next(&mut self) -> std::io::Result<Option<Text>> {
        let (mut bytes, mut lines) = (Vec::with_capacity(CHUNK_BYTES + CHUNK_BYTES / 4), Vec::new());
        while bytes.len() < CHUNK_BYTES
            && let Some(line) = self.line(&mut bytes)?
        {
            lines.push(line);
        }
        Ok((!lines.is_empty()).then_some(Text { bytes, lines, at: self.at }))
    }

    fn line(&mut self, into: &mut Vec<u8>) -> std::io::Result<Option<Line>> {
        let from = into.len();
        let bytes_max = LINE_BYTES_MAX as u64 + 2;
        let bytes = self.reader.by_ref().take(bytes_max).read_until(b'\n', into)? as u64;
        if bytes == 0 {
            return Ok(None);
        }
        self.at.bytes += bytes;
        self.at.lines += 1;
        let end = match into.last() {
            Some(b'\n') => End::Line,
            _ if bytes < bytes_max => End::File,
            _ => {
                into.truncate(from);
                self.skip_rest()?;
                End::TooLong
            }
        };
        Ok(Some(Line { number: self.at.lines, bytes: from..into.len(), end }))
    }

    fn skip_rest(&mut self) -> std::io::Result<()> {
        loop {
            let (bytes, ended) = match self.reader.fill_buf()? {
                [] => return Ok(()),
                held => match held.iter().position(|byte| *byte == b'\n') {
                    Some(at) => (at + 1, true),
                    None => (held.len(), false),
                },
            };
            self.reader.consume(bytes);
            self.at.bytes += bytes as u64;
            if ended {
                return Ok(());
            }
        }
    }
}

impl Text {
    /// The lines as events, each of which may be refused.
    pub(super) fn read(self) -> Chunk {
        let mut chunk = Chunk::with_room_for(self.bytes.len(), self.at);
        for line in &self.lines {
            let place = Place { number: line.number, offset: None };
            match self.add(line, &mut chunk.prepared) {
                None => {}
                Some(Ok(())) => chunk.places.push(place),
                Some(Err(refusal)) => chunk.refused.push((place, refusal)),
            }
        }
        chunk
    }

    /// Adds a line as an event; nothing if it is blank.
    fn add(&self, line: &Line, prepared: &mut Prepared) -> Option<Result<(), Refusal>> {
        if line.end == End::TooLong {
            return Some(Err(Refusal::TooLong { field: "event".to_owned(), bytes_max: LINE_BYTES_MAX }));
        }
        let text = text(&self.bytes[line.bytes.clone()], line.number == 1);
        if text.is_empty() {
            return None;
        }
        Some(match prepared.push_line(text) {
            Err(Refusal::NotJson { field, .. }) if line.end == End::File => Err(Refusal::CutOff { field }),
            read => read,
        })
    }
}

/// A line without its end, blanks around it, and the byte order mark that some programs begin files with.
fn text(line: &[u8], first: bool) -> &[u8] {
    const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();
    line.strip_prefix(BYTE_ORDER_MARK).filter(|_| first).unwrap_or(line).trim_ascii()
}
