//! The results of a run as a file: what the pages are made from, so that a table can be made again without measuring again.

use std::fs;
use std::path::Path;
use std::process::Command;

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

/// Where, when and by which command something is measured; what and how much is still to be said.
pub fn circumstances(command: String) -> Results {
    let now = tributary_domain::time::Instant::from_micros(tributary_log::system_clock()());
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    Results {
        events: 0,
        accounts: 0,
        partners: 0,
        runs: 1,
        machine: machine(),
        load: load.split(' ').next().and_then(|minute| minute.parse().ok()).unwrap_or_default(),
        date: now.utc().date_naive().to_string(),
        commit: said_by("git", &["describe", "--always", "--dirty", "--abbrev=9"]),
        command,
        figures: Figures::default(),
    }
}

fn machine() -> String {
    let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
    let cpu = read("/proc/cpuinfo");
    let model = cpu.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or("unknown");
    let memory = read("/proc/meminfo");
    let kib = memory.lines().find_map(|line| line.strip_prefix("MemTotal:")?.trim().strip_suffix("kB"));
    let gib = kib.and_then(|kib| kib.trim().parse::<f64>().ok()).unwrap_or_default() / 1024.0 / 1024.0;
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let model = model.trim_start_matches([' ', '\t', ':']);
    format!("{cores} cores of {model}, {gib:.0} GiB, Linux {}", said_by("uname", &["-r"]))
}

fn said_by(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned()).unwrap_or_default();
    if text.is_empty() { "unknown".to_owned() } else { text }
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
