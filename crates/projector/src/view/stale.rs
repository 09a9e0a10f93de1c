//! Which derived rows say more than was known at a view's instant: those of periods of which something was learned since, and
//! those that reference data recorded since may have changed. Accounts are looked at one by one, or all at once by those who
//! will ask of all of them.

use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::FxHashMap;
use tributary_domain::id::{AccountId, PartnerId};
use tributary_domain::time::Period;
use tributary_store::Reader;

use super::{Derived, View};
use crate::credit::AccountRow;
use crate::error::Result;
use crate::key;
use crate::last_learned::LastLearned;
use crate::row::RowReader;

/// When what an account comes to was last learned, and whether a rate may change it.
type Of = (LastLearned, bool);

/// Every account of which any derived row may say too much.
pub(super) type AllStale = FxHashMap<AccountId, Of>;

/// What is known so far of which accounts learned something since.
#[derive(Debug, Default)]
pub(super) struct Stale {
    asked: RefCell<FxHashMap<AccountId, Option<Of>>>,
    /// Once all were looked at.
    all: OnceCell<Arc<AllStale>>,
    /// And then of which periods no row does.
    right_in: RefCell<BTreeMap<Period, bool>>,
}

impl Stale {
    /// What was found of all accounts, if they were looked at.
    pub(super) fn all(&self) -> Option<Arc<AllStale>> {
        self.all.get().cloned()
    }

    /// Takes over what another view of the same instant found.
    pub(super) fn share(&self, all: Option<&Arc<AllStale>>) {
        if let Some(all) = all {
            self.all.get_or_init(|| Arc::clone(all));
        }
    }
}

impl View<'_> {
    /// Looks at every account once, so that none need be looked at by itself.
    pub fn look_at_all(&self) -> Result<()> {
        if self.derived != Derived::RightWhereNothingWasLearned || self.stale.all.get().is_some() {
            return Ok(());
        }
        let mut all = AllStale::default();
        let mut rows = self.store.prefix(&key::account::all());
        while let Some(row) = rows.advance() {
            let (key, value) = row?;
            let of = AccountRow::decode_learned(value)?;
            if self.is_stale_anywhere(&of) {
                let account = RowReader::new("account", value).id(AccountId::new(&key::account::read(key)?))?;
                all.insert(account, of);
            }
        }
        self.stale.all.get_or_init(|| Arc::new(all));
        Ok(())
    }

    /// Whether every derived row of a period is known to be right, but for partners that were enrolled since.
    pub(super) fn is_right_in(&self, period: Period) -> bool {
        match (self.derived, self.stale.all.get()) {
            (Derived::Right, _) => true,
            (Derived::RightWhereNothingWasLearned, Some(all)) if !self.is_revised_in(period) => {
                let stale = |of: &Of| self.is_stale_of(of, period);
                *self.stale.right_in.borrow_mut().entry(period).or_insert_with(|| !all.values().any(stale))
            }
            _ => false,
        }
    }

    /// Whether a partner was enrolled since: then nothing that is derived of it counts (A7).
    pub(super) fn is_revised_for(&self, partner: &PartnerId) -> bool {
        self.derived == Derived::RightWhereNothingWasLearned && self.revised.partners.contains(partner)
    }

    /// Whether some of the derived rows of an account say too much.
    pub(crate) fn is_stale(&self, account: &AccountId) -> Result<bool> {
        let revised = self.revised.credits.is_some() || !self.revised.partners.is_empty();
        self.says_too_much(account, revised, |of| self.is_stale_anywhere(of))
    }

    /// Whether those of a period do, to partners that were not enrolled since.
    pub(super) fn is_stale_in(&self, account: &AccountId, period: Period) -> Result<bool> {
        self.says_too_much(account, self.is_revised_in(period), |of| self.is_stale_of(of, period))
    }

    fn is_revised_in(&self, period: Period) -> bool {
        self.revised.credits.is_some_and(|from| from <= period)
    }

    fn is_stale_anywhere(&self, (learned, foreign): &Of) -> bool {
        learned.of_any() > self.known_at || (*foreign && self.revised.foreign.is_some())
    }

    fn is_stale_of(&self, (learned, foreign): &Of, period: Period) -> bool {
        let rates = self.revised.foreign.is_some_and(|from| from <= period);
        learned.of(period) > self.known_at || (*foreign && rates)
    }

    fn says_too_much(&self, account: &AccountId, revised: bool, stale: impl Fn(&Of) -> bool) -> Result<bool> {
        match self.derived {
            Derived::Right => return Ok(false),
            Derived::RightWhereNothingWasLearned if !revised => {}
            Derived::RightWhereNothingWasLearned | Derived::Wrong => return Ok(true),
        }
        if let Some(all) = self.stale.all.get() {
            return Ok(all.get(account).is_some_and(stale));
        }
        if let Some(of) = self.stale.asked.borrow().get(account) {
            return Ok(of.as_ref().is_some_and(stale));
        }
        let row = self.store.get(&key::account::key(account))?;
        let of = row.map(|row| AccountRow::decode_learned(&row)).transpose()?;
        let is_stale = of.as_ref().is_some_and(stale);
        self.stale.asked.borrow_mut().insert(account.clone(), of);
        Ok(is_stale)
    }
}
