//! What the topics say already: learned by reading them back and in no other way, so that no crash can make it wrong.
//!
//! Of each key the newest record is kept, which is the one known latest, and the last one, which is what compaction leaves. A
//! publisher that was held up may have put an older record on top: then the newest has to be said again.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use tributary_domain::time::Instant;
use tributary_events::feed::Topic;
use tributary_log::{LogId, Stored, Topics, read_to_end, read_until};
use tributary_store::{Batch, Db, Durability, Reader, Tuning};

use crate::error::{FeedError, Result};
use crate::key;
use crate::record::{self, Hash, Said};

/// A record as it is remembered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Remembered {
    pub(crate) known_at: Instant,
    pub(crate) hash: Hash,
}

/// What a topic says under a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct OfKey {
    pub(crate) newest: Remembered,
    pub(crate) last: Remembered,
}

/// What is to be done about what there is to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Nothing: it is said, or somebody has said more.
    Said,
    /// It has to be said.
    Say,
    /// It was said as known then, and something older has come to lie above it.
    Again(Instant),
}

/// What the topics say.
pub(crate) struct Held(Db);

impl Held {
    pub(crate) fn open(folder: &Path, log: LogId, partitions: u32, tuning: &Tuning) -> Result<Self> {
        let held = Self(Db::open(folder, tuning)?);
        let named = [&log.0[..], &partitions.to_be_bytes()].concat();
        match held.0.get(&key::log())? {
            None => {
                let mut batch = Batch::new();
                batch.put(&key::log(), &named);
                held.0.write(batch, Durability::Logged)?;
            }
            Some(found) if found != named => {
                let (id, of) = found.split_first_chunk().ok_or(FeedError::Damaged)?;
                let of = of.try_into().map_err(|_| FeedError::Damaged)?;
                return Err(FeedError::OtherLog {
                    found: LogId(*id),
                    found_partitions: u32::from_be_bytes(of),
                    log,
                    partitions,
                });
            }
            Some(_) => {}
        }
        Ok(held)
    }

    /// Reads partitions of a topic up to what are their ends now. `stored_as` is the topic's name.
    pub(crate) fn read_back(
        &self,
        topics: &dyn Topics,
        topic: Topic,
        stored_as: &str,
        partitions: impl Fn(u32) -> bool,
    ) -> Result<()> {
        let ends = (0..).zip(topics.ends(stored_as)?);
        ends.filter(|(partition, _)| partitions(*partition))
            .try_for_each(|(partition, end)| self.read_back_to(topics, topic, (stored_as, partition), end))
    }

    fn read_back_to(
        &self,
        topics: &dyn Topics,
        topic: Topic,
        (stored_as, partition): (&str, u32),
        end: u64,
    ) -> Result<()> {
        let next = self.next(&key::next(topic, partition))?;
        for read in read_until(topics, stored_as, (partition, next), end)? {
            let read = read?;
            let mut batch = Batch::new();
            // Within one read a key may come again: what it said before stands in the batch alone.
            let mut seen = BTreeMap::new();
            for stored in &read.records {
                self.learn(topic, stored_as, partition, stored, &mut seen, &mut batch)?;
            }
            batch.put(&key::next(topic, partition), &read.next_offset.to_be_bytes());
            self.0.write(batch, Durability::Logged)?;
        }
        Ok(())
    }

    /// Where to read on: at the start where nothing was read yet.
    fn next(&self, row: &[u8]) -> Result<u64> {
        let next = self.0.get(row)?;
        let next = next.map(|next| next.try_into().map_err(|_| FeedError::Damaged)).transpose()?;
        Ok(next.map_or(0, u64::from_be_bytes))
    }

    fn learn(
        &self,
        topic: Topic,
        stored_as: &str,
        partition: u32,
        stored: &Stored,
        seen: &mut BTreeMap<Vec<u8>, OfKey>,
        batch: &mut Batch,
    ) -> Result<()> {
        let foreign =
            |reason| FeedError::Foreign { topic: stored_as.to_owned(), partition, offset: stored.offset, reason };
        let headers = record::headers(&stored.record)
            .ok_or_else(|| foreign("it lacks `ce_revision`, `ce_id` or `ce_subject`"))?;
        let said = std::str::from_utf8(&stored.record.key).map_err(|_| foreign("its key is no text"))?;
        let row = key::held(topic, &headers.subject, said);
        let last = Remembered { known_at: headers.known_at, hash: record::hash(stored.record.value.as_deref()) };
        let before = match seen.get(&row) {
            Some(before) => Some(*before),
            None => self.get(&row)?,
        };
        let later = |newest: &Remembered| !is_closed(topic) && newest.known_at > last.known_at;
        let newest = before.map(|before| before.newest).filter(later).unwrap_or(last);
        let buried = key::buried(topic, &headers.subject, said);
        if newest != last || is_closed(topic) && before.is_some_and(|before| before.last != last) {
            batch.put(&buried, &[]);
        } else if !is_closed(topic) && before.is_some_and(|before| before.newest != before.last) {
            // Where there is no such row, deleting it would leave a mark that every look at these rows has to pass.
            batch.delete(&buried);
        }
        if topic == Topic::Credits && before.is_none_or(|before| before.last != last) {
            batch.put(&key::credited(said.split('/').next().unwrap_or_default()), &[]);
        }
        let of_key = OfKey { newest, last };
        batch.put(&row, &encode(&of_key));
        seen.insert(row, of_key);
        Ok(())
    }

