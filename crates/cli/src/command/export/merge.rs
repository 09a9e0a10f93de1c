//! The partitions of a log as one stream, by recorded time: what comes first of each is looked at, and the earliest is taken.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::time::Duration;

use tributary_events::{batch, decode, json};
use tributary_log::{IdentityKey, Log, Position, ReadLimit, Record};

use super::Form;
use crate::error::CliError;

/// What is read of all partitions together at once: memory is bounded whatever their number.
const BYTES: usize = 16 * 1024 * 1024;

/// A record as it is exported.
pub(super) struct Line {
    /// Where it stands.
    pub(super) position: Position,
    /// What identifies it.
    pub(super) identity: IdentityKey,
    /// The event as it is written, with its line's end; or why it is none.
    pub(super) event: Result<Vec<u8>, String>,
    recorded_us: i64,
}

impl Line {
    fn of(record: &Record<'_>, form: Form) -> Self {
        let event = decode(record).map(|event| match form {
            Form::Jsonl => (json::write(&event) + "\n").into_bytes(),
            Form::Protobuf => {
                let mut message = Vec::new();
                batch::write(record, &mut message);
                message
            }
        });
        Self {
            position: record.position,
            identity: record.envelope.identity_key(),
            event: event.map_err(|refusal| format!("{}: {refusal} ({})", refusal.field(), refusal.code())),
            recorded_us: record.recorded_us,
        }
    }
}

/// The stream. It ends where the log ended when it was made.
pub(super) struct Merge<'l> {
    log: &'l dyn Log,
    form: Form,
    limit: ReadLimit,
    partitions: Vec<Partition>,
    /// Recorded time and number of the partitions that have a line at hand.
    first: BinaryHeap<Reverse<(i64, u32)>>,
}

struct Partition {
    next: Position,
    end: u64,
    at_hand: VecDeque<Line>,
}

impl<'l> Merge<'l> {
    /// All that the log holds now, in that form.
    pub(super) fn new(log: &'l dyn Log, form: Form) -> Result<Self, CliError> {
        let partitions = (0..log.partitions()).map(|partition| {
            let next = Position { partition, offset: log.start(partition)? };
            Ok(Partition { next, end: log.end(partition)?, at_hand: VecDeque::new() })
        });
        let partitions = partitions.collect::<Result<Vec<_>, CliError>>()?;
        let bytes = BYTES / partitions.len().max(1);
        let limit = ReadLimit { bytes, ..ReadLimit::default() };
        let mut merge = Self { log, form, limit, partitions, first: BinaryHeap::new() };
        (0..log.partitions()).try_for_each(|partition| merge.put_first(partition))?;
        Ok(merge)
    }

    /// How many records there are, or a few less.
    pub(super) fn total(&self) -> u64 {
        self.partitions.iter().map(|of| of.end).sum()
    }

    /// The next line; none at the end.
    pub(super) fn next(&mut self) -> Result<Option<Line>, CliError> {
        let Some(Reverse((_, partition))) = self.first.pop() else { return Ok(None) };
        let line = self.partitions[partition as usize].at_hand.pop_front();
        self.put_first(partition)?;
        Ok(line)
    }

    /// Says when the first line of a partition was recorded, reading on if there is none at hand.
    fn put_first(&mut self, partition: u32) -> Result<(), CliError> {
        let of = &mut self.partitions[partition as usize];
        while of.at_hand.is_empty() && of.next.offset < of.end {
            let batch = self.log.read(of.next, self.limit, Duration::ZERO)?;
            for record in &batch {
                of.at_hand.push_back(Line::of(&record?, self.form));
            }
            if batch.next_offset() == of.next.offset {
                break;
            }
            of.next.offset = batch.next_offset();
        }
        self.first.extend(of.at_hand.front().map(|line| Reverse((line.recorded_us, partition))));
        Ok(())
    }
}
