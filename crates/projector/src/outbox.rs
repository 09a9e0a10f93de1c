//! The outbox: of what others have not been told yet that it changed. Its rows stand in the write that files the change, and
//! go when it was told. As long as nobody has told anything, nothing is marked: then everything is to be told.

use std::collections::BTreeSet;
use std::sync::PoisonError;

use rustc_hash::FxHashMap;
use tributary_domain::event::Subject;
use tributary_domain::id::{AccountId, PartnerId};
use tributary_domain::time::Instant;
use tributary_store::{Batch, Db, Durability, Reader};

use crate::closed::ClosedPeriod;
use crate::error::Result;
use crate::key;
use crate::present::Present;
use crate::projection::Projection;
use crate::row::{RowReader, RowWriter};

/// What may have changed.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Changed {
    /// What an account comes to, its terms, what of it earns nothing.
    Account(AccountId),
    /// A partner's own history: payouts, returns, holds.
    Partner(PartnerId),
    /// How many events wait under a subject that resolves to no account, or did.
    Subject(Subject),
    /// Reference data that every partner's statements may depend on. Accounts that depend on them are marked one by one.
    Reference,
}

/// A mark that something may have changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What.
    pub what: Changed,
    /// The least recorded instant of what was filed.
    pub earliest: Instant,
    /// The greatest one: as known before it, not all of it can be told.
    pub latest: Instant,
    /// How many events had been filed when it was marked last: a mark that says more was made again.
    filed: u64,
}

/// How far others have been told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The last recorded instant when marking began: what was filed before is told by a look at everything, as known then or
    /// later.
    pub since: Instant,
    /// The shards of whose accounts and aliases everything but what is marked was told.
    pub accounts: BTreeSet<u32>,
    /// The same of partners.
    pub partners: BTreeSet<u32>,
    /// As known when it was told last.
    pub known_at: Instant,
    /// The closes whose statements were told.
    pub closed: Vec<ClosedPeriod>,
}

/// The marks of one write, and how far others have been told.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    pub(crate) told: Option<Told>,
    marked: FxHashMap<Changed, (Instant, Instant)>,
}

impl Outbox {
    pub(crate) fn load(store: &impl Reader) -> Result<Self> {
        let told = store.get(&key::meta::key(key::meta::TOLD))?;
        let told = told.map(|value| Told::decode(&value)).transpose()?;
        Ok(Self { told, marked: FxHashMap::default() })
    }

    /// Marks what an event recorded then may have changed.
    pub(crate) fn mark(&mut self, what: impl FnOnce() -> Changed, recorded: Instant) {
        if self.told.is_some() {
            let (earliest, latest) = self.marked.entry(what()).or_insert((recorded, recorded));
            *earliest = recorded.min(*earliest);
            *latest = recorded.max(*latest);
        }
    }

    /// Adds the marks to the write that files what they tell of.
    pub(crate) fn write(&mut self, store: &Db, filed: u64, batch: &mut Batch) -> Result<()> {
        for (what, (earliest, latest)) in self.marked.drain() {
            let key = what.key();
            let held = store.get(&key)?.map(|value| Change::decode(what.clone(), &value)).transpose()?;
            let (earliest, latest) = match &held {
                Some(held) => (earliest.min(held.earliest), latest.max(held.latest)),
                None => (earliest, latest),
            };
            batch.put(&key, &Change { what, earliest, latest, filed }.encode());
        }
        Ok(())
    }
}

impl Projection {
    /// How far others have been told; none: of nothing, and nothing is marked.
    pub fn told(&self) -> Option<Told> {
        self.present.read().unwrap_or_else(PoisonError::into_inner).dirty.outbox.told.clone()
    }

    /// Begins to mark what is filed, from now on; nothing was told yet.
    pub fn begin_telling(&self) -> Result<Told> {
        let mut present = self.present.write().unwrap_or_else(PoisonError::into_inner);
        let (since, known_at) = (present.counts.last_recorded, Instant::MIN);
        let (accounts, partners) = (BTreeSet::new(), BTreeSet::new());
        let told = Told { since, accounts, partners, known_at, closed: Vec::new() };
        self.keep_told(&mut present, told.clone())?;
        Ok(told)
    }

    /// Says how far others have been told.
    pub fn tell(&self, told: Told) -> Result<()> {
        let mut present = self.present.write().unwrap_or_else(PoisonError::into_inner);
        self.keep_told(&mut present, told)
    }

