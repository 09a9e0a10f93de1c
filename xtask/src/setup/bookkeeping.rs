//! The bookkeepers' programs that tests hand the journal's exports to: `hledger`, the system's, and beancount in a Python
//! environment of its own, kept in the cache under the version that `xtask/beancount.txt` pins. Both only run beside the
//! tests; nothing is linked with them.

use std::path::Path;
use std::process::{Command, Stdio};

use super::toolchain::{install, is_program};
use crate::workspace::{Failure, Workspace, cache_dir, create_dir, failed, lock, succeeds};

const REQUIREMENT: &str = "xtask/beancount.txt";

/// Installs what is missing, or says what to install.
pub(super) fn ensure(workspace: &Workspace) -> Result<(), Failure> {
    install("hledger", || is_program("hledger"))?;
    let requirement = workspace.read(REQUIREMENT)?;
    let folder = cache_dir()?.join(folder_name(requirement.trim()));
    let checker = folder.join("bin/bean-check");
    if checker.is_file() {
        return Ok(());
    }
    install("python3-venv", || is_program("python3"))?;
    let cache = cache_dir()?;
    create_dir(&cache)?;
    let _one_at_a_time = lock(&cache.join("beancount.lock"))?;
    if checker.is_file() {
        return Ok(()); // made while we waited
    }
    println!("installing {} into `{}`", requirement.trim(), folder.display());
    if !has_environment(&folder)? {
        // Debian's Python comes without what makes environments.
        install("python3-venv", || false)?;
        has_environment(&folder)?;
    }
    let mut pip = Command::new(folder.join("bin/python"));
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"]).arg(REQUIREMENT);
    let installed = succeeds(pip.current_dir(&workspace.root)).unwrap_or(false);
    if installed && checker.is_file() {
        return Ok(());
    }
    let folder = folder.display();
    Err(failed(format!(
        "install what is missing: python3 -m venv --clear {folder} && {folder}/bin/pip install {}",
        requirement.trim()
    )))
}

/// `beancount==3.2.3` lies in `beancount-3.2.3`.
fn folder_name(requirement: &str) -> String {
    requirement.replace("==", "-")
}

fn has_environment(folder: &Path) -> Result<bool, Failure> {
    let mut venv = Command::new("python3");
    succeeds(venv.args(["-m", "venv", "--clear"]).arg(folder).stdin(Stdio::null()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_is_named_after_the_version() {
        assert_eq!(folder_name("beancount==3.2.3"), "beancount-3.2.3");
    }
}
