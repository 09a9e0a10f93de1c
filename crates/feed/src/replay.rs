//! A projected topic computed again: each record at its own known-at, into a new topic, and the present against the last record
//! of each key.

use std::collections::BTreeSet;
use std::path::Path;

use tributary_domain::event::Subject;
use tributary_domain::time::Instant;
use tributary_events::feed::Topic;
use tributary_finance::close_pending;
use tributary_log::{Keyed, Stored, read_to_end};
use tributary_projector::{Due, View};
use tributary_store::Tuning;

use crate::error::{FeedError, Result};
use crate::held::{Held, Verdict};
use crate::publisher::Ledger;
use crate::record::{self, Headers, Said};
use crate::{account, partner};

/// How many differences are named one by one.
const NAMED: usize = 20;
const TUNING: Tuning =
    Tuning { cache_bytes: 8 << 20, memtables_bytes: 8 << 20, block_bytes: 4096, background_jobs: 1, dense: false };

/// What a replay found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Replayed {
    /// Records computed again.
    pub records: u64,
    /// Keys whose last record was held against the present.
    pub keys: u64,
    /// How many of either differ.
    pub differing: u64,
    /// The first of them.
    pub first: Vec<Difference>,
}

/// A record, or a key, that does not say what the log gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Under which key.
    pub key: String,
    /// As known when.
    pub known_at: Instant,
    /// How it differs.
    pub how: How,
}

/// How a record differs from what the log gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// The record at its own known-at: another value, or other attributes.
    Record,
    /// The last record of the key is not what there is to say now.
    Present,
}

impl Replayed {
    fn differs(&mut self, key: &str, known_at: Instant, how: How) {
        self.differing += 1;
        if self.first.len() < NAMED {
            self.first.push(Difference { key: key.to_owned(), known_at, how });
        }
    }
}

/// Computes every record of a topic again and publishes what it gives into another, which is empty and has as many partitions;
/// then holds the present against that. `scratch` is a folder that is not there yet.
pub fn replay(ledger: Ledger<'_>, topic: Topic, into: &str, scratch: &Path) -> Result<Replayed> {
    let (expected, found) = (ledger.topics.partitions(topic.name())?, ledger.topics.partitions(into)?);
    if expected != found {
        return Err(FeedError::Partitions { topic: topic.name(), found: expected, expected: found });
    }
    close_pending(ledger.projection, |_, _, _| {})?;
    let mut replayed = Replayed::default();
    let mut known_at = ledger.projection.told().map_or(Instant::MIN, |told| told.known_at);
    let held = Held::open(scratch, ledger.log.id(), expected, &TUNING)?;
    for partition in 0..expected {
        known_at = known_at.max(records(ledger, topic, into, partition, &mut replayed)?);
    }
    held.read_back(ledger.topics, topic, into, |_| true)?;
    if matches!(topic, Topic::Statements | Topic::Digests) {
        // They are known at their cutoffs, and recorded later.
        known_at = ledger.projection.view(None)?.known_at();
    }
    present(ledger, topic, known_at, &held, &mut replayed)?;
    Ok(replayed)
}

/// The records of a partition; gives the latest known-at of them.
fn records(ledger: Ledger<'_>, topic: Topic, into: &str, partition: u32, replayed: &mut Replayed) -> Result<Instant> {
    let mut last = Instant::MIN;
    for read in read_to_end(ledger.topics, topic.name(), partition, 0)? {
        let read = read?;
        let mut again = Vec::with_capacity(read.records.len());
        let mut view: Option<View<'_>> = None;
        for stored in &read.records {
            let headers = headers(topic, partition, stored)?;
            last = last.max(headers.known_at);
            let at = match view.take().filter(|view| view.known_at() == headers.known_at) {
                Some(view) => view,
                None => ledger.projection.view(Some(headers.known_at))?,
            };
            let record = computed(ledger, &at, topic, &headers, &stored.record)?;
            view = Some(at);
            replayed.records += 1;
            if record != stored.record {
                replayed.differs(&text(&stored.record.key), headers.known_at, How::Record);
            }
            again.push((partition, record));
        }
        drop(view);
        ledger.topics.publish(into, &again)?;
    }
    Ok(last)
}

fn headers(topic: Topic, partition: u32, stored: &Stored) -> Result<Headers> {
    record::headers(&stored.record).ok_or_else(|| FeedError::Foreign {
        topic: topic.name().to_owned(),
        partition,
        offset: stored.offset,
        reason: "it lacks `ce_revision`, `ce_id` or `ce_subject`",
    })
}

/// What a record should be.
fn computed(ledger: Ledger<'_>, view: &View<'_>, topic: Topic, headers: &Headers, stored: &Keyed) -> Result<Keyed> {
    let key = text(&stored.key);
    let (said, due) = said(view, topic, &headers.subject, &key)?;
    Ok(said.record(ledger.log.id(), due.map(|(_, position)| ledger.log.place(position))))
}

