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
use tributary_store::Reader;

use super::{Derived, FoundCredits, View};
use crate::credit::{self, Names};
use crate::error::Result;
use crate::fold::{Coordinates, Earned};
use crate::last_learned::LastLearned;

/// What every period of an account came to, until one: those that are not named came to nothing.
#[derive(Debug)]
pub(super) struct FoldedPeriods {
    until: Period,
    credits: BTreeMap<Period, ByPartner>,
}

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
            let rows = earned.into_iter().map(|(partner, credits)| (partner, credit::encode(&credits).into()));
            credits.insert(period, rows.collect());
        }
        Ok(Self { until, credits })
    }

    /// Adds what a partner has of a period; false where that was not computed.
    fn add(
        &self,
        account: &AccountId,
        partner: &PartnerId,
        period: Period,
        names: &mut Names,
        found: &mut FoundCredits,
    ) -> Result<bool> {
        let Some(rows) = self.credits.get(&period) else { return Ok(period <= self.until) };
        if let Ok(at) = rows.binary_search_by(|(held, _)| held.cmp(partner)) {
            credit::decode(&rows[at].1, account, names, found)?;
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
        let threads = thread::available_parallelism().map_or(1, NonZero::get);
        let at = self.at();
        let fold_some = |part: &[AccountId]| -> Result<Vec<(AccountId, FoldedPeriods)>> {
            let snapshot = at.store.snapshot();
            let session = snapshot.session();
            let at = at.through(&session);
            part.iter().map(|id| Ok((id.clone(), FoldedPeriods::of(at, id, until, true)?))).collect()
        };
        let folded: Vec<Result<Vec<_>>> = thread::scope(|scope| {
            let parts = accounts.chunks(accounts.len().div_ceil(threads).max(1));
            let running: Vec<_> = parts.map(|part| scope.spawn(move || fold_some(part))).collect();
            running.into_iter().map(|part| part.join().unwrap_or_else(|panic| resume_unwind(panic))).collect()
        });
        let mut all = AllFolded::default();
        for part in folded {
            all.extend(part?);
        }
        self.all_folded.get_or_init(|| Arc::new(all));
        Ok(())
    }

    /// Adds what a partner has of an account in a period, the account folded again.
    pub(super) fn add_earned(
        &self,
        account: &AccountId,
        partner: &PartnerId,
        period: Period,
        names: &mut Names,
        found: &mut FoundCredits,
    ) -> Result<()> {
        if let Some(folded) = self.all_folded.get().and_then(|all| all.get(account))
            && folded.add(account, partner, period, names, found)?
        {
            return Ok(());
        }
        self.fold_again(account, period)?;
        if let Some(folded) = self.earned.borrow().get(account)
            && folded.add(account, partner, period, names, found)?
        {
            return Ok(());
        }
        let folded = self.at().fold(account)?;
        if let Some(earned) = self.at().earned_in(&folded, period)?.credits.get(partner) {
            found.extend(earned.iter().map(|(key, amount)| (key.clone(), *amount)));
        }
        Ok(())
    }

    fn fold_again(&self, account: &AccountId, period: Period) -> Result<()> {
        if !self.earned.borrow().contains_key(account) {
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
        self.fold_again(account, until)?;
        let (held, mut all) = (self.earned.borrow(), BTreeMap::new());
        let periods = held.get(account).into_iter().flat_map(|folded| folded.credits.range(..=until));
        for (period, rows) in periods {
            for (partner, row) in rows {
                let mut credits = PeriodCredits::new();
                credit::decode_into(row, account, &mut credits)?;
                all.insert((partner.clone(), *period), credits);
            }
        }
        Ok(all)
    }
}
