//! What the credits topic said, and when: the records of each account with the instant that they are known at and the time at
//! which they were appended.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use tributary_domain::id::AccountId;
use tributary_events::feed::Topic;
use tributary_log::{Log, Position, ReadLimit, Topics, read_to_end};
use tributary_log_kafka::KafkaLog;

use super::load::Sent;
use crate::Result;

/// Read from where the topic ended when it was made.
pub(super) struct Covering {
    next: Vec<u64>,
    /// By account, then by known-at: when the last of its records that are known then was appended.
    appended_us: HashMap<AccountId, BTreeMap<i64, i64>>,
}

/// Where the partitions of all projected topics end.
pub(super) fn ends(topics: &dyn Topics) -> Result<Vec<u64>> {
    let mut ends = Vec::new();
    for topic in Topic::ALL {
        ends.extend(topics.ends(topic.name())?);
    }
    Ok(ends)
}

impl Covering {
    pub(super) fn from_end(topics: &dyn Topics) -> Result<Self> {
        Ok(Self { next: topics.ends(Topic::Credits.name())?, appended_us: HashMap::new() })
    }

    /// Reads what was said since.
    pub(super) fn read_on(&mut self, topics: &dyn Topics) -> Result<()> {
        for (partition, next) in self.next.iter_mut().enumerate() {
            for read in read_to_end(topics, Topic::Credits.name(), partition as u32, *next)? {
                let read = read?;
                for stored in &read.records {
                    let headers =
                        tributary_feed::headers(&stored.record).ok_or("a credits record lacks its headers")?;
                    let account = headers.subject.strip_prefix("account/").ok_or("a credits record of no account")?;
                    let known = self.appended_us.entry(AccountId::new(account)?).or_default();
                    // An event changes the credit of several partners: it is told once the last of them is.
                    let appended_us = known.entry(headers.known_at.micros()).or_insert(i64::MIN);
                    *appended_us = stored.appended_us.max(*appended_us);
                }
                *next = read.next_offset;
            }
        }
        Ok(())
    }

    /// When the credits of an account were appended that know what was recorded then; none if they were not yet.
    pub(super) fn first_knowing(&self, account: &AccountId, recorded_us: i64) -> Option<i64> {
        // An owner publishes later instants later: the first by known-at is the first by time.
        self.appended_us.get(account)?.range(recorded_us..).next().map(|(_, appended_us)| *appended_us)
    }
}

/// When the events were recorded, in their order, microseconds since 1970-01-01 UTC.
pub(super) fn recorded(log: &KafkaLog, sent: &[Sent]) -> Result<Vec<i64>> {
    let mut places: BTreeMap<u32, (u64, u64)> = BTreeMap::new();
    for Position { partition, offset } in sent.iter().map(|sent| sent.position) {
        let (first, last) = places.entry(partition).or_insert((offset, offset));
        (*first, *last) = ((*first).min(offset), (*last).max(offset));
    }
    let mut recorded = HashMap::with_capacity(sent.len());
    for (partition, (first, last)) in places {
        let mut next = Position { partition, offset: first };
        while next.offset <= last {
            let batch = log.read(next, ReadLimit::default(), Duration::from_secs(1))?;
            for record in batch.iter() {
                let record = record?;
                recorded.insert(record.position, record.recorded_us);
            }
            next.offset = batch.next_offset();
        }
    }
    let of = |sent: &Sent| recorded.get(&sent.position).copied().ok_or("an event that was produced is not in the log");
    Ok(sent.iter().map(of).collect::<Result<_, _>>()?)
}
