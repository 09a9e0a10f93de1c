//! A broker's process: started, told things by signals, and never left behind.
//!
//! Signals go through the shell's `kill`, since the standard library knows only the one that ends a child. A process
//! that belongs to us has a guard beside it, a shell that waits for our end of a pipe to close: when we die, however we
//! die, it kills the broker.

use std::fs::{self, OpenOptions};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::{Error, Result};

/// As many lines are told of what a program said.
const LINES_MAX: usize = 4;
const READY: &str = "Kafka Server started";
const POLL: Duration = Duration::from_millis(20);
const READY_WITHIN: Duration = Duration::from_secs(120);
const STOPPED_WITHIN: Duration = Duration::from_secs(30);

/// What a broker writes to.
#[derive(Debug, Clone)]
pub(crate) struct Logs {
    /// What log4j writes.
    pub(crate) log: PathBuf,
    /// Standard output and error: mostly nothing, else why Java did not come that far.
    pub(crate) output: PathBuf,
}

impl Logs {
    pub(crate) fn within(directory: &Path) -> Self {
        Self { log: directory.join("broker.log"), output: directory.join("output.log") }
    }

    pub(crate) fn len(&self) -> usize {
        fs::metadata(&self.log).map_or(0, |data| usize::try_from(data.len()).unwrap_or(usize::MAX))
    }

    /// What was written since the log had the length; the file only grows.
    fn since(&self, len: usize) -> String {
        let bytes = fs::read(&self.log).unwrap_or_default();
        String::from_utf8_lossy(bytes.get(len..).unwrap_or_default()).into_owned()
    }
}

/// Starts the command in a process group of its own, so that what is typed at a terminal does not reach it.
pub(crate) fn spawn(mut command: Command, logs: &Logs) -> Result<Child> {
    let output =
        OpenOptions::new().create(true).append(true).open(&logs.output).map_err(Error::io("write", &logs.output))?;
    let again = output.try_clone().map_err(Error::io("write", &logs.output))?;
    command.stdin(Stdio::null()).stdout(output).stderr(again).process_group(0);
    let program = PathBuf::from(command.get_program());
    command.spawn().map_err(Error::io("start", &program))
}

/// Waits until the broker says that it is ready, behind what its log held before. The caller ends one that is not.
pub(crate) fn wait_until_ready(broker: &mut Child, logs: &Logs, written: usize) -> Result<()> {
    let started = Instant::now();
    while !logs.since(written).contains(READY) {
        if !matches!(broker.try_wait(), Ok(None)) {
            let said = logs.since(written);
            if said.contains("java.net.BindException") {
                return Err(Error::PortTaken);
            }
            let output = fs::read_to_string(&logs.output).unwrap_or_default();
            return Err(Error::Ended { log: logs.log.clone(), said: last_lines(&(said + &output)) });
        }
        if started.elapsed() > READY_WITHIN {
            return Err(Error::Slow { log: logs.log.clone() });
        }
        thread::sleep(POLL);
    }
    Ok(())
}

/// A broker that ends with us.
#[derive(Debug)]
pub(crate) struct Process {
    broker: Child,
    guard: Child,
}

impl Process {
    /// Starts it, and waits until it is ready.
    pub(crate) fn start(command: Command, logs: &Logs) -> Result<Self> {
        let written = logs.len();
        let mut broker = spawn(command, logs)?;
        let mut guard = Command::new("sh");
        guard.args(["-c", "read -r _; kill -KILL \"$0\"", &broker.id().to_string()]).process_group(0);
        match guard.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn() {
            Ok(guard) => {
                let mut process = Self { broker, guard };
                wait_until_ready(&mut process.broker, logs, written)?;
                Ok(process)
            }
            Err(cause) => {
                // Without a guard there is no broker; killing fails only if it has ended.
                let _ = broker.kill();
                let _ = broker.wait();
                Err(Error::io("start", Path::new("sh"))(cause))
            }
        }
    }

    pub(crate) fn id(&self) -> u32 {
        self.broker.id()
    }

    /// True until it ended, by itself or by another's hand.
    pub(crate) fn runs(&mut self) -> bool {
        matches!(self.broker.try_wait(), Ok(None))
    }

    /// Asks it to end, waits, and kills it if that takes too long.
    pub(crate) fn stop(mut self) {
        signal(self.id(), "CONT");
        signal(self.id(), "TERM");
        let asked = Instant::now();
        while self.runs() && asked.elapsed() < STOPPED_WITHIN {
            thread::sleep(POLL);
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // The guard first: once the broker is waited for, its id may be somebody else's.
        let _ = self.guard.kill();
        let _ = self.guard.wait();
        let _ = self.broker.kill();
        let _ = self.broker.wait();
    }
}

/// Sends a signal by name; true if there was somebody to receive it.
pub(crate) fn signal(id: u32, name: &str) -> bool {
    let mut command = Command::new("sh");
    command.args(["-c", "kill -s \"$1\" \"$0\"", &id.to_string(), name]);
    command.stdin(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

/// The end of what a program wrote, on one line: without where Java was when it failed, and without news.
pub(crate) fn last_lines(said: &str) -> String {
    let telling = |line: &&str| {
        let line = line.trim();
        !(line.is_empty() || line.starts_with("at ") || line.contains(" INFO ") || line.contains(" WARN "))
    };
    let lines: Vec<&str> = said.lines().filter(telling).map(str::trim).collect();
    lines[lines.len().saturating_sub(LINES_MAX)..].join(" | ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_program_said_last_is_told_without_the_stack() {
        let said = "one\n1 INFO x: begun\n\nException: no such file\n\tat kafka.Kafka(Kafka.scala:1)\n";
        assert_eq!(last_lines(said), "one | Exception: no such file");
        assert_eq!(last_lines("1\n2\n3\n4\n5\n"), "2 | 3 | 4 | 5");
        assert_eq!(last_lines(""), "");
    }
}
