//! Cases: the identity index (I1).

use std::sync::Arc;

use super::{LogUnderTest, OpenLog, Sample, append, entries};
use crate::{IdentityIndex, IdentityKey, Known, system_clock};

fn index(open: &OpenLog) -> Arc<dyn IdentityIndex> {
    open.identities.clone().expect("a log with an identity index")
}

fn known(open: &OpenLog, key: IdentityKey) -> Option<Known> {
    index(open).known(&[key]).expect("look up an identity")[0]
}

/// Two events of one identity that say different things.
fn conflicting() -> [Sample; 2] {
    [Sample::sized(1, 10), Sample { data: vec![9; 20], ..Sample::sized(1, 10) }]
}

pub(super) fn the_index_finds_what_was_appended_and_nothing_else(place: &dyn LogUnderTest) {
    let open = place.open(system_clock());
    let samples = Sample::many(1_200);
    let (appended, never) = samples.split_at(1_000);
    let positions = append(&*open.log, &entries(appended));
    let keys: Vec<_> = samples.iter().map(|sample| sample.envelope().identity_key()).collect();
    let found = index(&open).known(&keys).expect("look up identities");
    assert_eq!(found.len(), keys.len());
    for (at, sample) in appended.iter().enumerate() {
        let expected = Known { position: positions[at], content: sample.envelope().content_hash() };
        assert_eq!(found[at], Some(expected), "{}", sample.id);
    }
    assert_eq!(found[1_000..], vec![None; never.len()]);
    assert_eq!(index(&open).known(&[]).expect("look up nothing"), []);
}

pub(super) fn what_was_recorded_first_stands_within_an_append(place: &dyn LogUnderTest) {
    let open = place.open(system_clock());
    let samples = conflicting();
    let positions = append(&*open.log, &entries(&samples));
    let first = Known { position: positions[0], content: samples[0].envelope().content_hash() };
    assert_eq!(known(&open, samples[1].envelope().identity_key()), Some(first));
}

pub(super) fn what_was_recorded_first_stands_across_appends(place: &dyn LogUnderTest) {
    let open = place.open(system_clock());
    let samples = conflicting();
    let position = append(&*open.log, &entries(&samples[..1]))[0];
    append(&*open.log, &entries(&samples[1..]));
    let first = Known { position, content: samples[0].envelope().content_hash() };
    assert_eq!(known(&open, samples[1].envelope().identity_key()), Some(first));
}
