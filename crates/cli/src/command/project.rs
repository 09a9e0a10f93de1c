//! `tributary project`: the process that follows the log, and keeps what is derived from it up to it.

mod shared;
mod stop;

use std::time::{Duration, Instant};

use clap::Args;
use tributary_log::in_words;

use self::stop::Stop;
use crate::context::{Context, say};
use crate::error::CliError;
use crate::exit::Exit;
use crate::ledger::Ledger;
use crate::meter::Meter;

/// How long it waits at the end of the log before it looks again.
const IDLE: Duration = Duration::from_millis(100);
/// How long it waits before it tries again what failed.
const RETRIES_AFTER: Duration = Duration::from_secs(1);
/// How often it says how far it is.
const SAYS_EVERY: Duration = Duration::from_secs(10);

const EXAMPLES: &str = "Examples:
  tributary --kafka kafka.properties project
  tributary --kafka kafka.properties project --until-end

On Kafka, processes that are started with data directories of their own share the work, and publish the feed: docs/cluster.md, \
docs/feed.md. SIGTERM and SIGINT end it after the write it is in; what it has not filed yet is read again by the next one.";

/// Follow the log, and keep what is derived from it up to it
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// End where the log ends instead of following it
    #[arg(long)]
    until_end: bool,
    /// On Kafka: publish at most once in so many milliseconds
    #[arg(long, value_name = "MS", default_value_t = 250)]
    every: u64,
    /// On Kafka: by how many milliseconds the brokers' clocks may differ; what is published is known that long ago at least
    #[arg(long, value_name = "MS", default_value_t = 50)]
    clock_margin: u64,
}

/// Runs until it is told to stop.
pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Exit, CliError> {
    let stop = Stop::on_signals()?;
    context.check_data()?;
    if let Some(settings) = context.place.settings()? {
        return shared::run(context, arguments, &settings, &stop);
    }
    let ledger = Ledger::open_as_it_is(&context.place, &context.data)?;
    // A program that reads more than the one before takes in what that one set aside.
    ledger.redrive_all()?;
    let mut said = Said::new(context.quiet);
    loop {
        let filed = match turn(context, &ledger) {
            Err(error) if error.is_passing() && !arguments.until_end && !stop.is_asked() => {
                said.failed(&error);
                stop.wait(RETRIES_AFTER);
                continue;
            }
            filed => filed?,
        };
        said.filed(&ledger, filed)?;
        if stop.is_asked() || (arguments.until_end && filed == 0) {
            break;
        }
        if filed == 0 {
            stop.wait(IDLE);
        }
    }
    ledger.projection.flush()?;
    said.stopped(&ledger);
    Ok(Exit::Ok)
}

/// Files what there is; gives how much that was.
fn turn(context: &Context, ledger: &Ledger) -> Result<u64, CliError> {
    let meter = Meter::phases(context.quiet);
    let filed = ledger.catch_up(|progress| meter.projecting(progress))?;
    meter.finish();
    Ok(filed)
}

/// What it says of itself on standard error.
struct Said {
    quiet: bool,
    filed: u64,
    since: Instant,
}

impl Said {
    fn new(quiet: bool) -> Self {
        Self { quiet, filed: 0, since: Instant::now() }
    }

    /// Says now and then how far it is: how many records, how fast, and how many are left.
    fn filed(&mut self, ledger: &Ledger, records: u64) -> Result<(), CliError> {
        self.filed += records;
        let elapsed = self.since.elapsed();
        if self.quiet || self.filed == 0 || elapsed < SAYS_EVERY {
            return Ok(());
        }
        let rate = self.filed as f64 / elapsed.as_secs_f64();
        say(&format_args!("filed {} records, {rate:.0}/s, {} left", self.filed, ledger.lag()?));
        (self.filed, self.since) = (0, Instant::now());
        Ok(())
    }

    /// Says what passes by itself, if it does.
    fn failed(&self, error: &CliError) {
        say(&format_args!("{}; trying again", in_words(error)));
    }

    fn stopped(&self, ledger: &Ledger) {
        if !self.quiet {
            say(&format_args!("stopped: {} events are filed", ledger.projection.counts().events));
        }
    }
}
