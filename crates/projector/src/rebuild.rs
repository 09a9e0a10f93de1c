//! Where the store lies, and rebuilding it: a new one is made beside the old one and takes its place whole.
//!
//! ```text
//! <folder>/CURRENT            the name of the store in use
//! <folder>/store-<number>/    a store
//! ```

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use tributary_log::{IdentityIndex, Log};
use tributary_store::Tuning;

use crate::error::{ProjectorError, Result};
use crate::projection::{Progress, Projection};

const CURRENT: &str = "CURRENT";

/// Opens the store in use, or makes the first one. Stores that a stopped rebuild left behind are removed; a store of another
/// layout is never read but built anew from the log.
pub fn open<L: Log + IdentityIndex>(folder: &Path, log: &L, tuning: &Tuning) -> Result<Projection> {
    create(folder)?;
    let name = match current(folder)? {
        Some(name) => name,
        None => {
            let name = store_name(1);
            point_to(folder, &name)?;
            name
        }
    };
    remove_others(folder, &name)?;
    match Projection::open(&folder.join(name), log, tuning) {
        Err(ProjectorError::Layout { found, expected }) => {
            tracing::warn!(found, expected, "the store has another layout; building a new one from the log");
            rebuild(folder, log, tuning, |_| {})
        }
        opened => opened,
    }
}

/// Builds a new store from the log's first record on, beside the one in use, and swaps it in whole: before the swap the old
/// one is untouched, after it the new one is complete. The caller has closed the old one.
pub fn rebuild<L: Log + IdentityIndex>(
    folder: &Path,
    log: &L,
    tuning: &Tuning,
    progress: impl FnMut(Progress),
) -> Result<Projection> {
    create(folder)?;
    let old = current(folder)?;
    let name = store_name(old.as_deref().and_then(number_of).unwrap_or(0) + 1);
    remove(&folder.join(&name))?;
    let projection = Projection::open(&folder.join(&name), log, tuning)?;
    projection.build(log, progress)?;
    projection.flush()?;
    point_to(folder, &name)?;
    remove_others(folder, &name)?;
    Ok(projection)
}

fn store_name(number: u64) -> String {
    format!("store-{number}")
}

fn number_of(name: &str) -> Option<u64> {
    name.strip_prefix("store-").and_then(|number| number.parse().ok())
}

fn current(folder: &Path) -> Result<Option<String>> {
    let path = folder.join(CURRENT);
    match fs::read_to_string(&path) {
        Ok(name) => Ok(Some(name.trim().to_owned()).filter(|name| number_of(name).is_some())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(ProjectorError::Directory { action: "read", path, source }),
    }
}

/// Names the store in use, by a rename: a reader sees the old name or the new one.
fn point_to(folder: &Path, name: &str) -> Result<()> {
    let path = folder.join(format!("{CURRENT}.new"));
    let write = || {
        let mut file = fs::File::create(&path)?;
        writeln!(file, "{name}")?;
        file.sync_all()?;
        fs::rename(&path, folder.join(CURRENT))?;
        fs::File::open(folder)?.sync_all()
    };
    write().map_err(|source| ProjectorError::Directory { action: "write", path: folder.join(CURRENT), source })
}

fn create(folder: &Path) -> Result<()> {
    let action = "create";
    fs::create_dir_all(folder).map_err(|source| ProjectorError::Directory { action, path: folder.to_owned(), source })
}

fn remove_others(folder: &Path, kept: &str) -> Result<()> {
    let failed = |source| ProjectorError::Directory { action: "list", path: folder.to_owned(), source };
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path: PathBuf = entry.map_err(failed)?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if number_of(&name).is_some() && name != kept {
            remove(&path)?;
        }
    }
    Ok(())
}

fn remove(path: &Path) -> Result<()> {
    match fs::remove_dir_all(path) {
        Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
            Err(ProjectorError::Directory { action: "remove", path: path.to_owned(), source })
        }
        _ => Ok(()),
    }
}
