//! What accounts came to that were folded again, period by period: as credit rows in bytes, for a close asks for many periods of
//! every account. Accounts are folded one by one as they are asked for, or all at once on every processor.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZero;
use std::panic::resume_unwind;
use std::sync::Arc;
use std::thread;

use rustc_hash::FxHashMap;
use tributary_domain::commission::PeriodCredits;
use tributary_domain::fact::agreed_periods;
use tributary_domain::id::{AccountId, PartnerId};
use tributary_domain::time::Period;
use tributary_store::{Reader, Session};

use super::{Derived, View};
use crate::credit::{self, Found};
use crate::error::Result;
use crate::fold::{Coordinates, Earned};
use crate::last_learned::LastLearned;

/// What periods of an account came to.
#[derive(Debug)]
pub(super) struct FoldedPeriods {
    /// Until which it is every period: those that are not named came to nothing.
    until: Option<Period>,
    credits: BTreeMap<Period, ByPartner>,
}

/// So many accounts are worth more than one thread.
const ACCOUNTS_AT_ONCE_MIN: usize = 32;

/// Credit rows, by partner.
type ByPartner = Vec<(PartnerId, Box<[u8]>)>;

/// The same of every account.
pub(super) type AllFolded = FxHashMap<AccountId, FoldedPeriods>;

impl FoldedPeriods {
    fn of(at: Coordinates<'_, impl Reader>, account: &AccountId, until: Period, only_until: bool) -> Result<Self> {
        let folded = at.fold(account)?;
        let mut sums = at.usage_sums(&folded, None, &mut LastLearned::default())?;
        let agreed = agreed_periods(&folded.account, until);
        let periods: BTreeSet<Period> = sums.keys().copied().chain(agreed).collect();
        let mut credits = BTreeMap::new();
        for period in periods.into_iter().filter(|period| !only_until || *period <= until) {
            let Earned { credits: earned, .. } = at.earned(&folded, period, sums.remove(&period));
            let rows = earned.into_iter().map(|(partner, credits)| (partner, credit::encode_row(&credits).into()));
            credits.insert(period, rows.collect());
        }
        Ok(Self { until: Some(until), credits })
    }

    /// Of one period alone.
    fn only(at: Coordinates<'_, impl Reader>, account: &AccountId, period: Period) -> Result<Self> {
        let Earned { credits, .. } = at.earned_in(&at.fold(account)?, period)?;
        let rows = credits.into_iter().map(|(partner, credits)| (partner, credit::encode_row(&credits).into()));
        Ok(Self { until: None, credits: BTreeMap::from([(period, rows.collect())]) })
    }

    fn knows(&self, period: Period) -> bool {
        self.credits.contains_key(&period) || self.until.is_some_and(|until| period <= until)
    }

    /// Adds what a partner has of a period; false where that was not computed.
    fn add(&self, account: &AccountId, partner: &PartnerId, period: Period, found: &mut Found) -> Result<bool> {
        let Some(rows) = self.credits.get(&period) else { return Ok(self.knows(period)) };
        if let Ok(at) = rows.binary_search_by(|(held, _)| held.cmp(partner)) {
            found.add_row(&rows[at].1, account)?;
        }
        Ok(true)
    }
}

