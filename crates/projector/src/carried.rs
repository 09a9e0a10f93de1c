//! Records carried from the shard where they lie to the shards that need them: usage said of an alias, to every account that
//! the alias was ever linked to, and its corrections. What is carried is the record itself, with its own position and
//! recorded time; the receiver files it as if it had read it, once whatever arrives twice (I1).

use std::collections::BTreeSet;
use std::sync::PoisonError;
use std::time::Duration;

use tributary_domain::event::{Body, Event, Subject};
use tributary_domain::time::Instant;
use tributary_log::{Family, Layout, Log, Position, ReadLimit, Record};
use tributary_store::{Batch, Db, Durability, Reader};

use crate::error::Result;
use crate::filing::{Filing, Judge, identity_of};
use crate::history;
use crate::identity;
use crate::key;
use crate::numbering::Numbering;
use crate::present::Present;
use crate::projection::Projection;
use crate::row::{RowReader, RowWriter};
use crate::scope::Scope;
use crate::{meta, usage};

pub(crate) const USAGE_RECORDED: &str = "tributary.usage.recorded.v1";
pub(crate) const USAGE_CORRECTED: &str = "tributary.usage.corrected.v1";

/// A record on its way to other shards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// Where it stands in the log.
    pub position: Position,
    /// The shards that need it.
    pub shards: BTreeSet<u32>,
    /// What is sent: [`Projection::file_carried`] reads it.
    pub bytes: Vec<u8>,
}

/// The value of a row that holds the record.
pub(crate) fn encode(record: &Record<'_>) -> Vec<u8> {
    let mut writer = RowWriter::default();
    writer.number(1).fixed(&history::encode(record));
    writer.0
}

/// The value of a row whose record is to be read again: the log says what, the store when it was learned.
fn encode_recorded(recorded: Instant) -> Vec<u8> {
    let mut writer = RowWriter::default();
    writer.number(0).signed(recorded.micros());
    writer.0
}

/// Keeps all usage of a subject, and its corrections, to be sent. Only where its shard is owned: there all of it is.
pub(crate) fn keep_past(store: &Db, present: &Present, subject: &Subject, batch: &mut Batch) -> Result<()> {
    let Some(layout) = present.scope.layout().filter(|layout| layout.per_family > 1) else { return Ok(()) };
    let subject = subject.to_string();
    if !present.scope.holds_shard(layout.shard(&subject)) {
        return Ok(());
    }
    for block in store.prefix(&key::usage::of_subject(&subject)) {
        let (key, value) = block?;
        let (_, _, first) = key::usage::read(&key)?;
        usage::visit(&value, first, &mut usage::Terms::default(), |row| {
            batch.put(&key::outgoing::key(row.position), &encode_recorded(row.recorded));
            for correction in present.corrected.all(store, row.position, Instant::MAX)? {
                batch.put(&key::outgoing::key(correction.position), &encode_recorded(correction.recorded));
            }
            Ok(())
        })?;
    }
    Ok(())
}

impl Projection {
    /// Some of the records that other shards need, with those shards; empty when all are sent.
    pub fn outgoing<L: Log + ?Sized>(&self, log: &L, records_max: usize) -> Result<Vec<Outgoing>> {
        let present = self.present.read().unwrap_or_else(PoisonError::into_inner);
        let Some(layout) = present.scope.layout() else { return Ok(Vec::new()) };
        let mut outgoing = Vec::new();
        for row in self.store.prefix(&key::outgoing::all()).take(records_max) {
            let (key, value) = row?;
            let position = key::outgoing::read(&key)?;
            let bytes = record_bytes(log, position, &value)?;
            let shards = needed_by(&self.store, &present, layout, &history::record(&bytes)?)?;
            outgoing.push(Outgoing { position, shards, bytes });
        }
        Ok(outgoing)
    }

    /// Forgets records that were sent.
    pub fn sent(&self, outgoing: &[Outgoing]) -> Result<()> {
        let mut batch = Batch::new();
        outgoing.iter().for_each(|one| batch.delete(&key::outgoing::key(one.position)));
        Ok(self.store.write(batch, Durability::Unlogged)?)
    }

