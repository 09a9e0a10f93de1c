//! `tributary timeline`: an account's events on both axes of time.

use clap::{Args, ValueEnum};
use tributary_audit::{Axis, Entry, Timeline, timeline};
use tributary_domain::id::AccountId;
use tributary_domain::time::Day;
use tributary_log::Position;

use crate::arguments::{KnownAt, account, day};
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::grid::{Grid, text};

const EXAMPLES: &str = "Examples:
  tributary timeline acme
  tributary timeline acme --by recorded --from 2024-10-01
  tributary timeline acme --from 2024-09-01 --to 2024-09-30 --known-at 2024-10-05T00:00:00Z";

/// From how many days on it is worth saying that an event came late: bills come the day after.
const LATE_DAYS_MIN: i64 = 2;

/// Show an account's events: when each was true, when it was learned, and what it says
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The account
    #[arg(value_parser = account)]
    account: AccountId,
    /// Which time orders and bounds them
    #[arg(long, value_enum, default_value_t = By::Effective)]
    by: By,
    /// The first day
    #[arg(long, value_name = "DAY", value_parser = day)]
    from: Option<Day>,
    /// The last day
    #[arg(long, value_name = "DAY", value_parser = day)]
    to: Option<Day>,
    #[command(flatten)]
    at: KnownAt,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum By {
    /// When it was true
    Effective,
    /// When the ledger learned it
    Recorded,
}

/// The whole history, unless days are named.
pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Exit, CliError> {
    let ledger = context.ledger()?;
    let view = ledger.view(arguments.at.known_at)?;
    let by = match arguments.by {
        By::Effective => Axis::Effective,
        By::Recorded => Axis::Recorded,
    };
    let days = arguments.from.unwrap_or(Day::MIN)..=arguments.to.unwrap_or(Day::MAX);
    let timeline = timeline(&view, &arguments.account, by, &days)?;
    context.answer(&timeline, |timeline| readable(timeline, |position| ledger.log.place(position)))?;
    Ok(Exit::Ok)
}

fn readable(timeline: &Timeline, place: impl Fn(Position) -> String) -> String {
    let Timeline { account, known_at, by, entries } = timeline;
    let by = match by {
        Axis::Effective => "by effective time",
        Axis::Recorded => "by recorded time",
    };
    let title = format!("timeline of `{account}` {by}, as known at {known_at}");
    if entries.is_empty() {
        return format!("{title}: nothing\n");
    }
    let mut grid = Grid::new(["day", "recorded", "late", "history", "at", "says"].map(text));
    for entry in entries {
        let late = lateness(entry.late_days).unwrap_or_default();
        grid.row([&entry.day, &entry.recorded, &late, &entry.subject, &at(entry, &place), &entry.says]);
    }
    format!("{title}\n\n{}", grid.render())
}

fn at(entry: &Entry, place: impl Fn(Position) -> String) -> String {
    let Entry { first, last, .. } = entry;
    let to = if first == last { String::new() } else { format!("..{}", place(*last)) };
    format!("{}{to}", place(*first))
}

/// How late an event came, where that is worth saying.
pub(super) fn lateness(late_days: i64) -> Option<String> {
    (late_days >= LATE_DAYS_MIN).then(|| format!("{late_days} days late"))
}
