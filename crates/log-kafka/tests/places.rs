//! Where readers stand: in many partitions at once, several in one partition, and in any order of offsets.

mod ground;

use std::time::Duration;

use ground::{fresh, made, usage};
use tributary_log::{Log, Position, ReadLimit};
use tributary_log_kafka::KafkaLog;

const FEW: ReadLimit = ReadLimit { records: 2, bytes: 1_000_000 };
const ONE: ReadLimit = ReadLimit { records: 1, bytes: 1_000_000 };

/// Appends so many events of so many accounts; gives where they stand, with their ids.
fn filled(log: &KafkaLog, accounts: usize, events: usize) -> Vec<(Position, String)> {
    let subjects: Vec<String> = (0..accounts).map(|number| format!("account/{number}")).collect();
    let ids: Vec<String> = (0..events).map(|number| format!("event-{number:04}")).collect();
    let entries: Vec<_> = ids.iter().enumerate().map(|(number, id)| usage(id, &subjects[number % accounts])).collect();
    let positions = log.append_routed(&entries).expect("append");
    positions.into_iter().zip(ids).collect()
}

fn ids(log: &KafkaLog, from: Position, limit: ReadLimit, wait: Duration) -> (Vec<String>, u64) {
    let batch = log.read(from, limit, wait).expect("read");
    let ids = batch.iter().map(|record| record.expect("a whole record").envelope.id.to_owned()).collect();
    (ids, batch.next_offset())
}

#[test]
fn partitions_that_are_read_in_turns_are_each_read_on_where_they_were_left() {
    let Some(settings) = fresh("turns") else { return };
    let log = made(&settings);
    let filled = filled(&log, 7, 200);
    let mut places: Vec<(Position, u64)> = Vec::new();
    for partition in 0..log.partitions() {
        let offset = log.start(partition).expect("ask for the start");
        places.push((Position { partition, offset }, log.end(partition).expect("ask for the end")));
    }
    places.retain(|(start, end)| start.offset < *end);
    assert!(places.len() > 1, "the accounts lie in several partitions");
    log.fetch_ahead(&places.iter().map(|(start, _)| *start).collect::<Vec<_>>()).expect("fetch ahead");
    let mut read = Vec::new();
    while places.iter().any(|(next, end)| next.offset < *end) {
        for (next, _) in places.iter_mut().filter(|(next, end)| next.offset < *end) {
            let (some, offset) = ids(&log, *next, FEW, Duration::ZERO);
            assert!(offset > next.offset, "a read below the end makes progress");
            next.offset = offset;
            read.extend(some);
        }
    }
    read.sort();
    assert_eq!(read, filled.into_iter().map(|(_, id)| id).collect::<Vec<_>>(), "each once");
}

#[test]
fn records_are_read_one_by_one_in_any_order() {
    let Some(settings) = fresh("looks") else { return };
    let log = made(&settings);
    let filled = filled(&log, 1, 100);
    for number in [0, 1, 50, 51, 99, 3, 2, 2, 98, 60] {
        let (position, id) = &filled[number];
        let offset = position.offset;
        assert_eq!(ids(&log, *position, ONE, Duration::ZERO), (vec![id.clone()], offset + 1));
        // One that reads on from there is not confused by those that look.
        let (read, _) = ids(&log, *position, FEW, Duration::ZERO);
        assert_eq!(read.first(), Some(id));
    }
}

#[test]
fn who_waits_at_the_end_of_a_partition_keeps_nobody_from_reading_it() {
    let Some(settings) = fresh("waiting") else { return };
    let log = made(&settings);
    let filled = filled(&log, 1, 10);
    let start = filled[0].0;
    let end = Position { offset: log.end(start.partition).expect("ask for the end"), ..start };
    std::thread::scope(|scope| {
        // Longer than any test may take: whoever had to wait for this would never come back.
        let waiting = scope.spawn(|| ids(&log, end, ONE, Duration::from_secs(3_600)));
        let waiting_too = scope.spawn(|| ids(&log, end, FEW, Duration::from_secs(3_600)));
        for (position, id) in &filled {
            assert_eq!(ids(&log, *position, FEW, Duration::ZERO).0.first(), Some(id));
        }
        log.append_routed(&[usage("last", "account/0")]).expect("append");
        for waiting in [waiting, waiting_too] {
            assert_eq!(waiting.join().expect("who waits").0, ["last"]);
        }
    });
}
