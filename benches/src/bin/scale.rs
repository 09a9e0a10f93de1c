//! Measures the ledger at a size: `scale --events 10000000 [--accounts N] [--partners N] [--runs N] [--quick] [--dir DIR]
//! [--peers FOLDER] [--results FILE]`.
//!
//! Every phase runs in a process of its own, on one data directory, which is made and removed here. `--quick` runs each once
//! and leaves out the long ones. `--peers` is where the scripts for other engines are; without it none is asked. `--results` keeps the figures, which `pages` makes tables of. `--phase NAME` runs one of them
//! alone in the data directory `--dir`, and leaves it: what a profiler wants.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "the table is what this program is for")]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tributary_benches::figures::Figures;
use tributary_benches::phase::{PHASES, Phase, Setting};
use tributary_benches::report::tables;
use tributary_benches::results::{Results, circumstances};
use tributary_benches::workload::Size;
use tributary_benches::{Failure, Result};

struct Arguments {
    size: Size,
    runs: usize,
    /// Without the phases that take long and change nothing for the others.
    quick: bool,
    /// The scripts for other engines.
    peers: Option<PathBuf>,
    /// Where the figures are kept.
    results: Option<PathBuf>,
    /// Where the data directory is made.
    dir: PathBuf,
    /// Run this phase only, in this process, in the data directory `dir`.
    phase: Option<String>,
}

fn main() -> Result<()> {
    let arguments = arguments(std::env::args().skip(1))?;
    match &arguments.phase {
        Some(name) => {
            let phase = PHASES.iter().find(|phase| phase.name == name).ok_or_else(|| format!("no phase `{name}`"))?;
            let setting = Setting { dir: arguments.dir.clone(), size: arguments.size, peers: arguments.peers.clone() };
            print!("{}", phase.run(&setting)?.to_lines());
        }
        None => {
            let dir = tempfile::Builder::new().prefix("tributary-scale-").tempdir_in(&arguments.dir)?;
            let mut results = nothing_found_yet(&arguments);
            measure(&arguments, dir.path(), &mut results)?;
            println!("{}", tables::of_one(&results));
        }
    }
    Ok(())
}

/// Measures every phase. Figures are kept as they are found: a run that is stopped has taken its time all the same.
fn measure(arguments: &Arguments, dir: &Path, results: &mut Results) -> Result<()> {
    // What repeats is run in turns, so that a busy minute of the machine does not fall on one of them alone.
    let repeating: Vec<&Phase> = PHASES.iter().filter(|phase| phase.repeats).collect();
    for phase in PHASES.iter().filter(|phase| !(phase.thorough && arguments.quick)) {
        if !phase.repeats {
            results.figures.take(phase.name, child(arguments, dir, phase)?);
        } else if phase.name == repeating[0].name {
            let mut runs = vec![Vec::new(); repeating.len()];
            for _ in 0..arguments.runs {
                for (phase, found) in repeating.iter().zip(&mut runs) {
                    found.push(child(arguments, dir, phase)?);
                }
            }
            for (phase, found) in repeating.iter().zip(&runs) {
                results.figures.take(phase.name, Figures::median(found));
            }
        }
        if let Some(path) = &arguments.results {
            results.write(path)?;
        }
    }
    Ok(())
}

/// Runs a phase in a process of its own.
fn child(arguments: &Arguments, dir: &Path, phase: &Phase) -> Result<Figures> {
    let size = arguments.size;
    eprintln!("{} …", phase.name);
    let mut command = Command::new(std::env::current_exe()?);
    if let Some(peers) = &arguments.peers {
        command.arg("--peers").arg(peers);
    }
    let output = command
        .args(["--phase", phase.name, "--dir"])
        .arg(dir)
        .args(["--events", &size.usage.to_string(), "--accounts", &size.accounts.to_string()])
        .args(["--partners", &size.partners.to_string()])
        .stderr(Stdio::inherit())
        .output()?;
    if !output.status.success() {
        return Err(format!("phase `{}` failed: {}", phase.name, output.status).into());
    }
    let text = String::from_utf8(output.stdout)?;
    eprint!("{text}");
    Figures::from_lines(&text)
}

/// What is measured, where and when; the figures are still to be found.
fn nothing_found_yet(arguments: &Arguments) -> Results {
    let Size { usage, accounts, partners, .. } = arguments.size;
    let mut command = format!("cargo xtask bench --events {usage}");
    if (accounts, partners) != (ACCOUNTS, PARTNERS) {
        command += &format!(" --accounts {accounts} --partners {partners}");
    }
    if arguments.quick {
        command += " --quick";
    } else if arguments.runs != RUNS {
        command += &format!(" --runs {}", arguments.runs);
    }
    Results { events: usage, accounts, partners, runs: arguments.runs, ..circumstances(command) }
}

const ACCOUNTS: u64 = 100_000;
const PARTNERS: u64 = 1_500;
const RUNS: usize = 3;

fn arguments(mut given: impl Iterator<Item = String>) -> Result<Arguments> {
    let mut arguments = Arguments {
        size: Size { usage: 1_000_000, accounts: ACCOUNTS, partners: PARTNERS, seed: 20_260_101 },
        runs: RUNS,
        quick: false,
        peers: None,
        results: None,
        dir: std::env::temp_dir(),
        phase: None,
    };
    while let Some(name) = given.next() {
        if name == "--quick" {
            (arguments.quick, arguments.runs) = (true, 1);
            continue;
        }
        let value = given.next().ok_or_else(|| format!("`{name}` wants a value"))?;
        match name.as_str() {
            "--events" => arguments.size.usage = above_zero(&name, &value)?,
            "--accounts" => arguments.size.accounts = above_zero(&name, &value)?,
            "--partners" => arguments.size.partners = above_zero(&name, &value)?,
            "--runs" => arguments.runs = above_zero(&name, &value)? as usize,
            "--peers" => arguments.peers = Some(value.into()),
            "--results" => arguments.results = Some(value.into()),
            "--dir" => arguments.dir = value.into(),
            "--phase" => arguments.phase = Some(value),
            _ => return Err(Failure::from(format!("there is no argument `{name}`"))),
        }
    }
    Ok(arguments)
}

fn above_zero(name: &str, value: &str) -> Result<u64> {
    match value.parse() {
        Ok(number) if number > 0 => Ok(number),
        _ => Err(format!("`{name}` wants a number above zero, not `{value}`").into()),
    }
}
