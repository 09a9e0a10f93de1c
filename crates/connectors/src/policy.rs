//! Policy documents in files: one or several in each, YAML or JSON, checked whole. What a document says is the contract's; see
//! `tributary_events::policy` for its rules.

use std::collections::BTreeMap;

use tributary_domain::policy::Policy;
use tributary_domain::time::Day;
use tributary_events::{Problem, policy};

use crate::finding::Finding;
use crate::yaml;

/// What files hold: the documents that are right, and everything that is wrong with the others.
#[derive(Debug, Default)]
pub struct Read {
    /// The documents that are right, each version once.
    pub documents: Vec<Document>,
    /// What is wrong, in the order of files and lines.
    pub findings: Vec<Finding>,
    /// How many documents, or whole files, are not among the documents.
    pub refused: usize,
    places: BTreeMap<(&'static str, String, Day), String>,
}

/// A document of a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// The file.
    pub file: String,
    /// What it says.
    pub policy: Policy,
    fields: yaml::Document,
}

impl Document {
    /// The line of a field; of the document, of the empty path.
    pub fn line(&self, path: &str) -> u64 {
        self.fields.line(path)
    }
}

impl Read {
    /// Takes in a file.
    pub fn take(&mut self, file: &str, text: &str) {
        let before = self.findings.len();
        match yaml::documents(text) {
            Err(error) => self.refuse(Finding::error(file, error.line, "policy", error.to_string(), "not-yaml")),
            Ok(documents) if documents.is_empty() => {
                self.refuse(Finding::error(file, 1, "policy", "the file holds no document", "no-document"));
            }
            Ok(documents) => documents.into_iter().for_each(|fields| self.document(file, fields)),
        }
        self.findings[before..].sort_by_key(|finding| finding.line);
    }

    fn document(&mut self, file: &str, fields: yaml::Document) {
        let policy = match policy::check(&fields.value) {
            Ok(policy) => policy,
            Err(problems) => {
                self.refused += 1;
                return self.findings.extend(problems.into_iter().map(|problem| finding(file, &fields, problem)));
            }
        };
        // Of two documents for one version nobody knows which should stand; the first is taken.
        let version = (policy.kind(), policy.id().to_string(), policy.effective_from());
        if let Some(first) = self.places.get(&version) {
            let reason = format!("the same version stands at {first}");
            return self.refuse(Finding::error(file, fields.line(""), "policy", reason, "duplicate-version"));
        }
        self.places.insert(version, format!("{file}:{}", fields.line("")));
        self.documents.push(Document { file: file.to_owned(), policy, fields });
    }

    fn refuse(&mut self, finding: Finding) {
        self.refused += 1;
        self.findings.push(finding);
    }
}

fn finding(file: &str, fields: &yaml::Document, problem: Problem) -> Finding {
    let path = problem.refusal.field().to_owned();
    let shown = if path.is_empty() { "policy" } else { &path };
    Finding::of(file, fields.line(&path), shown, problem)
}
