//! Program files: partners, accounts, aliases and teams as people keep them, in YAML, JSON or CSV. They say how things should be;
//! what has to be said for that is found by comparing them with a ledger.
//!
//! # Field map
//! | section | key | fields | event |
//! |---|---|---|---|
//! | `partners` | `partner` | `name`, `kinds`, `track`, `tier`, `markets`: the whole state | `partner.enrolled` |
//! | `accounts` | `account` | `name`, `markets`: the whole state | `account.opened` |
//! | `aliases` | `alias`, as `<namespace>/<external id>` | `account`; null unlinks | `alias.linked`, `alias.unlinked` |
//! | `deals` | `deal` | `team`: `partner` and `role` of each member, the whole team | `deal.role_assigned`, `deal.role_removed` |
//!
//! In YAML and JSON each section is a list of objects. A CSV file holds one section, which its header tells: `partner,name,kinds,
//! track,tier,markets`, `account,name,markets`, `alias,account` or `deal,partner,role`, columns in any order. There, several
//! names in a cell are separated by `;`, an empty cell is an absent field, an empty `account` unlinks, and the rows of a deal
//! together are its team: one without partner and role stands for a team of nobody.
//!
//! What a file does not name is left alone. The same thing named twice is an error, also in two files.

mod entry;
mod table;
mod write;

use std::collections::BTreeMap;

use serde_json::Value;
use tributary_domain::program::Program;

pub use self::write::write;
use crate::finding::Finding;
use crate::yaml;

/// A part of a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the file's own words")]
pub enum Section {
    Partners,
    Accounts,
    Aliases,
    Deals,
}

impl Section {
    /// Every section, in the order of a file.
    pub const ALL: [Self; 4] = [Self::Partners, Self::Accounts, Self::Aliases, Self::Deals];

    /// Its name in a file.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Partners => "partners",
            Self::Accounts => "accounts",
            Self::Aliases => "aliases",
            Self::Deals => "deals",
        }
    }

    /// The field that names one of its entries.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Partners => "partner",
            Self::Accounts => "account",
            Self::Aliases => "alias",
            Self::Deals => "deal",
        }
    }
}

/// Where an entry stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: u64,
}

/// What files hold: the entries that are right, and everything that is wrong with the others.
#[derive(Debug, Default)]
pub struct Read {
    /// How things should be.
    pub program: Program,
    /// What is wrong, in the order of files and lines.
    pub findings: Vec<Finding>,
    places: BTreeMap<(Section, String), Place>,
}

impl Read {
    /// Takes in a file: CSV if its name ends so, else YAML or JSON.
    pub fn take(&mut self, file: &str, text: &str) {
        let before = self.findings.len();
        if file.to_ascii_lowercase().ends_with(".csv") {
            table::take(self, file, text)
        } else {
            self.documents(file, text)
        }
        self.findings[before..].sort_by_key(|finding| finding.line);
    }

    /// Where an entry stands.
    pub fn place(&self, section: Section, key: &str) -> Option<&Place> {
        self.places.get(&(section, key.to_owned()))
    }

    fn documents(&mut self, file: &str, text: &str) {
        let documents = match yaml::documents(text) {
            Ok(documents) => documents,
            Err(error) => {
                let finding = Finding::error(file, error.line, "program", error.to_string(), "not-yaml");
                return self.findings.push(finding);
            }
        };
        for document in &documents {
            self.document(file, document);
        }
    }

    fn document(&mut self, file: &str, document: &yaml::Document) {
        let Value::Object(sections) = &document.value else {
            let reason = "must be an object of sections: partners, accounts, aliases, deals";
            return self.findings.push(Finding::error(file, document.line(""), "program", reason, "wrong-type"));
        };
        for (name, entries) in sections {
            let Some(section) = Section::ALL.into_iter().find(|section| section.as_str() == name) else {
                let reason = "is no section of a program: partners, accounts, aliases, deals";
                self.findings.push(Finding::error(file, document.line(name), name, reason, "unknown-field"));
                continue;
            };
            let Value::Array(entries) = entries else {
                let finding = Finding::error(file, document.line(name), name, "must be a list", "wrong-type");
                self.findings.push(finding);
                continue;
            };
            for (index, value) in entries.iter().enumerate() {
                let prefix = format!("{name}[{index}]");
                let line = |path: &str| document.line(path);
                entry::take(self, section, value, &entry::At { file, prefix: &prefix, line: &line });
            }
        }
    }
}
