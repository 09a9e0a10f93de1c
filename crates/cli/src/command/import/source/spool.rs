//! The file of an import, read as often as it has to be: what comes from a pipe is put into a file first.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::super::Input;
use crate::error::CliError;

/// Where what comes from a pipe is put.
const PIPED: &str = "piped";

/// A file that can be opened again and again.
pub(super) struct Spool {
    pub(super) name: String,
    path: PathBuf,
    is_own: bool,
}

impl Spool {
    /// Of an input; a pipe is read to its end into `folder`.
    pub(super) fn of(mut input: Input, folder: &Path) -> Result<Self, CliError> {
        if input.length.is_some() {
            return Ok(Self { name: input.name, path: input.path, is_own: false });
        }
        let path = folder.with_extension(PIPED);
        let mut file = File::create(&path).map_err(|source| CliError::Output { path: path.clone(), source })?;
        let spool = Self { name: input.name, path, is_own: true };
        io::copy(&mut input.reader, &mut file).map_err(|source| spool.failed(source))?;
        Ok(spool)
    }

    pub(super) fn open(&self) -> Result<File, CliError> {
        File::open(&self.path).map_err(|source| CliError::Input { path: self.path.clone(), source })
    }

    /// The BLAKE3 of its bytes, in hex.
    pub(super) fn hash(&self) -> Result<String, CliError> {
        let (mut file, mut hasher, mut buffer) = (self.open()?, blake3::Hasher::new(), vec![0; 1 << 16]);
        loop {
            match file.read(&mut buffer).map_err(|source| self.failed(source))? {
                0 => return Ok(hasher.finalize().to_hex().to_string()),
                read => hasher.update(&buffer[..read]),
            };
        }
    }

    /// How many bytes it has.
    pub(super) fn bytes(&self) -> Result<u64, CliError> {
        let about = self.open()?.metadata();
        about.map(|about| about.len()).map_err(|source| self.failed(source))
    }

    fn failed(&self, source: io::Error) -> CliError {
        CliError::Read { name: self.name.clone(), source }
    }
}

impl Drop for Spool {
    fn drop(&mut self) {
        if self.is_own {
            // What stays is overwritten by the next one.
            let _ = fs::remove_file(&self.path);
        }
    }
}
