//! `tributary kafka`: the topics of a ledger on Kafka, made and checked.

mod check;
mod init;
mod report;

use clap::{Args, Subcommand};
use tributary_log_kafka::Settings;

pub(crate) use check::unsafe_topics;

use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;

const EXAMPLES: &str = "Examples:
  tributary --kafka kafka.properties kafka init --partitions 12 --replication 3
  tributary --kafka kafka.properties kafka check

The settings are a properties file with the names that Kafka's clients share, such as bootstrap.servers. Every one can come \
from the environment instead: TRIBUTARY_KAFKA_SASL_PASSWORD is sasl.password.";

/// Make the topics of a ledger on Kafka, or check them
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES, subcommand_required = true, arg_required_else_help = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    what: What,
}

/// What is asked for.
#[derive(Debug, Subcommand)]
enum What {
    Init(init::Arguments),
    Check(check::Arguments),
}

pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Exit, CliError> {
    match &arguments.what {
        What::Init(arguments) => init::run(context, arguments),
        What::Check(arguments) => check::run(context, arguments),
    }
}

/// The settings, which these commands cannot do without.
fn settings(context: &Context) -> Result<Settings, CliError> {
    let missing = || CliError::Usage("name the settings of Kafka with --kafka, or in TRIBUTARY_KAFKA".to_owned());
    context.place.settings()?.ok_or_else(missing)
}
