//! Which schemas go under which subjects, and in what order: what a file imports is registered before it.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::{Registered, Registry, RegistryError};

/// A protobuf file to register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schema {
    /// The file's path, by which others import it.
    pub file: String,
    /// Its text.
    pub text: String,
    /// What it imports, as registered.
    pub imports: Vec<Import>,
}

/// An import of a file, where the registry holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// The path that the file imports.
    pub file: String,
    /// The subject it is registered under.
    pub subject: String,
    /// Which version of it.
    pub version: u32,
}

impl Schema {
    pub(crate) fn to_json(&self) -> Value {
        let reference =
            |import: &Import| json!({"name": import.file, "subject": import.subject, "version": import.version});
        let references: Vec<Value> = self.imports.iter().map(reference).collect();
        json!({"schemaType": "PROTOBUF", "schema": self.text, "references": references})
    }
}

/// What a new schema of a subject is held to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compatibility {
    /// Old readers read new values and new readers old ones, through all versions: what our own check holds.
    FullTransitive,
    /// New readers read old values, through all versions.
    BackwardTransitive,
}

impl Compatibility {
    /// The registry's name for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::FullTransitive => "FULL_TRANSITIVE",
            Self::BackwardTransitive => "BACKWARD_TRANSITIVE",
        }
    }
}

/// The subject of a topic's values, where one file describes them all: `TopicNameStrategy`.
pub fn value_subject(topic: &str) -> String {
    format!("{topic}-value")
}

/// The subject of one message in a topic whose values several files describe: `TopicRecordNameStrategy`.
pub fn record_subject(topic: &str, message: &str) -> String {
    format!("{topic}-{message}")
}

/// Registers files under subjects, each held to `compatibility`, and gives what the registry holds for each subject.
///
/// `subjects` are subject and file; `files` are path, text and imports of every file, also of those that are only
/// imported, which go under their own path. What is held already stays as it is: doing it again changes nothing.
pub fn register(
    registry: &Registry,
    subjects: &[(String, &str)],
    files: &[(&str, &str, &[&str])],
    compatibility: Compatibility,
) -> Result<BTreeMap<String, Registered>, RegistryError> {
    let mut registration = Registration { registry, files, compatibility, registered: BTreeMap::new() };
    for (subject, file) in subjects {
        registration.file(subject, file, file)?;
    }
    Ok(registration.registered)
}

struct Registration<'a> {
    registry: &'a Registry,
    files: &'a [(&'a str, &'a str, &'a [&'a str])],
    compatibility: Compatibility,
    registered: BTreeMap<String, Registered>,
}

impl Registration<'_> {
    /// Protobuf forbids cycles of imports, so this ends.
    fn file(&mut self, subject: &str, file: &str, wanted_by: &str) -> Result<Registered, RegistryError> {
        if let Some(registered) = self.registered.get(subject) {
            return Ok(*registered);
        }
        let Some((_, text, imported)) = self.files.iter().find(|(path, ..)| *path == file) else {
            return Err(RegistryError::MissingImport { file: wanted_by.to_owned(), import: file.to_owned() });
        };
        let mut imports = Vec::new();
        // Registries know Google's own files.
        for import in imported.iter().filter(|import| !import.starts_with("google/protobuf/")) {
            let version = self.file(import, import, file)?.version;
            imports.push(Import { file: (*import).to_owned(), subject: (*import).to_owned(), version });
        }
        let schema = Schema { file: file.to_owned(), text: (*text).to_owned(), imports };
        let registered = self.schema(subject, &schema)?;
        self.registered.insert(subject.to_owned(), registered);
        Ok(registered)
    }

    fn schema(&self, subject: &str, schema: &Schema) -> Result<Registered, RegistryError> {
        if self.registry.compatibility(subject)?.as_deref() != Some(self.compatibility.name()) {
            self.registry.set_compatibility(subject, self.compatibility)?;
        }
        if let Some(held) = self.registry.find(subject, schema)? {
            return Ok(held);
        }
        let id = self.registry.add(subject, schema)?;
        self.registry.find(subject, schema)?.ok_or_else(|| RegistryError::Unexpected {
            url: subject.to_owned(),
            reason: format!("it does not hold the schema that it gave the id {id}"),
        })
    }
}
