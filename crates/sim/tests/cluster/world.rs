//! A log, topics and processes that come and go, all of it driven by a seed.

mod scenes;

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tempfile::TempDir;
use tributary_cluster::{BARRIERS, CARRIED, FINALS, Feeding, Node, Options, Stage, Step};
use tributary_domain::event::{Body, Draft, Subject};
use tributary_domain::id::AccountId;
use tributary_domain::time::Instant;
use tributary_events::feed::Topic;
use tributary_events::json;
use tributary_feed::QUARANTINE;
use tributary_intake::{Intake, Trust};
use tributary_log::{
    Batch, Clock, Entry, Envelope, IdentityIndex, IdentityKey, Keyed, Known, Layout, Log, LogError, LogId, MemoryLog,
    MemoryTopics, Position, Read, ReadLimit, Recorded, Topics,
};
use tributary_projector::{Projection, Scope};
use tributary_sim::scenario::{Random, Scenario, Size};
use tributary_store::Tuning;

const TUNING: Tuning =
    Tuning { cache_bytes: 1 << 20, memtables_bytes: 4 << 20, block_bytes: 4096, background_jobs: 1, dense: false };

/// A log that says itself when its events were recorded, as its clock had it; or one that takes their word.
pub(crate) struct Clocked(MemoryLog, Recorded);

impl Log for Clocked {
    fn id(&self) -> LogId {
        self.0.id()
    }
    fn partitions(&self) -> u32 {
        self.0.partitions()
    }
    fn recorded(&self) -> Recorded {
        self.1
    }
    fn identities(&self) -> Option<&dyn IdentityIndex> {
        None
    }
    fn route(&self, envelope: &Envelope<'_>) -> u32 {
        self.0.route(envelope)
    }
    fn place(&self, position: Position) -> String {
        self.0.place(position)
    }
    fn start(&self, partition: u32) -> Result<u64, LogError> {
        self.0.start(partition)
    }
    fn end(&self, partition: u32) -> Result<u64, LogError> {
        self.0.end(partition)
    }
    fn read(&self, from: Position, limit: ReadLimit, wait: Duration) -> Result<Batch, LogError> {
        self.0.read(from, limit, wait)
    }
    fn append(&self, partition: u32, entries: &[Entry<'_>]) -> Result<Vec<Position>, LogError> {
        self.0.append(partition, entries)
    }
}

/// Others write too: nothing is known beforehand.
struct Unknown;

impl IdentityIndex for Unknown {
    fn known(&self, keys: &[IdentityKey]) -> Result<Vec<Option<Known>>, LogError> {
        Ok(vec![None; keys.len()])
    }
}

/// A topic, and records for its partitions.
type Write = (String, Vec<(u32, Keyed)>);

/// The topics as one process reaches them: it can die while a write is on its way, which arrives when it likes.
struct Wire {
    topics: Arc<MemoryTopics>,
    /// The projected topics with everything that was ever published: they are not compacted.
    ever: Arc<MemoryTopics>,
    dying: AtomicBool,
    on_its_way: Mutex<Vec<Write>>,
}

impl Wire {
    fn deliver(&self) {
        for (topic, records) in self.on_its_way.lock().expect("a lock").drain(..) {
            self.append(&topic, &records).expect("publish");
        }
    }

