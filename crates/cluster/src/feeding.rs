//! The feed as a node publishes it: its publisher with the node's shards, and its credits learned by the projection, whoever
//! said them.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use tributary_domain::commission::PeriodCredits;
use tributary_domain::id::{AccountId, PartnerId};
use tributary_domain::time::{Instant, Period};
use tributary_events::feed::{Content, Topic};
use tributary_feed::{Ledger, Published, Publisher, headers};
use tributary_log::{Log, Stored, Topics};
use tributary_projector::{CreditLearned, Kind, Projection};

use crate::{ClusterError, Result, topic};

/// Publishes the feed for a node.
pub struct Feeding {
    publisher: Publisher,
    log: Arc<dyn Log>,
    topics: Arc<dyn Topics>,
    published: Published,
    /// For how many records set aside, and which shards, the quarantine was last looked at.
    aside: Option<(u64, BTreeSet<u32>)>,
}

impl Feeding {
    /// Keeps what it reads back of the topics in a folder, which may be removed whenever nobody has it open.
    pub fn open(folder: &Path, log: Arc<dyn Log>, topics: Arc<dyn Topics>, projection: &Projection) -> Result<Self> {
        let ledger = Ledger { log: log.as_ref(), projection, topics: topics.as_ref() };
        let publisher = Publisher::open(folder, ledger, Some(BTreeSet::new())).map_err(failed)?;
        Ok(Self { publisher, log, topics, published: Published::default(), aside: None })
    }

    /// What was published since it was opened.
    pub fn published(&self) -> Published {
        self.published
    }

    fn ledger<'a>(&'a self, projection: &'a Projection) -> Ledger<'a> {
        Ledger { log: self.log.as_ref(), projection, topics: self.topics.as_ref() }
    }
}

impl Feeding {
    /// Learns the credits that were said since, by whomever.
    pub(crate) fn learn_credits(&self, projection: &Projection) -> Result<()> {
        let topic = Topic::Credits.name();
        topic::learn(self.topics.as_ref(), projection, topic, Kind::Running, learned)
    }

    /// Publishes for other shards from now on.
    pub(crate) fn own(&mut self, shards: &BTreeSet<u32>) {
        self.publisher.set_scope(shards.clone());
    }

    /// Whether a process that was held up has put something older above what is newest: it is to be published again.
    pub(crate) fn is_buried(&self, projection: &Projection) -> Result<bool> {
        self.publisher.is_buried(self.ledger(projection)).map_err(failed)
    }

    /// Publishes what the accounts of its shards come to as known at an instant, where it differs from what was published last.
    /// Durable when it returns.
    pub(crate) fn publish_accounts(&mut self, projection: &Projection, known_at: Instant) -> Result<()> {
        let published = self.publisher.publish_account_stage(self.ledger(projection), known_at).map_err(failed)?;
        self.published += published;
        let aside = (projection.counts().quarantined, self.publisher.scope().clone());
        if self.aside.as_ref() != Some(&aside) {
            self.publisher.publish_quarantine(self.ledger(projection)).map_err(failed)?;
            self.aside = Some(aside);
        }
        Ok(())
    }

    /// The same for the partners of its shards. Everybody's credits as known then are learned.
    pub(crate) fn publish_partners(&mut self, projection: &Projection, known_at: Instant) -> Result<()> {
        let published = self.publisher.publish_partner_stage(self.ledger(projection), known_at).map_err(failed)?;
        self.published += published;
        Ok(())
    }
}

fn failed(error: tributary_feed::FeedError) -> ClusterError {
    match error {
        tributary_feed::FeedError::Log(error) => error.into(),
        tributary_feed::FeedError::Projector(error) => error.into(),
        error => ClusterError::Publish(error.into()),
    }
}

/// What a record of the credits topic says. All records of a key lie in one partition, so that of two that are known at the
/// same instant the one with the greater offset was said later.
fn learned(stored: &Stored) -> Option<CreditLearned> {
    let known_at = headers(&stored.record)?.known_at;
    let epoch = stored.offset + 1;
    let (partner, period, account, credits) = match &stored.record.value {
        Some(value) => match Content::decode(Topic::Credits, value).ok()? {
            Content::Credits(credits) => credits.read().ok()?,
            _ => return None,
        },
        None => named(&stored.record.key)?,
    };
    Some(CreditLearned { partner, period, account, known_at, epoch, credits })
}

/// What a key names, which no longer has any credit.
fn named(key: &[u8]) -> Option<(PartnerId, Period, AccountId, PeriodCredits)> {
    let mut parts = std::str::from_utf8(key).ok()?.splitn(3, '/');
    let partner = PartnerId::new(parts.next()?).ok()?;
    let period = parts.next()?.parse().ok()?;
    let account = AccountId::new(parts.next()?).ok()?;
    Some((partner, period, account, PeriodCredits::new()))
}
