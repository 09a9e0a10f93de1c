//! An import under way: what its file said, put in place when it is done.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use tributary_log::Position;

use crate::{ImportedFile, OriginError, Scope, UNFINISHED, UnusableRow, about, digits, lines, scopes};

pub(crate) const ABOUT: &str = "about.json";
pub(crate) const UNUSABLE: &str = "unusable.jsonl";

/// The part of a file that is being imported.
#[derive(Debug)]
pub struct Import {
    folder: PathBuf,
    lines: BufWriter<File>,
    unusable: BufWriter<File>,
    scopes: BufWriter<File>,
}

impl Import {
    pub(crate) fn begin(folder: &Path) -> Result<Self, OriginError> {
        let own = folder.join(UNFINISHED);
        let write = |source| OriginError::Write { path: own.clone(), source };
        if own.exists() {
            fs::remove_dir_all(&own).map_err(write)?;
        }
        fs::create_dir_all(&own).map_err(write)?;
        let open = |name: &str| File::create(own.join(name)).map(BufWriter::new).map_err(write);
        let (lines, unusable, scopes) = (open(lines::FILE)?, open(UNUSABLE)?, open(scopes::FILE)?);
        Ok(Self { folder: folder.to_owned(), lines, unusable, scopes })
    }

    fn own(&self) -> PathBuf {
        self.folder.join(UNFINISHED)
    }

    fn failed(&self, source: std::io::Error) -> OriginError {
        OriginError::Write { path: self.own(), source }
    }

    /// Notes which lines said the events at these positions.
    pub fn note(&mut self, said: &[(Position, u64)]) -> Result<(), OriginError> {
        lines::write(said, &mut self.lines).map_err(|source| self.failed(source))
    }

    /// Notes what the file, as a version of a scope, says of it.
    pub fn deliver(&mut self, scope: &Scope, version: &str, said: &[(Position, u64)]) -> Result<(), OriginError> {
        scopes::write(scope, version, said, &mut self.scopes).map_err(|source| self.failed(source))
    }

    /// Keeps a row that could not be used.
    pub fn keep(&mut self, row: &UnusableRow) -> Result<(), OriginError> {
        let line = serde_json::to_string(row).map_err(|error| self.failed(error.into()))?;
        writeln!(self.unusable, "{line}").map_err(|source| self.failed(source))
    }

    /// Puts it in place, instead of what an earlier import of the same bytes as the same format left.
    pub fn finish(mut self, of: ImportedFile) -> Result<(), OriginError> {
        let place = self.folder.join(format!("{}-{}", digits(&of.hash), of.format));
        let earlier = if place.is_dir() { Some(about(&place)?) } else { None };
        let first = match earlier {
            Some(earlier) => ImportedFile { imported: earlier.imported, ..of },
            None => of,
        };
        self.put(&place, &first).map_err(|source| self.failed(source))
    }

    fn put(&mut self, place: &Path, of: &ImportedFile) -> std::io::Result<()> {
        self.lines.flush()?;
        self.unusable.flush()?;
        self.scopes.flush()?;
        fs::write(self.own().join(ABOUT), serde_json::to_string_pretty(of)?)?;
        if place.is_dir() {
            fs::remove_dir_all(place)?;
        }
        fs::rename(self.own(), place)
    }
}
