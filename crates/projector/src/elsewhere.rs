//! Credit that other processes derive, learned from what they say: as known at the end of a barrier while the ledger runs, and
//! as known at the cutoff of each close, which is final. A view answers with it where an account is not derived here.
//!
//! What this process says itself is learned back in the same way. So it knows what was said last, whoever said it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::PoisonError;

use tributary_domain::closing::Close;
use tributary_domain::commission::PeriodCredits;
use tributary_domain::event::Subject;
use tributary_domain::id::{AccountId, PartnerId};
use tributary_domain::time::{Instant, Period};
use tributary_store::{Batch, Db, Durability, Reader};

use crate::credit::{self, AccountRow};
use crate::error::Result;
use crate::key;
use crate::meta;
use crate::projection::Projection;
use crate::row::{RowReader, RowWriter};
use crate::scope::Scope;
use crate::view::View;

/// What a credit is known for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// The running ledger: as known at a barrier.
    Running = 0,
    /// A close: as known at its cutoff.
    Final = 1,
}

/// What a partner has of an account in a period, as somebody said it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreditLearned {
    /// Whose credit.
    pub partner: PartnerId,
    /// Of which period.
    pub period: Period,
    /// Of which account.
    pub account: AccountId,
    /// When it is known.
    pub known_at: Instant,
    /// The barrier at which it was said: of two that say the same instant the later one knows more, if the past was added to.
    pub epoch: u64,
    /// The credit; nothing where there is none any more.
    pub credits: PeriodCredits,
}

impl CreditLearned {
    /// The credit in bytes, for a process of the same version.
    pub fn encode(&self) -> Vec<u8> {
        credit::encode(&self.credits)
    }

    /// Credit from such bytes.
    pub fn decode(account: &AccountId, bytes: &[u8]) -> Result<PeriodCredits> {
        let mut credits = PeriodCredits::new();
        credit::decode_into(bytes, account, &mut credits)?;
        Ok(credits)
    }
}

/// Up to which cutoff each shard's finals are known to be said as they are.
#[derive(Debug, Default)]
pub(crate) struct Finals(BTreeMap<u32, Instant>);

impl Finals {
    /// Something recorded then was learned: what was said of later cutoffs may not be right any more.
    pub(crate) fn forget_from(&mut self, recorded: Instant) {
        self.0.retain(|_, cutoff| *cutoff < recorded);
    }
}

impl Projection {
    /// Learns credit that was said in a partition of a topic, and keeps where to read on there, in one write.
    pub fn learn_credits(
        &self,
        kind: Kind,
        from: (&str, u32),
        next_offset: u64,
        learned: &[CreditLearned],
    ) -> Result<()> {
        let mut present = self.present.write().unwrap_or_else(PoisonError::into_inner);
        let mut closed = self.closed.lock().unwrap_or_else(PoisonError::into_inner);
        let mut news: BTreeMap<Vec<u8>, &CreditLearned> = BTreeMap::new();
        for one in learned {
            let key = key::elsewhere::key(kind, &one.partner, one.period, &one.account, one.known_at);
            let before = match news.get(&key) {
                Some(before) => Some((before.epoch, before.credits == one.credits)),
                None => self.held_of(&key, one)?,
            };
            match before {
                Some((epoch, same)) if epoch > one.epoch || (epoch == one.epoch && same) => {}
                before => {
                    // Said again, it changes nothing that was computed with it.
                    if kind == Kind::Final && before.is_none_or(|(_, same)| !same) {
                        if present.scope.holds_account(&one.account) {
                            present.finals.forget_from(one.known_at);
                        } else {
                            closed.forget_from(one.known_at);
                        }
                    }
                    news.insert(key, one);
                }
            }
            if kind == Kind::Running {
                present.heard = present.heard.max(one.known_at);
            }
        }
        let mut batch = Batch::new();
        news.iter().for_each(|(key, one)| batch.put(key, &encode(one)));
        closed.write(&mut batch);
        meta::write_heard(&mut batch, present.heard);
        meta::write_next_beside(&mut batch, from.0, from.1, next_offset);
        self.store.write(batch, Durability::Unlogged)?;
        if kind == Kind::Running { prune(&self.store, news.values().copied(), present.settled) } else { Ok(()) }
    }

    /// The epoch at which a credit is held to have been said, and whether it was the same.
    fn held_of(&self, key: &[u8], said: &CreditLearned) -> Result<Option<(u64, bool)>> {
        let Some(held) = self.store.get(key)? else { return Ok(None) };
        let mut reader = RowReader::new("credit elsewhere", &held);
        Ok(Some((reader.number()?, reader.rest() == said.encode())))
    }

    /// Every process has said what its accounts come to as known at an instant, and all of it is learned: closes recorded by
    /// then can be computed. False if something later was learned already: then that instant cannot be told any more.
    pub fn settle(&self, known_at: Instant) -> bool {
        let mut present = self.present.write().unwrap_or_else(PoisonError::into_inner);
        if present.heard <= known_at {
            present.settled = present.settled.max(known_at);
        }
        present.settled == known_at
    }

    /// The valid closes recorded by an instant, in order (L1), settled or not.
    pub fn closes_by(&self, known_at: Instant) -> Result<Vec<Close>> {
        let mut closes = self.view(Some(known_at))?.closes_read();
        closes.retain(|close| close.meta.recorded <= known_at);
        Ok(closes)
    }

