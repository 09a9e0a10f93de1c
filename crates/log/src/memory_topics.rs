//! Topics in memory: for tests and the simulator.

use std::collections::BTreeMap;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::{Clock, Keyed, LogError, Read, Result, Stored, Topics};

/// Topics that forget everything when they are dropped.
pub struct MemoryTopics {
    clock: Clock,
    topics: Mutex<BTreeMap<String, Vec<Vec<Stored>>>>,
    published: Condvar,
}

impl MemoryTopics {
    /// No topic yet.
    pub fn new(clock: Clock) -> Self {
        Self { clock, topics: Mutex::default(), published: Condvar::new() }
    }

    /// Makes a topic of so many partitions, empty.
    pub fn create(&self, topic: &str, partitions: u32) {
        self.lock().insert(topic.to_owned(), vec![Vec::new(); partitions as usize]);
    }

    /// Drops all but the last record of each key, as compaction does.
    pub fn compact(&self, topic: &str) {
        for records in self.lock().entry(topic.to_owned()).or_default() {
            let last: BTreeMap<Vec<u8>, u64> =
                records.iter().map(|stored| (stored.record.key.clone(), stored.offset)).collect();
            let end = records.last().map(|stored| stored.offset);
            // The last record stays whatever it says: the end does not move.
            records.retain(|stored| last[&stored.record.key] == stored.offset || Some(stored.offset) == end);
        }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Vec<Vec<Stored>>>> {
        self.topics.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn records<'t>(topics: &'t BTreeMap<String, Vec<Vec<Stored>>>, topic: &str, partition: u32) -> Result<&'t Vec<Stored>> {
    let partitions = topics.get(topic).map_or(0, Vec::len) as u32;
    let held = topics.get(topic).and_then(|held| held.get(partition as usize));
    held.ok_or(LogError::NoPartition { partition, partitions })
}

fn end_of(records: &[Stored]) -> u64 {
    records.last().map_or(0, |stored| stored.offset + 1)
}

impl Topics for MemoryTopics {
    fn partitions(&self, topic: &str) -> Result<u32> {
        Ok(self.lock().get(topic).map_or(0, Vec::len) as u32)
    }

    fn start(&self, topic: &str, partition: u32) -> Result<u64> {
        records(&self.lock(), topic, partition).map(|_| 0)
    }

    fn end(&self, topic: &str, partition: u32) -> Result<u64> {
        records(&self.lock(), topic, partition).map(|records| end_of(records))
    }

    fn read(&self, topic: &str, partition: u32, from: u64, records_max: usize, wait: Duration) -> Result<Read> {
        let mut topics = self.lock();
        records(&topics, topic, partition)?;
        if !wait.is_zero() {
            let at_end = |topics: &mut BTreeMap<String, Vec<Vec<Stored>>>| {
                records(topics, topic, partition).is_ok_and(|records| end_of(records) <= from)
            };
            let waited = self.published.wait_timeout_while(topics, wait, at_end);
            (topics, _) = waited.unwrap_or_else(PoisonError::into_inner);
        }
        let held = records(&topics, topic, partition)?;
        let some: Vec<Stored> = held.iter().filter(|stored| stored.offset >= from).take(records_max).cloned().collect();
        let next_offset = some.last().map_or(from, |stored| stored.offset + 1);
        Ok(Read { records: some, next_offset })
    }

    fn publish(&self, topic: &str, records: &[(u32, Keyed)]) -> Result<Vec<u64>> {
        let mut topics = self.lock();
        let partitions = topics.get(topic).map_or(0, Vec::len) as u32;
        if let Some((partition, _)) = records.iter().find(|(partition, _)| *partition >= partitions) {
            return Err(LogError::NoPartition { partition: *partition, partitions });
        }
        let held = topics.entry(topic.to_owned()).or_default();
        let appended_us = (self.clock)();
        let mut offsets = Vec::with_capacity(records.len());
        for (partition, record) in records {
            let partition = &mut held[*partition as usize];
            let offset = end_of(partition);
            partition.push(Stored { offset, appended_us, record: record.clone() });
            offsets.push(offset);
        }
        self.published.notify_all();
        Ok(offsets)
    }
}

impl std::fmt::Debug for MemoryTopics {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MemoryTopics").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{conformance, system_clock};

    fn record(key: &str, value: &str) -> Keyed {
        Keyed { key: key.into(), headers: vec![("ce_id".to_owned(), b"1".to_vec())], value: Some(value.into()) }
    }

    #[test]
    fn the_memory_topics_are_topics() {
        conformance::check_topics(&|| {
            let topics = MemoryTopics::new(system_clock());
            topics.create(conformance::TOPIC, 3);
            Box::new(topics)
        });
    }

    #[test]
    fn what_is_published_reads_back_and_compaction_keeps_the_last_of_each_key() {
        let topics = MemoryTopics::new(system_clock());
        topics.create("credits", 2);
        let all = [(0, record("a", "1")), (1, record("b", "1")), (0, record("a", "2")), (0, record("c", "1"))];
        assert_eq!(topics.publish("credits", &all).expect("publish"), [0, 0, 1, 2]);
        let read = topics.read("credits", 0, 0, 2, Duration::ZERO).expect("read");
        assert_eq!((read.records.len(), read.next_offset), (2, 2));
        topics.compact("credits");
        let read = topics.read("credits", 0, 0, 9, Duration::ZERO).expect("read");
        let left: Vec<_> = read.records.iter().map(|stored| (stored.offset, stored.record.clone())).collect();
        assert_eq!(left, [(1, record("a", "2")), (2, record("c", "1"))]);
        assert_eq!(read.records[0].record.header("ce_id"), Some("1"));
        assert!(topics.publish("credits", &[(2, record("a", "1"))]).is_err());
        assert!(topics.read("accruals", 0, 0, 1, Duration::ZERO).is_err());
    }
}
