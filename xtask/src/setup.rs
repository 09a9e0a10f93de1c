//! `cargo xtask setup`: makes a machine ready to build the workspace, and says nothing where there is nothing to do.
//!
//! Compiling RocksDB takes 10 to 20 minutes, and cargo would do it again in every target directory and after every change
//! among the dependencies of its build script. Its archive is therefore built once per version and flags, kept outside
//! the checkout, and named to cargo by `.cargo/local.toml`. What tests run beside the code is kept there too: the programs
//! that read the journal, and Kafka.

mod archive;
mod bookkeeping;
pub(crate) mod kafka;
mod local_config;
mod python;
mod toolchain;

use crate::workspace::{Failure, Workspace, cache_dir, create_dir, lock};

/// Brings the machine to the state that `cargo build` needs.
pub(crate) fn run(workspace: &Workspace) -> Result<(), Failure> {
    let Some(key) = archive::key(workspace)? else {
        println!("nothing depends on RocksDB yet, its archive is left out");
        return Ok(());
    };
    let place = cache_dir()?.join("rocksdb");
    create_dir(&place)?;
    let _one_at_a_time = lock(&place.join("lock"))?;
    toolchain::ensure()?;
    let folder = archive::ensure(workspace, &place, &key)?;
    local_config::ensure(workspace, &folder)?;
    bookkeeping::ensure(workspace)?;
    python::ensure(workspace)?;
    kafka::ensure().map(drop)
}
