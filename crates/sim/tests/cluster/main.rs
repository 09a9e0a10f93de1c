//! Several processes against one, on histories made from seeds: they are killed with and without their disks, die while a
//! write is on its way, go on though their shards are others', come late. What stands in the topics in the end is what one
//! process alone says of the same log, and every record ever published is what one process would have said at its instant.

mod plain;
mod world;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use plain::{Content, TOPICS, age};
use tributary_cluster::Stage;
use tributary_domain::time::Instant;
use tributary_finance::close_pending;
use tributary_log::{Recorded, Stored, Topics};
use tributary_projector::Scope;
use world::World;

/// Every record that a topic holds.
fn records(world: &World, topic: &str) -> Vec<Stored> {
    let read = |shard| world.topics.read(topic, shard, 0, usize::MAX, Duration::ZERO).expect("read").records;
    (0..world.layout.per_family).flat_map(read).collect()
}

/// What a reader of the compacted topics ends with.
fn state(world: &World) -> Content {
    let mut state = Content::new();
    for topic in TOPICS {
        for stored in records(world, topic) {
            let key = (topic, String::from_utf8(stored.record.key).expect("a key"));
            match stored.record.value.filter(|value| !value.is_empty()) {
                Some(value) => drop(state.insert(key, value)),
                None => drop(state.remove(&key)),
            }
        }
    }
    state
}

fn told(seed: u64, per_family: u32, recorded: Recorded, processes: usize) -> World {
    let mut world = World::new(seed, per_family, recorded);
    if processes == 1 {
        world.run_alone();
    } else {
        world.run_wildly(processes);
    }
    world
}

#[track_caller]
fn assert_same(seed: u64, what: &str, one: &Content, other: &Content) {
    let keys: BTreeSet<_> = one.keys().chain(other.keys()).collect();
    for key in keys {
        let text = |content: &Content| content.get(key).map(|value| String::from_utf8_lossy(value).into_owned());
        assert_eq!(text(one), text(other), "seed {seed}: {what}: {key:?}");
    }
}

/// Every record is what one process that owns everything says of the whole log at the record's instant.
fn every_record_is_a_function_of_log_key_and_instant(seed: u64, world: &World) {
    let mut by_instant: BTreeMap<i64, Vec<(&str, Stored)>> = BTreeMap::new();
    for topic in TOPICS {
        for stored in records(world, topic) {
            by_instant.entry(age(&stored).0).or_default().push((topic, stored));
        }
    }
    let whole = world.whole(Scope::of(world.layout, 0..world.layout.per_family));
    for (known_us, records) in by_instant {
        let known_at = Instant::from_micros(known_us);
        assert!(whole.settle(known_at));
        let mut content = plain::accounts(&whole, known_at).expect("accounts");
        content.extend(plain::partners(&whole, known_at).expect("partners"));
        for (topic, stored) in records {
            let key = String::from_utf8(stored.record.key.clone()).expect("a key");
            let expected = content.get(&(topic, key.clone())).cloned().unwrap_or_default();
            let found = stored.record.value.clone().unwrap_or_default();
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            assert_eq!(text(&found), text(&expected), "seed {seed}: `{topic}` {key} as known at {known_at}");
        }
    }
}

/// The digests of the closed periods, by one who shares with nobody.
fn digests_of_one_machine(world: &World) -> BTreeMap<String, Vec<u8>> {
    let whole = world.whole(Scope::Everything);
    close_pending(&whole, |_, _, _| {}).expect("close");
    let view = whole.view(None).expect("a view");
    view.closed().iter().map(|closed| (closed.period.to_string(), closed.digest.to_vec())).collect()
}

fn seeds() -> std::ops::Range<u64> {
    let number = |name: &str, or: u64| std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(or);
    let first = number("TRIBUTARY_CLUSTER_SEED", 1);
    first..first + number("TRIBUTARY_CLUSTER_SEEDS", 12)
}

fn hold(per_family: u32, recorded: Recorded, processes: usize) -> BTreeSet<Stage> {
    let mut did = BTreeSet::new();
    for seed in seeds() {
        let quiet = told(seed, per_family, recorded, 1);
        let wild = told(seed, per_family, recorded, processes);
        assert_same(seed, "one process against several", &state(&quiet), &state(&wild));
        let closed = state(&wild).into_iter().filter(|((topic, _), _)| *topic == "digests");
        let closed: BTreeMap<String, Vec<u8>> = closed.map(|((_, period), digest)| (period, digest)).collect();
        assert_eq!(closed, digests_of_one_machine(&wild), "seed {seed}: digests of closed periods");
        // Where the past may be added to, what was published of an instant knew what there was of it.
        if recorded == Recorded::ByLog {
            every_record_is_a_function_of_log_key_and_instant(seed, &wild);
        }
        did.extend(wild.did);
    }
    did
}

#[test]
fn three_processes_that_come_and_go_say_of_twelve_shards_what_one_says_alone() {
    let did = hold(12, Recorded::ByLog, 3);
    for stage in [Stage::Carried, Stage::SaidFinals, Stage::PublishedAccounts, Stage::PublishedPartners] {
        assert!(did.contains(&stage), "{stage:?} never happened: {did:?}");
    }
}

#[test]
fn two_processes_that_come_and_go_say_of_three_shards_what_one_says_alone() {
    hold(3, Recorded::ByLog, 2);
}

#[test]
fn a_past_that_is_told_in_any_order_ends_the_same_for_processes_that_come_and_go() {
    hold(3, Recorded::ByEvents, 3);
}

#[test]
fn processes_that_contend_for_a_single_shard_say_of_it_what_one_says_alone() {
    hold(1, Recorded::ByLog, 3);
}
