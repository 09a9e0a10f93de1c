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

const STEPS: &[Step] = &[Step {
    headline: "One binary",
    explanation: "Everything the ledger does is a command of `tributary`.",
    command: "tributary --version",
}];

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
