//! Barriers: how processes that share a ledger agree on an instant as known at which all of them publish.
//!
//! Everything is said in one partition, and what follows from it is a function of its records in their order: every process
//! comes to the same. An epoch is opened by a record of its own; one that is opened while another is under way is void. For
//! each shard the first who says that it is read, or credited, is believed: whoever it was, it is true.
//!
//! What an epoch knows does not depend on who tells it, or when. Where the log says when an event was recorded, its instant
//! bounds that: nothing recorded by then can be appended any more. Where events say so themselves anything may be, and the epoch
//! knows what stood in the log when it was opened.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use tributary_domain::time::Instant;

/// What a process says to the others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "say", rename_all = "camelCase")]
pub(crate) enum Said {
    /// There is something to publish. The epoch's number is the offset of this record.
    #[serde(rename_all = "camelCase")]
    Open {
        /// Who says it, for people.
        by: String,
        /// Where each partition of the log ends, if recorded times are not the log's.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        ends: Vec<u64>,
    },
    /// What these shards hold was read up to its end after the epoch was opened, or up to the epoch's, and what others need of
    /// it was carried.
    #[serde(rename_all = "camelCase")]
    Read {
        epoch: u64,
        shards: BTreeSet<u32>,
        /// The last recorded instant that was read, in microseconds.
        until_us: i64,
    },
    /// What the accounts of these shards come to was said, as known at the epoch's instant and at every cutoff before it.
    #[serde(rename_all = "camelCase")]
    Credited { epoch: u64, shards: BTreeSet<u32> },
}

/// One round of reading, saying credits and publishing statements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Epoch {
    /// Its number: rising, not without gaps.
    pub number: u64,
    /// The shards that are read.
    pub read: BTreeSet<u32>,
    /// The shards whose credits are said.
    pub credited: BTreeSet<u32>,
    /// The last instant that it may know: nothing recorded by then can be appended any more.
    cap: Instant,
    /// Where the part of each partition ends that it knows, from 0 on. Of others it knows what its instant does.
    ends: Vec<u64>,
    until: Instant,
    shards: u32,
}

impl Epoch {
    /// The instant as known at which it publishes, once every shard is read.
    pub fn known_at(&self) -> Option<Instant> {
        (self.read.len() as u32 == self.shards).then_some(self.until)
    }

    /// Where the part of a partition of the log ends that it knows; none: its instant alone says what it knows.
    pub fn end(&self, partition: u32) -> Option<u64> {
        self.ends.get(partition as usize).copied()
    }

    /// Whether every shard's credits are said.
    pub fn is_complete(&self) -> bool {
        self.credited.len() as u32 == self.shards
    }

    /// The shards that it waits for.
    pub fn waits_for(&self) -> BTreeSet<u32> {
        let done = if self.known_at().is_none() { &self.read } else { &self.credited };
        (0..self.shards).filter(|shard| !done.contains(shard)).collect()
    }
}

/// What follows from everything that was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Barriers {
    shards: u32,
    /// By how much clocks may differ, in microseconds; none if recorded times are not the log's.
    margin_us: Option<i64>,
    under_way: Option<Epoch>,
    complete: Option<Epoch>,
}

impl Barriers {
    /// Nothing was said yet of so many shards. With a margin no epoch knows more than what was appended that long before it
    /// was opened.
    pub fn new(shards: u32, margin_us: Option<i64>) -> Self {
        Self { shards, margin_us, under_way: None, complete: None }
    }

    /// The epoch that is not complete.
    pub fn under_way(&self) -> Option<&Epoch> {
        self.under_way.as_ref()
    }

    /// The last epoch that is.
    pub fn complete(&self) -> Option<&Epoch> {
        self.complete.as_ref()
    }

    /// Hears the next record.
    pub(crate) fn hear(&mut self, offset: u64, appended_us: i64, said: Said) {
        match said {
            Said::Open { ends, .. } if self.under_way.is_none() => self.open(offset, appended_us, ends),
            Said::Open { .. } => {}
            Said::Read { epoch, shards, until_us } => {
                if let Some(current) = self.epoch(epoch).filter(|current| current.known_at().is_none()) {
                    current.read_by(shards, Instant::from_micros(until_us));
                }
            }
            Said::Credited { epoch, shards } => {
                if let Some(current) = self.epoch(epoch).filter(|current| current.known_at().is_some()) {
                    current.credited.extend(shards.into_iter().filter(|shard| *shard < current.shards));
                }
                self.complete = self.under_way.take_if(|current| current.is_complete()).or(self.complete.take());
            }
        }
    }

    fn open(&mut self, number: u64, appended_us: i64, mut ends: Vec<u64>) {
        // Who opened it may have been held up since it asked: what the epoch before knew, this one knows.
        let known = self.complete.iter().flat_map(|complete| &complete.ends);
        ends.iter_mut().zip(known).for_each(|(end, known)| *end = (*known).max(*end));
        let before = self.complete.as_ref().and_then(Epoch::known_at).unwrap_or(Instant::MIN);
        // Where the past may be added to, what is known at one instant may change: of two records of a key the one known
        // later has to be the newer. Else two that are known at one instant say the same.
        let before = if self.margin_us.is_none() { before.successor() } else { before };
        // What is appended next may be recorded in the same instant.
        let cap = |us: i64| Instant::from_micros(appended_us.saturating_sub(us.saturating_add(1)));
        let cap = self.margin_us.map_or(Instant::MAX, cap);
        self.under_way = Some(Epoch {
            number,
            read: BTreeSet::new(),
            credited: BTreeSet::new(),
            cap,
            ends,
            until: before,
            shards: self.shards,
        });
    }