    fn keep_told(&self, present: &mut Present, told: Told) -> Result<()> {
        let mut batch = Batch::new();
        batch.put(&key::meta::key(key::meta::TOLD), &told.encode());
        self.store.write(batch, Durability::Unlogged)?;
        present.dirty.outbox.told = Some(told);
        Ok(())
    }

    /// What may have changed and was not told yet: so many marks after one, in their order.
    pub fn changes(&self, after: Option<&Changed>, changes_max: usize) -> Result<Vec<Change>> {
        let from = after.map_or_else(key::outbox::all, |after| [after.key(), vec![0]].concat());
        let until = tributary_store::key::after_prefix(&key::outbox::all()).unwrap_or_default();
        let read = |row: tributary_store::Result<tributary_store::Row>| {
            let (key, value) = row?;
            Change::decode(Changed::read(&key)?, &value)
        };
        self.store.range(&from, &until).take(changes_max).map(read).collect()
    }

    /// Removes marks of what was told as known at an instant; those made again since, or of what was recorded later, stay.
    pub fn unmark(&self, changes: &[Change], known_at: Instant) -> Result<()> {
        // Nothing is filed between the look and the write.
        let _present = self.present.write().unwrap_or_else(PoisonError::into_inner);
        let mut batch = Batch::new();
        for change in changes.iter().filter(|change| change.latest <= known_at) {
            let key = change.what.key();
            if self.store.get(&key)?.is_some_and(|held| held == change.encode()) {
                batch.delete(&key);
            }
        }
        self.store.write(batch, Durability::Unlogged)?;
        Ok(())
    }
}

impl Changed {
    fn key(&self) -> Vec<u8> {
        match self {
            Self::Account(account) => key::outbox::key(0, account.as_str()),
            Self::Partner(partner) => key::outbox::key(1, partner.as_str()),
            Self::Subject(subject) => key::outbox::key(2, &subject.to_string()),
            Self::Reference => key::outbox::key(3, ""),
        }
    }

    fn read(key: &[u8]) -> Result<Self> {
        let (kind, name) = key::outbox::read(key)?;
        let reader = RowReader::new("outbox", &[]);
        Ok(match kind {
            0 => Self::Account(reader.id(AccountId::new(&name))?),
            1 => Self::Partner(reader.id(PartnerId::new(&name))?),
            2 => Self::Subject(reader.id(name.parse())?),
            3 => Self::Reference,
            _ => return Err(reader.damage()),
        })
    }
}

impl Change {
    fn encode(&self) -> Vec<u8> {
        let mut writer = RowWriter::default();
        writer.signed(self.earliest.micros()).signed(self.latest.micros()).number(self.filed);
        writer.0
    }

    fn decode(what: Changed, value: &[u8]) -> Result<Self> {
        let mut reader = RowReader::new("outbox", value);
        let (earliest, latest) = (reader.signed()?, reader.signed()?);
        let (earliest, latest) = (Instant::from_micros(earliest), Instant::from_micros(latest));
        Ok(Self { what, earliest, latest, filed: reader.number()? })
    }
}

impl Told {
    fn encode(&self) -> Vec<u8> {
        let mut writer = RowWriter::default();
        writer.signed(self.since.micros()).signed(self.known_at.micros());
        for shards in [&self.accounts, &self.partners] {
            writer.number(shards.len() as u64);
            shards.iter().for_each(|shard| _ = writer.number((*shard).into()));
        }
        self.closed.iter().for_each(|closed| closed.encode(&mut writer));
        writer.0
    }

    fn decode(value: &[u8]) -> Result<Self> {
        let mut reader = RowReader::new("told", value);
        let (since, known_at) = (reader.signed()?, reader.signed()?);
        let (accounts, partners) = (read_shards(&mut reader)?, read_shards(&mut reader)?);
        let mut closed = Vec::new();
        while !reader.is_at_end() {
            closed.push(ClosedPeriod::decode(&mut reader)?);
        }
        let (since, known_at) = (Instant::from_micros(since), Instant::from_micros(known_at));
        Ok(Self { since, accounts, partners, known_at, closed })
    }
}

fn read_shards(reader: &mut RowReader<'_>) -> Result<BTreeSet<u32>> {
    (0..reader.number()?).map(|_| Ok(reader.number()? as u32)).collect()
}
