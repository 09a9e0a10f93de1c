//! A node: one process of those that share a ledger, a turn at a time. Whoever calls it decides which shards it owns, waits
//! between turns that did nothing, and may drop it at any of them: nothing but the store and the topics has to survive.

use std::collections::BTreeSet;
use std::sync::Arc;

use tributary_domain::time::Instant;
use tributary_log::{Layout, Log, Recorded, Topics};
use tributary_projector::{Projection, Scope};

use crate::barrier::Said;
use crate::{Barriers, Epoch, Feeding, Result, topic};

/// Records that are sent to other shards at a time.
const SENT_MAX: usize = 1024;

/// How a node behaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Its name, for people.
    pub name: String,
    /// By how much the clocks of those who append may differ, in microseconds.
    pub margin_us: i64,
}

/// What a turn did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Something: there may be more to do at once.
    Did(Stage),
    /// Nothing: the epoch waits for these shards, which others own or nobody does.
    Waits {
        /// The epoch's number.
        epoch: u64,
        /// The instant that it publishes, once that is known; then what it waits for are credits.
        known_at: Option<Instant>,
        /// The shards.
        shards: BTreeSet<u32>,
    },
    /// Nothing: there is nothing to do.
    Idle,
}

/// What a turn may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Stage {
    /// Took other shards.
    Owned,
    /// Opened an epoch.
    Opened,
    /// Filed what the log holds, and what was carried here.
    Filed,
    /// Sent records to other shards.
    Carried,
    /// Said that its shards are read.
    Read,
    /// Published what the accounts of its shards come to.
    PublishedAccounts,
    /// Said what its accounts came to at a close.
    SaidFinals,
    /// Said that its shards are credited.
    Credited,
    /// Published what the partners of its shards come to.
    PublishedPartners,
    /// Published again what somebody who was held up had covered with something older.
    Mended,
}

/// A process of those that share a ledger.
pub struct Node {
    projection: Arc<Projection>,
    log: Arc<dyn Log>,
    topics: Arc<dyn Topics>,
    publisher: Feeding,
    layout: Layout,
    options: Options,
    owned: BTreeSet<u32>,
    barriers: Barriers,
    heard: u64,
    /// For which epoch its inputs are filed, and how far.
    filed: Option<(u64, Vec<(u32, u64)>)>,
    received: Option<u64>,
    accounts_published: Option<u64>,
    partners_published: Option<u64>,
    /// How far its inputs were filed for the last epoch that it took part in.
    covered: Option<Vec<(u32, u64)>>,
    may_open: bool,
}

impl Node {
    /// One that owns nothing yet.
    pub fn new(
        projection: Arc<Projection>,
        log: Arc<dyn Log>,
        topics: Arc<dyn Topics>,
        layout: Layout,
        publisher: Feeding,
        options: Options,
    ) -> Self {
        let margin_us = (log.recorded() == Recorded::ByLog).then_some(options.margin_us);
        Self {
            projection,
            log,
            topics,
            publisher,
            layout,
            options,
            owned: BTreeSet::new(),
            barriers: Barriers::new(layout.per_family, margin_us),
            heard: 0,
            filed: None,
            received: None,
            accounts_published: None,
            partners_published: None,
            covered: None,
            may_open: true,
        }
    }

    /// Whether it may open an epoch when there is something new, which it does at once; it takes part in those of others
    /// either way. For who wants them to be a while apart.
    pub fn may_open(&mut self, may: bool) {
        self.may_open = may;
    }

    /// Its publisher.
    pub fn publisher(&self) -> &Feeding {
        &self.publisher
    }

    /// What was said so far.
    pub fn barriers(&self) -> &Barriers {
        &self.barriers
    }

    /// One turn as the owner of these shards: it does the one thing that is to be done next.
    pub fn step(&mut self, owned: &BTreeSet<u32>) -> Result<Step> {
        if *owned != self.owned || self.projection.scope() == Scope::Everything {
            self.own(owned)?;
            return Ok(Step::Did(Stage::Owned));
        }
        topic::hear(self.topics.as_ref(), &mut self.heard, &mut self.barriers)?;
        self.publisher.learn_credits(&self.projection)?;
        // Statements before the next epoch: after it what was known at this one may not be told any more.
        if let Some(complete) = self.barriers.complete().cloned()
            && self.partners_published != Some(complete.number)
        {
            return self.publish_partners(&complete);
        }
        match self.barriers.under_way().cloned() {
            None if self.may_open && !self.owned.is_empty() && self.anything_new()? => self.open(),
            None => self.mend(),
            Some(epoch) => match epoch.known_at() {
                None => self.read(&epoch),
                Some(known_at) => self.credit(&epoch, known_at),
            },
        }
    }

    fn own(&mut self, owned: &BTreeSet<u32>) -> Result<()> {
        self.projection.set_scope(Scope::of(self.layout, owned.iter().copied()))?;
        self.publisher.own(owned);
        self.owned.clone_from(owned);
        (self.filed, self.received, self.covered) = (None, None, None);
        (self.accounts_published, self.partners_published) = (None, None);
        Ok(())
    }

    /// Whether the log holds anything of this node's that no epoch has covered.
    fn anything_new(&self) -> Result<bool> {
        let Some(complete) = self.barriers.complete().and_then(Epoch::known_at) else { return Ok(true) };
        Ok(self.projection.counts().last_recorded > complete
            || self.covered != Some(self.projection.ends(self.log.as_ref())?))
    }

    fn open(&mut self) -> Result<Step> {
        let ends = match self.log.recorded() {
            Recorded::ByLog => Vec::new(),
            Recorded::ByEvents => self.log.ends(&(0..self.log.partitions()).collect::<Vec<_>>())?,
        };
        topic::say(self.topics.as_ref(), &Said::Open { by: self.options.name.clone(), ends })?;
        Ok(Step::Did(Stage::Opened))
    }

