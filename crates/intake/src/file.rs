//! Importing `.jsonl` files: bounded lines, in batches. A bad line is reported with its place and stops no other.

use std::fmt;
use std::io::{BufRead, Read};

use tributary_domain::event::Draft;
use tributary_events::Refusal;
use tributary_events::json::{self, LINE_BYTES_MAX};

use crate::{Intake, IntakeError, Outcome};

/// How many lines are submitted at once.
const LINES_PER_BATCH: usize = 4096;

/// How far an import is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    /// Bytes read.
    pub bytes: u64,
    /// Lines read.
    pub lines: u64,
}

/// What became of the lines of a file. Blank lines are not counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Report {
    /// Lines with something on them.
    pub read: u64,
    /// Events that are recorded now.
    pub appended: u64,
    /// Events that were recorded before.
    pub duplicate: u64,
    /// Lines that were refused.
    pub refused: u64,
}

/// A line that was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineRefusal {
    /// The file, as the importer names it.
    pub file: String,
    /// The line, from 1.
    pub line: u64,
    /// What is wrong with it.
    pub refusal: Refusal,
}

impl fmt::Display for LineRefusal {
    /// `FILE:LINE: field: reason (code)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, line, refusal } = self;
        write!(f, "{file}:{line}: {}: {refusal} ({})", refusal.field(), refusal.code())
    }
}

/// Imports a file. Every refused line goes to `refused`, in order; `progress` is told after each batch. Blank lines,
/// CRLF and a byte order mark are accepted; importing a file again changes nothing.
pub fn import_jsonl(
    reader: impl BufRead,
    name: &str,
    intake: &mut Intake<'_>,
    mut refused: impl FnMut(LineRefusal),
    mut progress: impl FnMut(Progress),
) -> Result<Report, IntakeError> {
    let mut lines = Lines { reader, buffer: Vec::new(), at: Progress::default() };
    let mut report = Report::default();
    loop {
        let mut batch = Vec::new();
        while batch.len() < LINES_PER_BATCH {
            let line = lines.at.lines;
            let read = lines.next().map_err(|source| IntakeError::Read { name: name.to_owned(), line, source })?;
            let Some(read) = read else { break };
            if let Some(draft) = read.transpose() {
                batch.push((lines.at.lines, draft));
            }
        }
        if batch.is_empty() {
            return Ok(report);
        }
        for (line, refusal) in submit(batch, intake, &mut report)? {
            refused(LineRefusal { file: name.to_owned(), line, refusal });
        }
        progress(lines.at);
    }
}

/// Submits what could be read of a batch; gives what is refused, in the order of the lines.
fn submit(
    batch: Vec<(u64, Result<Draft, Refusal>)>,
    intake: &mut Intake<'_>,
    report: &mut Report,
) -> Result<Vec<(u64, Refusal)>, IntakeError> {
    report.read += batch.len() as u64;
    let mut refusals = Vec::new();
    let (mut numbers, mut drafts) = (Vec::with_capacity(batch.len()), Vec::with_capacity(batch.len()));
    for (line, read) in batch {
        match read {
            Ok(draft) => {
                numbers.push(line);
                drafts.push(draft);
            }
            Err(refusal) => refusals.push((line, refusal)),
        }
    }
    for (line, outcome) in numbers.into_iter().zip(intake.submit(drafts)?) {
        match outcome {
            Outcome::Appended(_) => report.appended += 1,
            Outcome::Duplicate(_) => report.duplicate += 1,
            Outcome::Refused(refusal) => refusals.push((line, refusal)),
        }
    }
    report.refused += refusals.len() as u64;
    refusals.sort_by_key(|(line, _)| *line);
    Ok(refusals)
}

/// The lines of a file, never more than one of them in memory, and of that no more than a line may have.
struct Lines<R> {
    reader: R,
    buffer: Vec<u8>,
    at: Progress,
}

impl<R: BufRead> Lines<R> {
    /// The next line as an event, as a refusal, or as nothing if it is blank; `None` at the end of the file.
    fn next(&mut self) -> std::io::Result<Option<Result<Option<Draft>, Refusal>>> {
        self.buffer.clear();
        let bytes_max = LINE_BYTES_MAX as u64 + 2;
        let bytes = self.reader.by_ref().take(bytes_max).read_until(b'\n', &mut self.buffer)? as u64;
        if bytes == 0 {
            return Ok(None);
        }
        self.at.bytes += bytes;
        self.at.lines += 1;
        let ended = self.buffer.last() == Some(&b'\n');
        if !ended && bytes == bytes_max {
            self.skip_rest()?;
            return Ok(Some(Err(Refusal::TooLong { field: "event".to_owned(), bytes_max: LINE_BYTES_MAX })));
        }
        let text = self.text();
        if text.is_empty() {
            return Ok(Some(Ok(None)));
        }
        Ok(Some(match json::read(text) {
            Err(Refusal::NotJson { field, .. }) if !ended => Err(Refusal::CutOff { field }),
            read => read.map(Some),
        }))
    }

    /// The line without its end, blanks around it, and the byte order mark that some programs begin files with.
    fn text(&self) -> &[u8] {
        const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();
        let text = self.buffer.as_slice();
        let first = self.at.lines == 1;
        text.strip_prefix(BYTE_ORDER_MARK).filter(|_| first).unwrap_or(text).trim_ascii()
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
