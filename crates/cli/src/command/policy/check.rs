//! `tributary policy check`: everything that is wrong with files of policies, and names in them that the ledger does not know.

use std::path::PathBuf;

use serde::Serialize;
use tributary_audit::policy::unknown_names;
use tributary_connectors::policy::{Document, Read};
use tributary_connectors::{Finding, Severity};
use tributary_domain::policy::Policy;
use tributary_projector::View;

use super::read;
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;

const EXAMPLES: &str = "Examples:
  tributary policy check policies/*.yaml
  tributary policy check draft.yaml --json

Each finding is a line FILE:LINE: path: reason (code). Names that the ledger does not know are warnings, if there is a data \
directory. The exit code is 1 if anything but a warning was found.";

/// Check files of policies, and say everything that is wrong with them
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// The files, YAML or JSON, one or several documents in each; `-` is standard input
    #[arg(required = true, value_name = "FILES")]
    files: Vec<PathBuf>,
}

/// What was checked.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Checked<'f> {
    documents: Vec<DocumentChecked<'f>>,
    findings: &'f [Finding],
    errors: usize,
    warnings: usize,
}

/// A document that can be published.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct DocumentChecked<'f> {
    file: &'f str,
    line: u64,
    kind: &'static str,
    id: String,
    effective_from: String,
}

/// Checks without changing anything.
pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<Exit, CliError> {
    let Read { documents, mut findings, .. } = read(&arguments.files)?;
    let errors = findings.len();
    if context.has_ledger() {
        let ledger = context.ledger()?;
        findings.extend(warnings(&ledger.projection.view(None)?, &documents));
    }
    let documents = documents.iter().map(|of| DocumentChecked {
        file: &of.file,
        line: of.line(""),
        kind: of.policy.kind(),
        id: of.policy.id().to_string(),
        effective_from: of.policy.effective_from().to_string(),
    });
    let warnings = findings.len() - errors;
    let checked = Checked { documents: documents.collect(), findings: &findings, errors, warnings };
    context.answer(&checked, readable)?;
    Ok(Exit::refused_if(errors > 0))
}

/// What nothing in a ledger knows, nor another document.
fn warnings(view: &View<'_>, documents: &[Document]) -> Vec<Finding> {
    let all: Vec<Policy> = documents.iter().map(|document| document.policy.clone()).collect();
    let of = |document: &Document| {
        let unknown = unknown_names(view, &document.policy, &all);
        let finding = |name: tributary_audit::policy::UnknownName| Finding {
            severity: Severity::Warning,
            ..Finding::error(&document.file, document.line(&name.path), &name.path, name.reason, "unknown-name")
        };
        unknown.into_iter().map(finding).collect::<Vec<_>>()
    };
    documents.iter().flat_map(of).collect()
}

fn readable(checked: &Checked<'_>) -> String {
    let mut page: String = checked.findings.iter().map(|finding| format!("{finding}\n")).collect();
    for of in &checked.documents {
        let DocumentChecked { file, line, kind, id, effective_from } = of;
        page.push_str(&format!("{file}:{line}: {kind} policy `{id}` from {effective_from} is well-formed\n"));
    }
    page.push_str(&format!("{}, {}\n", counted(checked.errors, "error"), counted(checked.warnings, "warning")));
    page
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}
