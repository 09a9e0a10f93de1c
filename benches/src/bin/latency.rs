//! Measures end-to-end latency on a real Kafka: from producing an event to the record of the credits topic that knows it.
//!
//! `latency --tributary PATH [--rate N] [--seconds N] [--burst N] [--every MS,MS] [--accounts N] [--partners N] [--partitions N]`:
//! PATH is the built binary. Starts a broker of its own and one projector. For each `--every` it produces at the rate for so many
//! seconds, then a burst as fast as the log takes it, which gives the maximum rate, then at half of that. Prints a table in
//! Markdown.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "the table is what this program is for")]

use std::path::PathBuf;

use tributary_benches::latency::{Bench, Measured, Pace, Setting};
use tributary_benches::{Failure, Result};

/// The most events of a load at half of the maximum rate.
const EVENTS_MAX: usize = 200_000;

struct Arguments {
    setting: Setting,
    per_s: f64,
    seconds: f64,
    burst: usize,
    every_ms: Vec<u64>,
}

fn main() -> Result<()> {
    let arguments = arguments(std::env::args().skip(1))?;
    eprintln!("starting a broker …");
    let mut bench = Bench::start(&arguments.setting)?;
    let mut rows = Vec::new();
    for every_ms in &arguments.every_ms {
        eprintln!("--every {every_ms}: projecting what is there …");
        bench.project(*every_ms)?;
        let mut load = |what: &str, events: usize, per_s: f64| -> Result<Measured> {
            eprintln!("--every {every_ms}: {events} events, {what} …");
            let measured = bench.measure(Pace { events, per_s })?;
            rows.push((*every_ms, what.to_owned(), measured.clone()));
            Ok(measured)
        };
        // The shards have an owner once these are said, and what a process does once is done.
        load("warming up", arguments.lasting(arguments.per_s) / 4, arguments.per_s)?;
        load(&format!("{:.0}/s", arguments.per_s), arguments.lasting(arguments.per_s), arguments.per_s)?;
        let most = load("as fast as the log takes them", arguments.burst, f64::INFINITY)?.projected_per_s;
        load(&format!("{:.0}/s, half of the maximum", most / 2.0), arguments.lasting(most / 2.0), most / 2.0)?;
    }
    report(&arguments.setting, &rows);
    Ok(())
}

impl Arguments {
    /// So many events as last for the seconds that were asked for.
    fn lasting(&self, per_s: f64) -> usize {
        ((per_s * self.seconds) as usize).clamp(1, EVENTS_MAX)
    }
}

fn report(setting: &Setting, rows: &[(u64, String, Measured)]) {
    let Setting { accounts, partners, partitions, .. } = setting;
    println!("{accounts} accounts, {partners} partners, {partitions} partitions a family, one projector\n");
    println!("| `--every` | load | events | produced | projected | p50 | p99 | greatest | since recorded: p50 | p99 |");
    println!("|---|---|---|---|---|---|---|---|---|---|");
    for (every_ms, what, measured) in rows {
        let Measured { events, produced_per_s, projected_per_s, since_due_us, since_recorded_us } = measured;
        println!(
            "| {every_ms} ms | {what} | {events} | {produced_per_s:.0}/s | {projected_per_s:.0}/s | {} | {} | {} | {} | {} |",
            at(since_due_us, 0.5),
            at(since_due_us, 0.99),
            at(since_due_us, 1.0),
            at(since_recorded_us, 0.5),
            at(since_recorded_us, 0.99),
        );
    }
}

/// The time within which that part of all lies, in words.
fn at(sorted_us: &[i64], part: f64) -> String {
    let rank = (sorted_us.len() as f64 * part).ceil() as usize;
    let found = sorted_us.get(rank.saturating_sub(1)).copied().unwrap_or_default();
    format!("{} ms", (found + 500) / 1_000)
}

fn arguments(mut from: impl Iterator<Item = String>) -> Result<Arguments> {
    let mut arguments = Arguments {
        setting: Setting {
            binary: PathBuf::new(),
            accounts: 10_000,
            partners: 200,
            partitions: 2,
            events_max: 1_200_000,
            seed: 1,
        },
        per_s: 1_000.0,
        seconds: 20.0,
        burst: 200_000,
        every_ms: vec![250, 0],
    };
    while let Some(option) = from.next() {
        let value = from.next().ok_or_else(|| format!("`{option}` needs a value"))?;
        match option.as_str() {
            "--tributary" => arguments.setting.binary = std::fs::canonicalize(&value)?,
            "--rate" => arguments.per_s = value.parse()?,
            "--seconds" => arguments.seconds = value.parse()?,
            "--burst" => arguments.burst = value.parse()?,
            "--every" => arguments.every_ms = value.split(',').map(str::parse).collect::<Result<_, _>>()?,
            "--accounts" => arguments.setting.accounts = value.parse()?,
            "--partners" => arguments.setting.partners = value.parse()?,
            "--partitions" => arguments.setting.partitions = value.parse()?,
            "--events-max" => arguments.setting.events_max = value.parse()?,
            _ => return Err(Failure::from(format!("no option `{option}`"))),
        }
    }
    if arguments.setting.binary.as_os_str().is_empty() {
        return Err(Failure::from(
            "`--tributary` names the binary: build it with `cargo build --release -p tributary-cli`",
        ));
    }
    Ok(arguments)
}
