//! A publisher in plain words: it says what the projection comes to as text, and knows what was said last by reading all of it
//! back.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use tributary_cluster::{ClusterError, Publish, Result};
use tributary_domain::event::Subject;
use tributary_domain::id::{AccountId, PartnerId};
use tributary_domain::time::{Instant, Period};
use tributary_finance::{FinanceError, close_pending, statement};
use tributary_log::{Keyed, Layout, Stored, Topics};
use tributary_projector::{CreditLearned, Kind, Projection, View};

/// The projected topics.
pub(crate) const TOPICS: [&str; 5] = ["credits", "suspense", "accruals", "statements", "digests"];
const CREDITS: &str = TOPICS[0];

/// What there is to say of a key; nothing where there is nothing any more.
pub(crate) type Content = BTreeMap<(&'static str, String), Vec<u8>>;

/// The last record of a key, and the newest one.
struct Last {
    newest: Stored,
    buried: bool,
}

pub(crate) struct Plain {
    topics: Arc<dyn Topics>,
    layout: Layout,
    said: BTreeMap<(&'static str, u32, Vec<u8>), Last>,
    next: BTreeMap<(&'static str, u32), u64>,
}

impl Plain {
    pub(crate) fn new(topics: Arc<dyn Topics>, layout: Layout) -> Self {
        Self { topics, layout, said: BTreeMap::new(), next: BTreeMap::new() }
    }

    fn read_topic(&mut self, projection: &Projection, topic: &'static str, shard: u32) -> Result<()> {
        let next = self.next.entry((topic, shard)).or_default();
        let read = self.topics.read(topic, shard, *next, usize::MAX, Duration::ZERO)?;
        *next = read.next_offset;
        let mut learned = Vec::new();
        for stored in read.records {
            learned.extend((topic == CREDITS).then(|| credit(&stored)));
            let key = (topic, shard, stored.record.key.clone());
            match self.said.get_mut(&key) {
                Some(last) if age(&stored) < age(&last.newest) => last.buried = true,
                held => {
                    let last = Last { newest: stored, buried: false };
                    match held {
                        Some(held) => *held = last,
                        None => drop(self.said.insert(key, last)),
                    }
                }
            }
        }
        if topic == CREDITS {
            projection.learn_credits(Kind::Running, (CREDITS, shard), self.next[&(topic, shard)], &learned)?;
        }
        Ok(())
    }

    /// Says what differs; what was said of these topics and shards and is not in `content` any more is taken back.
    fn say(
        &mut self,
        topics: &[&'static str],
        content: &Content,
        (known_at, epoch): (Instant, u64),
        shards: &BTreeSet<u32>,
    ) -> Result<()> {
        let gone = self.said.iter().filter(|((topic, shard, key), last)| {
            let key = String::from_utf8_lossy(key).into_owned();
            let held = !last.newest.record.value.as_ref().is_none_or(Vec::is_empty);
            topics.contains(topic) && shards.contains(shard) && held && !content.contains_key(&(topic, key))
        });
        let gone: Content = gone
            .map(|((topic, _, key), _)| ((*topic, String::from_utf8_lossy(key).into_owned()), Vec::new()))
            .collect();
        for ((topic, key), value) in content.iter().chain(&gone) {
            let shard = shard_of(self.layout, topic, key);
            let last = self.said.get(&(*topic, shard, key.clone().into_bytes()));
            let same = last.is_some_and(|last| last.newest.record.value.as_ref() == Some(value));
            if shards.contains(&shard) && !same {
                let headers = vec![
                    ("knownat".to_owned(), known_at.micros().to_string().into_bytes()),
                    ("epoch".to_owned(), epoch.to_string().into_bytes()),
                ];
                let record = Keyed { key: key.clone().into_bytes(), headers, value: Some(value.clone()) };
                self.topics.publish(topic, &[(shard, record)])?;
            }
        }
        Ok(())
    }
}

impl Publish for Plain {
    fn read_back(&mut self, projection: &Projection, shards: &BTreeSet<u32>) -> Result<()> {
        for topic in TOPICS {
            for shard in 0..self.layout.per_family {
                self.read_topic(projection, topic, shard)?;
            }
        }
        for ((topic, shard, _), last) in &self.said {
            if last.buried && shards.contains(shard) {
                self.topics.publish(topic, &[(*shard, last.newest.record.clone())])?;
            }
        }
        Ok(())
    }

    fn publish_accounts(
        &mut self,
        projection: &Projection,
        known_at: Instant,
        epoch: u64,
        shards: &BTreeSet<u32>,
    ) -> Result<()> {
        let content = accounts(projection, known_at)?;
        self.say(&[CREDITS, "suspense"], &content, (known_at, epoch), shards)
    }

    fn publish_partners(
        &mut self,
        projection: &Projection,
        known_at: Instant,
        epoch: u64,
        shards: &BTreeSet<u32>,
    ) -> Result<()> {
        let content = partners(projection, known_at)?;
        self.say(&["accruals", "statements", "digests"], &content, (known_at, epoch), shards)
    }
}

/// The instant and the epoch of a record.
pub(crate) fn age(stored: &Stored) -> (i64, u64) {
    let number = |name| stored.record.header(name).expect("a header");
    (number("knownat").parse().expect("an instant"), number("epoch").parse().expect("an epoch"))
}

/// The shard that a key belongs to.
fn shard_of(layout: Layout, topic: &str, key: &str) -> u32 {
    let parts: Vec<&str> = key.split('/').collect();
    match topic {
        "credits" => layout.shard(&format!("account/{}", parts[2])),
        "accruals" | "statements" => layout.shard(&format!("partner/{}", parts[0])),
        _ => layout.shard(key),
    }
}

fn credit(stored: &Stored) -> CreditLearned {
    let key = String::from_utf8(stored.record.key.clone()).expect("a key");
    let parts: Vec<&str> = key.split('/').collect();
    let account = AccountId::new(parts[2]).expect("an account");
    let value = stored.record.value.as_deref().expect("a value");
    let (known_us, epoch) = age(stored);
    CreditLearned {
        partner: PartnerId::new(parts[0]).expect("a partner"),
        period: parts[1].parse().expect("a period"),
        credits: CreditLearned::decode(&account, value).expect("credits"),
        account,
        known_at: Instant::from_micros(known_us),
        epoch,
    }
}

fn period_of(view: &View<'_>) -> Period {
    Period::of(view.reference().book.day(view.known_at()))
}

/// What the accounts in scope come to as known at an instant.
pub(crate) fn accounts(projection: &Projection, known_at: Instant) -> Result<Content> {
    let (view, scope) = (projection.view(Some(known_at))?, projection.scope());
    let mut content = Content::new();
    for account in view.accounts()?.into_iter().filter(|account| scope.holds_account(account)) {
        for ((partner, period), credits) in view.credited(&account, period_of(&view))? {
            let key = format!("{partner}/{period}/{account}");
            let said = CreditLearned { partner, period, account: account.clone(), known_at, epoch: 0, credits };
            content.insert((CREDITS, key), said.encode());
        }
    }
    let mut suspended: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (account, period, one) in view.suspended_by_period()? {
        suspended.entry(Subject::Account(account).to_string()).or_default().push(format!("{period} {one:?}"));
    }
    for (subject, count) in view.unresolved()? {
        if subject.parse().is_ok_and(|subject| scope.holds(&subject)) {
            suspended.entry(subject).or_default().push(count.to_string());
        }
    }
    let said = suspended.into_iter().map(|(subject, all)| (("suspense", subject), all.join("\n").into_bytes()));
    content.extend(said.filter(|(_, said)| !said.is_empty()));
    Ok(content)
}

/// What partners come to as known at an instant that is settled.
pub(crate) fn partners(projection: &Projection, known_at: Instant) -> Result<Content> {
    close_pending(projection, |_, _, _| {}).map_err(failed)?;
    let view = projection.view(Some(known_at))?;
    let mut content = Content::new();
    for (partner, period, kept) in view.kept_statements()? {
        content.insert(("statements", format!("{partner}/{period}")), kept);
    }
    for closed in view.closed() {
        content.insert(("digests", closed.period.to_string()), closed.digest.to_vec());
    }
    for partner in view.partners()? {
        let accrued = statement(&view, &partner, period_of(&view)).map_err(failed)?;
        let mut accrued = json!(accrued);
        accrued.as_object_mut().expect("a document").remove("knownAt");
        content.insert(("accruals", partner.to_string()), accrued.to_string().into_bytes());
    }
    Ok(content)
}

fn failed(error: FinanceError) -> ClusterError {
    ClusterError::Publish(Box::new(error))
}
