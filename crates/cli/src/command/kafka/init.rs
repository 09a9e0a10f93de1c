//! `tributary kafka init`: makes the topics, and nothing of those that are there.

use clap::Args;
use clap::builder::RangedU64ValueParser;
use tributary_log::Recorded;
use tributary_log_kafka::{InitOptions, init};

use super::{report, settings};
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;

/// Make the topics of a ledger; those that are there are checked and left as they are
///
/// How many partitions the topics have cannot be changed later: events of one subject would lie in two of them.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// How many partitions each family of events has: at most so many processes share the work
    #[arg(long, value_name = "N", default_value_t = 12, value_parser = RangedU64ValueParser::<u32>::new().range(1..=1024))]
    partitions: u32,
    /// How many brokers keep each record
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = RangedU64ValueParser::<u16>::new().range(1..=16))]
    replication: u16,
    /// Record events at their own `recordedtime`, for a backfill or a test; cannot be changed later
    #[arg(long)]
    trust_recorded_times: bool,
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<Exit, CliError> {
    let recorded = if arguments.trust_recorded_times { Recorded::ByEvents } else { Recorded::ByLog };
    let options = InitOptions { partitions: arguments.partitions, replication: arguments.replication, recorded };
    report::answer(context, init(&settings(context)?, &options))
}
