//! Where events came from. Beside the log lie, for each file that was imported, which line said the event at which position, and
//! the rows of it that could not be used: the quarantine of files.
//!
//! ```text
//! <folder>/<16 digits of the file's hash>-<format>/about.json      the file: name, hash, bytes, when it was first imported
//!                                                  lines           position and line of every event, see `lines`
//!                                                  unusable.jsonl  the rows that could not be used
//!                                                  scopes          what the file replaces, see `scopes`
//! <folder>/unfinished/                             the same of an import under way, or of one that broke off
//! ```
//!
//! Nothing here is the truth: no answer depends on it, and importing a file again makes its part anew. So a file has one entry
//! however often it is imported, and a row is out of the quarantine once the same file is imported with a mapping that takes it.

mod error;
mod import;
mod lines;
mod scopes;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use tributary_log::Position;

pub use error::OriginError;
pub use import::Import;
pub use scopes::{Said, Scope};

/// The name of what is not finished.
const UNFINISHED: &str = "unfinished";

/// How many digits of its hash name a file.
const NAME_DIGITS: usize = 16;

/// A file that was imported.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ImportedFile {
    /// When it was imported first.
    pub imported: String,
    /// Its name, as the importer was given it.
    pub file: String,
    /// The BLAKE3 of its bytes, in hex.
    pub hash: String,
    /// How many bytes it has.
    pub bytes: u64,
    /// The format that it was read as.
    pub format: String,
}

/// Where an event came from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Origin {
    /// The file.
    #[serde(flatten)]
    pub of: ImportedFile,
    /// The line, from 1; 0: the file as a whole, which no longer has what an earlier one said.
    pub line: u64,
}

impl std::fmt::Display for Origin {
    /// `FILE:LINE (blake3 …)`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.line == 0 {
            return write!(f, "{} (blake3 {})", self.of.file, digits(&self.of.hash));
        }
        write!(f, "{}:{} (blake3 {})", self.of.file, self.line, digits(&self.of.hash))
    }
}

/// A row that could not be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UnusableRow {
    /// The line on which it starts, from 1.
    pub line: u64,
    /// The column or field at fault, if it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// Why: fixed for ever.
    pub code: String,
    /// Why, for people.
    pub reason: String,
    /// What sort of row it is.
    pub kind: String,
    /// The row as it stands in the file.
    pub row: String,
}

/// What is kept of the files of a ledger.
#[derive(Debug, Clone)]
pub struct Origins {
    folder: PathBuf,
}

impl Origins {
    /// In this folder, which need not be there.
    pub fn at(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    /// Whether no file was imported.
    pub fn is_empty(&self) -> Result<bool, OriginError> {
        Ok(self.imported()?.is_empty())
    }

    /// Begins an import; what one that broke off left is removed. There is one importer at a time.
    pub fn begin(&self) -> Result<Import, OriginError> {
        Import::begin(&self.folder)
    }

    /// The files and lines that said the event at a position, that which was imported first at the front.
    pub fn of(&self, position: Position) -> Result<Vec<Origin>, OriginError> {
        let mut found = Vec::new();
        for (path, of) in self.imported()? {
            let path = path.join(lines::FILE);
            let line = lines::find(&path, position).map_err(|source| OriginError::Read { path, source })?;
            found.extend(line.map(|line| Origin { of, line }));
        }
        found.sort();
        Ok(found)
    }

    /// The greatest version that was imported of each scope.
    pub fn versions(&self) -> Result<BTreeMap<Scope, String>, OriginError> {
        let mut versions = BTreeMap::new();
        for (path, _) in self.imported()? {
            let path = path.join(scopes::FILE);
            scopes::greatest(&path, &mut versions).map_err(|source| OriginError::Read { path, source })?;
        }
        Ok(versions)
    }

    /// Where the events stand that files said of a scope, by the version of the file.
    pub fn said(&self, scope: &Scope) -> Result<Said, OriginError> {
        let mut said = Said::new();
        for (path, _) in self.imported()? {
            let path = path.join(scopes::FILE);
            scopes::said(&path, scope, &mut said).map_err(|source| OriginError::Read { path, source })?;
        }
        Ok(said)
    }

    /// Every file of which rows could not be used, with those rows in their order.
    pub fn unusable(&self) -> Result<Vec<(ImportedFile, Vec<UnusableRow>)>, OriginError> {
        let mut all = Vec::new();
        for (path, of) in self.imported()? {
            let path = path.join(import::UNUSABLE);
            let text = fs::read_to_string(&path).map_err(|source| OriginError::Read { path: path.clone(), source })?;
            let rows = text.lines().map(serde_json::from_str).collect::<Result<Vec<UnusableRow>, _>>();
            let rows = rows.map_err(|source| OriginError::Content { path, source })?;
            if !rows.is_empty() {
                all.push((of, rows));
            }
        }
        all.sort_by(|one, other| one.0.cmp(&other.0));
        Ok(all)
    }

    /// Forgets the unusable rows of a file, named by the beginning of its hash; gives how many there were.
    pub fn forget(&self, hash: &str) -> Result<u64, OriginError> {
        let mut forgotten = 0;
        for (path, _) in self.imported()?.into_iter().filter(|(_, of)| !hash.is_empty() && of.hash.starts_with(hash)) {
            let path = path.join(import::UNUSABLE);
            let text = fs::read_to_string(&path).map_err(|source| OriginError::Read { path: path.clone(), source })?;
            forgotten += text.lines().count() as u64;
            fs::write(&path, "").map_err(|source| OriginError::Write { path, source })?;
        }
        Ok(forgotten)
    }

    /// The files that were imported, with where their parts lie.
    fn imported(&self) -> Result<Vec<(PathBuf, ImportedFile)>, OriginError> {
        let read = |source| OriginError::Read { path: self.folder.clone(), source };
        if !self.folder.is_dir() {
            return Ok(Vec::new());
        }
        let mut imported = Vec::new();
        for entry in fs::read_dir(&self.folder).map_err(read)? {
            let path = entry.map_err(read)?.path();
            if path.file_name().is_some_and(|name| name != UNFINISHED) {
                let of = about(&path)?;
                imported.push((path, of));
            }
        }
        Ok(imported)
    }
}

fn about(path: &Path) -> Result<ImportedFile, OriginError> {
    let path = path.join(import::ABOUT);
    let text = fs::read(&path).map_err(|source| OriginError::Read { path: path.clone(), source })?;
    serde_json::from_slice(&text).map_err(|source| OriginError::Content { path, source })
}

/// The digits of a hash that name a file.
fn digits(hash: &str) -> &str {
    hash.get(..NAME_DIGITS).unwrap_or(hash)
}