    /// What a shard has to say of a close that was not said, or not so. The shard must be in scope, and everything recorded by
    /// the cutoff filed.
    pub fn finals(&self, shard: u32, period: Period, cutoff: Instant) -> Result<Vec<CreditLearned>> {
        let present = self.present.read().unwrap_or_else(PoisonError::into_inner);
        if present.finals.0.get(&shard).is_some_and(|said| *said >= cutoff) {
            return Ok(Vec::new());
        }
        drop(present);
        let differing = self.view(Some(cutoff))?.differing_finals(shard, period)?;
        if differing.is_empty() {
            let mut present = self.present.write().unwrap_or_else(PoisonError::into_inner);
            present.finals.0.insert(shard, cutoff);
        }
        Ok(differing)
    }
}

/// Drops what was said of the same credits before the last of what is settled.
fn prune<'a>(store: &Db, said: impl Iterator<Item = &'a CreditLearned>, settled: Instant) -> Result<()> {
    let mut batch = Batch::new();
    for CreditLearned { partner, period, account, .. } in said {
        let mut last = None;
        for row in store.prefix(&key::elsewhere::of_account(Kind::Running, partner, *period, account)) {
            let (key, _) = row?;
            if key::elsewhere::read(&key)?.3 > settled {
                break;
            }
            if let Some(before) = last.replace(key) {
                batch.delete(&before);
            }
        }
    }
    Ok(store.write(batch, Durability::Unlogged)?)
}

fn encode(said: &CreditLearned) -> Vec<u8> {
    let mut writer = RowWriter::default();
    writer.number(said.epoch).fixed(&said.encode());
    writer.0
}

fn decode_into(value: &[u8], account: &AccountId, credits: &mut PeriodCredits) -> Result<()> {
    let mut reader = RowReader::new("credit elsewhere", value);
    reader.number()?;
    credit::decode_into(reader.rest(), account, credits)
}

/// Adds what others said of a partner's credit in a period, as known at an instant.
pub(crate) fn add_credits(
    store: &impl Reader,
    scope: &Scope,
    kind: Kind,
    (partner, period, known_at): (&PartnerId, Period, Instant),
    credits: &mut PeriodCredits,
) -> Result<()> {
    let mut last: BTreeMap<AccountId, Box<[u8]>> = BTreeMap::new();
    for row in store.prefix(&key::elsewhere::of_period(kind, partner, period)) {
        let (key, value) = row?; // of one account by rising instants
        let (_, _, account, said) = key::elsewhere::read(&key)?;
        let account = RowReader::new("credit elsewhere", &value).id(AccountId::new(&account))?;
        if said <= known_at && !scope.holds_account(&account) {
            last.insert(account, value);
        }
    }
    last.iter().try_for_each(|(account, value)| decode_into(value, account, credits))
}

impl View<'_> {
    /// What an account gives partners in every period until one, as known at the view's instant. Only of accounts in scope.
    pub fn credited(&self, account: &AccountId, until: Period) -> Result<BTreeMap<(PartnerId, Period), PeriodCredits>> {
        let mut credited = BTreeMap::new();
        if self.is_stale(account)? || until > self.present().horizon() {
            credited = self.earned_until(account, until)?;
        } else if let Some(row) = AccountRow::load(self.at().store, account)? {
            for (period, partners) in row.credited.range(..=until) {
                for partner in partners {
                    let value = self.at().store.get(&key::credit::key(partner, *period, account))?;
                    let mut credits = PeriodCredits::new();
                    if let Some(value) = value {
                        credit::decode_into(credit::whole(&value)?, account, &mut credits)?;
                    }
                    credited.insert((partner.clone(), *period), credits);
                }
            }
        }
        for credits in credited.values_mut() {
            credits.retain(|_, amount| !amount.is_zero());
        }
        credited.retain(|_, credits| !credits.is_empty());
        Ok(credited)
    }

    /// The accounts of a shard that anything is derived of.
    pub fn accounts_of_shard(&self, shard: u32) -> Result<BTreeSet<AccountId>> {
        let layout = self.present().scope.layout();
        let of_shard = |account: &AccountId| {
            layout.is_none_or(|layout| layout.shard(&Subject::Account(account.clone()).to_string()) == shard)
        };
        Ok(self.accounts()?.into_iter().filter(of_shard).collect())
    }

    fn differing_finals(&self, shard: u32, until: Period) -> Result<Vec<CreditLearned>> {
        let accounts = self.accounts_of_shard(shard)?;
        let mut said = self.finals_said(&accounts)?;
        let mut differing = Vec::new();
        let mut differs = |account: &AccountId, partner: PartnerId, period, credits| {
            let (account, known_at) = (account.clone(), self.known_at());
            differing.push(CreditLearned { partner, period, account, known_at, epoch: 0, credits });
        };
        for account in &accounts {
            for ((partner, period), credits) in self.credited(account, until)? {
                if said.remove(&(partner.clone(), period, account.clone())).as_ref() != Some(&credits) {
                    differs(account, partner, period, credits);
                }
            }
        }
        for ((partner, period, account), credits) in said {
            if !credits.is_empty() {
                differs(&account, partner, period, PeriodCredits::new());
            }
        }
        Ok(differing)
    }

    /// The finals of some accounts at the view's instant, as they were said.
    fn finals_said(
        &self,
        accounts: &BTreeSet<AccountId>,
    ) -> Result<BTreeMap<(PartnerId, Period, AccountId), PeriodCredits>> {
        let mut said = BTreeMap::new();
        for row in self.at().store.prefix(&key::elsewhere::all(Kind::Final)) {
            let (key, value) = row?;
            let (partner, period, account, known_at) = key::elsewhere::read(&key)?;
            let reader = RowReader::new("credit elsewhere", &value);
            let (partner, account) = (reader.id(PartnerId::new(&partner))?, reader.id(AccountId::new(&account))?);
            if known_at <= self.known_at() && accounts.contains(&account) {
                let mut credits = PeriodCredits::new();
                decode_into(&value, &account, &mut credits)?;
                said.insert((partner, period, account), credits);
            }
        }
        Ok(said)
    }
}
