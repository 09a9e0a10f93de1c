//! The journal in formats that other people's programs read. Ids may be any text; where a format cannot hold one in the name
//! of an account, the name is written otherwise, no two names alike, and the exact one stands beside it.

mod beancount;
mod csv;
mod hledger;

pub use beancount::{account as beancount_account, beancount};
pub use csv::csv;
pub use hledger::{hledger, unescape};

use std::collections::BTreeMap;

use tributary_domain::currency::Currency;
use tributary_finance::Journal;
use tributary_finance::journal::JournalPosting;

use crate::decimal::{padded, places_of};

/// Every currency of a journal, with the most decimal places that it is posted with; never fewer than its minor unit has.
fn currencies(journal: &Journal) -> BTreeMap<&str, usize> {
    let mut currencies = BTreeMap::new();
    for posting in postings(journal) {
        let places = currencies.entry(posting.currency.as_str()).or_insert_with(|| minor_places(&posting.currency));
        *places = places_of(&posting.amount).max(*places);
    }
    currencies
}

/// Every account of a journal, with the first day on which it is posted to.
fn accounts(journal: &Journal) -> BTreeMap<&str, &str> {
    let mut accounts: BTreeMap<&str, &str> = BTreeMap::new();
    for entry in &journal.entries {
        for posting in &entry.postings {
            let first = accounts.entry(&posting.account).or_insert(&entry.day);
            *first = entry.day.as_str().min(first);
        }
    }
    accounts
}

fn postings(journal: &Journal) -> impl Iterator<Item = &JournalPosting> {
    journal.entries.iter().flat_map(|entry| &entry.postings)
}

/// The decimal places of a currency's minor unit.
pub(crate) fn minor_places(currency: &str) -> usize {
    currency.parse::<Currency>().map_or(0, |currency| currency.decimals() as usize)
}

/// An amount as plain-text accounting signs it: credits below zero.
fn signed(posting: &JournalPosting) -> String {
    let sign = if posting.side == "credit" { "-" } else { "" };
    format!("{sign}{} {}", padded(&posting.amount, minor_places(&posting.currency)), posting.currency)
}
