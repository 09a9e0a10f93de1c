//! Cases: recorded times, assigned and trusted (I2).

use super::{Hands, LogUnderTest, Sample, append, entries, recorded_times};
use crate::{Entry, Log};

/// Appends two events with these recorded times.
fn append_trusted(log: &dyn Log, number: usize, times_us: [i64; 2]) {
    let samples = [Sample::sized(number, 1), Sample::sized(number + 1, 1)];
    let trusted: Vec<_> =
        samples.iter().zip(times_us).map(|(s, time)| Entry { recorded_us: Some(time), ..s.entry() }).collect();
    append(log, &trusted);
}

pub(super) fn the_clock_assigns_recorded_times(place: &dyn LogUnderTest) {
    let hands = Hands::at(1_000);
    let open = place.open(hands.clock());
    let samples = Sample::many(3);
    append(&*open.log, &entries(&samples[..2]));
    hands.put(2_000);
    append(&*open.log, &entries(&samples[2..]));
    assert_eq!(recorded_times(&*open.log), [1_000, 1_000, 2_000]);
}

pub(super) fn assigned_times_never_decrease_when_the_clock_goes_back(place: &dyn LogUnderTest) {
    let hands = Hands::at(0);
    let open = place.open(hands.clock());
    for (number, now_us) in [5, 3, -10, 7, 6].into_iter().enumerate() {
        hands.put(now_us);
        append(&*open.log, &[Sample::sized(number, 1).entry()]);
    }
    assert_eq!(recorded_times(&*open.log), [5, 5, 5, 7, 7]);
}

pub(super) fn trusted_times_are_kept(place: &dyn LogUnderTest) {
    let open = place.open(Hands::at(1_000).clock());
    append_trusted(&*open.log, 0, [300, 200]);
    append_trusted(&*open.log, 2, [-5, 100]);
    assert_eq!(recorded_times(&*open.log), [300, 200, -5, 100]);
}

pub(super) fn assigned_times_do_not_fall_behind_trusted_ones(place: &dyn LogUnderTest) {
    let open = place.open(Hands::at(1_000).clock());
    append_trusted(&*open.log, 0, [5_000, 200]);
    append(&*open.log, &[Sample::sized(2, 1).entry()]);
    assert_eq!(recorded_times(&*open.log), [5_000, 200, 5_000]);
}
