//! Policy documents in files: one or several in each, YAML or JSON, checked whole. What a document says is the contract's; see
//! `tributary_events::policy` for its rules.

use tributary_domain::policy::Policy;
use tributary_events::{Problem, policy};

use crate::yaml::{self, NotYaml};

/// A document of a file: what it says, or all that is wrong with it.
#[derive(Debug, Clone, PartialEq)]
pub struct Written {
    /// The line on which it begins.
    pub line: u64,
    /// What it says.
    pub policy: Result<Policy, Vec<Wrong>>,
    document: yaml::Document,
}

impl Written {
    /// The line of a field.
    pub fn line_of(&self, path: &str) -> u64 {
        self.document.line(path)
    }
}

/// Something that is wrong with a document, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// The line, from 1.
    pub line: u64,
    /// What.
    pub problem: Problem,
}

/// Reads the documents of a file, each for itself; what is wrong with one stands in the order of its lines.
pub fn read(text: &str) -> Result<Vec<Written>, NotYaml> {
    let written = |document: yaml::Document| {
        let policy = policy::check(&document.value).map_err(|problems| {
            let place = |problem: Problem| Wrong { line: document.line(problem.refusal.field()), problem };
            let mut wrong: Vec<Wrong> = problems.into_iter().map(place).collect();
            wrong.sort_by_key(|wrong| wrong.line);
            wrong
        });
        Written { line: document.line(""), policy, document }
    };
    Ok(yaml::documents(text)?.into_iter().map(written).collect())
}
