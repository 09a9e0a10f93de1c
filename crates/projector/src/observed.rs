//! What other systems say of the deals of accounts (O1): kept apart from the histories, since no credit depends on it and
//! systems say it often.

use std::collections::BTreeSet;

use tributary_domain::event::Subject;
use tributary_domain::id::AccountId;
use tributary_store::Reader;

use crate::error::Result;
use crate::history::{self, Filed};
use crate::key::{self, tag};
use crate::view::View;

impl View<'_> {
    /// The observations of an account that are known at the view's instant, in the order of T3 within each subject.
    pub fn observations(&self, account: &AccountId) -> Result<Vec<Filed>> {
        let mut observations = Vec::new();
        for subject in &self.account(account)?.subjects {
            observations.extend(self.observations_under(subject)?);
        }
        Ok(observations)
    }

    /// Those of a subject, whether or not it resolves.
    pub fn observations_under(&self, subject: &Subject) -> Result<Vec<Filed>> {
        let span = ..=self.known_at();
        history::recorded_as(tag::OBSERVATION, self.at().store, &subject.to_string(), span)
    }

    /// The accounts of whose deals any system says something, as known at the view's instant; no other history is read.
    pub fn observed_accounts(&self) -> Result<BTreeSet<AccountId>> {
        let mut accounts = BTreeSet::new();
        let mut from = key::history::all(tag::OBSERVATION);
        let until = key::history::all(tag::OBSERVATION + 1);
        while let Some(row) = self.at().store.range(&from, &until).next() {
            let subject = key::history::subject(&row?.0, tag::OBSERVATION)?;
            accounts.extend(subject.parse().ok().and_then(|subject: Subject| self.at().aliases.resolve(&subject)));
            match tributary_store::key::after_prefix(&key::history::of_subject(tag::OBSERVATION, &subject)) {
                Some(next) => from = next,
                None => break,
            }
        }
        Ok(accounts)
    }
}
