//! What is wrong with a file that people write: all of it, each thing with its place. A finding is a value, never an error: the
//! rest of the file is still read.

use std::fmt;

use serde::Serialize;
use tributary_events::Problem;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Severity {
    /// It cannot be taken as it is.
    Error,
    /// It can, and is most likely not what was meant.
    Warning,
}

/// Something that is wrong with a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// The name that the file was given.
    pub file: String,
    /// The line, from 1.
    pub line: u64,
    /// The path of the field, such as `schedule.bands[1].from`, or the column.
    pub path: String,
    /// What is wrong with it.
    pub reason: String,
    /// Fixed for ever.
    pub code: &'static str,
    /// The name that was likely meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meant: Option<String>,
}

impl Finding {
    /// An error.
    pub fn error(file: &str, line: u64, path: &str, reason: impl Into<String>, code: &'static str) -> Self {
        let (file, path, reason) = (file.to_owned(), path.to_owned(), reason.into());
        Self { severity: Severity::Error, file, line, path, reason, code, meant: None }
    }

    /// What breaks a rule of the contract.
    pub fn of(file: &str, line: u64, path: &str, problem: Problem) -> Self {
        let Problem { refusal, meant } = problem;
        Self { meant, ..Self::error(file, line, path, refusal.to_string(), refusal.code()) }
    }
}

impl fmt::Display for Finding {
    /// `FILE:LINE: path: reason (code)`, as of every refusal.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, line, path, reason, code, .. } = self;
        let warning = if self.severity == Severity::Warning { "warning: " } else { "" };
        let meant = self.meant.as_ref().map(|meant| format!(", did you mean `{meant}`?")).unwrap_or_default();
        write!(f, "{file}:{line}: {path}: {warning}{reason}{meant} ({code})")
    }
}
