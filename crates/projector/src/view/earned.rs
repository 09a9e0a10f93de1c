//! What an account earned, by period, before it is converted or attributed.

use std::collections::{BTreeMap, BTreeSet};

use tributary_domain::fact::{Sums, agreed_periods};
use tributary_domain::id::AccountId;
use tributary_domain::time::Period;

use super::View;
use crate::error::Result;
use crate::fold::FoldedAccount;
use crate::last_learned::LastLearned;

impl View<'_> {
    /// An account, folded as known at the view's instant and not kept: for whoever goes through all of them.
    pub fn account_once(&self, id: &AccountId) -> Result<FoldedAccount> {
        self.at().fold(id)
    }

    /// The daily sums of an account's facts (F1-F4), by period up to one. A period whose sums leave the range earns nothing, and
    /// is left out.
    pub fn daily_sums(&self, folded: &FoldedAccount, until: Period) -> Result<BTreeMap<Period, Sums>> {
        let mut used = self.usage_sums(folded, None)?;
        let agreed = agreed_periods(&folded.account, until);
        let periods: BTreeSet<Period> = used.keys().copied().chain(agreed).filter(|period| *period <= until).collect();
        let mut sums = BTreeMap::new();
        for period in periods {
            let mut all = used.remove(&period).unwrap_or_default();
            if all.add_agreed(&folded.account, period).is_ok() {
                sums.insert(period, all);
            }
        }
        Ok(sums)
    }

    /// Those of its usage alone (F1), of every period or of one.
    pub fn usage_sums(&self, folded: &FoldedAccount, only: Option<Period>) -> Result<BTreeMap<Period, Sums>> {
        let sums = self.at().usage_sums(folded, only, &mut LastLearned::default())?;
        Ok(sums.into_iter().filter_map(|(period, sums)| Some((period, sums.ok()?))).collect())
    }
}
