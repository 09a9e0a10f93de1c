//! Measures the ledger on a real Kafka: `kafka --events 1000000 [--accounts N] [--partners N] [--partitions N] [--runs N]`.
//!
//! Starts a broker of its own, fills a log with the workload, then in turns drains it without folding anything (the floor) and
//! builds a projection from it. Prints a table in Markdown.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "the table is what this program is for")]

use tributary_benches::figures::Figures;
use tributary_benches::kafka::{Setting, append, drain, rebuild};
use tributary_benches::workload::Size;
use tributary_benches::{Failure, Result};

struct Arguments {
    size: Size,
    partitions: u32,
    runs: usize,
}

fn main() -> Result<()> {
    let arguments = arguments(std::env::args().skip(1))?;
    let options = tributary_broker::Options { java: vec!["-Xmx1g".to_owned()], ..tributary_broker::Options::default() };
    eprintln!("starting a broker …");
    let broker = tributary_broker::Broker::start(&options)?;
    let setting = Setting::new(&broker.address(), arguments.partitions)?;
    eprintln!("appending …");
    let appended = append(&setting, arguments.size)?;
    let (mut drained, mut rebuilt) = (Vec::new(), Vec::new());
    for run in 0..arguments.runs {
        eprintln!("run {} …", run + 1);
        drained.push(drain(&setting)?);
        rebuilt.push(rebuild(&setting)?);
    }
    report(&arguments, &appended, &Figures::median(&drained), &Figures::median(&rebuilt));
    Ok(())
}

fn report(arguments: &Arguments, appended: &Figures, drained: &Figures, rebuilt: &Figures) {
    let events = appended.get("events");
    println!("{events} events, {} partitions a family, median of {}\n", arguments.partitions, arguments.runs);
    println!("| what | time | rate | processor time of this process |\n|---|---|---|---|");
    let row = |what: &str, taken_s: f64, spent_s: f64| {
        let spent = if spent_s.is_nan() { String::new() } else { format!("{spent_s:.2} s") };
        println!("| {what} | {taken_s:.2} s | {:.0} k events/s | {spent} |", events / taken_s / 1_000.0);
    };
    let (drain_s, filing_s, rebuild_s) = (drained.get("drain_s"), rebuilt.get("filing_s"), rebuilt.get("rebuild_s"));
    row("append, acknowledged by the broker", appended.get("taken_s"), f64::NAN);
    row("drain without folding: the floor", drain_s, drained.get("drain_cpu_s"));
    row("rebuild: history and identities filed", filing_s, f64::NAN);
    row("rebuild: history and credits complete", rebuild_s, rebuilt.get("rebuild_cpu_s"));
    println!("\nthe log is opened in {:.2} s", drained.get("opening_s"));
    println!(
        "filing goes at {:.0} % of the rate of draining, the whole rebuild at {:.0} %",
        100.0 * drain_s / filing_s,
        100.0 * drain_s / rebuild_s
    );
}

fn arguments(mut from: impl Iterator<Item = String>) -> Result<Arguments> {
    let mut arguments = Arguments {
        size: Size { usage: 1_000_000, accounts: 100_000, partners: 1_500, seed: 1 },
        partitions: 2,
        runs: 3,
    };
    while let Some(option) = from.next() {
        let value = from.next().ok_or_else(|| format!("`{option}` needs a value"))?;
        let number: u64 = value.parse().map_err(|_| format!("`{option}` needs a number, not `{value}`"))?;
        match option.as_str() {
            "--events" => arguments.size.usage = number,
            "--accounts" => arguments.size.accounts = number,
            "--partners" => arguments.size.partners = number,
            "--partitions" => arguments.partitions = u32::try_from(number)?,
            "--runs" => arguments.runs = number.max(1) as usize,
            _ => return Err(Failure::from(format!("no option `{option}`"))),
        }
    }
    Ok(arguments)
}
