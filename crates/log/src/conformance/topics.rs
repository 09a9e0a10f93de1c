//! Cases: topics beside a log.

use std::time::{Duration, Instant};

use super::TOPIC;
use crate::{Keyed, LogError, Stored, Topics};

/// Longer than any machine takes to wake a thread, so that a case which runs into it has failed.
const FOREVER: Duration = Duration::from_secs(60);

fn record(key: &str, value: Option<&str>) -> Keyed {
    let headers = vec![("ce_id".to_owned(), b"1".to_vec()), ("empty".to_owned(), Vec::new())];
    Keyed { key: key.into(), headers, value: value.map(Into::into) }
}

fn read_all(topics: &dyn Topics, partition: u32, records_max: usize) -> Vec<Stored> {
    let mut all = Vec::new();
    let mut offset = topics.start(TOPIC, partition).expect("ask for the start");
    while offset < topics.end(TOPIC, partition).expect("ask for the end") {
        let read = topics.read(TOPIC, partition, offset, records_max, Duration::ZERO).expect("read");
        assert!(read.next_offset > offset, "a read below the end makes progress");
        assert!(read.records.len() <= records_max, "the limit is honoured");
        offset = read.next_offset;
        all.extend(read.records);
    }
    all
}

pub(super) fn what_is_published_reads_back_equal(topics: &dyn Topics) {
    assert_eq!(topics.partitions(TOPIC).expect("ask for the partitions"), 3);
    let said =
        [(0, record("a", Some("1"))), (2, record("b", Some(""))), (0, record("a", None)), (0, record("", Some("2")))];
    let offsets = topics.publish(TOPIC, &said).expect("publish");
    for partition in 0..3 {
        let read = read_all(topics, partition, 100);
        let found: Vec<_> = read.iter().map(|stored| (stored.offset, stored.record.clone())).collect();
        let of_partition = offsets.iter().zip(&said).filter(|(_, (of, _))| *of == partition);
        assert_eq!(found, of_partition.map(|(offset, (_, record))| (*offset, record.clone())).collect::<Vec<_>>());
        assert!(read.iter().all(|stored| stored.appended_us > 0));
    }
    assert!(topics.publish(TOPIC, &[]).expect("publish nothing").is_empty());
}

pub(super) fn reading_in_pieces_equals_reading_whole(topics: &dyn Topics) {
    let said: Vec<_> = (0..500).map(|number| (1, record(&format!("key-{number}"), Some("x")))).collect();
    topics.publish(TOPIC, &said).expect("publish");
    let whole = read_all(topics, 1, usize::MAX);
    assert_eq!(whole.len(), said.len());
    for records_max in [1, 7, 499] {
        assert_eq!(read_all(topics, 1, records_max), whole, "{records_max}");
    }
    let read = topics.read(TOPIC, 1, whole[250].offset, 10, FOREVER).expect("read");
    assert_eq!(read.records.first(), Some(&whole[250]));
}

pub(super) fn reading_at_the_end_gives_nothing_and_stays_there(topics: &dyn Topics) {
    topics.publish(TOPIC, &[(0, record("a", None))]).expect("publish");
    for partition in [0, 1] {
        let end = topics.end(TOPIC, partition).expect("ask for the end");
        let wait = Duration::from_millis(30);
        let started = Instant::now();
        let read = topics.read(TOPIC, partition, end, 10, wait).expect("read");
        assert!(started.elapsed() >= wait, "it waits for as long as it was told");
        assert_eq!((read.records.len(), read.next_offset), (0, end));
    }
}

pub(super) fn the_ends_of_a_topic_are_those_of_its_partitions(topics: &dyn Topics) {
    for published in [0, 2, 2, 1] {
        let ends: Vec<u64> = (0..3).map(|partition| topics.end(TOPIC, partition).expect("ask for the end")).collect();
        assert_eq!(topics.ends(TOPIC).expect("ask for the ends"), ends);
        topics.publish(TOPIC, &[(published, record("a", Some("1")))]).expect("publish");
    }
}

pub(super) fn a_waiting_reader_wakes_when_another_thread_publishes(topics: &dyn Topics) {
    std::thread::scope(|scope| {
        let started = Instant::now();
        let reader = scope.spawn(|| topics.read(TOPIC, 2, 0, 10, FOREVER).expect("read"));
        topics.publish(TOPIC, &[(2, record("a", Some("1")))]).expect("publish");
        assert_eq!(reader.join().expect("the reader").records.len(), 1);
        assert!(started.elapsed() < FOREVER / 2, "it woke because of the record");
    });
}

pub(super) fn a_partition_that_does_not_exist_is_refused(topics: &dyn Topics) {
    let refusals = [
        topics.start(TOPIC, 3).err(),
        topics.end(TOPIC, 3).err(),
        topics.read(TOPIC, 3, 0, 1, Duration::ZERO).err(),
        topics.publish(TOPIC, &[(3, record("a", None))]).err(),
    ];
    for refusal in refusals {
        let refusal = refusal.expect("a refusal");
        assert!(matches!(refusal, LogError::NoPartition { partition: 3, partitions: 3 }), "{refusal:?}");
    }
}
