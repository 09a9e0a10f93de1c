//! A1 and M1: which version of a policy is in force.

use std::collections::BTreeMap;

use serde_json::Value;

use super::event::texts;
use super::known::Known;
use super::time::{self, Day};

/// A document as it was published.
#[derive(Clone, Copy, Debug)]
pub(super) struct Policy<'a>(pub(super) &'a Value);

impl<'a> Policy<'a> {
    pub(super) fn text(self, field: &str) -> &'a str {
        self.0[field].as_str().unwrap_or_default()
    }

    pub(super) fn pool(self) -> &'a str {
        match self.text("pool") {
            "" => "revenue",
            pool => pool,
        }
    }

    pub(super) fn effective_from(self) -> Day {
        time::day(self.text("effectiveFrom")).expect("the first day of a checked policy")
    }

    /// Whether it still is in force on a day.
    fn lasts(self, day: Day) -> bool {
        time::day(self.text("effectiveTo")).is_none_or(|last| day <= last)
    }

    /// Whether the list at `path` names one of the values, or nothing at all.
    pub(super) fn admits(self, path: &str, values: &[&str]) -> bool {
        let named = texts(self.0.pointer(path).unwrap_or(&Value::Null));
        named.is_empty() || values.iter().any(|value| named.contains(value))
    }
}

impl Known {
    /// Every document of a kind, in the order of T3 of its publication.
    pub(super) fn policies(&self, kind: &str) -> impl Iterator<Item = Policy<'_>> {
        let documents = self.all("policy.published").map(|event| Policy(&event.data["policy"]));
        documents.filter(move |policy| policy.text("kind") == kind)
    }

    /// By id, the version with the greatest `effectiveFrom` that is not after `first`, of equal ones the latest event,
    /// unless it ends before `last`.
    pub(super) fn in_force(&self, kind: &str, first: Day, last: Day) -> BTreeMap<&str, Policy<'_>> {
        let mut versions: BTreeMap<&str, Policy<'_>> = BTreeMap::new();
        for policy in self.policies(kind).filter(|policy| policy.effective_from() <= first) {
            let version = versions.entry(policy.text("id")).or_insert(policy);
            if version.effective_from() <= policy.effective_from() {
                *version = policy;
            }
        }
        versions.retain(|_, policy| policy.lasts(last));
        versions
    }
}
