//! `tributary completions`: what a shell needs to complete the command line.

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use crate::context::print;
use crate::error::CliError;
use crate::exit::Exit;

const EXAMPLES: &str = "Examples:
  tributary completions bash > ~/.local/share/bash-completion/completions/tributary
  tributary completions zsh > ~/.zfunc/_tributary
  tributary completions fish > ~/.config/fish/completions/tributary.fish";

/// Print the completions of a shell
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The shell
    shell: Shell,
}

/// Made from the command line's own definition.
pub(crate) fn run(arguments: &Arguments) -> Result<Exit, CliError> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut crate::arguments::Arguments::command(), "tributary", &mut script);
    print(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Ok)
}