/// What there is to say of a key as known at the view's instant, and which event that is due to.
fn said(view: &View<'_>, topic: Topic, subject: &str, key: &str) -> Result<(Said, Option<Due>)> {
    let nothing =
        Said { topic, key: key.to_owned(), subject: subject.to_owned(), known_at: view.known_at(), content: None };
    match (topic, subject.parse::<Subject>()) {
        (Topic::Credits | Topic::Renewals | Topic::Suspense, Ok(Subject::Account(id))) => {
            let all = account::of_account(view, &id)?;
            let said = all.into_iter().find(|one| one.topic == topic && one.key == key).unwrap_or(nothing);
            let due = account::due(view, &view.folded(&id)?, &said)?;
            Ok((said, due))
        }
        (Topic::Suspense, Ok(alias)) => Ok((account::of_alias(view, &alias)?, view.due_under(&alias)?)),
        (Topic::Accruals, Ok(Subject::Partner(partner))) => {
            let said = partner::accrual(view, &partner)?;
            let due = partner::due(view, &said)?;
            Ok((said, due))
        }
        (Topic::Statements | Topic::Digests, subject) => {
            // A cutoff is before its close was recorded: what is closed is asked for as of now.
            let now = view.as_known_at(Instant::MAX);
            let closed = partner::closed(&now);
            let close = closed.iter().find(|close| key.ends_with(&close.period.to_string()));
            let close = close.filter(|close| close.cutoff == view.known_at());
            match (close, subject) {
                (Some(close), Ok(Subject::Partner(partner))) => {
                    let said = partner::of_closed(&now, &partner, close)?;
                    let due = partner::due(&now, &said)?;
                    Ok((said, due))
                }
                (Some(close), _) => {
                    let said = partner::digest(close, partner::statements(&now, close)?);
                    let due = partner::due(&now, &said)?;
                    Ok((said, due))
                }
                (None, _) => {
                    let due = partner::due(view, &nothing)?;
                    Ok((nothing, due))
                }
            }
        }
        _ => Ok((nothing, None)),
    }
}

/// Holds what there is to say now against what the topic says last.
fn present(ledger: Ledger<'_>, topic: Topic, known_at: Instant, held: &Held, replayed: &mut Replayed) -> Result<()> {
    let mut look = |said: &Said| -> Result<()> {
        replayed.keys += 1;
        if held.verdict(said)? != Verdict::Said {
            replayed.differs(&said.key, said.known_at, How::Present);
        }
        Ok(())
    };
    for subject in subjects(ledger, topic, known_at, held)? {
        let view = ledger.projection.view(Some(known_at))?;
        let mut keys: BTreeSet<String> = held.keys_of(topic, &subject)?.into_iter().collect();
        match (topic, subject.parse::<Subject>()) {
            (Topic::Accruals, _) => {
                keys.insert(subject.trim_start_matches("partner/").to_owned());
            }
            (_, Ok(Subject::Account(id))) => {
                for said in account::of_account(&view, &id)?.iter().filter(|said| said.topic == topic) {
                    keys.remove(&said.key);
                    look(said)?;
                }
            }
            (_, Ok(Subject::Partner(partner))) => {
                for close in partner::closed(&view) {
                    keys.remove(&format!("{partner}/{}", close.period));
                    look(&partner::of_closed(&view, &partner, &close)?)?;
                }
            }
            (_, Ok(Subject::Book)) => {
                for close in partner::closed(&view) {
                    keys.remove(&close.period.to_string());
                    look(&partner::digest(&close, partner::statements(&view, &close)?))?;
                }
            }
            (_, Ok(Subject::Alias(..)) | Err(_)) => {
                keys.insert(subject.clone());
            }
        }
        for key in keys {
            look(&said(&view, topic, &subject, &key)?.0)?;
        }
    }
    Ok(())
}

/// Whatever there may be something to say of.
fn subjects(ledger: Ledger<'_>, topic: Topic, known_at: Instant, held: &Held) -> Result<BTreeSet<String>> {
    let view = ledger.projection.view(Some(known_at))?;
    let mut subjects: BTreeSet<String> = held.subjects(topic)?.into_iter().collect();
    match topic {
        Topic::Credits | Topic::Renewals | Topic::Suspense => {
            subjects.extend(view.accounts()?.into_iter().map(|id| Subject::Account(id).to_string()));
        }
        Topic::Accruals | Topic::Statements => {
            subjects.extend(view.partners()?.into_iter().map(|id| Subject::Partner(id).to_string()));
        }
        Topic::Digests => {
            subjects.insert(Subject::Book.to_string());
        }
    }
    if topic == Topic::Suspense {
        subjects.extend(view.unresolved()?.into_keys());
    }
    Ok(subjects)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
