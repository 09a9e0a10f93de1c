//! The results of a run as a file: what the pages are made from, so that a table can be made again without measuring again.

use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::figures::Figures;
use crate::{Failure, Result};

/// What was measured, of what, where and when.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Results {
    /// Usage events.
    pub events: u64,
    /// Accounts.
    pub accounts: u64,
    /// Partners.
    pub partners: u64,
    /// Runs of the phases that repeat.
    pub runs: usize,
    /// The machine, in words.
    pub machine: String,
    /// Programs that waited for a processor or ran, on the average of the minute before: a quiet machine has none.
    pub load: f64,
    /// The day.
    pub date: String,
    /// The commit.
    pub commit: String,
    /// What was typed.
    pub command: String,
    /// The numbers.
    pub figures: Figures,
}

impl Results {
    /// Writes them for people and programs to read.
    pub fn write(&self, path: &Path) -> Result<()> {
        let text = serde_json::to_string_pretty(self)? + "\n";
        fs::write(path, text).map_err(|error| format!("cannot write `{}`: {error}", path.display()).into())
    }

    /// Reads those of every run in a folder, by size.
    pub fn read_all(folder: &Path) -> Result<Vec<Self>> {
        let mut all = Vec::new();
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| extension == "json") {
                let read = || Ok::<Self, Failure>(serde_json::from_str(&fs::read_to_string(&path)?)?);
                all.push(read().map_err(|error| format!("cannot read `{}`: {error}", path.display()))?);
            }
        }
        all.sort_by_key(|results| results.events);
        Ok(all)
    }
}

#[cfg(test)]
pub(crate) mod testing {
    use super::*;

    /// Of a made-up run.
    pub(crate) fn results(events: u64, figures: &[(&str, f64)]) -> Results {
        let mut found = Figures::default();
        figures.iter().for_each(|(name, value)| found.set(name, *value));
        Results {
            events,
            accounts: 100,
            partners: 10,
            runs: 3,
            machine: "2 cores".to_owned(),
            load: 0.5,
            date: "2026-01-31".to_owned(),
            commit: "abc".to_owned(),
            command: "measure".to_owned(),
            figures: found,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::testing::results;
    use super::*;

    #[test]
    fn results_are_read_back_as_written_smallest_first() {
        let folder = tempfile::tempdir().expect("a folder");
        let [large, small] = [20, 10].map(|events| results(events, &[("a.b_s", 1.25)]));
        for results in [&large, &small] {
            results.write(&folder.path().join(format!("{}.json", results.events))).expect("written");
        }
        assert_eq!(Results::read_all(folder.path()).expect("read"), [small, large]);
    }
}
