//! `cargo xtask demo`: builds the binary and walks through it, each command shown as one would type it and then run.
//!
//! To extend a walk, add to its steps; a step is run by `sh` with the built `tributary` first on the path.

mod month;

use std::env;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use crate::setup;
use crate::workspace::{Failure, Workspace, as_typed, elapsed, failed, succeeds};

pub(crate) use month::MONTH;

/// A walk through the program.
pub(crate) struct Walk {
    steps: &'static [Step],
    /// What to try on the data that it leaves behind.
    next: &'static [&'static str],
    /// Where its ledger is, as the commands find it.
    data: &'static str,
}

/// The main job: a program, a bill, months closed and trued up; `demo/README.md` tells the same story for readers.
pub(crate) const PROGRAM: Walk = Walk { steps: STEPS, next: TRY, data: "demo-data" };

/// One thing to show.
struct Step {
    headline: &'static str,
    explanation: &'static str,
    command: &'static str,
}

const STEPS: &[Step] = &[
    Step {
        headline: "A partner program comes in",
        explanation: "The book, partners, customers and their aliases, leads, registrations and deals, one event a line.",
        command: "tributary import demo/program.jsonl",
    },
    Step {
        headline: "Real rates",
        explanation: "The European Central Bank's reference rates, from July 2024 on.",
        command: "tributary import --from ecb --since 2024-07-01 demo/data/eurofxref-hist.csv",
    },
    Step {
        headline: "Real consumption",
        explanation: "A bill of three clouds in the FOCUS 1.0 format: a thousand anonymised rows of September 2024.",
        command: "tributary import --from focus --mapping demo/focus.yaml demo/data/focus_sample_1.0.csv",
    },
    Step {
        headline: "Rules are data",
        explanation: "Who gets credit and what it earns: files that people write. A preview says what they would bring to whom, before they hold.",
        command: "tributary policy check demo/policies/*.yaml && tributary policy publish --preview demo/policies/*.yaml",
    },
    Step {
        headline: "They come into force",
        explanation: "Recorded like any event, and from then on part of what is known.",
        command: "tributary policy publish demo/policies/*.yaml | tail -n 1",
    },
    Step {
        headline: "Nothing is dropped",
        explanation: "What earns nothing waits in sight, with its worth, the reason, and what would resolve it.",
        command: "tributary suspense --work | head -n 20",
    },
    Step {
        headline: "The months close",
        explanation: "Everything known by the cutoff counts: to the cent what the preview said. What is recognised never changes again.",
        command: "tributary close 2024-08 && tributary close 2024-09",
    },
    Step {
        headline: "A statement",
        explanation: "What one partner earned in September, deal by deal.",
        command: "tributary statement p-cedar-reseller 2024-09",
    },
    Step {
        headline: "Handed out",
        explanation: "The same as documents for the partners, with the arithmetic and the means to check it; open `demo-data/statements/index.html`.",
        command: "tributary statement --all 2024-09 --format html --output demo-data/statements && tributary statement p-cedar-reseller 2024-09 --format xlsx --output demo-data/cedar-2024-09.xlsx",
    },
    Step {
        headline: "Attested",
        explanation: "The digest of September's statements is recorded; nothing can be slipped into its past any more.",
        command: "tributary period attest 2024-09 && tributary period list",
    },
    Step {
        headline: "Money goes out, some is held back",
        explanation: "Two events: a payout to one partner, a hold on a deal of another.",
        command: "cat demo/payments.jsonl && tributary import demo/payments.jsonl",
    },
    Step {
        headline: "Late facts",
        explanation: "Usage that comes late, a correction, a role that was forgotten, an alias; and four rows of the bill issued anew.",
        command: "tributary import demo/late.jsonl && tributary import --from focus --mapping demo/focus.yaml demo/data/focus_reissued.csv",
    },
    Step {
        headline: "Closed is closed",
        explanation: "The closed months computed again from history alone: the same digests.",
        command: "tributary replay 2024-08..2024-09",
    },
    Step {
        headline: "What the next close will adjust",
        explanation: "The differences, and below them for each partner which of the late facts moved how much; the first partner's here.",
        command: "tributary replay 2024-09 --pending | head -n 24",
    },
    Step {
        headline: "The next month closes",
        explanation: "The adjustments are recognised, pointing at the month that they correct.",
        command: "tributary close 2024-10",
    },
    Step {
        headline: "And why",
        explanation: "One cent of it, down to the events and their positions in the log; what is new since September's cutoff is marked, and each figure is recomputed from what is shown.",
        command: "tributary explain statement p-ember-isv 2024-10 --period 2024-09 --deal d-harbor-azure --check",
    },
    Step {
        headline: "Into the books",
        explanation: "Double entries for a bookkeeper's program, which only ever grow; here the last one of one partner, as hledger reads it.",
        command: "tributary journal --account payable:p-delta-si --format hledger | tail -n 7",
    },
    Step {
        headline: "The books balance",
        explanation: "Accruals, adjustments and payouts, over all journal accounts.",
        command: "tributary trial-balance",
    },
    Step {
        headline: "What if",
        explanation: "The same months under a policy that nobody published: a protected registration would keep half, not six tenths.",
        command: "tributary replay 2024-08..2024-10 --with demo/candidates/program-2024.yaml | head -n 10",
    },
    Step {
        headline: "Prove it",
        explanation: "Everything is read and computed once more: the log, the projection, every closed statement, the attested digest.",
        command: "tributary verify",
    },
];

