//! `tributary man`: the manual pages, from the help itself.

use std::path::PathBuf;

use clap::{Args, CommandFactory};

use crate::context::print;
use crate::error::CliError;
use crate::exit::Exit;

const EXAMPLES: &str = "Examples:
  tributary man | man -l -
  tributary man --output ~/.local/share/man/man1";

/// Print the manual page, or write one for each command
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The folder in which the pages of every command are written
    #[arg(long = "output", alias = "out", value_name = "DIR")]
    out: Option<PathBuf>,
}

/// Made from the command line's own definition.
pub(crate) fn run(arguments: &Arguments) -> Result<Exit, CliError> {
    let command = crate::arguments::Arguments::command();
    match &arguments.out {
        Some(folder) => {
            let write = || {
                std::fs::create_dir_all(folder)?;
                clap_mangen::generate_to(command, folder)
            };
            write().map_err(|source| CliError::Input { path: folder.clone(), source })?;
        }
        None => {
            let mut page = Vec::new();
            clap_mangen::Man::new(command).render(&mut page).map_err(CliError::Write)?;
            print(&String::from_utf8_lossy(&page))?;
        }
    }
    Ok(Exit::Ok)
}
