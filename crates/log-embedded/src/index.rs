//! The index of identities (I1): a filter, then what was appended last, then buckets of fingerprints, then the records
//! themselves. All of it follows from the log, so it is written behind the records and caught up with them.
//!
//! Whether records have the same identity and content is decided by what they say: a fingerprint only says where to look.

mod recent;

use tributary_log::{Filter, FrameError, IdentityKey, Known, Position, ReadLimit, Result};
use tributary_store::{Batch, Durability, Reader};

use self::recent::{Entry, Recent};
use crate::error::storage;
use crate::log::EmbeddedLog;
use crate::row::block::damaged;
use crate::row::bucket::{self, Fingerprint};
use crate::row::meta;

/// How many records may follow the settled ones: they are hashed again when a log is opened and asked.
pub(crate) const RECENT_MAX: usize = 512 * 1024;

/// What a filter is made for at least.
const FILTERED_MIN: u64 = 1 << 20;

/// Making a filter costs so much less than looking one identity up without it, for each record.
const FILTER_PAYS: u64 = 128;

/// Records in between are read rather than sought.
const READ_THROUGH: u64 = 64;

/// What is known of the identities in one partition.
pub(crate) struct Index {
    partition: u32,
    recent_max: usize,
    /// The records before have their fingerprints in buckets; unknown before it is first asked.
    settled: Option<u64>,
    /// The fingerprints of the records after those.
    unsettled: Recent,
    /// Which fingerprints there are, and for how many records it was made.
    filter: Option<(Filter, u64)>,
    /// Identities asked for without a filter.
    unfiltered: u64,
}

/// A record that may be the one asked for.
struct Candidate {
    offset: u64,
    /// Of the identity, among those asked for.
    number: usize,
}

impl Index {
    pub(crate) fn new(partition: u32, recent_max: usize) -> Self {
        Self { partition, recent_max, settled: None, unsettled: Recent::default(), filter: None, unfiltered: 0 }
    }

    /// The offset after the last record that it knows, if it was asked before.
    fn end(&self) -> Option<u64> {
        Some(self.settled? + self.unsettled.len() as u64)
    }

    /// The records from `first` on have these identities. What does not follow on what it knows is read from the log later.
    pub(crate) fn appended(&mut self, log: &EmbeddedLog, first: u64, identities: &[IdentityKey]) -> Result<()> {
        if self.end() != Some(first) {
            return Ok(());
        }
        self.add(identities);
        self.settle(log)
    }

    fn add(&mut self, identities: &[IdentityKey]) {
        if let Some((filter, _)) = &mut self.filter {
            identities.iter().for_each(|identity| filter.insert(Fingerprint::of(*identity).hash()));
        }
        self.unsettled.add(identities);
    }

    /// Reads what was appended and not said to it.
    pub(crate) fn catch_up(&mut self, log: &EmbeddedLog, end: u64) -> Result<()> {
        if self.settled.is_none() {
            self.settled = Some(settled(log, self.partition)?);
        }
        while let Some(offset) = self.end().filter(|known| *known < end) {
            let batch = log.read_blocks(self.at(offset), end, ReadLimit::default())?;
            let mut identities = Vec::with_capacity(batch.len());
            for record in &batch {
                let record = record?;
                identities.push(record.envelope.identity_key());
            }
            self.add(&identities);
            self.settle(log)?;
        }
        Ok(())
    }

    /// Puts fingerprints into their buckets once there are many. They follow records that are on disk, and are on disk with
    /// those that follow.
    fn settle(&mut self, log: &EmbeddedLog) -> Result<()> {
        let (Some(settled), Some(end)) = (self.settled, self.end()) else { return Ok(()) };
        if self.unsettled.len() < self.recent_max || log.is_read_only() {
            return Ok(());
        }
        let (mut batch, mut entries, mut value) = (Batch::new(), Vec::new(), Vec::new());
        let in_one = |one: &Entry, other: &Entry| one.fingerprint.bucket() == other.fingerprint.bucket();
        for together in self.unsettled.sorted().chunk_by(in_one) {
            entries.clear();
            value.clear();
            entries.extend(together.iter().map(|entry| (entry.fingerprint, settled + u64::from(entry.number))));
            bucket::piece(&entries, &mut value);
            batch.extend(&bucket::key(self.partition, together[0].fingerprint.bucket()), &value);
        }
        batch.put(&meta::settled_key(self.partition), &end.to_be_bytes());
        log.db.write(batch, Durability::Logged).map_err(storage("write the identity index"))?;
        self.settled = Some(end);
        self.unsettled.clear();
        self.grow_filter(log)
    }
}

/// Asking.
impl Index {
    /// For each identity the first record that has it. It must have caught up.
    pub(crate) fn known(&mut self, log: &EmbeddedLog, identities: &[IdentityKey]) -> Result<Vec<Option<Known>>> {
        self.make_filter(log, identities.len() as u64)?;
        let candidates = self.candidates(log, identities)?;
        let mut known = vec![None; identities.len()];
        let near = |one: &Candidate, other: &Candidate| other.offset - one.offset <= READ_THROUGH;
        for some in candidates.chunk_by(near) {
            self.compare(log, identities, some, &mut known)?;
        }
        Ok(known)
    }

