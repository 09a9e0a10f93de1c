//! Processes of the binary on a broker: where they work, and how they are started, hurt and stopped. Each by its pid, and no
//! other.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tributary_log_kafka::Settings;

use crate::Result;

/// Where processes have their files, and the binary that they run.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    dir: PathBuf,
    binary: PathBuf,
}

impl Place {
    pub(crate) fn new(dir: &Path, address: &str, binary: &Path) -> Result<Self> {
        let place = Self { dir: dir.to_owned(), binary: binary.to_owned() };
        fs::write(place.settings_file(), format!("bootstrap.servers={address}\nsession.timeout.ms=6000\n"))?;
        Ok(place)
    }

    fn settings_file(&self) -> PathBuf {
        self.dir.join("kafka.properties")
    }

    pub(crate) fn settings(&self) -> Result<Settings> {
        Ok(Settings::load(Some(&self.settings_file()), [])?)
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }

    /// A command of the binary with a data directory of that name.
    pub(crate) fn command(&self, data: &str, arguments: &[impl AsRef<OsStr>]) -> Command {
        let mut command = Command::new(&self.binary);
        self.name(&mut command, data, arguments);
        command
    }

    /// The same with files of at most so many blocks of 1024 bytes: to the process, a full disk.
    fn command_on_full_disk(&self, data: &str, blocks: u32, arguments: &[impl AsRef<OsStr>]) -> Command {
        let mut command = Command::new("bash");
        command.args(["-c", &format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"")]).arg(&self.binary);
        self.name(&mut command, data, arguments);
        command
    }

    fn name(&self, command: &mut Command, data: &str, arguments: &[impl AsRef<OsStr>]) {
        command.arg("--kafka").arg(self.settings_file()).arg("--data").arg(self.dir.join(data)).arg("--quiet");
        command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null());
        // What processes say goes to a file: it is read when a run fails.
        if let Ok(said) = fs::File::options().create(true).append(true).open(self.dir.join(format!("{data}.said"))) {
            command.stderr(said);
        }
    }
}

/// Projector processes by number.
#[derive(Debug)]
pub(crate) struct Projectors {
    place: Place,
    arguments: Vec<String>,
    running: Vec<Option<Child>>,
}

impl Projectors {
    /// So many, each started with `project` and these arguments.
    pub(crate) fn start(place: &Place, count: usize, arguments: &[&str]) -> Result<Self> {
        let arguments = ["project"].iter().chain(arguments).map(|&argument| argument.to_owned()).collect();
        let mut projectors = Self { place: place.clone(), arguments, running: (0..count).map(|_| None).collect() };
        (0..count).try_for_each(|which| projectors.start_again(which))?;
        Ok(projectors)
    }

    pub(crate) fn start_again(&mut self, which: usize) -> Result<()> {
        let name = format!("projector-{which}");
        fs::create_dir_all(self.place.file(&name))?;
        self.running[which] = Some(self.place.command(&name, &self.arguments).spawn()?);
        Ok(())
    }

    pub(crate) fn start_on_full_disk(&mut self, which: usize, blocks: u32) -> Result<()> {
        let name = format!("projector-{which}");
        self.running[which] = Some(self.place.command_on_full_disk(&name, blocks, &self.arguments).spawn()?);
        Ok(())
    }

    /// Whether one has ended by itself, or was never started.
    pub(crate) fn has_ended(&mut self, which: usize) -> Result<bool> {
        match &mut self.running[which] {
            Some(child) => Ok(child.try_wait()?.is_some()),
            None => Ok(true),
        }
    }

    /// Starts those that ended by themselves; gives how many.
    pub(crate) fn all_running(&mut self) -> Result<u32> {
        let mut ended = 0;
        for which in 0..self.running.len() {
            if self.has_ended(which)? {
                self.start_again(which)?;
                ended += 1;
            }
        }
        Ok(ended)
    }

    pub(crate) fn kill(&mut self, which: usize) -> Result<()> {
        if let Some(mut child) = self.running[which].take() {
            // It may have ended by itself: a full disk does that.
            let _ = child.kill();
            child.wait()?;
        }
        Ok(())
    }

    pub(crate) fn pause(&self, which: usize) -> Result<()> {
        self.signal(which, "-STOP")
    }

    pub(crate) fn resume(&self, which: usize) -> Result<()> {
        self.signal(which, "-CONT")
    }

    fn signal(&self, which: usize, signal: &str) -> Result<()> {
        let Some(child) = &self.running[which] else { return Ok(()) };
        Command::new("kill").args([signal, &child.id().to_string()]).status()?;
        Ok(())
    }

    pub(crate) fn stop(&mut self) -> Result<()> {
        (0..self.running.len()).try_for_each(|which| self.kill(which))
    }
}

impl Drop for Projectors {
    fn drop(&mut self) {
        // Whatever went wrong before: no process stays behind.
        let _ = self.stop();
    }
}
