//! Cases: what is appended can be read, in order, within limits, and waiting works.

use std::time::{Duration, Instant};

use super::{LogUnderTest, Sample, append, entries, read_all};
use crate::{Entry, LogError, Position, ReadLimit, frame, system_clock};

/// Longer than any machine takes to wake a thread, so that a case which runs into it has failed.
const FOREVER: Duration = Duration::from_secs(60);

pub(super) fn what_is_appended_reads_back_equal(place: &dyn LogUnderTest) {
    let open = place.open(system_clock());
    let samples = Sample::many(3);
    let positions = append(&*open.log, &entries(&samples));
    let from = positions[0];
    let batch = open.log.read(from, ReadLimit::default(), FOREVER).expect("read");
    let mut count = 0;
    for (at, record) in batch.iter().enumerate() {
        let record = record.expect("a whole record");
        assert_eq!(record.envelope, samples[at].envelope());
        assert_eq!(record.position, positions[at]);
        count += 1;
    }
    assert!(count > 0, "a read below the end gives a record");
    let seen: Vec<_> = read_all(&*open.log, from.offset, ReadLimit::default());
    assert_eq!(seen.len(), samples.len());
}

pub(super) fn offsets_rise_from_append_to_append(place: &dyn LogUnderTest) {
    let open = place.open(system_clock());
    let samples = Sample::many(50);
    let positions: Vec<_> = samples.chunks(7).flat_map(|chunk| append(&*open.log, &entries(chunk))).collect();
    assert!(positions.windows(2).all(|pair| pair[0] < pair[1]), "offsets rise");
    let last = positions[positions.len() - 1];
    assert!(open.log.end(0).expect("ask for the end") > last.offset, "the end is after the last record");
    assert!(open.log.start(0).expect("ask for the start") <= positions[0].offset, "the start is not after the first");
}

pub(super) fn reading_in_pieces_equals_reading_whole(place: &dyn LogUnderTest) {
    let open = place.open(system_clock());
    let samples = Sample::many(2_000);
    // One large append, then small ones: blocks of both kinds.
    append(&*open.log, &entries(&samples[..1_900]));
    samples[1_900..].chunks(3).for_each(|chunk| drop(append(&*open.log, &entries(chunk))));
    let start = open.log.start(0).expect("ask for the start");
    let whole = read_all(&*open.log, start, ReadLimit { records: usize::MAX, bytes: usize::MAX });
    assert_eq!(whole.iter().map(|seen| &seen.2).collect::<Vec<_>>(), samples.iter().map(|s| &s.id).collect::<Vec<_>>());
    for limit in [
        ReadLimit { records: 1, bytes: usize::MAX },
        ReadLimit { records: 7, bytes: usize::MAX },
        ReadLimit { records: 1_000, bytes: usize::MAX },
        ReadLimit { records: usize::MAX, bytes: 1_000 },
        ReadLimit { records: usize::MAX, bytes: 100_000 },
    ] {
        assert_eq!(read_all(&*open.log, start, limit), whole, "{limit:?}");
    }
    for at in [1, 511, 512, 513, 1_899, 1_900, 1_999] {
        assert_eq!(read_all(&*open.log, whole[at].0.offset, ReadLimit::default()), whole[at..], "from {at}");
    }
}

pub(super) fn limits_are_honoured_but_one_record_is_always_given(place: &dyn LogUnderTest) {
    let open = place.open(system_clock());
    let samples: Vec<_> = (0..20).map(|number| Sample::sized(number, 1_000)).collect();
    let from = append(&*open.log, &entries(&samples))[0];
    let read = |records, bytes| open.log.read(from, ReadLimit { records, bytes }, FOREVER).expect("read");
    assert!((1..=5).contains(&read(5, usize::MAX).len()));
    let batch = read(usize::MAX, 5_000);
    assert!((1..=4).contains(&batch.len()) && batch.bytes().len() <= 5_000);
    assert_eq!(read(usize::MAX, 1).len(), 1);
    assert_eq!(read(0, 0).len(), 1);
}

pub(super) fn reading_at_the_end_waits_and_gives_an_empty_batch(place: &dyn LogUnderTest) {
    let open = place.open(system_clock());
    append(&*open.log, &entries(&Sample::many(1)));
    let end = open.log.end(0).expect("ask for the end");
    for offset in [end, end + 5] {
        let wait = Duration::from_millis(30);
        let started = Instant::now();
        let batch = open.log.read(Position { partition: 0, offset }, ReadLimit::default(), wait).expect("read");
        assert!(started.elapsed() >= wait, "it waits for as long as it was told");
        assert!(batch.is_empty());
        assert_eq!(batch.next_offset(), offset);
    }
}

