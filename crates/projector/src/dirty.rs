//! What has to be derived again: accounts that learned something since their credits were last derived.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::{FxHashMap, FxHashSet};

use tributary_domain::id::AccountId;
use tributary_domain::time::{Instant, Period};
use tributary_store::{Batch, Reader};

use crate::error::Result;
use crate::key;
use crate::outbox::{Changed, Outbox};
use crate::row::{RowReader, RowWriter};
use crate::scope::Scope;

/// What of an account is out of date.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Dirty {
    /// When the last of what bears on every period was recorded; none: only the periods named are out of date.
    pub(crate) all: Option<Instant>,
    /// When the last of what bears on one period alone was.
    pub(crate) periods: BTreeMap<Period, Instant>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Periods {
    All,
    Some(BTreeSet<Period>),
}

impl Dirty {
    /// Adds to what is out of date; gives whether that changed anything.
    fn merge(&mut self, periods: Periods, recorded: Instant) -> bool {
        match periods {
            Periods::All => {
                let more = self.all < Some(recorded);
                self.all = self.all.max(Some(recorded));
                more
            }
            Periods::Some(periods) => {
                let mut more = false;
                for period in periods {
                    let held = self.periods.entry(period).or_insert(Instant::MIN);
                    more |= *held < recorded;
                    *held = recorded.max(*held);
                }
                more
            }
        }
    }
}

/// Every dirty account; the rows of the store mirror it.
#[derive(Debug, Default)]
pub(crate) struct DirtyAccounts {
    accounts: FxHashMap<AccountId, Dirty>,
    /// Those that others derive.
    elsewhere: FxHashMap<AccountId, Dirty>,
    scope: Scope,
    changed: FxHashSet<AccountId>,
    /// What others have to be told: all of it, and more.
    pub(crate) outbox: Outbox,
}

impl DirtyAccounts {
    pub(crate) fn load(store: &impl Reader) -> Result<Self> {
        let mut accounts = FxHashMap::default();
        for row in store.prefix(&key::dirty::all()) {
            let (key, value) = row?;
            let reader = RowReader::new("dirty", &value);
            let account = reader.id(AccountId::new(&key::dirty::read(&key)?))?;
            accounts.insert(account, decode(reader)?);
        }
        Ok(Self { accounts, outbox: Outbox::load(store)?, ..Self::default() })
    }

    /// Keeps apart what is derived here.
    pub(crate) fn set_scope(&mut self, scope: &Scope) {
        self.scope = scope.clone();
        let all = self.accounts.drain().chain(self.elsewhere.drain()).collect::<Vec<_>>();
        for (account, dirty) in all {
            let held = if scope.holds_account(&account) { &mut self.accounts } else { &mut self.elsewhere };
            held.insert(account, dirty);
        }
    }

    pub(crate) fn mark(&mut self, account: &AccountId, periods: Periods, recorded: Instant) {
        self.outbox.mark(|| Changed::Account(account.clone()), recorded);
        let held = if self.scope.holds_account(account) { &mut self.accounts } else { &mut self.elsewhere };
        let changed = match held.get_mut(account) {
            Some(dirty) => dirty.merge(periods, recorded),
            None => {
                held.entry(account.clone()).or_default().merge(periods, recorded);
                true
            }
        };
        if changed {
            self.changed.insert(account.clone());
        }
    }

    /// Marks those that are dirty as changed by something recorded then.
    pub(crate) fn tell_of_all(&mut self, recorded: Instant) {
        for account in self.accounts.keys().chain(self.elsewhere.keys()) {
            self.outbox.mark(|| Changed::Account(account.clone()), recorded);
        }
    }

    /// Marks every period of those that are dirty already.
    pub(crate) fn mark_all_periods(&mut self) {
        for (account, dirty) in self.accounts.iter_mut().chain(&mut self.elsewhere) {
            if dirty.merge(Periods::All, Instant::MIN) {
                self.changed.insert(account.clone());
            }
        }
    }

    /// Writes the rows of those that changed since the last time.
    pub(crate) fn write(&mut self, batch: &mut Batch) {
        for account in std::mem::take(&mut self.changed) {
            if let Some(dirty) = self.accounts.get(&account).or_else(|| self.elsewhere.get(&account)) {
                batch.put(&key::dirty::key(&account), &encode(dirty));
            }
        }
    }

    /// How many are derived here.
    pub(crate) fn len(&self) -> usize {
        self.accounts.len()
    }

    /// Those that are derived here, by id: the order in which their rows lie in the store.
    pub(crate) fn by_id(&self) -> Vec<(AccountId, Dirty)> {
        let mut all: Vec<_> = self.accounts.iter().map(|(account, dirty)| (account.clone(), dirty.clone())).collect();
        all.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
        all
    }

    /// Forgets one whose credits are derived again; its row goes with the batch that writes them.
    pub(crate) fn clean(&mut self, account: &AccountId) {
        self.accounts.remove(account);
        self.changed.remove(account);
    }
}

fn encode(dirty: &Dirty) -> Vec<u8> {
    let mut writer = RowWriter::default();
    match dirty.all {
        None => writer.number(0),
        Some(recorded) => writer.number(1).signed(recorded.micros()),
    };
    for (period, recorded) in &dirty.periods {
        writer.signed(period.ordinal().into()).signed(recorded.micros());
    }
    writer.0
}

fn decode(mut reader: RowReader<'_>) -> Result<Dirty> {
    let mut dirty = Dirty::default();
    if reader.number()? == 1 {
        dirty.all = Some(Instant::from_micros(reader.signed()?));
    }
    while !reader.is_at_end() {
        let period = Period::from_ordinal(reader.signed()? as i32);
        dirty.periods.insert(period, Instant::from_micros(reader.signed()?));
    }
    Ok(dirty)
}
