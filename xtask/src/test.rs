//! `cargo xtask test`: setup, then exactly what CI runs, step by step, up to the first failure.

use std::env;
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Instant, SystemTime};

use tributary_broker::{ADDRESS, Broker, Options, VERSION, without_kafka};

use crate::workspace::{Failure, Workspace, as_typed, cache_dir, create_dir, elapsed, failed, lock, output, succeeds};
use crate::{setup, tidy};

const FORMAT: &[&str] = &["fmt", "--all", "--check"];
const CLIPPY: &[&str] = &["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"];
const TEST: &[&str] = &["test", "--workspace"];
// Quiet, so that the end of the tests stays in sight.
const DOC: &[&str] = &["doc", "--workspace", "--no-deps", "--quiet"];
const DENY: &[&str] = &["deny", "check"];

/// Runs the steps, each under a headline and with its duration.
pub(crate) fn run(workspace: &Workspace) -> Result<(), Failure> {
    let started = Instant::now();
    step("setup", "cargo xtask setup", || setup::run(workspace))?;
    let shared = shared_target_dir()?;
    let _one_at_a_time = shared.as_deref().map(|folder| claim(folder, workspace)).transpose()?;
    let cargo = |name: &str, arguments: &'static [&'static str], broker: Option<&Broker>| {
        let mut command = workspace.cargo(arguments);
        let mut typed = as_typed(arguments);
        if let Some(folder) = &shared {
            command.env("CARGO_TARGET_DIR", folder);
        }
        if let Some(broker) = broker {
            command.env(ADDRESS, broker.address());
            typed.insert_str(0, &format!("{ADDRESS}=<that of `cargo xtask kafka up`> "));
        }
        if arguments == DOC {
            command.env("RUSTDOCFLAGS", "-D warnings");
            typed.insert_str(0, "RUSTDOCFLAGS=\"-D warnings\" ");
        }
        step(name, &typed, || succeeds(&mut command)?.then_some(()).ok_or_else(|| failed("see above")))
    };
    cargo("format", FORMAT, None)?;
    cargo("clippy", CLIPPY, None)?;
    step("tidy", "cargo xtask tidy", || tidy::run(workspace))?;
    {
        // Dropped with the block, however the tests end.
        let broker = if without_kafka() { None } else { Some(start_broker()?) };
        cargo("tests", TEST, broker.as_ref())?;
    }
    cargo("docs", DOC, None)?;
    if output(Command::new("cargo-deny").arg("--version")).is_some() {
        cargo("dependencies", DENY, None)?;
    } else {
        println!("\n== dependencies: skipped, cargo-deny is not installed");
    }
    println!("\nall steps passed in {}", elapsed(started.elapsed()));
    Ok(())
}

/// The broker that all tests share. It ends with us, even if we are killed.
fn start_broker() -> Result<Broker, Failure> {
    println!();
    println!("== broker: Kafka {VERSION}, for the tests alone");
    let broker = Broker::start(&Options::default())?;
    println!("== broker: runs at {}, writes to `{}`", broker.address(), broker.directory().display());
    Ok(broker)
}

fn step(name: &str, typed: &str, run: impl FnOnce() -> Result<(), Failure>) -> Result<(), Failure> {
    println!("\n== {name}: {typed}");
    let started = Instant::now();
    match run() {
        Ok(()) => {
            println!("== {name}: passed in {}", elapsed(started.elapsed()));
            Ok(())
        }
        Err(Failure::Failed(why) | Failure::Usage(why)) => {
            Err(failed(format!("{name} failed ({why}), repeat it with: {typed}")))
        }
    }
}

/// On CI every checkout is new: building beside the cache reuses what was compiled for the one before.
fn shared_target_dir() -> Result<Option<PathBuf>, Failure> {
    let on_ci = env::var_os("CI").is_some_and(|value| value == "true");
    if on_ci && env::var_os("CARGO_TARGET_DIR").is_none() { Ok(Some(cache_dir()?.join("target"))) } else { Ok(None) }
}

/// Takes the shared target directory for this checkout, until the returned lock is dropped.
///
/// Cargo tells by time stamps whether a file changed since it was compiled, and takes two checkouts for one: where the
/// directory was last used by another, files are made to look new so that nothing compiled from the other is taken for ours.
fn claim(folder: &Path, workspace: &Workspace) -> Result<fs::File, Failure> {
    create_dir(folder)?;
    let lock = lock(&folder.join("checkout.lock"))?;
    let cannot = |error: std::io::Error| failed(format!("cannot claim `{}`: {error}", folder.display()));
    let inode = fs::metadata(&workspace.root).map_err(cannot)?.ino();
    let ours = format!("{} {inode}\n", workspace.root.display());
    let name_of_last = folder.join("checkout");
    if fs::read_to_string(&name_of_last).is_ok_and(|last| last == ours) {
        return Ok(lock);
    }
    #[expect(clippy::disallowed_methods, reason = "a time stamp for files, not for events")]
    let now = SystemTime::now();
    for path in tidy::tracked_files(workspace)? {
        // A tracked file may have been deleted by hand.
        if let Ok(file) = fs::File::open(workspace.root.join(path)) {
            file.set_modified(now).map_err(cannot)?;
        }
    }
    fs::write(name_of_last, ours).map_err(cannot)?;
    Ok(lock)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_step_says_how_to_repeat_it() {
        let stopped = step("docs", "cargo doc", || Err(failed("see above")));
        assert_eq!(stopped, Err(failed("docs failed (see above), repeat it with: cargo doc")));
        assert_eq!(step("docs", "cargo doc", || Ok(())), Ok(()));
    }
}
