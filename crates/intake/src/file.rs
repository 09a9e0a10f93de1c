//! Importing files of events, as lines of JSON or as batches of protobuf messages: bounded pieces, many at a time. A bad one is
//! reported with its place and stops no other.

mod lines;
mod messages;

use std::fmt;
use std::io::BufRead;

use tributary_events::Refusal;

use self::lines::{Lines, Text};
use self::messages::{Messages, Raw};
use crate::in_order::in_order;
use crate::{Intake, IntakeError, Outcome, Prepared};

/// How far an import is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    /// Bytes read.
    pub bytes: u64,
    /// Lines read, or events of a batch.
    pub lines: u64,
}

/// What became of the lines of a file. Blank lines are not counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Report {
    /// Lines with something on them, or events of a batch.
    pub read: u64,
    /// Events that are recorded now.
    pub appended: u64,
    /// Events that were recorded before.
    pub duplicate: u64,
    /// What was refused of them.
    pub refused: u64,
}

/// A line that was refused, or an event of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineRefusal {
    /// The file, as the importer names it.
    pub file: String,
    /// The line, or the event of a batch, from 1.
    pub line: u64,
    /// Where an event of a batch begins in the file; none of a line.
    pub offset: Option<u64>,
    /// What is wrong with it.
    pub refusal: Refusal,
}

impl fmt::Display for LineRefusal {
    /// `FILE:LINE: field: reason (code)`, or `FILE: event NUMBER at byte OFFSET: …`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, line, offset, refusal } = self;
        match offset {
            None => write!(f, "{file}:{line}: ")?,
            Some(offset) => write!(f, "{file}: event {line} at byte {offset}: ")?,
        }
        write!(f, "{}: {refusal} ({})", refusal.field(), refusal.code())
    }
}

/// Imports a file. Every refused line goes to `refused`, in order; `progress` is told after each batch. Blank lines,
/// CRLF and a byte order mark are accepted; importing a file again changes nothing. Lines are read on every processor and
/// submitted in their order, on the thread of the caller.
pub fn import_jsonl(
    reader: impl BufRead + Send,
    name: &str,
    intake: &mut Intake<'_>,
    refused: impl FnMut(LineRefusal),
    progress: impl FnMut(Progress),
) -> Result<Report, IntakeError> {
    let mut lines = Lines::new(reader);
    let next = || {
        let line = lines.at().lines;
        lines.next().map_err(|source| IntakeError::Read { name: name.to_owned(), line, source })
    };
    let mut taking = Taking { name, intake, report: Report::default(), refused, progress };
    in_order(next, Text::read, |chunk| taking.take(chunk))?;
    Ok(taking.report)
}

/// The same for a file of protobuf messages ([`tributary_events::batch`]), which claim recorded times as lines do.
pub fn import_batches(
    reader: impl BufRead + Send,
    name: &str,
    intake: &mut Intake<'_>,
    refused: impl FnMut(LineRefusal),
    progress: impl FnMut(Progress),
) -> Result<Report, IntakeError> {
    let mut messages = Messages::new(reader);
    let next = || {
        let line = messages.at().lines;
        messages.next().map_err(|source| IntakeError::Read { name: name.to_owned(), line, source })
    };
    let mut taking = Taking { name, intake, report: Report::default(), refused, progress };
    in_order(next, Raw::read, |chunk| taking.take(chunk))?;
    Ok(taking.report)
}

/// Where a line or an event stands in its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    number: u64,
    offset: Option<u64>,
}

/// A part of a file as events: those that could be read with their places, and the refusals of the others with theirs.
#[derive(Default)]
struct Chunk {
    at: Progress,
    places: Vec<Place>,
    prepared: Prepared,
    refused: Vec<(Place, Refusal)>,
}

impl Chunk {
    /// With room for what so many bytes come to.
    fn with_room_for(bytes: usize, at: Progress) -> Self {
        Self { at, prepared: Prepared::with_room_for(bytes), ..Self::default() }
    }
}

/// An import under way.
struct Taking<'a, 'l, R, P> {
    name: &'a str,
    intake: &'a mut Intake<'l>,
    report: Report,
    refused: R,
    progress: P,
}

impl<R: FnMut(LineRefusal), P: FnMut(Progress)> Taking<'_, '_, R, P> {
    /// Submits what could be read of a chunk, and says what is refused, in the order of the file.
    fn take(&mut self, chunk: Chunk) -> Result<(), IntakeError> {
        let Chunk { at, places, prepared, refused: mut refusals } = chunk;
        self.report.read += (places.len() + refusals.len()) as u64;
        for (place, outcome) in places.into_iter().zip(self.intake.take(&prepared)?) {
            match outcome {
                Outcome::Appended(_) => self.report.appended += 1,
                Outcome::Duplicate(_) => self.report.duplicate += 1,
                Outcome::Refused(refusal) => refusals.push((place, refusal)),
            }
        }
        self.report.refused += refusals.len() as u64;
        refusals.sort_by_key(|(place, _)| *place);
        for (Place { number: line, offset }, refusal) in refusals {
            (self.refused)(LineRefusal { file: self.name.to_owned(), line, offset, refusal });
        }
        (self.progress)(at);
        Ok(())
    }
}
