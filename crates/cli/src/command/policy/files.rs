//! Files of policies, read whole: the documents that are right, and everything that is wrong with the others.

use std::collections::BTreeMap;
use std::io::{self, Read};
use std::path::PathBuf;

use serde::Serialize;
use tributary_audit::policy::unknown_names;
use tributary_connectors::policy::{Written, Wrong, read};
use tributary_domain::policy::Policy;
use tributary_domain::time::Day;
use tributary_projector::View;

use crate::error::CliError;

/// What files hold.
#[derive(Debug, Default)]
pub(in crate::command) struct Files {
    /// The documents that are right.
    pub(in crate::command) documents: Vec<Document>,
    /// What is wrong, by file and line.
    pub(in crate::command) findings: Vec<Finding>,
    refused: usize,
}

/// A document that is right.
#[derive(Debug)]
pub(in crate::command) struct Document {
    pub(in crate::command) file: String,
    pub(in crate::command) written: Written,
    pub(in crate::command) policy: Policy,
}

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::command) enum Severity {
    /// The document cannot be published.
    Error,
    /// It can, and is most likely not what was meant.
    Warning,
}

/// Something about a document that is wrong.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::command) struct Finding {
    pub(in crate::command) severity: Severity,
    pub(in crate::command) file: String,
    pub(in crate::command) line: u64,
    /// Of the field; empty for the document.
    pub(in crate::command) path: String,
    pub(in crate::command) reason: String,
    pub(in crate::command) code: &'static str,
    /// The name that was likely meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::command) meant: Option<String>,
}

impl std::fmt::Display for Finding {
    /// `FILE:LINE: path: reason (code)`, as of every refusal.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { file, line, reason, code, .. } = self;
        let path = if self.path.is_empty() { "policy" } else { &self.path };
        let warning = if self.severity == Severity::Warning { "warning: " } else { "" };
        let meant = self.meant.as_ref().map(|meant| format!(", did you mean `{meant}`?")).unwrap_or_default();
        write!(f, "{file}:{line}: {path}: {warning}{reason}{meant} ({code})")
    }
}

impl Files {
    /// Reads files; `-` is standard input.
    pub(in crate::command) fn read(paths: &[PathBuf]) -> Result<Self, CliError> {
        let mut files = Self::default();
        for path in paths {
            let name = path.display().to_string();
            files.take(&name, &text(path)?);
        }
        files.refuse_twice();
        Ok(files)
    }

    /// The documents of a text.
    pub(in crate::command) fn of(name: &str, text: &str) -> Self {
        let mut files = Self::default();
        files.take(name, text);
        files.refuse_twice();
        files
    }

    fn take(&mut self, name: &str, text: &str) {
        let documents = match read(text) {
            Ok(documents) => documents,
            Err(error) => return self.say(name, error.line, "", error.to_string(), "not-yaml"),
        };
        if documents.is_empty() {
            return self.say(name, 1, "", "the file holds no document".to_owned(), "no-document");
        }
        for written in documents {
            match written.policy.clone() {
                Ok(policy) => self.documents.push(Document { file: name.to_owned(), written, policy }),
                Err(wrong) => {
                    self.refused += 1;
                    self.findings.extend(wrong.into_iter().map(|wrong| finding(name, wrong)));
                }
            }
        }
    }

    fn say(&mut self, file: &str, line: u64, path: &str, reason: String, code: &'static str) {
        let (file, path) = (file.to_owned(), path.to_owned());
        self.refused += 1;
        self.findings.push(Finding { severity: Severity::Error, file, line, path, reason, code, meant: None });
    }

    /// Of two documents for one version nobody knows which should stand; the first is taken.
    fn refuse_twice(&mut self) {
        let mut first: BTreeMap<(&str, String, Day), String> = BTreeMap::new();
        let mut twice = Vec::new();
        for document in std::mem::take(&mut self.documents) {
            let policy = &document.policy;
            let version = (policy.kind(), policy.id().to_string(), policy.effective_from());
            let place = format!("{}:{}", document.file, document.written.line);
            match first.get(&version) {
                Some(other) => twice.push((document, other.clone())),
                None => {
                    first.insert(version, place);
                    self.documents.push(document);
                }
            }
        }
        for (document, other) in twice {
            let reason = format!("the same version stands at {other}");
            self.say(&document.file, document.written.line, "", reason, "duplicate-version");
        }
    }

    /// How many documents, or whole files, are not taken.
    pub(in crate::command) const fn refused(&self) -> usize {
        self.refused
    }

    /// Adds what nothing in a ledger knows.
    pub(in crate::command) fn warn(&mut self, view: &View<'_>) {
        let all: Vec<Policy> = self.documents.iter().map(|document| document.policy.clone()).collect();
        for document in &self.documents {
            self.findings.extend(unknown_names(view, &document.policy, &all).into_iter().map(|name| Finding {
                severity: Severity::Warning,
                file: document.file.clone(),
                line: document.written.line_of(&name.path),
                path: name.path,
                reason: name.reason,
                code: "unknown-name",
                meant: None,
            }));
        }
    }

    /// How many things there are of a severity.
    pub(in crate::command) fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.severity == severity).count()
    }
}

fn finding(file: &str, wrong: Wrong) -> Finding {
    let refusal = wrong.problem.refusal;
    Finding {
        severity: Severity::Error,
        file: file.to_owned(),
        line: wrong.line,
        path: refusal.field().to_owned(),
        reason: refusal.to_string(),
        code: refusal.code(),
        meant: wrong.problem.meant,
    }
}

fn text(path: &PathBuf) -> Result<String, CliError> {
    if path.as_os_str() == "-" {
        let mut text = String::new();
        let read = io::stdin().read_to_string(&mut text);
        return read.map(|_| text).map_err(|source| CliError::Read { name: "-".to_owned(), source });
    }
    std::fs::read_to_string(path).map_err(|source| CliError::Input { path: path.clone(), source })
}
