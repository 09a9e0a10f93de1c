//! What files said had changed, without saying how: a list of what to read again at the source, newest first.

use std::collections::BTreeMap;

use serde::Serialize;
use tributary_domain::time::Instant;

use crate::grid::{Grid, text};

/// How many things are remembered at the most; of more the newest.
const KEPT_MAX: usize = 100_000;
/// How many are listed as JSON.
const LISTED_MAX: usize = 10_000;
/// How many are shown to people.
const SHOWN_MAX: usize = 20;

/// What changed, each thing once, with when it last did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Changes {
    latest: BTreeMap<(&'static str, String), Instant>,
    forgotten: bool,
}

/// Something to read again.
#[derive(Debug, Serialize)]
pub(super) struct ToRead<'a> {
    /// The source, as `--from` calls it.
    from: &'static str,
    /// What, as the source calls it.
    what: &'a str,
    /// When it last changed.
    at: String,
}

impl Changes {
    /// Takes in that something changed.
    pub(super) fn learn(&mut self, from: &'static str, what: String, at: Instant) {
        let latest = self.latest.entry((from, what)).or_insert(at);
        *latest = at.max(*latest);
        if self.latest.len() >= 2 * KEPT_MAX {
            let mut newest = self.newest();
            newest.truncate(KEPT_MAX);
            let kept = newest.into_iter().map(|(from, what, at)| ((from, what.to_owned()), at)).collect();
            (self.latest, self.forgotten) = (kept, true);
        }
    }

    /// Takes in those of another file.
    pub(super) fn add(&mut self, other: Self) {
        self.forgotten |= other.forgotten;
        other.latest.into_iter().for_each(|((from, what), at)| self.learn(from, what, at));
    }

    fn newest(&self) -> Vec<(&'static str, &str, Instant)> {
        let mut all: Vec<_> = self.latest.iter().map(|((from, what), at)| (*from, what.as_str(), *at)).collect();
        all.sort_by_key(|(from, what, at)| (std::cmp::Reverse(*at), *from, what.to_owned()));
        all
    }

    /// The newest, as they are listed.
    pub(super) fn listed(&self) -> Vec<ToRead<'_>> {
        let listed = self.newest().into_iter().take(LISTED_MAX.min(KEPT_MAX));
        listed.map(|(from, what, at)| ToRead { from, what, at: at.to_string() }).collect()
    }

    /// For people: the newest, and how many more there are. Nothing, of none.
    pub(super) fn readable(&self) -> String {
        if self.latest.is_empty() {
            return String::new();
        }
        let mut grid = Grid::new(["read again at the source", "", "changed"].map(text));
        let newest = self.newest();
        newest.iter().take(SHOWN_MAX).for_each(|(from, what, at)| grid.row([from, what, &at.to_string()]));
        let more = match newest.len().saturating_sub(SHOWN_MAX) {
            0 => String::new(),
            more if self.forgotten => format!("and more than {more} others, see --json\n"),
            more => format!("and {more} others, see --json\n"),
        };
        format!("\n{}{more}", grid.render())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thing_is_listed_once_with_its_last_change_and_the_newest_stand_first() {
        let mut changes = Changes::default();
        for (what, at) in [("b", 1), ("a", 1), ("b", 3), ("b", 2), ("c", 2)] {
            changes.learn("google", what.to_owned(), Instant::from_micros(at));
        }
        let mut again = changes.clone();
        again.add(changes.clone());
        assert_eq!(again, changes);
        let listed: Vec<&str> = changes.newest().into_iter().map(|(_, what, _)| what).collect();
        assert_eq!(listed, ["b", "c", "a"]);
    }

    #[test]
    fn of_more_than_can_be_kept_the_newest_are() {
        let mut changes = Changes::default();
        for at in 0..2 * KEPT_MAX as i64 {
            changes.learn("google", format!("{at:09}"), Instant::from_micros(at));
        }
        assert_eq!(changes.latest.len(), KEPT_MAX);
        assert_eq!(changes.newest()[0].1, format!("{:09}", 2 * KEPT_MAX - 1));
        assert_eq!(changes.listed().len(), LISTED_MAX);
        assert!(changes.readable().contains("and more than 99980 others, see --json"), "{}", changes.readable());
    }
}
