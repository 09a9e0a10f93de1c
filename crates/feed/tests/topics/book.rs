//! A ledger with its topics, and readers of them: the only place that touches the API.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::Mutex;
use std::time::Duration;

use tempfile::TempDir;
use tributary_domain::event::Draft;
use tributary_domain::id::{AccountId, PartnerId};
use tributary_domain::money::CreditAmount;
use tributary_domain::time::{Instant, Period};
use tributary_events::feed::{Content, Topic};
use tributary_feed::{Ledger, Published, Publisher, headers};
use tributary_finance::{close_pending, credits, statement, suspense};
use tributary_intake::{Intake, Trust};
use tributary_log::{Keyed, LogError, LogId, MemoryLog, MemoryTopics, Read, Result, Stored, Topics};
use tributary_projector::{Projection, open, rebuild};
use tributary_store::Tuning;

const TUNING: Tuning =
    Tuning { cache_bytes: 1 << 20, memtables_bytes: 4 << 20, block_bytes: 4096, background_jobs: 1, dense: false };
pub(crate) const PARTITIONS: u32 = 3;

/// Topics that fail after so many more records, in the middle of a publication.
pub(crate) struct Fallible {
    pub(crate) inner: MemoryTopics,
    left: Mutex<Option<usize>>,
}

impl Fallible {
    fn new() -> Self {
        let inner = MemoryTopics::new(Arc::new(|| 0));
        Topic::ALL.iter().for_each(|topic| inner.create(topic.name(), PARTITIONS));
        Self { inner, left: Mutex::new(None) }
    }

    /// Fails after so many records; none: never.
    pub(crate) fn fail_after(&self, records: Option<usize>) {
        *self.left.lock().expect("nobody panicked") = records;
    }
}

impl Topics for Fallible {
    fn partitions(&self, topic: &str) -> Result<u32> {
        self.inner.partitions(topic)
    }

    fn start(&self, topic: &str, partition: u32) -> Result<u64> {
        self.inner.start(topic, partition)
    }

    fn end(&self, topic: &str, partition: u32) -> Result<u64> {
        self.inner.end(topic, partition)
    }

    fn read(&self, topic: &str, partition: u32, from: u64, records_max: usize, wait: Duration) -> Result<Read> {
        self.inner.read(topic, partition, from, records_max, wait)
    }

    fn publish(&self, topic: &str, records: &[(u32, Keyed)]) -> Result<Vec<u64>> {
        let mut left = self.left.lock().expect("nobody panicked");
        match &mut *left {
            Some(left) if *left < records.len() => {
                self.inner.publish(topic, &records[..*left])?;
                *left = 0;
                Err(LogError::NoPartition { partition: PARTITIONS, partitions: PARTITIONS })
            }
            Some(left) => {
                *left -= records.len();
                self.inner.publish(topic, records)
            }
            None => self.inner.publish(topic, records),
        }
    }
}

/// A log, what is projected from it, and the topics.
pub(crate) struct Book {
    pub(crate) log: MemoryLog,
    pub(crate) projection: Projection,
    pub(crate) topics: Fallible,
    folder: TempDir,
    stores: Mutex<u32>,
}

impl Book {
    pub(crate) fn empty() -> Self {
        let log = MemoryLog::new(LogId([1; 16]), 1, Arc::new(|| 0));
        let folder = TempDir::new().expect("a folder");
        let projection = open(&folder.path().join("projection"), &log, &TUNING).expect("a store");
        Self { log, projection, topics: Fallible::new(), folder, stores: Mutex::new(0) }
    }

    pub(crate) fn import(&self, said: &[Draft]) {
        Intake::new(&self.log, &self.log, Trust::FileTimes, None).submit(said.to_vec()).expect("the log works");
        self.projection.catch_up(&self.log, |_| {}).expect("the store works");
    }

    pub(crate) fn rebuilt(self) -> Self {
        let Self { log, projection, topics, folder, stores } = self;
        drop(projection);
        let projection = rebuild(&folder.path().join("projection"), &log, &TUNING, |_| {}).expect("the store works");
        Self { log, projection, topics, folder, stores }
    }