    /// Reads its shards for an epoch, carries what others need, and says so.
    fn read(&mut self, epoch: &Epoch) -> Result<Step> {
        let mine: BTreeSet<u32> = self.owned.difference(&epoch.read).copied().collect();
        if mine.is_empty() {
            return Ok(waits(epoch));
        }
        if self.filed.as_ref().is_none_or(|(number, _)| *number != epoch.number) {
            self.file(epoch)?;
            return Ok(Step::Did(Stage::Filed));
        }
        let outgoing = self.projection.outgoing(self.log.as_ref(), SENT_MAX)?;
        if !outgoing.is_empty() {
            topic::send(self.topics.as_ref(), &outgoing)?;
            self.projection.sent(&outgoing)?;
            return Ok(Step::Did(Stage::Carried));
        }
        let said =
            Said::Read { epoch: epoch.number, shards: mine, until_us: self.projection.counts().last_recorded.micros() };
        topic::say(self.topics.as_ref(), &said)?;
        self.covered = self.filed.as_ref().map(|(_, ends)| ends.clone());
        Ok(Step::Did(Stage::Read))
    }

    /// Publishes what the accounts of its shards come to, and says so.
    fn credit(&mut self, epoch: &Epoch, known_at: Instant) -> Result<Step> {
        let mine: BTreeSet<u32> = self.owned.difference(&epoch.credited).copied().collect();
        if mine.is_empty() {
            return Ok(waits(epoch));
        }
        if self.received != Some(epoch.number) {
            return self.receive(epoch);
        }
        if self.accounts_published != Some(epoch.number) {
            // All that it owns, whoever said that a shard is credited: who marks what was told has told it.
            self.publisher.publish_accounts(&self.projection, known_at)?;
            self.accounts_published = Some(epoch.number);
            return Ok(Step::Did(Stage::PublishedAccounts));
        }
        topic::learn_finals(self.topics.as_ref(), &self.projection)?;
        for shard in &mine {
            if let Some(finals) = self.finals_to_say(*shard, known_at)? {
                topic::say_finals(self.topics.as_ref(), *shard, epoch.number, &finals)?;
                return Ok(Step::Did(Stage::SaidFinals));
            }
        }
        topic::say(self.topics.as_ref(), &Said::Credited { epoch: epoch.number, shards: mine })?;
        Ok(Step::Did(Stage::Credited))
    }

    /// What a shard has to say of the first close whose finals are not said as they are.
    fn finals_to_say(&self, shard: u32, known_at: Instant) -> Result<Option<Vec<tributary_projector::CreditLearned>>> {
        for close in self.projection.closes_by(known_at)? {
            let finals = self.projection.finals(shard, close.period, close.cutoff)?;
            if !finals.is_empty() {
                return Ok(Some(finals));
            }
        }
        Ok(None)
    }

    /// Publishes what the partners of its shards come to at an epoch that is complete.
    fn publish_partners(&mut self, epoch: &Epoch) -> Result<Step> {
        if self.may_know_more(epoch) {
            self.partners_published = Some(epoch.number);
            return Ok(Step::Did(Stage::PublishedPartners));
        }
        if self.received != Some(epoch.number) {
            return self.receive(epoch);
        }
        topic::learn_finals(self.topics.as_ref(), &self.projection)?;
        if let Some(known_at) = epoch.known_at()
            && self.projection.settle(known_at)
        {
            self.publisher.publish_partners(&self.projection, known_at)?;
        }
        self.partners_published = Some(epoch.number);
        Ok(Step::Did(Stage::PublishedPartners))
    }

    /// Whether its store may hold what an epoch that is complete does not know: where recorded times are not the log's, and it
    /// took shards, or its store, after it was read for the next one. What there is to tell is told at that one.
    fn may_know_more(&self, complete: &Epoch) -> bool {
        complete.end(0).is_some() && self.filed.is_none() && self.barriers.under_way().is_some()
    }

    /// Publishes once more as known at the last epoch, if something older has come to lie above what was published.
    fn mend(&mut self) -> Result<Step> {
        let Some(complete) = self.barriers.complete() else { return Ok(Step::Idle) };
        let known_at = complete.known_at().filter(|_| !self.owned.is_empty());
        let Some(known_at) = known_at else { return Ok(Step::Idle) };
        if !self.publisher.is_buried(&self.projection)? {
            return Ok(Step::Idle);
        }
        self.publisher.publish_accounts(&self.projection, known_at)?;
        self.partners_published = None;
        Ok(Step::Did(Stage::Mended))
    }

    /// Files all that an epoch asks for: a node may have taken a shard that another one read.
    fn receive(&mut self, epoch: &Epoch) -> Result<Step> {
        if self.filed.as_ref().is_none_or(|(number, _)| *number != epoch.number) {
            self.file(epoch)?;
        }
        for shard in &self.owned {
            topic::receive(self.topics.as_ref(), self.log.as_ref(), &self.projection, *shard, epoch)?;
        }
        self.received = Some(epoch.number);
        Ok(Step::Did(Stage::Filed))
    }

    fn file(&mut self, epoch: &Epoch) -> Result<()> {
        let mut ends = self.projection.ends(self.log.as_ref())?;
        ends.iter_mut().for_each(|(partition, end)| *end = epoch.end(*partition).unwrap_or(*end));
        self.projection.file_until(self.log.as_ref(), &ends, |_| {})?;
        self.filed = Some((epoch.number, ends));
        Ok(())
    }
}

fn waits(epoch: &Epoch) -> Step {
    Step::Waits { epoch: epoch.number, known_at: epoch.known_at(), shards: epoch.waits_for() }
}
