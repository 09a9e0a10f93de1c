//! Deriving: what dirty accounts come to, written over what they came to before, with the dirt removed in the same write.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZero;
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;

use tributary_domain::event::{Body, Subject};
use tributary_domain::fact::agreed_periods;
use tributary_domain::id::AccountId;
use tributary_domain::time::{Instant, Period};
use tributary_store::{Batch, Db, Durability, Reader};

use crate::credit::{self, AccountRow};
use crate::dirty::Dirty;
use crate::error::Result;
use crate::fold::{Coordinates, Earned, FoldedAccount, UsageSums};
use crate::key;
use crate::last_learned::LastLearned;
use crate::meta::ReadSoFar;
use crate::present::Present;
use crate::suspense;

/// Accounts derived in one write.
const ACCOUNTS_PER_WRITE: usize = 512;

/// Derives every dirty account; `progress` hears how many are left. Accounts do not depend on each other, so as many are
/// derived at a time as there are processors, and what they come to is written meanwhile; that is the same whatever their
/// number.
pub(crate) fn derive(store: &Db, present: &mut Present, mut progress: impl FnMut(usize)) -> Result<()> {
    let dirty = present.dirty.by_id();
    if dirty.is_empty() {
        progress(0);
        return Ok(());
    }
    let read = &ReadSoFar::load(store)?;
    let is_first = store.prefix(&key::account::all()).next().is_none();
    let (known, parts): (&Present, _) = (present, &Mutex::new(dirty.chunks(ACCOUNTS_PER_WRITE)));
    let mut derived = Vec::new();
    let written = thread::scope(|scope| {
        let (sender, batches) = mpsc::sync_channel(2);
        for _ in 0..thread::available_parallelism().map_or(1, NonZero::get) {
            let sender = sender.clone();
            scope.spawn(move || {
                let next = || parts.lock().unwrap_or_else(PoisonError::into_inner).next();
                while let Some(part) = next() {
                    // Whoever writes may have stopped at an error.
                    if sender.send(derive_accounts(store, known, read, is_first, part)).is_err() {
                        break;
                    }
                }
            });
        }
        drop(sender);
        batches.into_iter().try_for_each(|part| {
            let (batch, learned) = part?;
            progress(dirty.len() - derived.len());
            store.write(batch, Durability::Unlogged)?;
            derived.extend(learned);
            Ok(())
        })
    });
    Arc::make_mut(present.moved.get_mut().unwrap_or_else(PoisonError::into_inner)).derived(&derived);
    derived.iter().for_each(|(account, _)| present.dirty.clean(account));
    progress(present.dirty.len());
    written
}

/// What accounts come to, and when that was last learned.
type Derived = (Batch, Vec<(AccountId, LastLearned)>);

/// Derives accounts; whether none was ever derived before.
fn derive_accounts(
    store: &Db,
    present: &Present,
    read: &ReadSoFar,
    is_first: bool,
    accounts: &[(AccountId, Dirty)],
) -> Result<Derived> {
    let (mut batch, mut learned) = (Batch::new(), Vec::new());
    let snapshot = store.snapshot();
    let session = snapshot.session();
    for (account, dirty) in accounts {
        let at = Coordinates { read: Some(read), ..now(&session, present) };
        let held = if is_first { None } else { AccountRow::load(&session, account)? };
        let of_account = derive_account(&snapshot, at, present, held, (account, dirty), &mut batch)?;
        learned.push((account.clone(), of_account));
    }
    Ok((batch, learned))
}

/// What is left of what an account came to before is asked of the snapshot, since much of that is removed; all else is asked of
/// the session.
fn derive_account(
    before: &impl Reader,
    at: Coordinates<'_, impl Reader>,
    present: &Present,
    held: Option<AccountRow>,
    (id, dirty): (&AccountId, &Dirty),
    batch: &mut Batch,
) -> Result<LastLearned> {
    let store = at.store;
    let derived_before = held.is_some();
    let mut row = held.unwrap_or_default();
    let folded = at.fold(id)?;
    let mut learned = std::mem::take(&mut row.learned);
    if let Some(recorded) = dirty.all.or((!derived_before).then_some(Instant::MIN)) {
        learned.learn_history(recorded.max(history_learned(store, present, &folded)?));
    }
    dirty.periods.iter().for_each(|(period, recorded)| learned.learn_usage(*period, *recorded));
    row.recurring = folded.account.deals.values().any(|deal| deal.recurs());
    let mut earned = BTreeMap::new();
    match dirty.all {
        Some(_) => {
            let mut sums = sum_usage(at, &folded, None, &mut learned, batch)?;
            let mut periods: BTreeSet<Period> = sums.keys().copied().collect();
            periods.extend(agreed_periods(&folded.account, present.horizon()));
            if derived_before {
                batch_delete_suspense(before, id, batch)?;
            }
            // A period that has no facts any more has no credits: also one beyond the horizon, where what recurs is not derived.
            earned.extend(row.credited.keys().map(|period| (*period, Earned::default())));
            for period in periods {
                earned.insert(period, at.earned(&folded, period, sums.remove(&period)));
            }
        }
        None => {
            for period in dirty.periods.keys() {
                let sums = sum_usage(at, &folded, Some(*period), &mut learned, batch)?.remove(period);
                // Beyond the horizon usage alone makes a period: what recurs would for ever.
                let is_none = sums.is_none() && *period > present.horizon();
                let of_period = if is_none { Earned::default() } else { at.earned(&folded, *period, sums) };
                earned.insert(*period, of_period);
            }
        }
    }
    for (period, earned) in earned {
        row.foreign |= earned.foreign;
        write_period(id, period, &earned, &mut row, batch);
    }
    row.learned = learned;
    batch.put(&key::account::key(id), &row.encode());
    batch.delete(&key::dirty::key(id));
    Ok(row.learned)
}

