//! Cases: a log with partitions for families of events.

use std::collections::BTreeSet;
use std::time::Duration;

use super::LogUnderTest;
use crate::{Entry, Envelope, Log, LogError, Position, ReadLimit, system_clock};

/// One type of each family.
const TYPES: [&str; 6] = [
    "tributary.alias.linked.v1",
    "tributary.touch.recorded.v1",
    "tributary.registration.submitted.v1",
    "tributary.deal.won.v1",
    "tributary.usage.recorded.v1",
    "tributary.payout.issued.v1",
];

/// Events of every family for several subjects: id, type, subject.
fn events() -> Vec<(String, &'static str, String)> {
    let subjects = (0..20).map(|number| format!("account/{number}"));
    let of = |subject: String| TYPES.map(|event_type| (format!("{event_type} {subject}"), event_type, subject.clone()));
    subjects.flat_map(of).collect()
}

fn entry<'a>((id, event_type, subject): &'a (String, &'static str, String)) -> Entry<'a> {
    let envelope = Envelope { id, source: "conformance", event_type, subject, time_us: 1, data: &[7] };
    Entry { envelope, recorded_us: None }
}

/// The ids of a partition in their order, with their positions.
fn ids(log: &dyn Log, partition: u32) -> Vec<(Position, String)> {
    let mut ids = Vec::new();
    let mut offset = log.start(partition).expect("ask for the start");
    while offset < log.end(partition).expect("ask for the end") {
        let limit = ReadLimit::default();
        let batch = log.read(Position { partition, offset }, limit, Duration::from_secs(10)).expect("read");
        for record in &batch {
            let record = record.expect("a whole record");
            ids.push((record.position, record.envelope.id.to_owned()));
        }
        assert!(batch.next_offset() > offset, "a read below the end makes progress");
        offset = batch.next_offset();
    }
    ids
}

pub(super) fn an_event_is_appended_where_it_belongs_and_reads_back_there(place: &dyn LogUnderTest) {
    let open = place.open(system_clock());
    let (log, events) = (&*open.log, events());
    let entries: Vec<_> = events.iter().map(entry).collect();
    let positions = log.append_routed(&entries).expect("append");
    let mut expected: Vec<_> =
        positions.iter().zip(&events).map(|(position, event)| (*position, event.0.clone())).collect();
    for (position, entry) in positions.iter().zip(&entries) {
        assert_eq!(position.partition, log.route(&entry.envelope), "{}", entry.envelope.id);
    }
    expected.sort_unstable();
    let found: Vec<_> = (0..log.partitions()).flat_map(|partition| ids(log, partition)).collect();
    assert_eq!(found, expected);
    assert!(positions.iter().map(|position| position.partition).collect::<BTreeSet<_>>().len() > TYPES.len());
}

pub(super) fn events_of_a_subject_keep_their_order(place: &dyn LogUnderTest) {
    let open = place.open(system_clock());
    let event = |number| (format!("event-{number:03}"), TYPES[4], "account/1".to_owned());
    let events: Vec<_> = (0..200).map(event).collect();
    for chunk in events.chunks(30) {
        let entries: Vec<_> = chunk.iter().map(entry).collect();
        open.log.append_routed(&entries).expect("append");
    }
    let partition = open.log.route(&entry(&events[0]).envelope);
    let found: Vec<_> = ids(&*open.log, partition).into_iter().map(|(_, id)| id).collect();
    assert_eq!(found, events.into_iter().map(|event| event.0).collect::<Vec<_>>());
}

pub(super) fn every_place_reads_differently(place: &dyn LogUnderTest) {
    let open = place.open(system_clock());
    let places = (0..open.log.partitions()).map(|partition| open.log.place(Position { partition, offset: 3 }));
    assert_eq!(places.collect::<BTreeSet<_>>().len(), open.log.partitions() as usize);
}

pub(super) fn the_ends_of_some_partitions_are_given_in_the_order_in_which_they_are_asked_for(place: &dyn LogUnderTest) {
    let open = place.open(system_clock());
    let (log, events) = (&*open.log, events());
    let ends = |partitions: &[u32]| log.ends(partitions).expect("ask for the ends");
    let one_by_one = |partitions: &[u32]| -> Vec<u64> {
        partitions.iter().map(|partition| log.end(*partition).expect("ask for the end")).collect()
    };
    let backwards: Vec<u32> = (0..log.partitions()).rev().collect();
    assert_eq!(ends(&backwards), one_by_one(&backwards), "of an empty log");
    for some in events.chunks(50) {
        log.append_routed(&some.iter().map(entry).collect::<Vec<_>>()).expect("append");
        assert_eq!(ends(&backwards), one_by_one(&backwards));
        assert_eq!(ends(&[0]), one_by_one(&[0]));
    }
    assert!(ends(&[]).is_empty());
    let partition = log.partitions();
    let refused = log.ends(&[0, partition]).expect_err("a refusal");
    assert!(matches!(refused, LogError::NoPartition { partition: p, .. } if p == partition), "{refused:?}");
}
