//! Which shards a process owns, on a real broker.

mod ground;

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use ground::{fresh, made};
use tributary_log_kafka::Membership;

/// Longer than any broker takes to share out partitions.
const FOREVER: Duration = Duration::from_secs(90);

/// Asks all members until what they own is right.
fn settle(members: &mut [Membership], right: impl Fn(&[BTreeSet<u32>]) -> bool) -> Vec<BTreeSet<u32>> {
    let started = Instant::now();
    loop {
        let owned: Vec<_> =
            members.iter_mut().map(|member| member.owned(Duration::from_millis(50)).expect("ask")).collect();
        if right(&owned) {
            return owned;
        }
        assert!(started.elapsed() < FOREVER, "{owned:?}");
    }
}

fn shared_out(owned: &[BTreeSet<u32>]) -> bool {
    let all: Vec<u32> = owned.iter().flatten().copied().collect();
    all.len() == 3 && all.iter().collect::<BTreeSet<_>>().len() == 3 && owned.iter().all(|own| !own.is_empty())
}

#[test]
fn shards_are_shared_out_and_go_to_who_is_left() {
    let Some(settings) = fresh("members") else { return };
    made(&settings);
    let join = || Membership::join(&settings, "projectors").expect("join");
    let mut members = vec![join()];
    assert_eq!(settle(&mut members, shared_out), [BTreeSet::from([0, 1, 2])]);
    members.push(join());
    settle(&mut members, shared_out);
    members.push(join());
    settle(&mut members, shared_out);
    drop(members.remove(0));
    settle(&mut members, shared_out);
    drop(members.remove(1));
    assert_eq!(settle(&mut members, shared_out), [BTreeSet::from([0, 1, 2])]);
}