/// The daily sums of an account's usage; those that are worth it are kept.
fn sum_usage(
    at: Coordinates<'_, impl Reader>,
    folded: &FoldedAccount,
    only: Option<Period>,
    learned: &mut LastLearned,
    batch: &mut Batch,
) -> Result<BTreeMap<Period, UsageSums>> {
    at.usage_sums_seen(folded, only, learned, |subject, month| {
        let zone = at.reference.book.zone.name();
        if let Some(row) = at.read.and_then(|read| month.worth_keeping(read, zone)) {
            batch.put(&key::usage_sums::key(subject, month.month), &row);
        }
    })
}

/// All that is known.
fn now<'a, R>(store: &'a R, present: &'a Present) -> Coordinates<'a, R> {
    Coordinates {
        store,
        corrected: &present.corrected,
        aliases: &present.aliases,
        reference: &present.reference,
        known_at: Instant::MAX,
        read: None,
    }
}

/// When anything that an account comes to was last learned, from its rows alone. What a derived row says may be later: it
/// also knows of what has left the account since.
pub(crate) fn learned(store: &impl Reader, present: &Present, id: &AccountId) -> Result<LastLearned> {
    let at = now(store, present);
    let folded = at.fold(id)?;
    let mut learned = LastLearned { history: history_learned(store, present, &folded)?, ..LastLearned::default() };
    at.usage_sums(&folded, None, &mut learned)?;
    Ok(learned)
}

/// Whether a row of daily sums is what the store's usage gives.
pub(crate) fn sums_are_right(store: &impl Reader, present: &Present, key: &[u8], row: &[u8]) -> Result<bool> {
    now(store, present).sums_are_right(key, row)
}

/// When an account's events, usage and its corrections apart, and what decides whose its deals are was last learned.
fn history_learned(store: &impl Reader, present: &Present, folded: &FoldedAccount) -> Result<Instant> {
    let openings = openings_learned(store, present, folded)?;
    let events = folded.events.iter().filter(|filed| !matches!(filed.event.body, Body::UsageCorrected(_)));
    Ok(events.map(|filed| filed.event.meta.recorded).fold(openings, Instant::max))
}

/// When what decides whose the account's deals are was last learned: their openings, whichever subject they are of, and where
/// those subjects lead (D1).
fn openings_learned(store: &impl Reader, present: &Present, folded: &FoldedAccount) -> Result<Instant> {
    let mut learned = Instant::MIN;
    for filed in &folded.events {
        let Body::DealOpened(opened) = &filed.event.body else { continue };
        for row in store.prefix(&key::opening::of_deal(&opened.deal)) {
            let (key, subject) = row?;
            learned = learned.max(Instant::from_micros(key::opening::recorded(&key)?));
            let subject = String::from_utf8_lossy(&subject).parse::<Subject>().ok();
            if let Some((_, last)) = subject.and_then(|subject| present.linked.get(&subject)) {
                learned = learned.max(*last);
            }
        }
    }
    Ok(learned)
}

fn batch_delete_suspense(store: &impl Reader, id: &AccountId, batch: &mut Batch) -> Result<()> {
    for held in store.prefix(&key::suspense::of_account(id)) {
        batch.delete(&held?.0);
    }
    Ok(())
}

fn write_period(id: &AccountId, period: Period, earned: &Earned, row: &mut AccountRow, batch: &mut Batch) {
    for partner in row.credited.remove(&period).unwrap_or_default() {
        if !earned.credits.contains_key(&partner) {
            batch.delete(&key::credit::key(&partner, period, id));
        }
    }
    for (partner, credits) in &earned.credits {
        batch.put(&key::credit::key(partner, period, id), &credit::encode_row(credits));
    }
    if !earned.credits.is_empty() {
        row.credited.insert(period, earned.credits.keys().cloned().collect());
    }
    let suspense_key = key::suspense::key(id, period);
    if earned.suspended.is_empty() {
        batch.delete(&suspense_key);
    } else {
        batch.put(&suspense_key, &suspense::encode(&earned.suspended));
    }
}
