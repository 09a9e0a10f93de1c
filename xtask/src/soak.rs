//! `cargo xtask soak`: builds the simulator and runs it for as long as one likes.
//!
//! Our own crates are optimised, and overflow checks stay on: what a release build would wrap silently fails here.

use crate::setup;
use crate::workspace::{Failure, Workspace, failed, succeeds};

const SOAK: &[&str] = &["run", "--package", "tributary-sim", "--bin", "soak", "--"];

/// What a run may be told: it goes to the simulator as it is.
const OPTIONS: &[&str] = &["--scenarios", "--seed", "--minutes", "--out"];

/// Runs the simulator with the arguments; where a failing scenario is written is within the target directory.
pub(crate) fn run(arguments: &[&str]) -> Result<(), Failure> {
    check(arguments)?;
    let workspace = Workspace::find()?;
    setup::run(&workspace)?;
    let mut command = workspace.cargo(SOAK);
    command.env("CARGO_PROFILE_DEV_OPT_LEVEL", "2").args(arguments);
    if !arguments.contains(&"--out") {
        command.arg("--out").arg(workspace.target_dir().join("soak-failure"));
    }
    succeeds(&mut command)?.then_some(()).ok_or_else(|| failed("the soak found what does not hold, see above"))
}

/// Pairs of a known option and a value.
fn check(arguments: &[&str]) -> Result<(), Failure> {
    for pair in arguments.chunks(2) {
        match pair {
            [option, _] if OPTIONS.contains(option) => {}
            [option, ..] if !OPTIONS.contains(option) => {
                let known = OPTIONS.join(", ");
                return Err(Failure::Usage(format!("`soak` has no option `{option}`, give one of {known}")));
            }
            other => return Err(Failure::Usage(format!("`{}` needs a value", other.join(" ")))),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_known_and_have_values() {
        assert_eq!(check(&[]), Ok(()));
        assert_eq!(check(&["--seed", "7", "--minutes", "5"]), Ok(()));
        for wrong in [&["--seed"][..], &["--fast", "1"], &["7"], &["--seed", "7", "--minutes"]] {
            assert!(matches!(check(wrong), Err(Failure::Usage(_))), "{wrong:?}");
        }
    }
}
