//! What a phase found: numbers by name, printed by the process that measured and read by the one that reports.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use crate::Result;

/// Numbers by name; the unit is the last word of the name.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Figures(BTreeMap<String, f64>);

impl Figures {
    /// Sets a number. One that is not finite was not measured, and is left out.
    pub fn set(&mut self, name: &str, value: f64) {
        if value.is_finite() {
            self.0.insert(name.to_owned(), value);
        }
    }

    /// Sets a time, in seconds.
    pub fn time(&mut self, name: &str, taken: Duration) {
        self.set(name, taken.as_secs_f64());
    }

    /// Sets a time and the processor time beside it: `<name>_s` and `<name>_cpu_s`.
    pub fn time_with_cpu(&mut self, name: &str, taken: Duration, spent: Option<Duration>) {
        self.time(&format!("{name}_s"), taken);
        if let Some(spent) = spent {
            self.time(&format!("{name}_cpu_s"), spent);
        }
    }

    /// Sets the middle, the ninety-ninth hundredth and the last thousandth of some times, in microseconds, and how many there
    /// are.
    pub fn times(&mut self, name: &str, mut taken: Vec<Duration>) {
        taken.sort_unstable();
        let at = |thousandth: usize| taken.get((taken.len() * thousandth / 1000).min(taken.len().saturating_sub(1)));
        for (thousandth, what) in [(500, "p50_us"), (990, "p99_us"), (999, "p999_us")] {
            self.set(&format!("{name}.{what}"), at(thousandth).map_or(0.0, |taken| taken.as_secs_f64() * 1e6));
        }
        self.set(&format!("{name}.count"), taken.len() as f64);
    }

    /// A number; not a number if it was not measured.
    pub fn get(&self, name: &str) -> f64 {
        self.0.get(name).copied().unwrap_or(f64::NAN)
    }

    /// Takes over those of a phase, each name after the phase's.
    pub fn take(&mut self, phase: &str, found: Self) {
        self.0.extend(found.0.into_iter().map(|(name, value)| (format!("{phase}.{name}"), value)));
    }

    /// Takes over others as they are named.
    pub fn extend(&mut self, found: Self) {
        self.0.extend(found.0);
    }

    /// Of each number the middle one of several runs.
    pub fn median(runs: &[Self]) -> Self {
        let names = runs.iter().flat_map(|run| run.0.keys());
        let middle = |name: &String| {
            let mut values: Vec<f64> = runs.iter().filter_map(|run| run.0.get(name).copied()).collect();
            values.sort_by(f64::total_cmp);
            (name.clone(), values[values.len() / 2])
        };
        Self(names.map(middle).collect())
    }

    /// A line for each.
    pub fn to_lines(&self) -> String {
        self.0.iter().map(|(name, value)| format!("{name}\t{value}\n")).collect()
    }

    /// Reads such lines.
    pub fn from_lines(text: &str) -> Result<Self> {
        let read = |line: &str| {
            let (name, value) = line.split_once('\t').ok_or_else(|| format!("`{line}` is no figure"))?;
            Ok((name.to_owned(), value.parse()?))
        };
        text.lines().map(read).collect::<Result<_>>().map(Self)
    }
}

/// What it gives, and how long that took.
pub fn timed<T>(run: impl FnOnce() -> T) -> (T, Duration) {
    let began = Instant::now();
    let given = run();
    (given, began.elapsed())
}

/// The same, with the processor time that all threads of this process took meanwhile: what a busy machine does not stretch.
/// None where the system does not tell.
pub fn timed_with_cpu<T>(run: impl FnOnce() -> T) -> (T, Duration, Option<Duration>) {
    let before = cpu();
    let (given, taken) = timed(run);
    let spent = before.zip(cpu()).map(|(before, after)| after.saturating_sub(before));
    (given, taken, spent)
}

/// The processor time of this process, in steps of a hundredth of a second: what Linux counts in.
fn cpu() -> Option<Duration> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    // After the name, which may hold anything: the eleventh and twelfth fields, in user space and in the kernel.
    let fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11).take(2);
    let ticks: u64 = fields.map(|field| field.parse::<u64>().ok()).sum::<Option<u64>>()?;
    Some(Duration::from_millis(ticks * 10))
}

/// The most memory that this process ever had, in bytes; none where the system does not tell.
pub fn memory_peak_bytes() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: f64 = line.trim().trim_end_matches("kB").trim().parse().ok()?;
    Some(kib * 1024.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_read_back_as_written() {
        let mut figures = Figures::default();
        figures.set("read_s", 1.25);
        figures.times("ask", vec![Duration::from_micros(3), Duration::from_micros(1), Duration::from_micros(2)]);
        assert_eq!((figures.get("ask.p50_us"), figures.get("ask.p99_us"), figures.get("ask.count")), (2.0, 3.0, 3.0));
        assert_eq!(Figures::from_lines(&figures.to_lines()).expect("figures"), figures);
    }

    #[test]
    fn the_median_is_taken_of_each_by_itself() {
        let run = |a: f64, b: f64| Figures([("a".to_owned(), a), ("b".to_owned(), b)].into());
        assert_eq!(Figures::median(&[run(1.0, 9.0), run(2.0, 7.0), run(3.0, 8.0)]), run(2.0, 8.0));
    }
}
