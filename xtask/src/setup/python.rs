//! What the consumer in `examples/python` and the tests of calls to portals need: environments in the cache, made by the
//! consumer's own script, so that those who have no cargo make the same.

use std::process::{Command, Stdio};

use super::toolchain::{install, is_program};
use crate::workspace::{Failure, Workspace, failed, succeeds};

const SCRIPT: &str = "examples/python/environment.sh";
/// What they hold besides the consumer's own: the models of AWS's services.
const REQUIREMENTS: &[&str] = &["crates/cli/tests/calls/botocore.txt"];

/// Makes the environments where they are missing, or says how.
pub(super) fn ensure(workspace: &Workspace) -> Result<(), Failure> {
    install("python3-venv", || is_program("python3"))?;
    make(workspace, None)?;
    REQUIREMENTS.iter().try_for_each(|file| make(workspace, Some(file)))
}

fn make(workspace: &Workspace, requirements: Option<&str>) -> Result<(), Failure> {
    let mut script = Command::new(workspace.root.join(SCRIPT));
    script.args(requirements);
    if succeeds(script.current_dir(&workspace.root).stdout(Stdio::null()))? {
        return Ok(());
    }
    let typed = requirements.map_or_else(|| SCRIPT.to_owned(), |file| format!("{SCRIPT} {file}"));
    Err(failed(format!("cannot make an environment of Python, see above; repeat it with: {typed}")))
}
