//! The suite that every log passes: for tests only, it panics where a log breaks its word.
//!
//! A crate with a log implements [`LogUnderTest`] in its tests and calls the checks that apply: [`check_log`] always,
//! [`check_recorded`] if it takes a clock and trusted times, [`check_identities`] if it keeps the index, [`check_routes`] if
//! it has partitions for families, [`check_reopening`] if it persists, [`check_recorded_reopening`] if it does all of that.
//! Topics beside a log pass [`check_topics`].

mod identities;
mod reading;
mod recorded;
mod reopening;
mod routes;
mod topics;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use crate::{Clock, Entry, Envelope, IdentityIndex, Log, Position, ReadLimit, Result, Topics};

/// A log that the suite has open. Dropping it closes the log.
pub struct OpenLog {
    /// The log.
    pub log: Arc<dyn Log>,
    /// The same log's index, if it keeps one.
    pub identities: Option<Arc<dyn IdentityIndex>>,
}

/// A place for a log: a directory, a topic. Each case of the suite has one of its own.
pub trait LogUnderTest {
    /// Opens the log of this place: empty at first, later with what it held. The one opened before is closed by then.
    fn open(&self, clock: Clock) -> OpenLog;
}

/// Makes a place for a log that nobody has used.
pub type Factory<'a> = &'a dyn Fn() -> Box<dyn LogUnderTest>;

/// What holds of every log: order, limits, waiting, all or nothing.
pub fn check_log(make: Factory<'_>) {
    reading::what_is_appended_reads_back_equal(&*make());
    reading::offsets_rise_from_append_to_append(&*make());
    reading::reading_in_pieces_equals_reading_whole(&*make());
    reading::limits_are_honoured_but_one_record_is_always_given(&*make());
    reading::reading_at_the_end_waits_and_gives_an_empty_batch(&*make());
    reading::a_waiting_reader_wakes_when_another_thread_appends(&*make());
    reading::an_append_of_nothing_changes_nothing(&*make());
    reading::one_event_too_large_keeps_the_whole_append_out(&*make());
    reading::a_partition_that_does_not_exist_is_refused(&*make());
    reading::concurrent_appends_lose_and_mix_nothing(&*make());
}

/// What holds of a log whose clock is given, and which keeps trusted recorded times (I2).
pub fn check_recorded(make: Factory<'_>) {
    recorded::the_clock_assigns_recorded_times(&*make());
    recorded::assigned_times_never_decrease_when_the_clock_goes_back(&*make());
    recorded::trusted_times_are_kept(&*make());
    recorded::assigned_times_do_not_fall_behind_trusted_ones(&*make());
}

/// What holds of a log that keeps the identity index (I1).
pub fn check_identities(make: Factory<'_>) {
    identities::the_index_finds_what_was_appended_and_nothing_else(&*make());
    identities::what_was_recorded_first_stands_within_an_append(&*make());
    identities::what_was_recorded_first_stands_across_appends(&*make());
}

/// What holds of a log that has partitions for families of events.
pub fn check_routes(make: Factory<'_>) {
    routes::an_event_is_appended_where_it_belongs_and_reads_back_there(&*make());
    routes::events_of_a_subject_keep_their_order(&*make());
    routes::every_place_reads_differently(&*make());
    routes::the_ends_of_some_partitions_are_given_in_the_order_in_which_they_are_asked_for(&*make());
}

/// What holds of a log that persists.
pub fn check_reopening(make: Factory<'_>) {
    reopening::reopening_keeps_everything(&*make());
    reopening::reopening_continues_offsets(&*make());
}

/// What holds of a log that persists, takes a clock and keeps trusted times (I2).
pub fn check_recorded_reopening(make: Factory<'_>) {
    reopening::reopening_continues_recorded_times(&*make());
}

/// Makes topics that nobody has used; among them is [`TOPIC`].
pub type TopicsFactory<'a> = &'a dyn Fn() -> Box<dyn Topics>;

/// The topic that [`check_topics`] uses. It has 3 partitions.
pub const TOPIC: &str = "credits";

/// What holds of topics beside a log.
pub fn check_topics(make: TopicsFactory<'_>) {
    topics::what_is_published_reads_back_equal(&*make());
    topics::reading_in_pieces_equals_reading_whole(&*make());
    topics::reading_at_the_end_gives_nothing_and_stays_there(&*make());
    topics::the_ends_of_a_topic_are_those_of_its_partitions(&*make());
    topics::a_waiting_reader_wakes_when_another_thread_publishes(&*make());
    topics::a_partition_that_does_not_exist_is_refused(&*make());
}

/// An event of the suite, owned so that cases can make many.
struct Sample {
    id: String,
    data: Vec<u8>,
}

impl Sample {
    /// The number `number`, with that many bytes of data: like those of a message, they do not begin with a zero.
    fn sized(number: usize, bytes: usize) -> Self {
        Self { id: format!("event-{number}"), data: vec![(number % 255) as u8 + 1; bytes] }
    }

    fn many(count: usize) -> Vec<Self> {
        (0..count).map(|number| Self::sized(number, 10 + number % 90)).collect()
    }

    fn envelope(&self) -> Envelope<'_> {
        let (source, event_type, subject) = ("conformance", "usage.recorded", "account/é");
        Envelope { id: &self.id, source, event_type, subject, time_us: self.data.len() as i64, data: &self.data }
    }

    fn entry(&self) -> Entry<'_> {
        Entry { envelope: self.envelope(), recorded_us: None }
    }
}

fn entries(samples: &[Sample]) -> Vec<Entry<'_>> {
    samples.iter().map(Sample::entry).collect()
}

/// A clock that stands where it is put.
struct Hands(Arc<AtomicI64>);

impl Hands {
    fn at(now_us: i64) -> Self {
        Self(Arc::new(AtomicI64::new(now_us)))
    }

    fn put(&self, now_us: i64) {
        self.0.store(now_us, Ordering::SeqCst);
    }

    fn clock(&self) -> Clock {
        let hands = self.0.clone();
        Arc::new(move || hands.load(Ordering::SeqCst))
    }
}

/// Partition, offset, recorded, id, data: what a case compares of a record.
type Seen = (Position, i64, String, Vec<u8>);

/// Reads partition 0 from an offset to its end, in reads of at most `limit`.
fn read_all(log: &dyn Log, from: u64, limit: ReadLimit) -> Vec<Seen> {
    let mut seen = Vec::new();
    let mut offset = from;
    while offset < log.end(0).expect("ask for the end") {
        let batch = log.read(Position { partition: 0, offset }, limit, Duration::from_secs(10)).expect("read");
        assert!(batch.next_offset() > offset, "a read below the end makes progress");
        let before = seen.len();
        for record in &batch {
            let record = record.expect("a whole record");
            assert!(record.position.offset < batch.next_offset(), "reading on starts after what was read");
            let envelope = record.envelope;
            seen.push((record.position, record.recorded_us, envelope.id.to_owned(), envelope.data.to_owned()));
        }
        assert_eq!(batch.len(), seen.len() - before, "a batch has the length it says");
        offset = batch.next_offset();
    }
    seen
}

fn recorded_times(log: &dyn Log) -> Vec<i64> {
    read_all(log, log.start(0).expect("ask for the start"), ReadLimit::default())
        .into_iter()
        .map(|seen| seen.1)
        .collect()
}

fn append(log: &dyn Log, entries: &[Entry<'_>]) -> Vec<Position> {
    let positions: Result<Vec<Position>> = log.append(0, entries);
    positions.expect("append")
}