    pub(crate) fn ledger(&self) -> Ledger<'_> {
        Ledger { log: &self.log, projection: &self.projection, topics: &self.topics }
    }

    /// A folder that is not there yet.
    pub(crate) fn fresh_folder(&self) -> PathBuf {
        let mut stores = self.stores.lock().expect("nobody panicked");
        *stores += 1;
        self.folder.path().join(format!("feed-{stores}"))
    }

    /// A publisher that remembers nothing.
    pub(crate) fn publisher(&self, scope: Option<BTreeSet<u32>>) -> Publisher {
        Publisher::open(&self.fresh_folder(), self.ledger(), scope).expect("a publisher")
    }

    pub(crate) fn now(&self) -> Instant {
        self.projection.counts().last_recorded
    }

    pub(crate) fn publish(&self, publisher: &Publisher) -> Published {
        publisher.publish(self.ledger(), self.now()).expect("the topics work")
    }

    /// Everything that a topic holds, partition by partition.
    pub(crate) fn stored(&self, topic: &str) -> Vec<Vec<Stored>> {
        let read = |partition| {
            let read = self.topics.read(topic, partition, 0, usize::MAX, Duration::ZERO);
            read.expect("the topic is there").records
        };
        (0..PARTITIONS).map(read).collect()
    }

    pub(crate) fn everything(&self) -> Vec<Vec<Vec<Stored>>> {
        Topic::ALL.map(|topic| self.stored(topic.name())).to_vec()
    }

    /// What a reader sees who drops ids that it has seen: the values of each key, in order.
    pub(crate) fn changes(&self, topic: Topic) -> BTreeMap<String, Vec<Option<Vec<u8>>>> {
        let mut changes: BTreeMap<String, Vec<Option<Vec<u8>>>> = BTreeMap::new();
        for partition in self.stored(topic.name()) {
            let mut seen = BTreeSet::new();
            for stored in partition {
                if seen.insert(headers(&stored.record).expect("a record of the feed").id) {
                    changes.entry(key(&stored.record)).or_default().push(stored.record.value);
                }
            }
        }
        changes
    }

    /// What a reader of the compacted topic ends with.
    pub(crate) fn last(&self, topic: Topic) -> BTreeMap<String, Content> {
        let mut last = BTreeMap::new();
        for stored in self.stored(topic.name()).into_iter().flatten() {
            match &stored.record.value {
                Some(value) => {
                    let content = Content::decode(topic, value).expect("its message");
                    last.insert(key(&stored.record), content)
                }
                None => last.remove(&key(&stored.record)),
            };
        }
        last
    }

    /// What the answers say now, as the topics should end: by topic and key, the parts that can be told apart.
    pub(crate) fn answers(&self) -> BTreeMap<(Topic, String), String> {
        close_pending(&self.projection, |_, _, _| {}).expect("the store works");
        let view = self.projection.view(None).expect("a view");
        let mut all = BTreeMap::new();
        let until = view.period();
        let mut partners = view.partners().expect("partners");
        partners.extend(["p-1", "p-2", "p-3"].map(|id| PartnerId::new(id).expect("an id")));
        for partner in partners {
            for ordinal in until.ordinal() - 24..=until.ordinal() + 24 {
                let period = Period::from_ordinal(ordinal);
                for credit in credits(&view, &partner, period).expect("credits").credits {
                    if ordinal <= until.ordinal() {
                        let sum = all.entry((Topic::Credits, format!("{partner}/{period}/{}", credit.account)));
                        let sum: &mut String = sum.or_default();
                        sum.push_str(&format!(
                            "{}:{}:{}:{}:{} ",
                            credit.pool, credit.basis, credit.deal, credit.role, credit.amount
                        ));
                    }
                }
            }
            let mut ask = |topic, key: String, period| {
                let said = statement(&view, &partner, period).expect("a statement");
                let owed = serde_json::to_string(&said.balance).expect("JSON");
                let lines: Vec<String> =
                    said.lines.iter().map(|line| format!("{}:{}:{}", line.plan, line.period, line.amount)).collect();
                if !said.lines.is_empty() || owed.contains(|c: char| ('1'..='9').contains(&c)) {
                    all.insert((topic, key), format!("{} {}", lines.join(" "), said.balance.closing));
                }
            };
            ask(Topic::Accruals, partner.to_string(), until);
            for close in view.closes() {
                ask(Topic::Statements, format!("{partner}/{}", close.period), close.period);
            }
        }
        for account in view.accounts().expect("accounts") {
            let said = tributary_renewals::renewals(&view, &account).expect("renewals");
            if !said.deals.is_empty() {
                let terms: Vec<String> =
                    said.deals.iter().map(|deal| format!("{}:{}", deal.deal, deal.terms.len())).collect();
                all.insert((Topic::Renewals, account.to_string()), terms.join(" "));
            }
        }
        for unresolved in suspense(&view).expect("suspense").unresolved {
            all.insert((Topic::Suspense, unresolved.subject), unresolved.events.to_string());
        }
        for one in suspense(&view).expect("suspense").unattributed {
            let account = AccountId::new(&one.account).expect("an id");
            let text: &mut String = all.entry((Topic::Suspense, format!("account/{account}"))).or_default();
            text.push_str(&format!("{}:{}:{}:{}:{} ", one.basis, one.product, one.currency, one.amount, one.facts));
        }
        for close in view.closed() {
            let digest = hexadecimal(&close.digest);
            all.insert((Topic::Digests, close.period.to_string()), digest);
        }
        for ((topic, _), text) in &mut all {
            if *topic == Topic::Credits {
                *text = sorted(text);
            }
        }
        all
    }

    /// The same, read off the topics.
    pub(crate) fn told(&self) -> BTreeMap<(Topic, String), String> {
        let mut all = BTreeMap::new();
        for topic in Topic::ALL {
            for (key, content) in self.last(topic) {
                let text = text(content);
                if !text.is_empty() {
                    all.insert((topic, key), text);
                }
            }
        }
        all
    }
}