    /// Reads back under which keys anything stands in a topic of one partition.
    pub(crate) fn read_back_places(&self, topics: &dyn Topics, topic: &str) -> Result<()> {
        for read in read_to_end(topics, topic, 0, self.next(&key::next_place())?)? {
            let read = read?;
            let mut batch = Batch::new();
            read.records.iter().for_each(|stored| batch.put(&key::place(&stored.record.key), &[]));
            batch.put(&key::next_place(), &read.next_offset.to_be_bytes());
            self.0.write(batch, Durability::Logged)?;
        }
        Ok(())
    }

    /// Whether anything stands under a key there.
    pub(crate) fn knows_place(&self, place: &str) -> Result<bool> {
        Ok(self.0.get(&key::place(place.as_bytes()))?.is_some())
    }

    /// What is to be done about what there is to say.
    pub(crate) fn verdict(&self, said: &Said) -> Result<Verdict> {
        let (_, hash) = said.value();
        let Some(OfKey { newest, last }) = self.get(&key::held(said.topic, &said.subject, &said.key))? else {
            return Ok(if said.content.is_none() { Verdict::Said } else { Verdict::Say });
        };
        let is_last = last == Remembered { known_at: said.known_at, hash };
        Ok(match (newest.hash == hash, newest == last) {
            _ if is_last => Verdict::Said,
            (true, true) => Verdict::Said,
            (true, false) => Verdict::Again(newest.known_at),
            (false, _) if newest.known_at > said.known_at && !is_closed(said.topic) => Verdict::Said,
            (false, _) => Verdict::Say,
        })
    }

    fn get(&self, row: &[u8]) -> Result<Option<OfKey>> {
        self.0.get(row)?.map(|value| decode(&value)).transpose()
    }

    /// The keys of a subject under which a topic says something, or did.
    pub(crate) fn keys_of(&self, topic: Topic, subject: &str) -> Result<Vec<String>> {
        self.0.prefix(&key::held_of(topic, subject)).map(|row| Ok(key::read_held(&row?.0)?.1)).collect()
    }

    /// Every subject that a topic says something of, or did, in order.
    pub(crate) fn subjects(&self, topic: Topic) -> Result<Vec<String>> {
        let mut subjects = Vec::new();
        for row in self.0.prefix(&key::held_in(topic)) {
            let (subject, _) = key::read_held(&row?.0)?;
            if subjects.last() != Some(&subject) {
                subjects.push(subject);
            }
        }
        Ok(subjects)
    }

    /// The subjects and keys of which a topic says something still.
    pub(crate) fn said_in(&self, topic: Topic) -> Result<Vec<(String, String)>> {
        let mut said = Vec::new();
        for row in self.0.prefix(&key::held_in(topic)) {
            let (key, value) = row?;
            if decode(&value)?.last.hash != record::hash(None) {
                said.push(key::read_held(&key)?);
            }
        }
        Ok(said)
    }

    /// The subjects of which a topic may say something older above something newer.
    pub(crate) fn buried(&self, topic: Topic) -> Result<BTreeSet<String>> {
        self.0.prefix(&key::buried_in(topic)).map(|row| key::read_buried(&row?.0)).collect()
    }

    /// The partners of whom credits were said since their accruals were looked at.
    pub(crate) fn credited(&self) -> Result<Vec<String>> {
        self.0.prefix(&key::all_credited()).map(|row| key::read_credited(&row?.0)).collect()
    }

    /// The accruals of partners were looked at, and everything that is closed of some subjects.
    pub(crate) fn settle(&self, credited: &[String], owns: impl Fn(&str) -> bool) -> Result<()> {
        let mut batch = Batch::new();
        let owned = credited.iter().filter(|partner| owns(&format!("partner/{partner}")));
        owned.for_each(|partner| batch.delete(&key::credited(partner)));
        for topic in Topic::ALL.into_iter().filter(|topic| is_closed(*topic)) {
            for row in self.0.prefix(&key::buried_in(topic)) {
                let (key, _) = row?;
                if owns(&key::read_buried(&key)?) {
                    batch.delete(&key);
                }
            }
        }
        Ok(self.0.write(batch, Durability::Logged)?)
    }
}

/// What is closed is known at its cutoff, and a close may be replaced by an earlier one: what was said last counts, and has to
/// be looked at when it was somebody else's word.
fn is_closed(topic: Topic) -> bool {
    matches!(topic, Topic::Statements | Topic::Digests)
}

fn encode(of_key: &OfKey) -> Vec<u8> {
    let mut value = Vec::with_capacity(48);
    for one in [&of_key.newest, &of_key.last] {
        value.extend(one.known_at.micros().to_be_bytes());
        value.extend(one.hash);
    }
    value
}

fn decode(value: &[u8]) -> Result<OfKey> {
    let one = |bytes: &[u8]| {
        let (known_at, hash) = bytes.split_first_chunk()?;
        let known_at = Instant::from_micros(i64::from_be_bytes(*known_at));
        Some(Remembered { known_at, hash: hash.try_into().ok()? })
    };
    let (newest, last) = value.split_at_checked(24).ok_or(FeedError::Damaged)?;
    let read = one(newest).zip(one(last)).map(|(newest, last)| OfKey { newest, last });
    read.ok_or(FeedError::Damaged)
}
