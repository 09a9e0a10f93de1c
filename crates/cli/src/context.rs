//! What every command is given: where the data lies, and how to speak to whoever asked.

use std::fmt::Display;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::error::CliError;
use crate::ledger::{HeldLog, Ledger, Place};
use crate::meter::Meter;

/// The global options.
#[derive(Debug, Clone)]
pub(crate) struct Context {
    /// The data directory.
    pub(crate) data: PathBuf,
    /// Where the log is.
    pub(crate) place: Place,
    /// Whether answers are JSON.
    pub(crate) json: bool,
    /// Whether only answers and refusals are printed.
    pub(crate) quiet: bool,
}

impl Context {
    /// Opens a ledger that should be there, brought up to its log.
    pub(crate) fn ledger(&self) -> Result<Ledger, CliError> {
        self.check_data()?;
        self.ledger_or_new()
    }

    /// Opens the ledger, or makes one.
    pub(crate) fn ledger_or_new(&self) -> Result<Ledger, CliError> {
        let meter = Meter::phases(self.quiet);
        let ledger = Ledger::open(&self.place, &self.data, |progress| meter.projecting(progress))?;
        meter.finish();
        Ok(ledger)
    }

    /// Opens the log alone, of a ledger that should be there.
    pub(crate) fn log(&self) -> Result<HeldLog, CliError> {
        self.check_data()?;
        HeldLog::open(&self.place, &self.data)
    }

    /// Whether the log is on Kafka.
    pub(crate) fn is_on_kafka(&self) -> bool {
        matches!(self.place, Place::Kafka(_))
    }

    /// Whether there is a ledger. On Kafka there is: the data directory holds nothing that cannot be made again.
    pub(crate) fn has_ledger(&self) -> bool {
        self.is_on_kafka() || self.data.is_dir()
    }

    /// A wrong name should not make a new ledger.
    pub(crate) fn check_data(&self) -> Result<(), CliError> {
        if self.has_ledger() { Ok(()) } else { Err(CliError::NoData { path: self.data.clone() }) }
    }

    /// Prints the answer: the document itself with `--json`, else as people read it.
    pub(crate) fn answer<T: Serialize>(
        &self,
        document: &T,
        readable: impl FnOnce(&T) -> String,
    ) -> Result<(), CliError> {
        print(&self.document(document, readable)?)
    }

    /// Writes a document to a file and says so; none: to standard output.
    pub(crate) fn deliver(&self, file: Option<&Path>, bytes: &[u8]) -> Result<(), CliError> {
        deliver(file, bytes)?;
        match file {
            Some(path) if !self.quiet => say(&format_args!("wrote `{}`", path.display())),
            _ => {}
        }
        Ok(())
    }

    /// The answer as [`Context::answer`] prints it.
    pub(crate) fn document<T: Serialize>(
        &self,
        document: &T,
        readable: impl FnOnce(&T) -> String,
    ) -> Result<String, CliError> {
        match self.json {
            true => Ok(format!("{}\n", serde_json::to_string_pretty(document)?)),
            false => Ok(readable(document)),
        }
    }
}

/// Writes to standard output.
pub(crate) fn print(text: &str) -> Result<(), CliError> {
    deliver(None, text.as_bytes())
}

/// Writes to a file; none: to standard output.
pub(crate) fn deliver(file: Option<&Path>, bytes: &[u8]) -> Result<(), CliError> {
    if let Some(path) = file {
        return std::fs::write(path, bytes).map_err(|source| CliError::Output { path: path.to_owned(), source });
    }
    let mut output = io::stdout().lock();
    output.write_all(bytes).and_then(|()| output.flush()).map_err(CliError::Write)
}

/// Writes a line to standard error; if nobody reads it, there is nobody to tell.
pub(crate) fn say(line: &impl Display) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}

/// Whether a stream takes colour: a terminal, where `NO_COLOR` is not set.
pub(crate) fn takes_colour(stream: &impl IsTerminal) -> bool {
    stream.is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|set| set.is_empty())
}
