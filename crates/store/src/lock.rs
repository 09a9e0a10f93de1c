//! Holding a database's directory without opening it: for those who only look, and want nobody to write meanwhile.

use std::fs::File;
use std::path::Path;

use rustix::fs::{FlockOperation, fcntl_lock};

use crate::{Result, StoreError};

/// A directory that no other process can open for writing. This process must not open it for writing either: closing that
/// would let the lock go.
#[derive(Debug)]
pub struct DirectoryLock(#[expect(dead_code, reason = "held, not used")] File);

/// Takes the lock that an open database holds. Fails with [`StoreError::Locked`] if another process has it.
pub fn lock(dir: &Path) -> Result<DirectoryLock> {
    let inspect = |source| StoreError::Inspect { path: dir.to_owned(), source };
    let file = File::options().write(true).create(true).truncate(false).open(dir.join("LOCK")).map_err(inspect)?;
    match fcntl_lock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(DirectoryLock(file)),
        Err(rustix::io::Errno::AGAIN | rustix::io::Errno::ACCESS) => Err(StoreError::Locked { path: dir.to_owned() }),
        Err(other) => Err(inspect(other.into())),
    }
}
