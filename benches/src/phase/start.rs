//! Starting the program: from the shell's point of view, to the end of the help text.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use super::Setting;
use crate::Result;
use crate::figures::{Figures, timed};

/// Starts of each program.
const STARTS: usize = 200;

/// Starts `tributary --help`, which lies beside this program, and a program that does nothing.
pub(super) fn start(_setting: &Setting) -> Result<Figures> {
    let mut figures = Figures::default();
    let tributary = std::env::current_exe()?.with_file_name("tributary");
    if !tributary.is_file() {
        return Err(
            format!("there is no `{}`, build it: cargo build --release -p tributary-cli", tributary.display()).into()
        );
    }
    figures.times("nothing", starts(Path::new("true"), &[])?);
    figures.times("help", starts(&tributary, &["--help"])?);
    Ok(figures)
}

fn starts(program: &Path, arguments: &[&str]) -> Result<Vec<Duration>> {
    let mut all = Vec::new();
    for _ in 0..STARTS {
        let (output, taken) = timed(|| Command::new(program).args(arguments).stdin(Stdio::null()).output());
        if !output?.status.success() {
            return Err(format!("`{}` failed", program.display()).into());
        }
        all.push(taken);
    }
    Ok(all)
}
