//! Several processes against one, on histories made from seeds: they are killed with and without their disks, die while a
//! write is on its way, go on though their shards are others', come late. What stands in the topics in the end is what one
//! process alone says of the same log, and every record ever published is what one process would have said at its instant.

mod world;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use tempfile::TempDir;
use tributary_cluster::Stage;
use tributary_domain::testing::drafts;
use tributary_domain::time::Instant;
use tributary_events::feed::{Content, Topic};
use tributary_feed::{Ledger, headers, replay};
use tributary_finance::close_pending;
use tributary_log::{Keyed, Layout, MemoryTopics, Recorded, Topics};
use tributary_projector::Scope;
use tributary_sim::scenario::Random;
use world::World;

/// Every record that a topic holds, each partition in order.
fn records(topics: &MemoryTopics, topic: &str) -> Vec<Keyed> {
    let read = |shard| topics.read(topic, shard, 0, usize::MAX, Duration::ZERO).expect("read").records;
    let partitions = topics.partitions(topic).expect("partitions");
    (0..partitions).flat_map(read).map(|stored| stored.record).collect()
}

/// What a reader of the compacted topics ends with. Of what is closed, its attributes too; other records may be known at other
/// instants.
type State = BTreeMap<(Topic, String), Keyed>;

fn state(world: &World) -> State {
    let mut state = State::new();
    for topic in Topic::ALL {
        for mut record in records(&world.topics, topic.name()) {
            let key = (topic, key(&record));
            if !matches!(topic, Topic::Statements | Topic::Digests) {
                record.headers.clear();
            }
            match record.value {
                Some(_) => drop(state.insert(key, record)),
                None => drop(state.remove(&key)),
            }
        }
    }
    state
}