    fn append(&self, topic: &str, records: &[(u32, Keyed)]) -> Result<Vec<u64>, LogError> {
        if self.ever.partitions(topic)? > 0 {
            self.ever.publish(topic, records)?;
        }
        self.topics.publish(topic, records)
    }
}

impl Topics for Wire {
    fn partitions(&self, topic: &str) -> Result<u32, LogError> {
        self.topics.partitions(topic)
    }
    fn start(&self, topic: &str, partition: u32) -> Result<u64, LogError> {
        self.topics.start(topic, partition)
    }
    fn end(&self, topic: &str, partition: u32) -> Result<u64, LogError> {
        self.topics.end(topic, partition)
    }
    fn read(&self, topic: &str, partition: u32, from: u64, max: usize, wait: Duration) -> Result<Read, LogError> {
        self.topics.read(topic, partition, from, max, wait)
    }
    fn publish(&self, topic: &str, records: &[(u32, Keyed)]) -> Result<Vec<u64>, LogError> {
        if self.dying.load(Ordering::SeqCst) {
            self.on_its_way.lock().expect("a lock").push((topic.to_owned(), records.to_vec()));
            return Err(LogError::Failed);
        }
        self.append(topic, records)
    }
}

/// The same events in the order of learning, with what makes processes depend on each other: links learned late, and
/// corrections said of another subject than the usage that they restate.
fn scattered(mut drafts: Vec<Draft>, random: &mut Random) -> Vec<Draft> {
    let instants: Vec<Option<Instant>> = drafts.iter().map(|draft| draft.recorded).collect();
    for draft in &mut drafts {
        match draft.body {
            Body::AliasLinked { .. } if random.chance(60) => {
                let later = instants[random.below(instants.len())];
                draft.recorded = draft.recorded.max(later);
            }
            Body::UsageCorrected(_) if random.chance(50) => {
                let account = random.pick(&["acme", "bolt", "cord", "dune"]);
                draft.subject = Subject::Account(AccountId::new(account).expect("an account"));
            }
            _ => {}
        }
    }
    drafts.sort_by_key(|draft| draft.recorded);
    drafts
}

/// What a process leaves behind: its store, and the folder of what its publisher has read back.
struct Disk {
    projection: Arc<Projection>,
    feed: TempDir,
}

/// A process: what it has on disk, what it has in memory, and what it believes to own.
struct Process {
    node: Node,
    disk: Disk,
    wire: Arc<Wire>,
    owned: BTreeSet<u32>,
}

pub(crate) struct World {
    pub(crate) layout: Layout,
    pub(crate) log: Arc<Clocked>,
    pub(crate) topics: Arc<MemoryTopics>,
    pub(crate) ever: Arc<MemoryTopics>,
    clock: Arc<AtomicI64>,
    to_come: std::vec::IntoIter<Draft>,
    processes: Vec<Process>,
    dead: Vec<Arc<Wire>>,
    /// Of processes that died, some long ago.
    disks: Vec<Disk>,
    random: Random,
    /// Whether the processes keep their shards: what taking a shard over makes good must not be needed.
    calm: bool,
    /// Whether one of them hardly gets a turn.
    one_is_behind: bool,
    tick_us: i64,
    pub(crate) did: BTreeSet<Stage>,
}

impl World {
    /// The history of a seed, on a log of so many partitions, with nobody there yet.
    pub(crate) fn new(seed: u64, per_family: u32, recorded: Recorded) -> Self {
        let events = Scenario::events(seed, Size::default());
        let read = |event: &serde_json::Value| json::read(event.to_string().as_bytes()).expect("an event");
        let mut random = Random::new(seed ^ 0x5eed);
        let mut drafts = scattered(events.iter().map(read).collect(), &mut random);
        if recorded == Recorded::ByEvents {
            random.shuffle(&mut drafts);
        }
        Self::telling(drafts, per_family, recorded, random)
    }

    /// The same of a history that is told in this order.
    pub(crate) fn telling(drafts: Vec<Draft>, per_family: u32, recorded: Recorded, mut random: Random) -> Self {
        let layout = Layout { per_family };
        let clock = Arc::new(AtomicI64::new(0));
        let ticking = Arc::clone(&clock);
        let now: Clock = Arc::new(move || ticking.load(Ordering::SeqCst));
        let topics = MemoryTopics::new(now.clone());
        let ever = MemoryTopics::new(now.clone());
        [BARRIERS, QUARANTINE].iter().for_each(|topic| topics.create(topic, 1));
        [CARRIED, FINALS].iter().for_each(|topic| topics.create(topic, per_family));
        for topic in Topic::ALL.map(Topic::name) {
            topics.create(topic, per_family);
            ever.create(topic, per_family);
        }
        Self {
            layout,
            log: Arc::new(Clocked(MemoryLog::unjudged(LogId([3; 16]), layout, now.clone()), recorded)),
            topics: Arc::new(topics),
            ever: Arc::new(ever),
            clock,
            to_come: drafts.into_iter(),
            processes: Vec::new(),
            dead: Vec::new(),
            disks: Vec::new(),
            calm: random.chance(40),
            one_is_behind: random.chance(30),
            tick_us: if random.chance(50) { 1000 } else { 86_400_000_000 },
            random,
            did: BTreeSet::new(),
        }
    }

    /// A process that knows nothing, or what an earlier one left on disk.
    fn start(&mut self, left: Option<Disk>) {
        let disk = left.unwrap_or_else(|| Disk {
            projection: Arc::new(Projection::in_memory(self.log.as_ref(), &TUNING).expect("a store")),
            feed: TempDir::new().expect("a folder"),
        });
        let wire = Arc::new(Wire {
            topics: Arc::clone(&self.topics),
            ever: Arc::clone(&self.ever),
            dying: AtomicBool::new(false),
            on_its_way: Mutex::default(),
        });
        let publisher = Feeding::open(disk.feed.path(), self.log.clone(), wire.clone(), &disk.projection);
        let publisher = publisher.expect("a publisher");
        let options = Options { name: format!("n-{}", self.random.number() % 1000), margin_us: 0 };
        let store = Arc::clone(&disk.projection);
        let node = Node::new(store, self.log.clone(), wire.clone(), self.layout, publisher, options);
        self.processes.push(Process { node, disk, wire, owned: BTreeSet::new() });
    }

    fn append(&mut self, count: usize) {
        let trust = match self.log.recorded() {
            Recorded::ByLog => Trust::LedgerClock,
            Recorded::ByEvents => Trust::FileTimes,
        };
        for draft in self.to_come.by_ref().take(count) {
            let recorded_us = draft.recorded.map_or(0, Instant::micros);
            // A broker's clock counts more coarsely: much is recorded in one instant.
            self.clock.fetch_max(recorded_us - recorded_us % self.tick_us, Ordering::SeqCst);
            Intake::new(self.log.as_ref(), &Unknown, trust, None).submit(vec![draft]).expect("submit");
        }
    }

