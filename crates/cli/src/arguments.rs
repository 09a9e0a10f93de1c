//! The command line: global options, and the table of commands.

use std::ops::RangeInclusive;
use std::path::PathBuf;

use clap::{ArgAction, Args, Parser, Subcommand};
use tributary_domain::currency::{Currency, CurrencyError};
use tributary_domain::id::{AccountId, DealId, IdError, PartnerId};
use tributary_domain::time::{Day, Instant, Period, TimeError, parse_day};
use tributary_finance::FinanceError;
use tributary_projector::View;

use crate::command;
use crate::context::Context;
use crate::error::CliError;
use crate::exit::{self, Exit};
use crate::ledger::Place;
use crate::overview;

const EXAMPLES: &str = "Examples:
  tributary import program.jsonl
  tributary import bill.csv --from focus --mapping focus.yaml
  tributary close 2024-09 && tributary statement --all 2024-09";

/// An attribution ledger: who gets credit for which revenue, what that earns, and why.
///
/// Events go in with `import`; every answer is a function of the events known at an instant. Months are closed with `close`,
/// and what is learned later arrives as an adjustment in the next close.
#[derive(Debug, Parser)]
#[command(name = "tributary", version, propagate_version = false, after_help = after_help(), subcommand_required = true)]
#[command(arg_required_else_help = true, disable_help_subcommand = true, max_term_width = 110)]
#[command(help_template = overview::template())]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

fn after_help() -> String {
    format!("{EXAMPLES}\n\n{}", exit::help().trim_end())
}

/// Options that every command takes.
#[derive(Debug, Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Global {
    /// The data directory
    #[arg(long, global = true, value_name = "DIR", env = "TRIBUTARY_DATA", default_value = "./tributary-data")]
    data: PathBuf,
    /// The settings of a ledger on Kafka; the data directory then holds what is derived from it
    #[arg(long, global = true, value_name = "FILE", env = "TRIBUTARY_KAFKA")]
    kafka: Option<PathBuf>,
    /// Print answers as JSON
    #[arg(long, global = true)]
    json: bool,
    /// Print neither progress nor summaries
    #[arg(short, long, global = true)]
    quiet: bool,
    /// Trace to standard error: info, twice debug, thrice everything; TRIBUTARY_LOG holds a filter instead
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub(crate) verbose: u8,
}

impl Global {
    /// As commands are given them.
    pub(crate) fn context(&self) -> Context {
        let place = self.kafka.clone().map_or(Place::Embedded, Place::Kafka);
        Context { data: self.data.clone(), place, json: self.json, quiet: self.quiet }
    }
}

/// The commands, in the order in which one meets them; `overview` groups them.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Import(command::import::Arguments),
    Policy(command::policy::Arguments),
    Program(command::program::Arguments),
    Statement(command::statement::Arguments),
    Credits(command::credits::Arguments),
    Attribution(command::attribution::Arguments),
    Renewals(command::renewals::Arguments),
    Suspense(command::suspense::Arguments),
    Deal(command::deal::Arguments),
    Drift(command::drift::Arguments),
    Ask(command::ask::Arguments),
    Close(command::close::Arguments),
    Period(command::period::Arguments),
    Reconcile(command::reconcile::Arguments),
    Journal(command::journal::Arguments),
    TrialBalance(command::trial_balance::Arguments),
    Calls(command::calls::Arguments),
    Explain(command::explain::Arguments),
    Replay(command::replay::Arguments),
    Diff(command::diff::Arguments),
    Timeline(command::timeline::Arguments),
    Status(command::status::Arguments),
    Verify(command::verify::Arguments),
    Quarantine(command::quarantine::Arguments),
    Feed(command::feed::Arguments),
    Export(command::export::Arguments),
    Rebuild(command::rebuild::Arguments),
    Project(command::project::Arguments),
    Kafka(command::kafka::Arguments),
    Completions(command::completions::Arguments),
    Man(command::man::Arguments),
}

