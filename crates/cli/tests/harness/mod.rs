//! Running the built binary on a data directory of its own.

pub(crate) mod on_kafka;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

/// A data directory, and files beside it.
pub(crate) struct Book {
    folder: TempDir,
}

impl Book {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a folder") }
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Writes a file beside the data.
    pub(crate) fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).expect("a file");
        path
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = tributary(arguments);
        command.current_dir(self.folder.path()).env("TRIBUTARY_DATA", self.data());
        command
    }

    /// Runs to the end and demands this exit code.
    pub(crate) fn run(&self, arguments: &[&str], exit: i32) -> String {
        self.both(arguments, exit).0
    }

    /// The same with both outputs.
    pub(crate) fn both(&self, arguments: &[&str], exit: i32) -> (String, String) {
        ended(self.command(arguments).output().expect("runs"), arguments, exit)
    }

    /// The same with text on standard input.
    pub(crate) fn fed(&self, arguments: &[&str], input: &str, exit: i32) -> (String, String) {
        let mut command = self.command(arguments);
        let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("starts");
        child.stdin.take().expect("a pipe").write_all(input.as_bytes()).expect("is read");
        ended(child.wait_with_output().expect("ends"), arguments, exit)
    }

    /// What a command answers with `--json`.
    pub(crate) fn json(&self, arguments: &[&str], exit: i32) -> Value {
        let output = self.run(&[&["--json"], arguments].concat(), exit);
        serde_json::from_str(&output).unwrap_or_else(|error| panic!("{arguments:?}: {error}: {output}"))
    }

    /// The answers to a worked case's questions.
    pub(crate) fn answers(&self, questions: &str) -> Value {
        let output = self.command(&["ask", questions]).output().expect("runs");
        serde_json::from_slice(&output.stdout).expect("answers")
    }
}

fn ended(output: Output, arguments: &[&str], exit: i32) -> (String, String) {
    let [stdout, stderr] = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    assert_eq!(output.status.code(), Some(exit), "{arguments:?}\n{stdout}\n{stderr}");
    (stdout, stderr)
}

/// The binary, with nothing of the machine's own settings.
pub(crate) fn tributary(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tributary"));
    command.args(arguments).env_remove("TRIBUTARY_LOG").stdin(Stdio::null());
    command
}

/// A file of the checkout.
pub(crate) fn checkout(path: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path).display().to_string()
}

/// The worked cases, by name.
pub(crate) fn cases() -> Vec<String> {
    let folders = std::fs::read_dir(checkout("tests/cases")).expect("cases");
    let folders = folders.map(|entry| entry.expect("an entry").path()).filter(|path| path.is_dir());
    let mut cases: Vec<String> = folders.map(|path| path.display().to_string()).collect();
    cases.sort();
    assert!(!cases.is_empty(), "no worked cases");
    cases
}

/// What a case expects.
pub(crate) fn expected(case: &str) -> Value {
    serde_json::from_str(&std::fs::read_to_string(format!("{case}/expect.json")).expect("a file")).expect("JSON")
}

/// Lets a process live for so long; gives whether it had to be killed.
pub(crate) fn live_for(mut child: Child, lifetime: Duration) -> bool {
    let deadline = Instant::now() + lifetime;
    while Instant::now() < deadline {
        if let Some(status) = child.try_wait().expect("a process") {
            assert!(status.success(), "a process that nobody killed failed: {status}");
            return false;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    child.kill().expect("a process to kill");
    child.wait().expect("a process");
    true
}
