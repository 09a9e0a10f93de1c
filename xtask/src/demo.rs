//! `cargo xtask demo`: builds the binary and walks through it, each command shown as one would type it and then run.
//!
//! To extend the walk, add to [`STEPS`]; a step is run by `sh` with the built `tributary` first on the path.

use std::env;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use crate::setup;
use crate::workspace::{Failure, Workspace, as_typed, elapsed, failed, succeeds};

/// One thing to show.
struct Step {
    headline: &'static str,
    explanation: &'static str,
    command: &'static str,
}

/// The walk: `demo/README.md` tells the same story for readers.
const STEPS: &[Step] = &[
    Step {
        headline: "A partner program comes in",
        explanation: "The book, partners, customers and their aliases, leads, registrations and deals, one event a line; an earlier run's data goes.",
        command: "rm -rf demo-data && tributary --data demo-data import demo/program.jsonl",
    },
    Step {
        headline: "Rules are data",
        explanation: "Who gets credit and what it earns: policies as people write them, checked and recorded like any event.",
        command: "tributary --data demo-data import --from policy demo/policies/*.yaml",
    },
    Step {
        headline: "Real rates",
        explanation: "The European Central Bank's reference rates, from July 2024 on.",
        command: "tributary --data demo-data import --from ecb --since 2024-07-01 demo/data/eurofxref-hist.csv",
    },
    Step {
        headline: "Real consumption",
        explanation: "A bill of three clouds in the FOCUS 1.0 format: a thousand anonymised rows of September 2024.",
        command: "tributary --data demo-data import --from focus --mapping demo/focus.yaml demo/data/focus_sample_1.0.csv",
    },
    Step {
        headline: "The months close",
        explanation: "Everything known by the cutoff counts. What the closes recognise never changes again.",
        command: "tributary --data demo-data close 2024-08 && tributary --data demo-data close 2024-09",
    },
    Step {
        headline: "A statement",
        explanation: "What one partner earned in September, deal by deal; it ties to the cent.",
        command: "tributary --data demo-data statement p-cedar-reseller 2024-09",
    },
    Step {
        headline: "Late facts",
        explanation: "Usage that comes late, a correction, a role that was forgotten, an alias; and four rows of the bill issued anew.",
        command: "tributary --data demo-data import demo/late.jsonl && tributary --data demo-data import --from focus --mapping demo/focus.yaml demo/data/focus_reissued.csv",
    },
    Step {
        headline: "What the next close will adjust",
        explanation: "September's statements stay; October's close would carry the differences.",
        command: "tributary --data demo-data close 2024-10 --preview",
    },
    Step {
        headline: "And why",
        explanation: "One of those adjustments, from the line down to the events and their positions in the log; what is new since the last cutoff is marked, and every figure is recomputed from what is shown.",
        command: "tributary --data demo-data explain statement p-delta-si 2024-10 --period 2024-09 --deal d-lumen --check",
    },
    Step {
        headline: "The next month closes",
        explanation: "The adjustments are recognised, pointing at the month that they correct.",
        command: "tributary --data demo-data close 2024-10",
    },
    Step {
        headline: "Nothing is dropped",
        explanation: "Usage that belongs to nobody yet, or to no deal, waits in sight; linking it later finds it.",
        command: "tributary --data demo-data suspense",
    },
    Step {
        headline: "Where it stands",
        explanation: "The log, the projection behind it, and a digest for each closed month that any replay reproduces.",
        command: "tributary --data demo-data status --digest",
    },
];

/// What to try on the data that the walk leaves behind.
const TRY: &[&str] = &[
    "statement --all 2024-10",
    "attribution harbor-retail --as-of 2024-09-15",
    "explain statement p-cedar-reseller 2024-10 --period 2024-09",
    "explain share harbor-retail --as-of 2024-09-15",
];

/// Builds `tributary` in release mode and runs the steps.
pub(crate) fn run(workspace: &Workspace) -> Result<(), Failure> {
    let started = Instant::now();
    setup::run(workspace)?;
    let build = ["build", "--release", "--package", "tributary-cli"];
    println!("building: {}", as_typed(&build));
    if !succeeds(&mut workspace.cargo(&build))? {
        return Err(failed(format!("the build failed, repeat it with: {}", as_typed(&build))));
    }
    let built = elapsed(started.elapsed());
    let walk = Instant::now();
    run_steps(STEPS, &workspace.root, &workspace.target_dir().join("release"))?;
    println!("\nthe demo ran in {}, after {built} of building", elapsed(walk.elapsed()));
    println!("\nits data is in `demo-data`; to go on, for example:");
    let program = workspace.target_dir().join("release").join("tributary");
    for arguments in TRY {
        println!("  {} --data demo-data {arguments}", program.display());
    }
    Ok(())
}

fn run_steps(steps: &[Step], folder: &Path, programs: &Path) -> Result<(), Failure> {
    let path = env::var_os("PATH").unwrap_or_default();
    let path = env::join_paths([programs.to_owned()].into_iter().chain(env::split_paths(&path)))
        .map_err(|_| failed(format!("`{}` cannot stand in PATH, build elsewhere", programs.display())))?;
    for (number, step) in (1..).zip(steps) {
        println!("\n{number}. {}\n   {}\n\n$ {}", step.headline, step.explanation, step.command);
        if !succeeds(Command::new("sh").args(["-ec", step.command]).current_dir(folder).env("PATH", &path))? {
            return Err(failed(format!("step {number} of the demo failed: {}", step.command)));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failing_step_stops_the_walk_and_is_named() {
        let step = |command| Step { headline: "h", explanation: "e", command };
        let walk = |steps: &[Step]| run_steps(steps, &env::temp_dir(), &env::temp_dir());
        assert_eq!(walk(&[step("true")]), Ok(()));
        let stopped = walk(&[step("true"), step("false"), step("exit 9")]);
        assert_eq!(stopped, Err(failed("step 2 of the demo failed: false")));
    }
}
