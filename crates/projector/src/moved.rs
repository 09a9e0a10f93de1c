//! Which accounts learned something of a closed period after its last close: where adjustments may be, and nowhere else. It
//! is kept in memory for the last kept close, found in one look at the accounts' rows, and added to as they are derived.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;
use tributary_domain::id::AccountId;
use tributary_domain::time::{Instant, Period};
use tributary_store::Reader;

use crate::closed::ClosedPeriod;
use crate::credit::AccountRow;
use crate::error::Result;
use crate::key;
use crate::last_learned::LastLearned;

/// Accounts that learned something since a close, of its period or earlier ones.
#[derive(Debug, Clone, Default)]
pub(crate) struct Moved {
    /// Since which close; none: nobody has asked yet.
    since: Option<(Period, Instant)>,
    /// By id.
    accounts: FxHashMap<Box<str>, LastLearned>,
}

impl Moved {
    /// Takes in what accounts come to when they are derived again.
    pub(crate) fn derived(&mut self, learned: &[(AccountId, LastLearned)]) {
        let Some(since) = self.since else { return };
        for (account, learned) in learned.iter().filter(|(_, learned)| moved(learned, since)) {
            self.accounts.insert(account.as_str().into(), learned.clone());
        }
    }

    /// Whether it says what moved since a close.
    pub(crate) fn is_since(&self, last: &ClosedPeriod) -> bool {
        self.since == Some((last.period, last.cutoff))
    }

    /// Looks at every account.
    pub(crate) fn look(&mut self, store: &impl Reader, last: &ClosedPeriod) -> Result<()> {
        let since = (last.period, last.cutoff);
        *self = Self::default();
        let mut rows = store.prefix(&key::account::all());
        while let Some(row) = rows.advance() {
            let (key, value) = row?;
            let (learned, _) = AccountRow::decode_learned(value)?;
            if moved(&learned, since) {
                self.accounts.insert(key::account::read(key)?.into(), learned);
            }
        }
        self.since = Some(since);
        Ok(())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.accounts.is_empty()
    }

    /// Adds the periods among `closed` of which an account learned something since the close.
    pub(crate) fn add_periods(&self, account: &str, closed: &[Period], periods: &mut BTreeSet<Period>) {
        if let Some(((_, cutoff), learned)) = self.since.zip(self.accounts.get(account)) {
            periods.extend(closed.iter().filter(|period| learned.of(**period) > cutoff));
        }
    }
}

fn moved(learned: &LastLearned, (period, cutoff): (Period, Instant)) -> bool {
    learned.history > cutoff || learned.usage.range(..=period).any(|(_, usage)| *usage > cutoff)
}