impl Command {
    /// Carries the command out.
    pub(crate) fn run(&self, context: &Context) -> Result<Exit, CliError> {
        match self {
            Self::Import(arguments) => command::import::run(context, arguments),
            Self::Policy(arguments) => command::policy::run(context, arguments),
            Self::Program(arguments) => command::program::run(context, arguments),
            Self::Statement(arguments) => command::statement::run(context, arguments),
            Self::Credits(arguments) => command::credits::run(context, arguments),
            Self::Attribution(arguments) => command::attribution::run(context, arguments),
            Self::Renewals(arguments) => command::renewals::run(context, arguments),
            Self::Suspense(arguments) => command::suspense::run(context, arguments),
            Self::Deal(arguments) => command::deal::run(context, arguments),
            Self::Drift(arguments) => command::drift::run(context, arguments),
            Self::Ask(arguments) => command::ask::run(context, arguments),
            Self::Close(arguments) => command::close::run(context, arguments),
            Self::Period(arguments) => command::period::run(context, arguments),
            Self::Reconcile(arguments) => command::reconcile::run(context, arguments),
            Self::Journal(arguments) => command::journal::run(context, arguments),
            Self::TrialBalance(arguments) => command::trial_balance::run(context, arguments),
            Self::Calls(arguments) => command::calls::run(context, arguments),
            Self::Explain(arguments) => command::explain::run(context, arguments),
            Self::Replay(arguments) => command::replay::run(context, arguments),
            Self::Diff(arguments) => command::diff::run(context, arguments),
            Self::Timeline(arguments) => command::timeline::run(context, arguments),
            Self::Status(arguments) => command::status::run(context, arguments),
            Self::Verify(arguments) => command::verify::run(context, arguments),
            Self::Quarantine(arguments) => command::quarantine::run(context, arguments),
            Self::Feed(arguments) => command::feed::run(context, arguments),
            Self::Export(arguments) => command::export::run(context, arguments),
            Self::Rebuild(arguments) => command::rebuild::run(context, arguments),
            Self::Project(arguments) => command::project::run(context, arguments),
            Self::Kafka(arguments) => command::kafka::run(context, arguments),
            Self::Completions(arguments) => command::completions::run(arguments),
            Self::Man(arguments) => command::man::run(arguments),
        }
    }
}

/// The instant at which the ledger is asked.
#[derive(Debug, Args)]
pub(crate) struct KnownAt {
    /// What was known then, such as 2024-10-05T00:00:00Z; by default all that is recorded
    #[arg(long, value_name = "INSTANT")]
    pub(crate) known_at: Option<Instant>,
}

/// The day that is asked about.
#[derive(Debug, Args)]
pub(crate) struct AsOf {
    /// The day; by default that of the last recorded instant
    #[arg(long, value_name = "DATE", value_parser = day)]
    as_of: Option<Day>,
}

impl AsOf {
    /// The day; fails if none is named and nothing is recorded.
    pub(crate) fn day(&self, view: &View<'_>) -> Result<Day, FinanceError> {
        let last = || view.last_recorded().map(|last| view.reference().book.day(last)).ok_or(FinanceError::Nothing);
        self.as_of.map_or_else(last, Ok)
    }
}

/// Reads a partner's id.
pub(crate) fn partner(text: &str) -> Result<PartnerId, IdError> {
    PartnerId::new(text)
}

/// Reads an account's id.
pub(crate) fn account(text: &str) -> Result<AccountId, IdError> {
    AccountId::new(text)
}

/// Reads a deal's id.
pub(crate) fn deal(text: &str) -> Result<DealId, IdError> {
    DealId::new(text)
}

/// Reads a date.
pub(crate) fn day(text: &str) -> Result<Day, TimeError> {
    parse_day(text)
}

/// Reads a period.
pub(crate) fn period(text: &str) -> Result<Period, TimeError> {
    text.parse()
}

/// Reads a period, or the first and the last of several: `2024-01..2024-12`.
pub(crate) fn periods(text: &str) -> Result<RangeInclusive<Period>, String> {
    let (first, last) = text.split_once("..").unwrap_or((text, text));
    let [first, last] = [first, last].map(|text| period(text).map_err(|error| format!("`{text}` {error}")));
    let (first, last) = (first?, last?);
    if first <= last { Ok(first..=last) } else { Err(format!("`{first}` is after `{last}`")) }
}

/// Reads a currency.
pub(crate) fn currency(text: &str) -> Result<Currency, CurrencyError> {
    text.parse()
}
