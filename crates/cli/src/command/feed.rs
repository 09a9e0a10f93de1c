//! `tributary feed`: the projected topics, computed again and compared.

mod replay;
mod topics;

use clap::{Args, Subcommand};

use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;

const EXAMPLES: &str = "Examples:
  tributary --kafka kafka.properties feed replay credits
  tributary --kafka kafka.properties feed replay statements --into statements.again";

/// Compute the projected topics again, and compare
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES, subcommand_required = true, arg_required_else_help = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    what: What,
}

/// What is asked for.
#[derive(Debug, Subcommand)]
enum What {
    Replay(replay::Arguments),
}

pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Exit, CliError> {
    match &arguments.what {
        What::Replay(arguments) => replay::run(context, arguments),
    }
}