fn hexadecimal(digest: &[u8; 32]) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn sorted(words: &str) -> String {
    let mut words: Vec<&str> = words.split_whitespace().collect();
    words.sort_unstable();
    words.join(" ")
}

fn text(content: Content) -> String {
    match content {
        Content::Credits(said) => {
            // The answer sums over terms and months, and shows neither.
            let mut sums: BTreeMap<_, CreditAmount> = BTreeMap::new();
            for one in said.credits {
                let key = (format!("{}:{}:{}:{}", one.pool, one.basis, one.deal, one.role), one.product, one.vendor);
                sums.entry(key).or_default().add(one.amount.parse().expect("an amount")).expect("in range");
            }
            let sums = sums.into_iter().filter(|(_, amount)| !amount.is_zero());
            sorted(&sums.map(|((what, _, _), amount)| format!("{what}:{amount} ")).collect::<String>())
        }
        Content::Statement(said) => {
            let lines: Vec<String> =
                said.lines.iter().map(|line| format!("{}:{}:{}", line.plan, line.period, line.amount)).collect();
            format!("{} {}", lines.join(" "), said.balance.expect("a balance").closing)
        }
        Content::Renewals(said) => {
            let terms: Vec<String> =
                said.deals.iter().map(|deal| format!("{}:{}", deal.deal, deal.terms.len())).collect();
            terms.join(" ")
        }
        Content::Suspense(said) if said.unresolved > 0 => said.unresolved.to_string(),
        Content::Suspense(said) => {
            let facts = said.unattributed.iter();
            facts
                .map(|one| format!("{}:{}:{}:{}:{} ", one.basis, one.product, one.currency, one.amount, one.facts))
                .collect()
        }
        Content::Digest(said) => said.digest,
    }
}

pub(crate) fn key(record: &Keyed) -> String {
    String::from_utf8(record.key.clone()).expect("a text")
}
