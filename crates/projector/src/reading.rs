//! Reading the log to be filed: partition after partition up to where each ended when it was asked. While one batch is filed,
//! the next ones are read and prepared on a thread of their own.

use std::sync::mpsc;
use std::time::Duration;

use tributary_log::{Batch, Log, Position, ReadLimit};

use crate::error::Result;
use crate::meta::ReadOn;
use crate::prepared::{Preparation, Prepared, Preparing};

/// What is read of the log at a time.
const READ_LIMIT: ReadLimit = ReadLimit { records: 32 * 1024, bytes: 8 * 1024 * 1024 };
/// Batches that wait to be filed: near to what a write may have, so that reading goes on while one is written.
const BATCHES_AHEAD: usize = 24;
/// The same where every record is kept, which takes much more memory.
const WHOLE_BATCHES_AHEAD: usize = 4;

/// What there is to read of a partition.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Part {
    pub(crate) from: ReadOn,
    pub(crate) end: u64,
}

impl Part {
    /// Offsets to go.
    pub(crate) fn left(&self) -> u64 {
        self.end.saturating_sub(self.from.offset)
    }

    fn start(&self) -> Position {
        Position { partition: self.from.partition, offset: self.from.offset }
    }
}

/// Hands what parts hold over as batches that are ready to be filed, in the parts' order. It ends after an error.
pub(crate) fn read<L: Log + ?Sized, T>(
    log: &L,
    parts: &[Part],
    how: Preparation,
    file: impl FnOnce(&mut dyn Iterator<Item = Result<Prepared>>) -> Result<T>,
) -> Result<T> {
    let starts: Vec<Position> = parts.iter().filter(|part| part.left() > 0).map(Part::start).collect();
    if !starts.is_empty() {
        log.fetch_ahead(&starts)?;
    }
    let mut failed = false;
    let prepared = parts.iter().flat_map(|part| {
        let mut preparing = Preparing::new(how, part.from, part.end);
        batches(log, *part).map(move |batch| preparing.prepare(batch?))
    });
    let mut batches = prepared.take_while(|batch| !std::mem::replace(&mut failed, batch.is_err()));
    // What one read may give is not worth a thread.
    if parts.iter().map(Part::left).sum::<u64>() <= READ_LIMIT.records as u64 {
        return file(&mut batches);
    }
    std::thread::scope(|scope| {
        let (sender, read) = mpsc::sync_channel(if how.whole { WHOLE_BATCHES_AHEAD } else { BATCHES_AHEAD });
        // Whoever files may stop at an error: then nobody receives.
        scope.spawn(move || batches.all(|batch| sender.send(batch).is_ok()));
        file(&mut read.into_iter())
    })
}

/// Whether a batch could be read, and is of that partition.
pub(crate) fn is_of(read: &Result<Prepared>, partition: u32) -> bool {
    read.as_ref().is_ok_and(|batch| batch.read_on.partition == partition)
}

fn batches<L: Log + ?Sized>(log: &L, part: Part) -> impl Iterator<Item = Result<Batch>> {
    let mut next = part.start();
    let mut ended = false;
    std::iter::from_fn(move || {
        if ended || next.offset >= part.end {
            return None;
        }
        let read = log.read(next, READ_LIMIT, Duration::ZERO);
        // An error is the last that is said; where a read makes no progress, there is nothing more.
        ended = read.as_ref().map_or(true, |batch| batch.next_offset() == next.offset);
        match read {
            Ok(_) if ended => None,
            Ok(batch) => {
                next.offset = batch.next_offset();
                Some(Ok(batch))
            }
            Err(error) => Some(Err(error.into())),
        }
    })
}