pub(super) fn a_waiting_reader_wakes_when_another_thread_appends(place: &dyn LogUnderTest) {
    let open = place.open(system_clock());
    let (log, samples) = (&*open.log, Sample::many(1));
    let from = Position { partition: 0, offset: log.end(0).expect("ask for the end") };
    std::thread::scope(|scope| {
        let started = Instant::now();
        let reader = scope.spawn(move || log.read(from, ReadLimit::default(), FOREVER).expect("read"));
        // Lets the reader reach its wait; if it has not, the case holds all the same.
        std::thread::sleep(Duration::from_millis(20));
        append(log, &entries(&samples));
        assert_eq!(reader.join().expect("the reader").len(), 1);
        assert!(started.elapsed() < FOREVER / 2, "it woke because of the append");
    });
}

pub(super) fn an_append_of_nothing_changes_nothing(place: &dyn LogUnderTest) {
    let open = place.open(system_clock());
    append(&*open.log, &entries(&Sample::many(2)));
    let end = open.log.end(0).expect("ask for the end");
    assert_eq!(append(&*open.log, &[]), []);
    assert_eq!(open.log.end(0).expect("ask for the end"), end);
}

pub(super) fn one_event_too_large_keeps_the_whole_append_out(place: &dyn LogUnderTest) {
    let open = place.open(system_clock());
    let samples = [Sample::sized(1, 10), Sample::sized(2, frame::FRAME_BYTES_MAX)];
    let refused = open.log.append(0, &entries(&samples));
    assert!(matches!(&refused, Err(LogError::TooLarge { id, .. }) if id == "event-2"), "{refused:?}");
    assert_eq!(read_all(&*open.log, open.log.start(0).expect("ask for the start"), ReadLimit::default()), []);
    let largest = [Sample::sized(3, frame::FRAME_BYTES_MAX - 200)];
    let from = append(&*open.log, &entries(&largest))[0];
    assert_eq!(read_all(&*open.log, from.offset, ReadLimit::default()).len(), 1, "what just fits is taken");
}

pub(super) fn a_partition_that_does_not_exist_is_refused(place: &dyn LogUnderTest) {
    let open = place.open(system_clock());
    let partition = open.log.partitions();
    let refusals = [
        open.log.start(partition).err(),
        open.log.end(partition).err(),
        open.log.read(Position { partition, offset: 0 }, ReadLimit::default(), Duration::ZERO).err(),
        open.log.append(partition, &entries(&Sample::many(1))).err(),
    ];
    for refusal in refusals {
        let refusal = refusal.expect("a refusal");
        assert!(matches!(refusal, LogError::NoPartition { partition: p, .. } if p == partition), "{refusal:?}");
    }
}

pub(super) fn concurrent_appends_lose_and_mix_nothing(place: &dyn LogUnderTest) {
    let open = place.open(system_clock());
    let (log, samples) = (&*open.log, Sample::many(400));
    std::thread::scope(|scope| {
        for part in samples.chunks(100) {
            scope.spawn(move || {
                for chunk in part.chunks(5) {
                    let positions = append(log, &entries(chunk));
                    assert!(
                        positions.windows(2).all(|pair| pair[0].offset + 1 == pair[1].offset),
                        "one append, one run"
                    );
                    read_back(log, chunk, &positions);
                }
            });
        }
    });
    let mut ids: Vec<_> = read_all(log, log.start(0).expect("ask for the start"), ReadLimit::default())
        .into_iter()
        .map(|seen| seen.2)
        .collect();
    ids.sort_unstable();
    let mut expected: Vec<_> = samples.iter().map(|sample| sample.id.clone()).collect();
    expected.sort_unstable();
    assert_eq!(ids, expected);
}

/// What an append has returned can be read at once, at the positions it gave.
fn read_back(log: &dyn crate::Log, chunk: &[Sample], positions: &[Position]) {
    let entries: Vec<Entry<'_>> = entries(chunk);
    let one = ReadLimit { records: 1, bytes: usize::MAX };
    for (entry, &position) in entries.iter().zip(positions) {
        let batch = log.read(position, one, Duration::ZERO).expect("read");
        let record = batch.iter().next().expect("a record").expect("a whole record");
        assert_eq!((record.position, record.envelope), (position, entry.envelope));
    }
}
