//! The processes of a fault run: where they work, and how they are started, hurt and stopped. Each by its pid, and no other.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tributary_log_kafka::Settings;

use crate::Result;

/// Where a run has its files, and the binary that it runs.
#[derive(Debug, Clone)]
pub(super) struct Place {
    dir: PathBuf,
    binary: PathBuf,
}

impl Place {
    pub(super) fn new(dir: &Path, address: &str, binary: &Path) -> Result<Self> {
        let place = Self { dir: dir.to_owned(), binary: binary.to_owned() };
        fs::write(place.settings_file(), format!("bootstrap.servers={address}\nsession.timeout.ms=6000\n"))?;
        Ok(place)
    }

    fn settings_file(&self) -> PathBuf {
        self.dir.join("kafka.properties")
    }

    pub(super) fn settings(&self) -> Result<Settings> {
        Ok(Settings::load(Some(&self.settings_file()), [])?)
    }

    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }

    /// A command of the binary with a data directory of that name.
    pub(super) fn command(&self, data: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.binary);
        self.name(&mut command, data, arguments);
        command
    }

    /// The same with files of at most so many blocks of 1024 bytes: to the process, a full disk.
    fn command_on_full_disk(&self, data: &str, blocks: u32, arguments: &[&str]) -> Command {
        let mut command = Command::new("bash");
        command.args(["-c", &format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"")]).arg(&self.binary);
        self.name(&mut command, data, arguments);
        command
    }

    fn name(&self, command: &mut Command, data: &str, arguments: &[&str]) {
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
pub(super) struct Projectors {
    place: Place,
    running: Vec<Option<Child>>,
}

impl Projectors {
    pub(super) fn start(place: &Place, count: usize) -> Result<Self> {
        let mut projectors = Self { place: place.clone(), running: (0..count).map(|_| None).collect() };
        (0..count).try_for_each(|which| projectors.start_again(which))?;
        Ok(projectors)
    }

    pub(super) fn start_again(&mut self, which: usize) -> Result<()> {
        let name = format!("projector-{which}");
        fs::create_dir_all(self.place.file(&name))?;
        self.running[which] = Some(self.place.command(&name, &["project"]).spawn()?);
        Ok(())
    }

    pub(super) fn start_on_full_disk(&mut self, which: usize) -> Result<()> {
        let name = format!("projector-{which}");
        self.running[which] = Some(self.place.command_on_full_disk(&name, 64, &["project"]).spawn()?);
        Ok(())
    }

    /// Starts those that ended by themselves.
    pub(super) fn all_running(&mut self) -> Result<()> {
        for which in 0..self.running.len() {
            let ended = match &mut self.running[which] {
                Some(child) => child.try_wait()?.is_some(),
                None => true,
            };
            if ended {
                self.start_again(which)?;
            }
        }
        Ok(())
    }

    pub(super) fn kill(&mut self, which: usize) -> Result<()> {
        if let Some(mut child) = self.running[which].take() {
            // It may have ended by itself: a full disk does that.
            let _ = child.kill();
            child.wait()?;
        }
        Ok(())
    }

    pub(super) fn pause(&self, which: usize) -> Result<()> {
        self.signal(which, "-STOP")
    }

    pub(super) fn resume(&self, which: usize) -> Result<()> {
        self.signal(which, "-CONT")
    }

    fn signal(&self, which: usize, signal: &str) -> Result<()> {
        let Some(child) = &self.running[which] else { return Ok(()) };
        Command::new("kill").args([signal, &child.id().to_string()]).status()?;
        Ok(())
    }

    pub(super) fn stop(&mut self) -> Result<()> {
        (0..self.running.len()).try_for_each(|which| self.kill(which))
    }
}

impl Drop for Projectors {
    fn drop(&mut self) {
        // Whatever went wrong before: no process stays behind.
        let _ = self.stop();
    }
}
