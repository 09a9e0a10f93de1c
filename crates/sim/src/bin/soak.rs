//! `soak`: runs scenarios and reports; `cargo xtask soak` builds and calls it.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command-line tool speaks through its output")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::thread;
use std::time::Duration;

use serde_json::Value;
use tributary_sim::scenario::Size;
use tributary_sim::soak::{Broken, Failed, Plan, Report, run, smallest};

const HELP: &str = "\
usage: soak [--scenarios N] [--seed S] [--minutes M] [--out DIR]

  --scenarios N  how many, 1000 if not given
  --seed S       the first seed, 1 if not given; the others follow it
  --minutes M    stop after that time, whatever is left
  --out DIR      where a failing scenario is written, `soak-failure` if not given

exit codes: 0 every property held, 1 one did not, 2 called wrongly";

/// Characters of a value that are printed; the files have all of it.
const SHOWN: usize = 160;

/// How often progress is printed.
const PROGRESS_EVERY: Duration = Duration::from_secs(10);

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match read(&arguments) {
        Ok((plan, out)) => soak(plan, &out),
        Err(what) => {
            eprintln!("{what}\n\n{HELP}");
            ExitCode::from(2)
        }
    }
}

fn read(arguments: &[String]) -> Result<(Plan, PathBuf), String> {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let mut plan = Plan { seed: 1, scenarios: 1000, time_max: Duration::MAX, size: Size::default(), threads };
    let mut out = PathBuf::from("soak-failure");
    for pair in arguments.chunks(2) {
        let [name, value] = pair else { return Err(format!("`{}` needs a value", pair[0])) };
        let number = || value.parse::<u64>().map_err(|_| format!("`{value}` is not a number, after `{name}`"));
        match name.as_str() {
            "--scenarios" => plan.scenarios = number()?,
            "--seed" => plan.seed = number()?,
            "--minutes" => plan.time_max = Duration::from_secs(number()?.saturating_mul(60)),
            "--out" => out = PathBuf::from(value),
            _ => return Err(format!("no argument `{name}`")),
        }
    }
    Ok((plan, out))
}

fn soak(plan: Plan, out: &Path) -> ExitCode {
    println!("{} scenarios from seed {} on, {} at a time", plan.scenarios, plan.seed, plan.threads);
    // Panics are caught and reported with the scenario.
    std::panic::set_hook(Box::new(|_| {}));
    let mut shown = Duration::ZERO;
    let (report, failed) = run(plan, |done, elapsed| {
        if elapsed >= shown + PROGRESS_EVERY {
            shown = elapsed;
            println!("{}", progress(done, plan, elapsed));
        }
    });
    println!("{report}");
    match failed {
        None => {
            println!("{}", held(&plan, &report));
            ExitCode::SUCCESS
        }
        Some(failed) => {
            let (seed, events) = (failed.scenario.seed, failed.scenario.events.len());
            println!(
                "FAILED: {}\n  seed {seed}; looking for what the failure needs of {events} events",
                failed.property
            );
            explain(&smallest(failed), out);
            ExitCode::from(1)
        }
    }
}

/// The last word of a run without a failure.
fn held(plan: &Plan, report: &Report) -> String {
    match report.scenarios {
        0 => "time was up before the first scenario".to_owned(),
        done => format!("every property held, of seeds {} to {}", plan.seed, plan.seed.saturating_add(done - 1)),
    }
}

fn progress(done: u64, plan: Plan, elapsed: Duration) -> String {
    let seconds = elapsed.as_secs().max(1);
    let left_of_scenarios = (plan.scenarios - done) * seconds / done.max(1);
    let left = left_of_scenarios.min(plan.time_max.as_secs().saturating_sub(seconds));
    let per_second = done * 10 / seconds;
    format!("{done} of {}, {}.{} a second, {left} s left", plan.scenarios, per_second / 10, per_second % 10)
}

/// A text as it is, another value as JSON; its beginning alone if it is long.
fn short(value: &Value) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{} …", &text[..end]),
        None => text,
    }
}

/// Writes the failing scenario, and says how to run it again.
fn explain(failed: &Failed, out: &Path) {
    let Failed { broken, scenario, .. } = failed;
    println!("  {} events are left", scenario.events.len());
    let folder = out.join(scenario.seed.to_string());
    let lines = |values: &[Value]| values.iter().map(|value| format!("{value}\n")).collect::<String>();
    let mut files = vec![
        ("events.jsonl", lines(&scenario.events)),
        ("questions.json", Value::from(scenario.questions.clone()).to_string()),
    ];
    match broken {
        Broken::Failed(error) => println!("  {error}"),
        Broken::Panicked(message) => println!("  panic: {message}"),
        Broken::Differs(of) => {
            let pretty = |value: &Value| format!("{value:#}\n");
            println!("  asked: {}", short(&of.asked));
            println!("  {}: {}\n  {}: {}", of.one_says, short(&of.one), of.other_says, short(&of.other));
            files.extend([
                ("asked.json", pretty(&of.asked)),
                ("one.json", pretty(&of.one)),
                ("other.json", pretty(&of.other)),
            ]);
        }
    }
    let write = |(name, text): &(&str, String)| fs::write(folder.join(name), text);
    match fs::create_dir_all(&folder).and_then(|()| files.iter().try_for_each(write)) {
        Ok(()) => println!("  written to {}", folder.display()),
        Err(error) => println!("  cannot write to `{}`: {error}", folder.display()),
    }
    println!("  again: cargo xtask soak --scenarios 1 --seed {}", scenario.seed);
}
