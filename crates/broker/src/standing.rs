//! A broker that outlives the command that started it. What it is known by afterwards is its folder: a file there holds
//! the process, and the process names the folder among its arguments.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use crate::broker::at;
use crate::home::Home;
use crate::process::{Logs, signal, spawn, wait_until_ready};
use crate::{Distribution, Error, Options, Result};

const POLL: Duration = Duration::from_millis(50);
const STOPPED_WITHIN: Duration = Duration::from_secs(30);

/// The folder of a standing broker.
#[derive(Debug, Clone)]
pub struct Standing {
    directory: PathBuf,
}

/// One that runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Running {
    /// The process.
    pub id: u32,
    /// Where clients find it, without security.
    pub address: String,
}

impl Standing {
    /// That of the folder, whether or not there is one yet.
    pub fn within(directory: &Path) -> Self {
        Self { directory: directory.to_owned() }
    }

    /// The broker that runs there, if one does.
    pub fn status(&self) -> Option<Running> {
        let text = fs::read_to_string(self.file()).ok()?;
        let (id, address) = text.trim_end().split_once(' ')?;
        let running = Running { id: id.parse().ok()?, address: address.to_owned() };
        self.is_ours(running.id).then_some(running)
    }

    /// Starts it unless it runs, with the data and ports that it had.
    pub fn up(&self, distribution: Distribution) -> Result<Running> {
        if let Some(running) = self.status() {
            return Ok(running);
        }
        let options = Options::default();
        let mut home = Home::make(distribution, self.directory.clone(), &options)?;
        let id = home.start(&options, |home| {
            let logs = home.logs();
            let written = logs.len();
            let mut broker = spawn(home.command(), &logs)?;
            let ready = wait_until_ready(&mut broker, &logs, written);
            if ready.is_err() {
                // Both fail only where there is nothing to end.
                let _ = broker.kill();
                let _ = broker.wait();
            }
            ready.map(|()| broker.id())
        })?;
        let running = Running { id, address: at(home.ports.client) };
        let file = self.file();
        fs::write(&file, format!("{id} {}\n", running.address)).map_err(Error::io("write", &file))?;
        Ok(running)
    }

    /// Stops it and waits until it has ended; its data stay. None if none runs.
    pub fn down(&self) -> Option<Running> {
        let running = self.status()?;
        signal(running.id, "TERM");
        let asked = Instant::now();
        while self.is_ours(running.id) && asked.elapsed() < STOPPED_WITHIN {
            thread::sleep(POLL);
        }
        if self.is_ours(running.id) {
            signal(running.id, "KILL");
        }
        // The process is what says that it runs; the file alone says nothing.
        let _ = fs::remove_file(self.file());
        Some(running)
    }

    /// Where its log is.
    pub fn log(&self) -> PathBuf {
        Logs::within(&self.directory).log
    }

    fn file(&self) -> PathBuf {
        self.directory.join("process")
    }

    /// True if the process is the broker of this folder, and not another that was given the number since.
    fn is_ours(&self, id: u32) -> bool {
        let arguments = fs::read(format!("/proc/{id}/cmdline")).unwrap_or_default();
        let properties = self.directory.join("server.properties");
        arguments.split(|byte| *byte == 0).any(|argument| argument == properties.as_os_str().as_encoded_bytes())
    }
}