fn key(record: &Keyed) -> String {
    String::from_utf8(record.key.clone()).expect("a key")
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
fn assert_same(seed: u64, one: &State, other: &State) {
    let keys: BTreeSet<_> = one.keys().chain(other.keys()).collect();
    for key in keys {
        let read = |state: &State| {
            let record = state.get(key)?;
            let content = Content::decode(key.0, record.value.as_ref().expect("a value")).expect("a content");
            Some((content, record.headers.clone()))
        };
        assert_eq!(read(one), read(other), "seed {seed}: one process against several: {key:?}");
    }
}

/// Every record is what one process that owns everything says of the whole log at the record's instant.
fn assert_every_record_follows_from_the_log(seed: u64, world: &World) {
    let whole = world.whole(Scope::Everything);
    let scratch = TempDir::new().expect("a folder");
    for topic in Topic::ALL {
        let again = format!("{}.again", topic.name());
        world.ever.create(&again, world.layout.per_family);
        let ledger = Ledger { log: world.log.as_ref(), projection: &whole, topics: world.ever.as_ref() };
        let replayed = replay(ledger, topic, &again, &scratch.path().join(&again)).expect("a replay");
        assert_eq!(replayed.first, [], "seed {seed}: `{}` replayed", topic.name());
    }
}

/// A reader that drops ids seen, and records older than the one it has of a key, gets each change once.
fn assert_each_record_is_a_change(seed: u64, world: &World, topics: impl Iterator<Item = Topic>) {
    for topic in topics {
        let mut seen = BTreeSet::new();
        let mut held: BTreeMap<String, (Instant, Option<Vec<u8>>)> = BTreeMap::new();
        for record in records(&world.ever, topic.name()) {
            let said = headers(&record).expect("attributes");
            let key = key(&record);
            let before = held.get(&key);
            if !seen.insert(said.id) || before.is_some_and(|(known_at, _)| *known_at > said.known_at) {
                continue;
            }
            let value = before.and_then(|(_, value)| value.as_ref());
            assert_ne!(value, record.value.as_ref(), "seed {seed}: `{}` {key} is said twice", topic.name());
            held.insert(key, (said.known_at, record.value));
        }
    }
}

/// The digests of the closed periods, by one who shares with nobody.
fn digests_of_one_machine(world: &World) -> BTreeMap<String, String> {
    let whole = world.whole(Scope::Everything);
    close_pending(&whole, |_, _, _| {}).expect("close");
    let view = whole.view(None).expect("a view");
    let hex = |digest: &[u8]| digest.iter().map(|byte| format!("{byte:02x}")).collect();
    view.closed().iter().map(|closed| (closed.period.to_string(), hex(&closed.digest))).collect()
}

fn digests_said(state: &State) -> BTreeMap<String, String> {
    let digest =
        |((topic, period), record): (&(Topic, String), &Keyed)| match Content::decode(*topic, record.value.as_ref()?)
            .expect("a content")
        {
            Content::Digest(said) => Some((period.clone(), said.digest)),
            _ => None,
        };
    state.iter().filter_map(digest).collect()
}

/// Topics whose records are known when they are said, and not at a cutoff: what stands there may know more of it later, where
/// the past may be added to.
fn running() -> impl Iterator<Item = Topic> {
    Topic::ALL.into_iter().filter(|topic| !matches!(topic, Topic::Statements | Topic::Digests))
}

/// Of a key, as known at one instant, everybody says the same.
fn assert_nobody_says_otherwise(seed: u64, world: &World) {
    for topic in running() {
        let mut said = BTreeMap::new();
        for record in records(&world.ever, topic.name()) {
            let known_at = headers(&record).expect("attributes").known_at;
            let content = record.value.as_ref().map(|value| Content::decode(topic, value).expect("a content"));
            let before = said.entry((key(&record), known_at)).or_insert_with(|| content.clone());
            assert_eq!(*before, content, "seed {seed}: `{}` {} at {known_at}", topic.name(), key(&record));
        }
    }
}

fn seeds() -> std::ops::Range<u64> {
    let number = |name: &str, or: u64| std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(or);
    let first = number("TRIBUTARY_CLUSTER_SEED", 1);
    first..first + number("TRIBUTARY_CLUSTER_SEEDS", 10)
}

fn hold(per_family: u32, recorded: Recorded, processes: usize) -> BTreeSet<Stage> {
    let mut did = BTreeSet::new();
    for seed in seeds() {
        let quiet = told(seed, per_family, recorded, 1);
        let wild = told(seed, per_family, recorded, processes);
        let said = state(&wild);
        assert_same(seed, &state(&quiet), &said);
        assert_nobody_says_otherwise(seed, &wild);
        assert_eq!(digests_said(&said), digests_of_one_machine(&wild), "seed {seed}: digests of closed periods");
        assert_each_record_is_a_change(seed, &wild, running());
        // Where the past may be added to, what was published of an instant knew what there was of it.
        if recorded == Recorded::ByLog {
            assert_every_record_follows_from_the_log(seed, &wild);
            assert_each_record_is_a_change(seed, &wild, Topic::ALL.into_iter());
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

/// What is told of a history whose past is added to, while a scene is played, and what one says alone of it.
#[track_caller]
fn play(text: &str, per_family: u32, scene: impl FnOnce(&mut World)) -> World {
    let telling = || World::telling(drafts(text), per_family, Recorded::ByEvents, Random::new(0));
    let (mut world, mut quiet) = (telling(), telling());
    scene(&mut world);
    quiet.run_alone();
    assert_same(0, &state(&quiet), &state(&world));
    assert_nobody_says_otherwise(0, &world);
    assert_eq!(digests_said(&state(&world)), digests_of_one_machine(&world));
    world
}

#[test]
fn who_is_held_up_while_the_past_is_added_to_says_of_an_epoch_what_everybody_says_of_it() {
    // Usage waits for a link that was recorded before it.
    let text = "2026-01-10            crm/1 usage.recorded lake 12.5 USD
                2026-01-11@2026-01-05 crm/1 alias.linked   acme";
    let world = play(text, 1, |world| world.hold_one_up(1));
    let said = records(&world.ever, Topic::Suspense.name()).into_iter().filter(|record| key(record) == "crm/1");
    let waits: Vec<bool> = said.map(|record| record.value.is_some()).collect();
    assert_eq!(waits, [true, false, true, false], "the third one is late, and the last one mends it");
}

#[test]
fn who_has_read_for_the_next_epoch_says_nothing_more_of_the_last_one() {
    let text = "2026-01-05            partner/p-1 partner.enrolled kinds=msp
                2026-01-10            partner/p-1 payout.issued    pay-1 100 USD
                2026-01-11@2026-01-06 partner/p-1 payout.issued    pay-2 50 USD";
    let world = play(text, 1, |world| world.restart_one_that_has_read_on(2));
    assert_eq!(records(&world.ever, Topic::Accruals.name()).len(), 2);
}

/// Names on two shards: that of the account `acme`, an alias of the other one, and a partner of either.
fn two_shards() -> (u32, String, [String; 2]) {
    let layout = Layout { per_family: 2 };
    let shard = layout.shard("account/acme");
    let of = |shard: u32, kind: &str| {
        (1..).map(|number| format!("{kind}{number}")).find(|name| layout.shard(name) == shard).expect("a name")
    };
    (shard, of(1 - shard, "crm/"), [of(shard, "partner/p-"), of(1 - shard, "partner/p-")])
}

/// A partner who earns a tenth of what an account uses under an alias: eight events.
fn earning(partner: &str, alias: &str) -> String {
    let id = partner.trim_start_matches("partner/");
    format!(
        "2026-01-01 {partner} partner.enrolled   kinds=msp
         2026-01-01 book      policy             cloud model=roleSplit(msp:1)
         2026-01-01 book      plan               growth consumption bands=0:0.1
         2026-01-01 acme      deal.opened        d-1 lines=lake:consumption
         2026-01-01 acme      deal.won           d-1 2026-01-01..
         2026-01-01 acme      deal.role_assigned d-1 {id} msp
         2026-01-02 {alias}   alias.linked       acme
         2026-01-10 {alias}   usage.recorded     lake 100 USD
        "
    )
}

#[test]
fn what_is_carried_for_the_next_epoch_is_not_known_to_the_last_one() {
    let (shard, alias, [partner, _]) = two_shards();
    let text = format!(
        "{}
         2026-01-12            {partner} payout.issued  pay-1 1 USD
         2026-01-14@2026-01-11 {alias}   usage.recorded lake 50 USD",
        earning(&partner, &alias)
    );
    let world = play(&text, 2, |world| world.carry_to_one_that_is_behind(shard, 8));
    assert_eq!(records(&world.ever, Topic::Accruals.name()).len(), 3);
}

#[test]
fn finals_that_come_late_do_not_bury_those_that_were_said_since() {
    let (shard, alias, [_, partner]) = two_shards();
    let text = format!(
        "{}
         2026-02-04            book    period.closed  2026-01 2026-02-03
         2026-01-14@2026-02-01 {alias} usage.recorded lake 50 USD",
        earning(&partner, &alias)
    );
    let world = play(&text, 2, |world| world.leave_late_finals(shard, 9));
    assert!(world.did.contains(&Stage::SaidFinals));
    assert_eq!(state(&world).keys().filter(|(topic, _)| *topic == Topic::Statements).count(), 1);
}