    /// Files records that were carried to a shard, as they stood in [`Outgoing::bytes`], and keeps where to read on in the
    /// topic that brings them.
    pub fn file_carried<L: Log + ?Sized>(
        &self,
        log: &L,
        from: (&str, u32),
        next_offset: u64,
        carried: &[Vec<u8>],
    ) -> Result<()> {
        let mut records = carried.iter().map(|bytes| history::record(bytes)).collect::<Result<Vec<_>>>()?;
        records.sort_by_key(|record| record.position);
        records.dedup_by_key(|record| record.position);
        let mut present = self.present.write().unwrap_or_else(PoisonError::into_inner);
        let mut closed = self.closed.lock().unwrap_or_else(PoisonError::into_inner);
        for of_partition in records.chunk_by(|a, b| a.position.partition == b.position.partition) {
            let mut judge = Judge::of_filled();
            let mut filing = Filing::new(&self.store, &mut present, &mut closed, Some(&mut judge)).out_of_turn();
            let mut numbering = Numbering::default();
            of_partition.iter().try_for_each(|record| filing.file_again(log, record, &mut numbering))?;
            filing.commit(log, None)?;
        }
        let mut batch = Batch::new();
        meta::write_next_beside(&mut batch, from.0, from.1, next_offset);
        Ok(self.store.write(batch, Durability::Unlogged)?)
    }

    /// Where it reads on in a partition of a topic beside the log.
    pub fn next_beside(&self, topic: &str, partition: u32) -> Result<u64> {
        meta::next_beside(&self.store, topic, partition)
    }

    /// What it answers for.
    pub fn scope(&self) -> Scope {
        self.present.read().unwrap_or_else(PoisonError::into_inner).scope.clone()
    }

    /// Answers for other shards from now on. What accounts come to that are not among them stays where it is, and is neither
    /// derived nor counted before they come back. It files nothing: read the log afterwards.
    pub fn set_scope(&self, scope: Scope) -> Result<()> {
        let mut present = self.present.write().unwrap_or_else(PoisonError::into_inner);
        let gained = scope.gained_from(&present.scope);
        present.dirty.set_scope(&scope);
        if present.scope == Scope::Everything && scope != Scope::Everything {
            present.settled = Instant::MIN;
        }
        present.scope = scope;
        let Some(layout) = present.scope.layout() else { return Ok(()) };
        // Links that were learned while others owned the shard.
        let mut batch = Batch::new();
        for subject in present.linked.keys().filter(|subject| gained.contains(&layout.shard(&subject.to_string()))) {
            keep_past(&self.store, &present, subject, &mut batch)?;
        }
        Ok(self.store.write(batch, Durability::Unlogged)?)
    }
}

/// The record of an outgoing row, in the bytes that are sent.
fn record_bytes<L: Log + ?Sized>(log: &L, position: Position, value: &[u8]) -> Result<Vec<u8>> {
    let mut reader = RowReader::new("outgoing", value);
    if reader.number()? == 1 {
        return Ok(reader.rest().to_vec());
    }
    let recorded_us = reader.signed()?;
    let read = log.read(position, ReadLimit { records: 1, bytes: 1 }, Duration::ZERO)?;
    let record = read.iter().next().transpose()?.ok_or_else(|| reader.damage())?;
    Ok(history::encode(&Record { recorded_us, ..record }))
}

/// Which shards beside its own need a record: those of the accounts that its usage's subject was ever linked to. A correction
/// of usage that is not in its own shard is needed wherever that usage may be.
fn needed_by(store: &Db, present: &Present, layout: Layout, record: &Record<'_>) -> Result<BTreeSet<u32>> {
    let own = layout.place(record.position.partition).filter(|(family, _)| *family == Family::Consumption);
    let Some((_, own)) = own else { return Ok(BTreeSet::new()) };
    let mut shards = match tributary_events::decode(record) {
        Ok(Event { body: Body::UsageCorrected(correction), .. }) => {
            let standing = identity::standing(store, &[identity_of(&correction.corrects)])?.pop().flatten();
            match standing.filter(|standing| standing.said.position.partition == record.position.partition) {
                Some(standing) => linked_shards(present, layout, &standing.subject),
                None => (0..layout.per_family).collect(),
            }
        }
        _ => linked_shards(present, layout, record.envelope.subject),
    };
    shards.remove(&own);
    Ok(shards)
}

/// The shards of the accounts that a subject was ever linked to.
fn linked_shards(present: &Present, layout: Layout, subject: &str) -> BTreeSet<u32> {
    let linked = subject.parse().ok().and_then(|subject: Subject| present.linked.get(&subject));
    let shard = |account: &_| layout.shard(&Subject::Account(Clone::clone(account)).to_string());
    linked.into_iter().flat_map(|(accounts, _)| accounts).map(shard).collect()
}