    /// Hands the shards to the processes. One that lags goes on with those that it had.
    fn assign(&mut self, lagging: bool) {
        let count = self.processes.len() as u32;
        let turned = self.random.number() as u32 % count;
        for (number, process) in self.processes.iter_mut().enumerate() {
            if !lagging || self.random.chance(70) {
                let owner = |shard: u32| (shard.wrapping_add(turned)) % count == number as u32;
                process.owned = (0..self.layout.per_family).filter(|shard| owner(*shard)).collect();
            }
        }
    }

    /// A turn of a process; gives whether it found anything to do. One whose write fails is gone.
    fn turn(&mut self, number: usize) -> bool {
        let process = &mut self.processes[number];
        match process.node.step(&process.owned.clone()) {
            Ok(Step::Did(stage)) => {
                self.did.insert(stage);
                true
            }
            Ok(_) => false,
            Err(error) => {
                assert!(process.wire.dying.load(Ordering::SeqCst), "{error}: {:?}", std::error::Error::source(&error));
                self.kill(number);
                true
            }
        }
    }

    /// Kills a process, and starts another one: with an empty disk, or with what one that died has left there.
    fn kill(&mut self, number: usize) {
        let Process { disk, wire, .. } = self.processes.swap_remove(number);
        self.dead.push(wire);
        self.disks.push(disk);
        let left = match self.random.below(10) {
            0..4 => None,
            4..8 => self.disks.pop(),
            _ => Some(self.disks.swap_remove(self.random.below(self.disks.len()))),
        };
        self.start(left);
    }

    /// Everything that can happen, until the whole history was told; then quiet.
    pub(crate) fn run_wildly(&mut self, processes: usize) {
        (0..processes).for_each(|_| self.start(None));
        self.assign(false);
        while self.to_come.len() > 0 {
            let mut number = self.random.below(self.processes.len());
            if self.one_is_behind && self.random.chance(90) {
                number = number.max(1).min(self.processes.len() - 1);
            }
            let unrest = if self.calm { 0 } else { 1 };
            let (moves, deaths) = (5 * unrest, 3 * unrest);
            let what = [(20, 0), (60, 1), (moves, 2), (deaths, 3), (deaths, 4), (2 * unrest, 5), (3, 6), (4, 7)];
            match self.random.weighted(&what) {
                0 => {
                    let some = 1 + self.random.below(6);
                    self.append(some);
                }
                1 => (0..self.random.below(12)).for_each(|_| _ = self.turn(number.min(self.processes.len() - 1))),
                2 => self.assign(true),
                3 => self.kill(number),
                4 => self.processes[number].wire.dying.store(true, Ordering::SeqCst),
                5 if self.processes.len() < 5 => self.start(None),
                6 => self.dead.drain(..).for_each(|wire| wire.deliver()),
                7 => self.compact(),
                _ => {}
            }
        }
        self.processes.iter().for_each(|process| process.wire.dying.store(false, Ordering::SeqCst));
        self.run_quietly();
        // What is on its way still may come when nobody has anything to do any more.
        self.dead.drain(..).for_each(|wire| wire.deliver());
        self.turn_until_idle();
    }

    /// Tells the whole history to one process.
    pub(crate) fn run_alone(&mut self) {
        self.start(None);
        self.append(usize::MAX);
        self.run_quietly();
    }

    /// Each shard has one owner from now on, and an epoch may know all that was said.
    fn run_quietly(&mut self) {
        self.assign(false);
        self.clock.fetch_add(1_000_000, Ordering::SeqCst);
        self.turn_until_idle();
    }

    /// Turns until nobody has anything to do.
    fn turn_until_idle(&mut self) {
        let mut idle = 0;
        for turn in 0..20_000 {
            idle = if self.turn(turn % self.processes.len()) { 0 } else { idle + 1 };
            if idle > self.processes.len() {
                return;
            }
        }
        let last = self.processes.iter().map(|process| process.node.barriers()).collect::<Vec<_>>();
        panic!("no end: {last:#?}");
    }

    fn compact(&mut self) {
        match self.random.below(Topic::ALL.len() + 2) {
            0 => self.topics.compact(CARRIED),
            1 => self.topics.compact(FINALS),
            number => self.topics.compact(Topic::ALL[number - 2].name()),
        }
    }

    /// A projection of the whole log, for one who owns all of it.
    pub(crate) fn whole(&self, scope: Scope) -> Projection {
        let whole = Projection::in_memory(self.log.as_ref(), &TUNING).expect("a store");
        whole.set_scope(scope).expect("a scope");
        whole.catch_up(self.log.as_ref(), |_| {}).expect("catch up");
        whole
    }
}
