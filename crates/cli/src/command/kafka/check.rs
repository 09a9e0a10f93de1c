//! `tributary kafka check`: whether the topics keep what a ledger needs kept.

use clap::Args;
use tributary_log_kafka::check;

use super::{report, settings};
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;

/// Check the topics of a ledger, and name what would lose or reorder events
#[derive(Debug, Args)]
pub(super) struct Arguments {}

pub(super) fn run(context: &Context, _: &Arguments) -> Result<Exit, CliError> {
    report::answer(context, check(&settings(context)?))
}

/// What is unsafe about the topics, in words.
pub(crate) fn unsafe_topics(context: &Context) -> Result<Vec<String>, CliError> {
    let reports = check(&settings(context)?)?;
    let of_one = |report: &tributary_log_kafka::TopicReport| {
        report.findings.iter().map(|finding| format!("topic `{}`: {finding}", report.topic)).collect::<Vec<_>>()
    };
    Ok(reports.iter().flat_map(of_one).collect())
}
