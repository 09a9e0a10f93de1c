//! What there is: the accounts, and what was said of aliases.

use std::collections::BTreeSet;

use tributary_domain::id::AccountId;
use tributary_store::Reader;

use super::View;
use crate::error::Result;
use crate::history::Filed;
use crate::key;
use crate::row::RowReader;

impl View<'_> {
    /// Every account that anything was ever said of, known at the view's instant or later.
    pub fn accounts(&self) -> Result<BTreeSet<AccountId>> {
        let read = |row: tributary_store::Result<tributary_store::Row>| {
            let (key, value) = row?;
            RowReader::new("account", &value).id(AccountId::new(&key::account::read(&key)?))
        };
        self.store.prefix(&key::account::all()).map(read).collect()
    }

    /// The links and unlinks of aliases known, in no order.
    pub fn alias_events(&self) -> impl Iterator<Item = &Filed> {
        self.present.alias_events.iter().filter(|filed| filed.event.meta.recorded <= self.known_at)
    }
}
