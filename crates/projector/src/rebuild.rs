//! Where the store lies, and rebuilding it: a new one is made beside the old one and takes its place whole.
//!
//! ```text
//! <folder>/CURRENT            the name of the store in use
//! <folder>/store-<number>/    a store
//! ```

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use tributary_log::Log;
use tributary_store::Tuning;

use crate::error::{ProjectorError, Result};
use crate::projection::{Progress, Projection};

const CURRENT: &str = "CURRENT";

/// Opens the store in use, or makes the first one. Stores that a stopped rebuild left behind are removed; a store of another
/// layout is never read but built anew from the log.
pub fn open<L: Log + ?Sized>(folder: &Path, log: &L, tuning: &Tuning) -> Result<Projection> {
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
pub fn rebuild<L: Log + ?Sized>(
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

/// The store that is in use, if there is any; an error if the file that names it does not.
pub fn in_use(folder: &Path) -> Result<Option<PathBuf>> {
    let path = folder.join(CURRENT);
    if !path.exists() {
        return Ok(None);
    }
    let named = fs::read(&path).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let name = named.as_deref().and_then(|text| text.strip_suffix('\n')).filter(|name| number_of(name).is_some());
    let store = name.map(|name| folder.join(name)).filter(|store| store.is_dir());
    store.map(Some).ok_or(ProjectorError::NoStore { path })
}

/// A projection made only to be compared with; its store goes with it.
#[derive(Debug)]
pub struct Fresh {
    /// None only while it is being dropped.
    projection: Option<Projection>,
    path: PathBuf,
}

impl Fresh {
    /// The projection.
    pub fn projection(&self) -> Option<&Projection> {
        self.projection.as_ref()
    }
}

impl Drop for Fresh {
    fn drop(&mut self) {
        // Its files are open until it is closed. What cannot be removed now is, when the folder is opened next.
        drop(self.projection.take());
        let _ = remove(&self.path);
    }
}

/// Builds a projection from the log's first record on, beside the one in use, which stays in use.
pub fn fresh<L: Log + ?Sized>(
    folder: &Path,
    log: &L,
    tuning: &Tuning,
    progress: impl FnMut(Progress),
) -> Result<Fresh> {
    create(folder)?;
    let number = current(folder)?.as_deref().and_then(number_of).unwrap_or(0) + 1;
    let path = folder.join(store_name(number));
    remove(&path)?;
    let mut fresh = Fresh { projection: None, path };
    let projection = fresh.projection.insert(Projection::open(&fresh.path, log, tuning)?);
    projection.build(log, progress)?;
    Ok(fresh)
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
