//! The log in memory: for tests, the simulator and trying things out. Nothing survives it.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::{
    Batch, Clock, Entry, Envelope, IdentityIndex, IdentityKey, Known, Layout, Log, LogError, LogId, Position,
    ReadLimit, Record, Result, frame,
};

/// A log that forgets everything when it is dropped.
pub struct MemoryLog {
    id: LogId,
    clock: Clock,
    /// None: it keeps an index, and everything belongs to partition 0.
    layout: Option<Layout>,
    state: Mutex<State>,
    appended: Condvar,
}

struct State {
    partitions: Vec<Partition>,
    known: HashMap<IdentityKey, Known>,
}

struct Partition {
    frames: Vec<u8>,
    /// Offset of each record and where its frame begins in `frames`.
    index: Vec<(u64, usize)>,
    end: u64,
    recorded_us_max: i64,
}

impl MemoryLog {
    /// An empty log of so many partitions that keeps the index of identities.
    pub fn new(id: LogId, partitions: u32, clock: Clock) -> Self {
        Self::made(id, partitions, clock, None)
    }

    /// An empty log as Kafka is one: events lie by family and subject, and nobody has judged them.
    pub fn unjudged(id: LogId, layout: Layout, clock: Clock) -> Self {
        Self::made(id, layout.partitions(), clock, Some(layout))
    }

    fn made(id: LogId, partitions: u32, clock: Clock, layout: Option<Layout>) -> Self {
        let empty = || Partition { frames: Vec::new(), index: Vec::new(), end: 0, recorded_us_max: i64::MIN };
        let partitions = (0..partitions).map(|_| empty()).collect();
        let state = Mutex::new(State { partitions, known: HashMap::new() });
        Self { id, clock, layout, state, appended: Condvar::new() }
    }

    /// Leaves so many offsets unused, as Kafka's control records do.
    pub fn leave_gap(&self, partition: u32, offsets: u64) -> Result<()> {
        self.lock().partition(partition)?.end += offsets;
        self.appended.notify_all();
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn partition(&mut self, partition: u32) -> Result<&mut Partition> {
        let partitions = self.partitions.len() as u32;
        self.partitions.get_mut(partition as usize).ok_or(LogError::NoPartition { partition, partitions })
    }
}

impl Partition {
    fn push(&mut self, partition: u32, entry: &Entry<'_>, now_us: i64) -> Position {
        let recorded_us = entry.recorded_us.unwrap_or(now_us.max(self.recorded_us_max));
        self.recorded_us_max = self.recorded_us_max.max(recorded_us);
        let position = Position { partition, offset: self.end };
        self.index.push((self.end, self.frames.len()));
        frame::encode(&Record { position, recorded_us, envelope: entry.envelope }, &mut self.frames);
        self.end += 1;
        position
    }

    fn read(&self, from: Position, limit: ReadLimit) -> Batch {
        let mut batch = Batch::new(from);
        let mut at = self.index.partition_point(|&(offset, _)| offset < from.offset);
        while let Some(&(offset, begin)) = self.index.get(at) {
            let end = self.index.get(at + 1).map_or(self.frames.len(), |&(_, next)| next);
            if !batch.has_room(limit, 1, end - begin) {
                return batch;
            }
            batch.push_frames(&self.frames[begin..end], 1, offset);
            at += 1;
        }
        batch.skip_to(self.end);
        batch
    }
}

impl Log for MemoryLog {
    fn id(&self) -> LogId {
        self.id
    }

    fn partitions(&self) -> u32 {
        self.lock().partitions.len() as u32
    }

    fn identities(&self) -> Option<&dyn IdentityIndex> {
        self.layout.is_none().then_some(self)
    }

    fn route(&self, envelope: &Envelope<'_>) -> u32 {
        self.layout.map_or(0, |layout| layout.route(envelope.event_type, envelope.subject))
    }

    fn start(&self, partition: u32) -> Result<u64> {
        self.lock().partition(partition).map(|_| 0)
    }

    fn end(&self, partition: u32) -> Result<u64> {
        self.lock().partition(partition).map(|partition| partition.end)
    }

    fn read(&self, from: Position, limit: ReadLimit, wait: Duration) -> Result<Batch> {
        let mut state = self.lock();
        state.partition(from.partition)?;
        let at_end = |state: &mut State| state.partitions[from.partition as usize].end <= from.offset;
        if !wait.is_zero() {
            let waited = self.appended.wait_timeout_while(state, wait, at_end);
            (state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        }
        Ok(state.partitions[from.partition as usize].read(from, limit))
    }

    fn append(&self, partition: u32, entries: &[Entry<'_>]) -> Result<Vec<Position>> {
        entries.iter().try_for_each(|entry| frame::check_size(&entry.envelope))?;
        let mut state = self.lock();
        let held = state.partition(partition)?;
        let now_us = (self.clock)();
        let positions: Vec<_> = entries.iter().map(|entry| held.push(partition, entry, now_us)).collect();
        for (entry, &position) in entries.iter().zip(&positions) {
            let known = Known { position, content: entry.envelope.content_hash() };
            state.known.entry(entry.envelope.identity_key()).or_insert(known);
        }
        self.appended.notify_all();
        Ok(positions)
    }
}

impl IdentityIndex for MemoryLog {
    fn known(&self, keys: &[IdentityKey]) -> Result<Vec<Option<Known>>> {
        let state = self.lock();
        Ok(keys.iter().map(|key| state.known.get(key).copied()).collect())
    }
}

impl fmt::Debug for MemoryLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryLog").field("id", &self.id).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::conformance::{self, LogUnderTest, OpenLog};
    use crate::system_clock;

    struct Fresh;

    impl LogUnderTest for Fresh {
        fn open(&self, clock: Clock) -> OpenLog {
            let log = Arc::new(MemoryLog::new(LogId([7; 16]), 2, clock));
            OpenLog { log: log.clone(), identities: Some(log) }
        }
    }

    #[test]
    fn the_memory_log_is_a_log() {
        let make = || -> Box<dyn LogUnderTest> { Box::new(Fresh) };
        conformance::check_log(&make);
        conformance::check_recorded(&make);
        conformance::check_identities(&make);
    }

    struct Unjudged;

    impl LogUnderTest for Unjudged {
        fn open(&self, clock: Clock) -> OpenLog {
            let log = Arc::new(MemoryLog::unjudged(LogId([7; 16]), Layout { per_family: 3 }, clock));
            OpenLog { log, identities: None }
        }
    }

    #[test]
    fn the_memory_log_that_nobody_judged_is_a_log_of_families() {
        let make = || -> Box<dyn LogUnderTest> { Box::new(Unjudged) };
        conformance::check_log(&make);
        conformance::check_recorded(&make);
        conformance::check_routes(&make);
    }

    #[test]
    fn a_reader_crosses_a_gap() {
        let log = MemoryLog::new(LogId([7; 16]), 1, system_clock());
        let envelope = Envelope { id: "1", source: "s", event_type: "t", subject: "book", time_us: 0, data: b"" };
        let entry = Entry { envelope, recorded_us: None };
        let start = Position { partition: 0, offset: 0 };
        log.leave_gap(0, 3).expect("leave a gap");
        let batch = log.read(start, ReadLimit::default(), Duration::from_secs(60)).expect("read");
        assert_eq!((batch.len(), batch.next_offset()), (0, 3));
        log.append(0, &[entry]).expect("append");
        let batch = log.read(start, ReadLimit::default(), Duration::ZERO).expect("read");
        assert_eq!((batch.len(), batch.next_offset()), (1, 4));
    }
}
