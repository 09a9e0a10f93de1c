//! What was read of the log, made ready to be filed on the thread that reads: decoded, with usage as rows and names as numbers.

use tributary_domain::event::Event;
use tributary_events::Refusal;
use tributary_log::{Batch, ContentHash, IdentityKey, Position, Record, Recorded};

use crate::error::Result;
use crate::meta::ReadOn;
use crate::numbering::{Numbered, Numbering};
use crate::usage::PendingRow;

/// What a record says that can be read.
pub(crate) enum Content {
    /// Usage of a subject, which has a number among [`Numbered`].
    Usage { subject: u32, row: PendingRow },
    /// Any other event.
    Event(Box<Event>),
}

/// What a record is judged by where the log does not say what stands (I1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Judged {
    pub(crate) identity: IdentityKey,
    pub(crate) content: ContentHash,
}

impl Judged {
    pub(crate) fn of(record: &Record<'_>) -> Self {
        Self { identity: record.envelope.identity_key(), content: record.envelope.content_hash() }
    }
}

/// A row of usage, and the number of its subject.
pub(crate) type NumberedRow = (u32, PendingRow);

/// A batch of one partition, ready to be filed.
pub(crate) struct Prepared {
    /// The usage that is filed without its records, since its rows say everything: most records are such.
    pub(crate) rows: Vec<NumberedRow>,
    /// The records that are filed with what they say at hand, in their order.
    pub(crate) records: Batch,
    /// What each of those says, or why it cannot be read.
    pub(crate) contents: Vec<Result<Content, Box<Refusal>>>,
    /// What they are judged by, if they are.
    pub(crate) judged: Vec<Judged>,
    /// What got a number with it.
    pub(crate) numbered: Numbered,
    /// Where to read on behind it.
    pub(crate) read_on: ReadOn,
    /// Whether a write ends with it. The next one's names are numbered anew.
    pub(crate) ends_write: bool,
}

impl Prepared {
    /// How many records it has.
    pub(crate) fn len(&self) -> usize {
        self.rows.len() + self.contents.len()
    }
}

/// How records are prepared.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Preparation {
    /// Who says when an event was recorded.
    pub(crate) recorded: Recorded,
    /// Whether records are judged.
    pub(crate) judged: bool,
    /// Whether usage too is filed with its record at hand.
    pub(crate) whole: bool,
    /// How many go into a write, or a few more.
    pub(crate) records_per_write: usize,
}

/// Prepares the batches of one partition, in their order.
pub(crate) struct Preparing {
    how: Preparation,
    read_on: ReadOn,
    /// How far is read.
    end: u64,
    numbering: Numbering,
    in_write: usize,
}

impl Preparing {
    /// From there on to an end: what a read gives beyond it is left for the next time.
    pub(crate) fn new(how: Preparation, read_on: ReadOn, end: u64) -> Self {
        Self { how, read_on, end, numbering: Numbering::default(), in_write: 0 }
    }

    /// The records of a read, of those before the end; none of them recorded before the one that stands before it if the log
    /// says when (I2).
    pub(crate) fn prepare(&mut self, batch: Batch) -> Result<Prepared> {
        let mut rows = Vec::with_capacity(if self.how.whole { 0 } else { batch.len() });
        let mut records = Batch::new(Position { partition: self.read_on.partition, offset: self.read_on.offset });
        let (mut contents, mut judged) = (Vec::new(), Vec::new());
        for record in &batch {
            let mut record = record?;
            if record.position.offset >= self.end {
                break;
            }
            if self.how.recorded == Recorded::ByLog {
                record.recorded_us = record.recorded_us.max(self.read_on.recorded_us);
                self.read_on.recorded_us = record.recorded_us;
            }
            if self.how.judged {
                judged.push(Judged::of(&record));
            }
            match self.numbering.content(&record) {
                Ok(Content::Usage { subject, row }) if !self.how.whole => rows.push((subject, row)),
                content => {
                    records.push(&record);
                    contents.push(content);
                }
            }
        }
        self.read_on.offset = batch.next_offset().min(self.end);
        self.in_write += batch.len();
        let ends_write = self.in_write >= self.how.records_per_write || self.read_on.offset >= self.end;
        let numbered = self.numbering.take_new();
        if ends_write {
            (self.numbering, self.in_write) = (Numbering::default(), 0);
        }
        Ok(Prepared { rows, records, contents, judged, numbered, read_on: self.read_on, ends_write })
    }
}
