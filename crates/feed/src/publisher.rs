//! The publisher: says what differs from what the topics say. In two stages, for what partners are told follows from what every
//! account's stage has said.

mod accounts;
mod aside;
mod outgoing;
mod partners;

use std::collections::BTreeSet;
use std::path::Path;

pub use aside::QUARANTINE;
use tributary_domain::time::{Instant, Period};
use tributary_events::feed::Topic;
use tributary_log::{Layout, Log, Topics};
use tributary_projector::{Projection, Told, View};
use tributary_store::Tuning;

use crate::error::{FeedError, Result};
use crate::held::Held;

/// What is cached of what the topics say: little, for each key is looked at once.
const TUNING: Tuning =
    Tuning { cache_bytes: 8 << 20, memtables_bytes: 8 << 20, block_bytes: 4096, background_jobs: 1, dense: false };

/// What a publisher reads and where it publishes: a log, the projection of it, and its topics.
#[derive(Clone, Copy)]
pub struct Ledger<'a> {
    /// The log: which it is, and how its positions are named.
    pub log: &'a dyn Log,
    /// The projection of it.
    pub projection: &'a Projection,
    /// The projected topics.
    pub topics: &'a dyn Topics,
}

/// What was published.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Published {
    /// Records.
    pub records: u64,
    /// Of them those that say that there is nothing any more.
    pub tombstones: u64,
    /// Of them those that were said before and are said again, because something older had come to lie above them.
    pub repeated: u64,
}

impl std::ops::AddAssign for Published {
    fn add_assign(&mut self, other: Self) {
        self.records += other.records;
        self.tombstones += other.tombstones;
        self.repeated += other.repeated;
    }
}

/// Publishes for some shards of a ledger.
pub struct Publisher {
    held: Held,
    layout: Layout,
    scope: BTreeSet<u32>,
}

impl Publisher {
    /// Opens what is remembered of the topics in a folder, for some shards; none: for all of them.
    pub fn open(folder: &Path, ledger: Ledger<'_>, scope: Option<BTreeSet<u32>>) -> Result<Self> {
        let expected = ledger.topics.partitions(Topic::Credits.name())?;
        for topic in Topic::ALL.map(Topic::name) {
            let found = ledger.topics.partitions(topic)?;
            if found != expected || found == 0 {
                return Err(FeedError::Partitions { topic, found, expected: expected.max(1) });
            }
        }
        let held = Held::open(folder, ledger.log.id(), expected, &TUNING)?;
        let scope = scope.unwrap_or_else(|| (0..expected).collect());
        Ok(Self { held, layout: Layout { per_family: expected }, scope })
    }

    /// The shards that it publishes for.
    pub fn scope(&self) -> &BTreeSet<u32> {
        &self.scope
    }

    /// Publishes for other shards from now on. Of those that are new everything is looked at once.
    pub fn set_scope(&mut self, scope: BTreeSet<u32>) {
        self.scope = scope;
    }

    /// Both stages, one after the other: for a publisher of every shard.
    pub fn publish(&self, ledger: Ledger<'_>, known_at: Instant) -> Result<Published> {
        let mut published = self.publish_account_stage(ledger, known_at)?;
        published += self.publish_partner_stage(ledger, known_at)?;
        Ok(published)
    }

    /// Whether what is said of a subject is for this publisher to say.
    fn owns(&self, subject: &str) -> bool {
        self.scope.contains(&self.layout.shard(subject))
    }

    fn read_back(&self, ledger: Ledger<'_>, topics: &[Topic]) -> Result<()> {
        for topic in topics {
            // Whose credits have changed, every shard's partner stage has to know.
            let known = |partition| *topic == Topic::Credits || self.scope.contains(&partition);
            self.held.read_back(ledger.topics, *topic, topic.name(), known)?;
        }
        Ok(())
    }

    /// How far others have been told, of the shards of this publisher. Before anything was, marking begins. Marks of other
    /// shards go without being told: when one of those comes, or comes back, everything of it has to be looked at.
    fn told(&self, ledger: Ledger<'_>) -> Result<Told> {
        let Some(mut told) = ledger.projection.told() else { return Ok(ledger.projection.begin_telling()?) };
        if !(told.accounts.is_subset(&self.scope) && told.partners.is_subset(&self.scope)) {
            told.accounts.retain(|shard| self.scope.contains(shard));
            told.partners.retain(|shard| self.scope.contains(shard));
            ledger.projection.tell(told.clone())?;
        }
        Ok(told)
    }

    /// The shards of which everything has to be looked at: those of which not everything was told, and all when a month has
    /// begun, which brings new credit without any event.
    fn whole(&self, (told, known_at): (&BTreeSet<u32>, Instant), view: &View<'_>) -> BTreeSet<u32> {
        let before = Period::of(view.reference().book.day(known_at.max(Instant::from_micros(0))));
        if before == view.period() { &self.scope - told } else { self.scope.clone() }
    }

    /// Whether, in topics of its shards, something older has come to lie above the newest record of a key. The next
    /// publication says that one again.
    pub fn is_buried(&self, ledger: Ledger<'_>) -> Result<bool> {
        self.read_back(ledger, &Topic::ALL)?;
        for topic in Topic::ALL {
            if self.held.buried(topic)?.iter().any(|subject| self.owns(subject)) {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
