//! What the consumer in `examples/python` needs: an environment in the cache, made by its own script, so that those who
//! have no cargo make the same.

use std::process::{Command, Stdio};

use super::toolchain::{install, is_program};
use crate::workspace::{Failure, Workspace, failed, succeeds};

const SCRIPT: &str = "examples/python/environment.sh";

/// Makes the environment where it is missing, or says how.
pub(super) fn ensure(workspace: &Workspace) -> Result<(), Failure> {
    install("python3-venv", || is_program("python3"))?;
    let mut script = Command::new(workspace.root.join(SCRIPT));
    if succeeds(script.current_dir(&workspace.root).stdout(Stdio::null()))? {
        return Ok(());
    }
    Err(failed(format!("cannot make what `examples/python` needs, see above; repeat it with: {SCRIPT}")))
}