const TRY: &[&str] = &[
    "statement --all 2024-10",
    "attribution harbor-retail --as-of 2024-09-15",
    "explain statement p-cedar-reseller 2024-10 --period 2024-09",
    "timeline lumen-health --from 2024-07-01 --to 2024-08-31",
];

/// Builds `tributary` in release mode and runs the steps.
pub(crate) fn run(workspace: &Workspace, of: &Walk) -> Result<(), Failure> {
    let started = Instant::now();
    setup::run(workspace)?;
    let build = ["build", "--release", "--package", "tributary-cli"];
    println!("building: {}", as_typed(&build));
    if !succeeds(&mut workspace.cargo(&build))? {
        return Err(failed(format!("the build failed, repeat it with: {}", as_typed(&build))));
    }
    let built = elapsed(started.elapsed());
    let walk = Instant::now();
    let data = of.data;
    println!("\n$ rm -rf {data}; export TRIBUTARY_DATA={data}");
    forget(&workspace.root.join(data))?;
    run_steps(of, &workspace.root, &workspace.target_dir().join("release"))?;
    println!("\nthe demo ran in {}, after {built} of building", elapsed(walk.elapsed()));
    println!("\nits data is in `{data}`; to go on, for example:");
    let program = workspace.target_dir().join("release").join("tributary");
    for arguments in of.next {
        println!("  {} --data {data} {arguments}", program.display());
    }
    Ok(())
}

/// An earlier run's data goes.
fn forget(data: &Path) -> Result<(), Failure> {
    match fs::remove_dir_all(data) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(failed(format!("cannot remove `{}`: {error}", data.display())))
        }
        _ => Ok(()),
    }
}

fn run_steps(walk: &Walk, folder: &Path, programs: &Path) -> Result<(), Failure> {
    let path = env::var_os("PATH").unwrap_or_default();
    let path = env::join_paths([programs.to_owned()].into_iter().chain(env::split_paths(&path)))
        .map_err(|_| failed(format!("`{}` cannot stand in PATH, build elsewhere", programs.display())))?;
    for (number, step) in (1..).zip(walk.steps) {
        println!("\n{number}. {}\n   {}\n\n$ {}", step.headline, step.explanation, step.command);
        if !succeeds(
            Command::new("sh")
                .args(["-ec", step.command])
                .current_dir(folder)
                .env("PATH", &path)
                .env("TRIBUTARY_DATA", walk.data),
        )? {
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
        const fn step(command: &'static str) -> Step {
            Step { headline: "h", explanation: "e", command }
        }
        const FINE: &[Step] = &[step("true")];
        const FAILING: &[Step] = &[step("true"), step("false"), step("exit 9")];
        let walk = |steps| run_steps(&Walk { steps, next: &[], data: "d" }, &env::temp_dir(), &env::temp_dir());
        assert_eq!(walk(FINE), Ok(()));
        assert_eq!(walk(FAILING), Err(failed("step 2 of the demo failed: false")));
    }
}
