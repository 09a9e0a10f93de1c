//! Faults: real projector processes on a real broker, hurt while the ledger is under load, and judged afterwards.
//!
//! `faults --tributary PATH [--events N] [--events-max N] [--times N] [--seed N] [--only NAME]`: PATH is the built binary.
//! Each run has a broker, topics and data directories of its own, and a load that goes on until the fault has struck so often. Prints a table in Markdown; exits with 1 if anything was lost, doubled or wrong.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "the table is what this program is for")]

use std::process::ExitCode;

use tributary_benches::faults::{FAULTS, Outcome, Setting, run};
use tributary_benches::{Failure, Result};

fn main() -> Result<ExitCode> {
    let (setting, only) = arguments(std::env::args().skip(1))?;
    let mut sound = true;
    let mut rows = Vec::new();
    for fault in FAULTS.iter().filter(|fault| only.as_deref().is_none_or(|only| only == fault.name)) {
        eprintln!("{} …", fault.name);
        let outcome = run(fault, &setting)?;
        eprintln!("  {outcome:?}");
        sound &= outcome.is_sound();
        rows.push((fault, outcome));
    }
    println!("{} partitions, seed {}\n", setting.partitions, setting.seed);
    println!(
        "| fault | struck | ended by itself | events in | filed | lost | set aside | double in the log | records out | repeated | differing | wrong |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|---|---|");
    for (fault, outcome) in rows {
        let Outcome {
            strikes,
            ended,
            said,
            filed,
            lost,
            aside,
            repeated_in_log,
            records,
            repeated,
            changed,
            wrong,
            ..
        } = outcome;
        println!(
            "| {} | {strikes} | {ended} | {said} | {filed} | {lost} | {aside} | {repeated_in_log} | {records} | {repeated} | {changed} | {wrong} |",
            fault.what
        );
    }
    Ok(if sound { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn arguments(mut from: impl Iterator<Item = String>) -> Result<(Setting, Option<String>)> {
    let mut setting = Setting::default();
    let mut only = None;
    while let Some(option) = from.next() {
        let value = from.next().ok_or_else(|| format!("`{option}` needs a value"))?;
        match option.as_str() {
            "--tributary" => setting.binary = std::fs::canonicalize(&value)?,
            "--events" => setting.events = value.parse()?,
            "--events-max" => setting.events_max = value.parse()?,
            "--times" => setting.times = Some(value.parse()?),
            "--seed" => setting.seed = value.parse()?,
            "--only" => only = Some(value),
            _ => return Err(Failure::from(format!("no option `{option}`"))),
        }
    }
    if setting.binary.as_os_str().is_empty() {
        return Err(Failure::from(
            "`--tributary` names the binary: build it with `cargo build --release -p tributary-cli`",
        ));
    }
    Ok((setting, only))
}
