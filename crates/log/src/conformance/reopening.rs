//! Cases: what a log keeps when it is closed and opened again.

use super::{Hands, LogUnderTest, Sample, append, entries, read_all, recorded_times};
use crate::{Entry, ReadLimit};

pub(super) fn reopening_keeps_everything(place: &dyn LogUnderTest) {
    let samples = Sample::many(1_500);
    let keys: Vec<_> = samples.iter().map(|sample| sample.envelope().identity_key()).collect();
    let state = || {
        let open = place.open(Hands::at(1).clock());
        if open.log.end(0).expect("ask for the end") == open.log.start(0).expect("ask for the start") {
            append(&*open.log, &entries(&samples));
        }
        let known = open.identities.as_ref().map(|index| index.known(&keys).expect("look up identities"));
        let (start, end) = (open.log.start(0).expect("ask"), open.log.end(0).expect("ask"));
        (open.log.id(), start, end, read_all(&*open.log, start, ReadLimit::default()), known)
    };
    let before = state();
    assert_eq!(before.3.len(), samples.len());
    assert_eq!(state(), before);
}

pub(super) fn reopening_continues_offsets(place: &dyn LogUnderTest) {
    let samples = Sample::many(4);
    let append_one = |sample: &Sample| append(&*place.open(Hands::at(1).clock()).log, &[sample.entry()]);
    let positions: Vec<_> = samples.iter().flat_map(append_one).collect();
    assert!(positions.windows(2).all(|pair| pair[0] < pair[1]), "offsets rise across openings");
    let read = read_all(&*place.open(Hands::at(1).clock()).log, positions[0].offset, ReadLimit::default());
    assert_eq!(read.iter().map(|seen| seen.0).collect::<Vec<_>>(), positions);
}

pub(super) fn reopening_continues_recorded_times(place: &dyn LogUnderTest) {
    let samples = Sample::many(4);
    let late = Entry { recorded_us: Some(900), ..samples[0].entry() };
    let early = Entry { recorded_us: Some(100), ..samples[1].entry() };
    append(&*place.open(Hands::at(500).clock()).log, &[late, early]);
    for sample in &samples[2..] {
        // The clock went back while the log was closed.
        append(&*place.open(Hands::at(50).clock()).log, &[sample.entry()]);
    }
    assert_eq!(recorded_times(&*place.open(Hands::at(0).clock()).log), [900, 100, 900, 900]);
}
