//! Which rules were exercised: a run that never reaches a rule has said nothing about it.

use std::cell::RefCell;
use std::collections::BTreeMap;

#[derive(Debug, Default)]
pub(super) struct Fired {
    counts: RefCell<BTreeMap<&'static str, u64>>,
}

impl Fired {
    pub(super) fn note(&self, rule: &'static str) {
        *self.counts.borrow_mut().entry(rule).or_default() += 1;
    }

    pub(super) fn counts(&self) -> BTreeMap<&'static str, u64> {
        self.counts.borrow().clone()
    }
}