    fn epoch(&mut self, number: u64) -> Option<&mut Epoch> {
        self.under_way.as_mut().filter(|epoch| epoch.number == number)
    }
}

impl Epoch {
    fn read_by(&mut self, shards: BTreeSet<u32>, until: Instant) {
        let new: Vec<u32> =
            shards.into_iter().filter(|shard| *shard < self.shards && !self.read.contains(shard)).collect();
        if new.is_empty() {
            return;
        }
        self.read.extend(new);
        self.until = self.until.max(until.min(self.cap));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(epoch: u64, shards: &[u32], until_us: i64) -> Said {
        Said::Read { epoch, shards: shards.iter().copied().collect(), until_us }
    }

    fn credited(epoch: u64, shards: &[u32]) -> Said {
        Said::Credited { epoch, shards: shards.iter().copied().collect() }
    }

    fn open() -> Said {
        open_at(&[])
    }

    fn open_at(ends: &[u64]) -> Said {
        Said::Open { by: "a".to_owned(), ends: ends.to_vec() }
    }

    #[test]
    fn an_epoch_knows_its_instant_when_every_shard_is_read_and_is_complete_when_every_shard_is_credited() {
        let mut barriers = Barriers::new(2, None);
        barriers.hear(0, 100, open());
        barriers.hear(1, 100, read(0, &[0], 50));
        assert_eq!(barriers.under_way().expect("an epoch").waits_for(), [1].into());
        barriers.hear(2, 100, credited(0, &[0]));
        barriers.hear(3, 100, read(0, &[1], 60));
        assert_eq!(barriers.under_way().expect("an epoch").known_at(), Some(Instant::from_micros(60)));
        assert_eq!(
            barriers.under_way().expect("an epoch").waits_for(),
            [0, 1].into(),
            "credited too early is not heard"
        );
        barriers.hear(4, 100, credited(0, &[0, 1]));
        assert_eq!((barriers.under_way(), barriers.complete().map(|epoch| epoch.number)), (None, Some(0)));
    }

    #[test]
    fn an_epoch_opened_while_another_is_under_way_is_void_and_what_is_said_of_an_old_one_is_not_heard() {
        let mut barriers = Barriers::new(1, None);
        barriers.hear(0, 0, open());
        barriers.hear(1, 0, open());
        barriers.hear(2, 0, read(1, &[0], 5));
        assert_eq!(barriers.under_way().map(|epoch| (epoch.number, epoch.known_at())), Some((0, None)));
        barriers.hear(3, 0, read(0, &[0], 5));
        barriers.hear(4, 0, credited(0, &[0]));
        barriers.hear(5, 0, open());
        barriers.hear(6, 0, credited(0, &[0]));
        assert_eq!(barriers.under_way().map(|epoch| (epoch.number, epoch.known_at())), Some((5, None)));
    }

    #[test]
    fn an_epoch_knows_nothing_that_may_still_be_appended_and_never_less_than_the_one_before() {
        let mut barriers = Barriers::new(1, Some(10));
        barriers.hear(0, 100, open());
        barriers.hear(1, 500, read(0, &[0], 400));
        barriers.hear(2, 500, credited(0, &[0]));
        assert_eq!(barriers.complete().and_then(Epoch::known_at), Some(Instant::from_micros(89)));
        barriers.hear(3, 500, open());
        barriers.hear(4, 500, read(3, &[0], 20));
        assert_eq!(barriers.under_way().and_then(Epoch::known_at), Some(Instant::from_micros(89)));
    }

    #[test]
    fn where_the_past_may_be_added_to_each_epoch_knows_a_later_instant() {
        let mut barriers = Barriers::new(1, None);
        for epoch in [0, 3] {
            barriers.hear(epoch, 0, open());
            barriers.hear(epoch + 1, 0, read(epoch, &[0], 20));
            barriers.hear(epoch + 2, 0, credited(epoch, &[0]));
        }
        assert_eq!(barriers.complete().and_then(Epoch::known_at), Some(Instant::from_micros(21)));
    }

    #[test]
    fn an_epoch_knows_of_each_partition_what_it_was_opened_with_and_what_the_one_before_knew() {
        let mut barriers = Barriers::new(1, None);
        barriers.hear(0, 0, open_at(&[3, 5]));
        barriers.hear(1, 0, open_at(&[9, 9]));
        barriers.hear(2, 0, read(0, &[0], 20));
        barriers.hear(3, 0, credited(0, &[0]));
        barriers.hear(4, 0, open_at(&[2, 6]));
        let ends = |epoch: Option<&Epoch>| [0, 1, 2].map(|partition| epoch.and_then(|epoch| epoch.end(partition)));
        assert_eq!(ends(barriers.complete()), [Some(3), Some(5), None]);
        assert_eq!(ends(barriers.under_way()), [Some(3), Some(6), None]);
    }

    #[test]
    fn what_an_earlier_program_said_is_heard() {
        let said = serde_json::from_str(r#"{"say":"open","by":"a"}"#).expect("a record");
        assert!(matches!(said, Said::Open { ends, .. } if ends.is_empty()));
    }

    #[test]
    fn the_first_who_says_a_shard_is_read_is_believed() {
        let mut barriers = Barriers::new(2, None);
        barriers.hear(0, 0, open());
        barriers.hear(1, 0, read(0, &[0], 5));
        barriers.hear(2, 0, read(0, &[0], 9));
        barriers.hear(3, 0, read(0, &[1], 4));
        assert_eq!(barriers.under_way().and_then(Epoch::known_at), Some(Instant::from_micros(5)));
    }
}
