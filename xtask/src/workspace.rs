//! The checkout a command works on, the cache beside it, and how other programs are run.
//!
//! The root is found at run time: a binary that had its path compiled in would, in a target directory shared by two
//! checkouts, work on the wrong one.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// Why a command ends early, in one line that says what to do.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// Exit code 1.
    Failed(String),
    /// Exit code 2, followed by the help.
    Usage(String),
}

/// Shorthand for a failure with exit code 1.
pub(crate) fn failed(what: impl Into<String>) -> Failure {
    Failure::Failed(what.into())
}

/// The checkout.
#[derive(Debug)]
pub(crate) struct Workspace {
    /// The folder of the workspace's `Cargo.toml`.
    pub(crate) root: PathBuf,
}

impl Workspace {
    /// Walks up from the current folder to the manifest with a `[workspace]` section.
    pub(crate) fn find() -> Result<Self, Failure> {
        let start = env::current_dir().map_err(|error| failed(format!("cannot read the current folder: {error}")))?;
        let is_root = |folder: &&Path| {
            fs::read_to_string(folder.join("Cargo.toml"))
                .is_ok_and(|text| text.lines().any(|line| line.trim() == "[workspace]"))
        };
        match start.ancestors().find(is_root) {
            Some(root) => Ok(Self { root: root.to_owned() }),
            None => Err(failed("not inside the checkout, change into it first")),
        }
    }

    /// Cargo in the root of the checkout.
    ///
    /// `cargo run` hands `[env]` of `.cargo/local.toml` down to us; what `setup` has just rewritten there must win over
    /// what was read before, hence the removals.
    pub(crate) fn cargo(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command.current_dir(&self.root).args(arguments).env_remove("ROCKSDB_LIB_DIR").env_remove("ROCKSDB_STATIC");
        command
    }

    /// Where cargo puts what it builds, as the environment has it.
    pub(crate) fn target_dir(&self) -> PathBuf {
        self.root.join(env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into()))
    }

    /// Reads a file named relative to the root.
    pub(crate) fn read(&self, path: &str) -> Result<String, Failure> {
        fs::read_to_string(self.root.join(path)).map_err(|error| failed(format!("cannot read `{path}`: {error}")))
    }
}

impl From<tributary_broker::Error> for Failure {
    fn from(error: tributary_broker::Error) -> Self {
        failed(error.to_string())
    }
}

/// What outlives a checkout.
pub(crate) fn cache_dir() -> Result<PathBuf, Failure> {
    Ok(tributary_broker::cache_dir()?)
}

/// Makes a folder and those above it.
pub(crate) fn create_dir(folder: &Path) -> Result<(), Failure> {
    fs::create_dir_all(folder).map_err(|error| failed(format!("cannot create `{}`: {error}", folder.display())))
}

/// Holds the lock file until the returned file is dropped; says so if it has to wait.
pub(crate) fn lock(path: &Path) -> Result<fs::File, Failure> {
    let cannot = |error| failed(format!("cannot lock `{}`: {error}", path.display()));
    let file = fs::File::create(path).map_err(cannot)?;
    if file.try_lock().is_err() {
        println!("waiting for another run that holds `{}`", path.display());
        file.lock().map_err(cannot)?;
    }
    Ok(file)
}

/// Runs a program with our own input and output; true if it succeeded.
pub(crate) fn succeeds(command: &mut Command) -> Result<bool, Failure> {
    let status = command.status().map_err(|error| cannot_start(command, &error))?;
    Ok(status.success())
}

/// Runs a program and gives what it wrote to standard output, or none if it failed or is not there.
pub(crate) fn output(command: &mut Command) -> Option<String> {
    let output = command.output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

fn cannot_start(command: &Command, error: &std::io::Error) -> Failure {
    failed(format!("cannot start `{}`: {error}", command.get_program().display()))
}

/// The command as somebody would type it.
pub(crate) fn as_typed(arguments: &[&str]) -> String {
    format!("cargo {}", arguments.join(" "))
}

/// `0.4 s`, `12.3 s`, `3 min 05 s`.
pub(crate) fn elapsed(duration: Duration) -> String {
    match duration.as_secs() {
        0..60 => format!("{}.{} s", duration.as_secs(), duration.subsec_millis() / 100),
        seconds => format!("{} min {:02} s", seconds / 60, seconds % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_as_people_say_them() {
        assert_eq!(elapsed(Duration::from_millis(449)), "0.4 s");
        assert_eq!(elapsed(Duration::from_millis(59_999)), "59.9 s");
        assert_eq!(elapsed(Duration::from_secs(185)), "3 min 05 s");
    }
}