    /// The records that the identities may stand in, by their offsets.
    fn candidates(&self, log: &EmbeddedLog, identities: &[IdentityKey]) -> Result<Vec<Candidate>> {
        let settled = self.settled.unwrap_or_default();
        let (mut candidates, mut asked) = (Vec::new(), Vec::new());
        for (number, identity) in identities.iter().enumerate() {
            let fingerprint = Fingerprint::of(*identity);
            if self.filter.as_ref().is_some_and(|(filter, _)| !filter.may_hold(fingerprint.hash())) {
                continue;
            }
            let recent = self.unsettled.of(fingerprint);
            candidates.extend(recent.map(|at| Candidate { offset: settled + u64::from(at), number }));
            if settled > 0 {
                asked.push((fingerprint, number));
            }
        }
        asked.sort_unstable();
        let keys: Vec<_> =
            asked.iter().map(|(fingerprint, _)| bucket::key(self.partition, fingerprint.bucket())).collect();
        let keys: Vec<_> = keys.iter().map(Vec::as_slice).collect();
        let buckets = log.db.multi_get(&keys).map_err(storage("look up identities"))?;
        for ((fingerprint, number), value) in asked.into_iter().zip(buckets) {
            for entry in bucket::entries(fingerprint.bucket(), value.as_deref().unwrap_or_default()) {
                let (found, offset) = entry.ok_or_else(|| unreadable(self.partition))?;
                if found == fingerprint {
                    candidates.push(Candidate { offset, number });
                }
            }
        }
        candidates.sort_unstable_by_key(|candidate| candidate.offset);
        Ok(candidates)
    }

    /// Reads candidates that lie close together; what has the identity asked for is known.
    fn compare(
        &self,
        log: &EmbeddedLog,
        identities: &[IdentityKey],
        candidates: &[Candidate],
        known: &mut [Option<Known>],
    ) -> Result<()> {
        let end = candidates.last().map_or(0, |last| last.offset + 1);
        let mut candidates = candidates.iter().peekable();
        while let Some(next) = candidates.peek() {
            let from = self.at(next.offset);
            let limit = ReadLimit { records: (end - next.offset) as usize, ..ReadLimit::default() };
            for record in &log.read_blocks(from, end, limit)? {
                let record = record?;
                let offset = record.position.offset;
                while let Some(candidate) = candidates.next_if(|candidate| candidate.offset == offset) {
                    let known = &mut known[candidate.number];
                    // I1: candidates come in order, and what was recorded first stands.
                    if known.is_none() && record.envelope.identity_key() == identities[candidate.number] {
                        *known = Some(Known { position: record.position, content: record.envelope.content_hash() });
                    }
                }
            }
        }
        Ok(())
    }

    fn at(&self, offset: u64) -> Position {
        Position { partition: self.partition, offset }
    }
}

/// The filter: made when so much is asked that it pays, and made anew for twice as many records when it is full.
impl Index {
    fn make_filter(&mut self, log: &EmbeddedLog, asked: u64) -> Result<()> {
        self.unfiltered += asked;
        let records = self.end().unwrap_or_default();
        if self.filter.is_some() || self.unfiltered < records / FILTER_PAYS {
            Ok(())
        } else {
            self.filled(log, records)
        }
    }

    fn grow_filter(&mut self, log: &EmbeddedLog) -> Result<()> {
        let records = self.end().unwrap_or_default();
        let full = self.filter.as_ref().is_some_and(|(_, capacity)| records >= *capacity);
        if full { self.filled(log, records) } else { Ok(()) }
    }

    fn filled(&mut self, log: &EmbeddedLog, records: u64) -> Result<()> {
        let capacity = (records * 2).max(FILTERED_MIN);
        let mut filter = Filter::sized_for(capacity);
        let mut rows = log.db.prefix(&bucket::all(self.partition));
        while let Some(row) = rows.advance() {
            let (key, value) = row.map_err(storage("read the identity index"))?;
            let bucket = bucket::read_key(key).ok_or_else(|| unreadable(self.partition))?;
            for entry in bucket::entries(bucket, value) {
                let (fingerprint, _) = entry.ok_or_else(|| unreadable(self.partition))?;
                filter.insert(fingerprint.hash());
            }
        }
        self.unsettled.fingerprints().for_each(|fingerprint| filter.insert(fingerprint.hash()));
        self.filter = Some((filter, capacity));
        Ok(())
    }
}

/// The offset before which fingerprints are in buckets.
pub(crate) fn settled(log: &EmbeddedLog, partition: u32) -> Result<u64> {
    match log.db.get(&meta::settled_key(partition)).map_err(storage("read the identity index"))? {
        None => Ok(0),
        Some(value) => value.try_into().map(u64::from_be_bytes).map_err(|_| unreadable(partition)),
    }
}

fn unreadable(partition: u32) -> tributary_log::LogError {
    damaged(Position { partition, offset: 0 }, FrameError::Number { field: "identity index" })
}
