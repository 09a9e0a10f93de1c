//! `tributary policy`: policies kept as files; checked, published, shown and compared. A file for each subcommand.

mod check;
mod diff;
mod history;
mod money;
mod publish;
mod show;

use std::path::PathBuf;

use clap::Subcommand;
use tributary_connectors::policy::Read;
use tributary_domain::id::{IdError, PolicyId};

use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::files;

const EXAMPLES: &str = "Examples:
  tributary policy check policies/*.yaml
  tributary policy publish policies/growth-2024.yaml --preview
  tributary policy diff policies/growth-2024.yaml
  tributary policy show growth-2024 --on 2024-09-01";

/// Check, publish, show and compare policies
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES, subcommand_required = true, arg_required_else_help = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Check(check::Arguments),
    Publish(publish::Arguments),
    Show(show::Arguments),
    History(history::Arguments),
    Diff(diff::Arguments),
}

/// Carries the subcommand out.
pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Exit, CliError> {
    match &arguments.command {
        Command::Check(arguments) => check::run(context, arguments),
        Command::Publish(arguments) => publish::run(context, arguments),
        Command::Show(arguments) => show::run(context, arguments),
        Command::History(arguments) => history::run(context, arguments),
        Command::Diff(arguments) => diff::run(context, arguments),
    }
}

/// What files of policies hold.
pub(super) fn read(paths: &[PathBuf]) -> Result<Read, CliError> {
    let mut read = Read::default();
    for (name, text) in files::texts(paths)? {
        read.take(&name, &text);
    }
    Ok(read)
}

fn policy(text: &str) -> Result<PolicyId, IdError> {
    PolicyId::new(text)
}

/// Nothing under an id is no empty answer: somebody misspelt it.
fn unknown(id: &PolicyId) -> CliError {
    CliError::Unknown(format!("no policy `{id}` is known: `tributary policy show` lists them"))
}