impl View<'_> {
    /// Where nothing derived is relied on, folds every account at once, on every processor, for questions about periods until
    /// one.
    pub fn fold_all(&self, until: Period) -> Result<()> {
        if self.derived != Derived::Wrong || self.all_folded.get().is_some() {
            return Ok(());
        }
        let accounts: Vec<AccountId> =
            self.accounts()?.into_iter().filter(|account| self.present.scope.holds_account(account)).collect();
        let fold = |at: Coordinates<'_, Session<'_>>, account: &AccountId| FoldedPeriods::of(at, account, until, true);
        let all: AllFolded = accounts_folded(self.at(), &accounts, fold)?.into_iter().collect();
        self.all_folded.get_or_init(|| Arc::new(all));
        Ok(())
    }

    /// Adds what a partner has of an account in a period, the account folded again.
    pub(super) fn add_earned(
        &self,
        account: &AccountId,
        partner: &PartnerId,
        period: Period,
        found: &mut Found,
    ) -> Result<()> {
        if let Some(folded) = self.all_folded.get().and_then(|all| all.get(account))
            && folded.add(account, partner, period, found)?
        {
            return Ok(());
        }
        self.fold_again(account, period)?;
        if let Some(folded) = self.earned.borrow().get(account)
            && folded.add(account, partner, period, found)?
        {
            return Ok(());
        }
        let folded = self.at().fold(account)?;
        if let Some(earned) = self.at().earned_in(&folded, period)?.credits.get(partner) {
            found.credits.extend(earned.iter().map(|(key, amount)| (key.clone(), *amount)));
        }
        Ok(())
    }

    /// Folds accounts of which a period is asked: that one alone at first, and all of them if it was not the only one.
    pub(super) fn fold_these(&self, accounts: &[AccountId], period: Period) -> Result<()> {
        let until = self.present.horizon().max(period);
        let (mut only, mut all) = (Vec::new(), Vec::new());
        for account in accounts {
            if self.all_folded.get().and_then(|all| all.get(account)).is_some_and(|folded| folded.knows(period)) {
                continue;
            }
            match self.earned.borrow().get(account) {
                Some(folded) if folded.knows(period) => {}
                Some(_) => all.push(account.clone()),
                None => only.push(account.clone()),
            }
        }
        let fold_only =
            |at: Coordinates<'_, Session<'_>>, account: &AccountId| FoldedPeriods::only(at, account, period);
        let fold_all =
            |at: Coordinates<'_, Session<'_>>, account: &AccountId| FoldedPeriods::of(at, account, until, false);
        self.earned.borrow_mut().extend(accounts_folded(self.at(), &only, fold_only)?);
        self.earned.borrow_mut().extend(accounts_folded(self.at(), &all, fold_all)?);
        Ok(())
    }

    fn fold_again(&self, account: &AccountId, period: Period) -> Result<()> {
        let is_known = |folded: &FoldedPeriods| folded.until.is_some() || folded.knows(period);
        if !self.earned.borrow().get(account).is_some_and(is_known) {
            let folded = FoldedPeriods::of(self.at(), account, self.present.horizon().max(period), false)?;
            self.earned.borrow_mut().insert(account.clone(), folded);
        }
        Ok(())
    }

    /// What every period of an account gives to whom, until one; of stale accounts, and beyond what is derived.
    pub(crate) fn earned_until(
        &self,
        account: &AccountId,
        until: Period,
    ) -> Result<BTreeMap<(PartnerId, Period), PeriodCredits>> {
        if self.earned.borrow().get(account).is_some_and(|folded| folded.until.is_none()) {
            self.earned.borrow_mut().remove(account);
        }
        self.fold_again(account, until)?;
        let (held, mut all) = (self.earned.borrow(), BTreeMap::new());
        let periods = held.get(account).into_iter().flat_map(|folded| folded.credits.range(..=until));
        for (period, rows) in periods {
            for (partner, row) in rows {
                let mut credits = PeriodCredits::new();
                credit::decode_into(credit::whole(row)?, account, &mut credits)?;
                all.insert((partner.clone(), *period), credits);
            }
        }
        Ok(all)
    }
}

/// Folds accounts, on every processor if they are many; in their order.
fn accounts_folded<F>(at: Coordinates<'_>, accounts: &[AccountId], fold: F) -> Result<Vec<(AccountId, FoldedPeriods)>>
where
    F: Fn(Coordinates<'_, Session<'_>>, &AccountId) -> Result<FoldedPeriods> + Sync,
{
    let fold_some = |part: &[AccountId]| -> Result<Vec<(AccountId, FoldedPeriods)>> {
        let snapshot = at.store.snapshot();
        let session = snapshot.session();
        part.iter().map(|account| Ok((account.clone(), fold(at.through(&session), account)?))).collect()
    };
    if accounts.len() < ACCOUNTS_AT_ONCE_MIN {
        return if accounts.is_empty() { Ok(Vec::new()) } else { fold_some(accounts) };
    }
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    let folded: Vec<Result<Vec<_>>> = thread::scope(|scope| {
        let parts = accounts.chunks(accounts.len().div_ceil(threads).max(1));
        let fold_some = &fold_some;
        let running: Vec<_> = parts.map(|part| scope.spawn(move || fold_some(part))).collect();
        running.into_iter().map(|part| part.join().unwrap_or_else(|panic| resume_unwind(panic))).collect()
    });
    let mut all = Vec::with_capacity(accounts.len());
    for part in folded {
        all.extend(part?);
    }
    Ok(all)
}
