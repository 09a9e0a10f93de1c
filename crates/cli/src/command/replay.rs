//! `tributary replay`: closed periods computed again (L6), what the next close would adjust in them, and what candidate
//! policies would have given.

pub(super) mod causes;
mod supposing;
mod verification;

use std::ops::RangeInclusive;
use std::path::PathBuf;

use clap::Args;
use tributary_domain::time::Period;
use tributary_finance::{Adjustments, adjustments, verify_closed};

use crate::arguments::{KnownAt, periods};
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::grid::{Grid, figure, text};
use crate::ledger::Ledger;
use crate::meter::Meter;

const EXAMPLES: &str = "Examples:
  tributary replay 2024-01..2024-12
  tributary replay 2024-09 --pending
  tributary replay 2024-09 --known-at 2024-10-20T00:00:00Z
  tributary replay 2024-01..2024-12 --with growth-2025.yaml --json";

/// Changes of a partner's targets that are told apart unless all are asked for.
pub(super) const CHANGES_SHOWN: usize = 20;

/// Compute closed periods again: as closed, as known now, or under other policies
///
/// Alone it checks that history still gives what was closed. With --pending it shows what the next close would adjust and
/// why, with --with what other policies would give. Nothing is recorded.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The period, such as 2024-09, or the first and the last of several: 2024-01..2024-12
    #[arg(value_name = "PERIOD[..PERIOD]", value_parser = periods)]
    periods: RangeInclusive<Period>,
    /// Show the adjustments that the next close would book, and what causes them; --known-at implies it
    #[arg(long, conflicts_with = "with")]
    pending: bool,
    /// Show what would change if this policy were published too; several are published in the order given
    #[arg(long, value_name = "FILE")]
    with: Vec<PathBuf>,
    /// Tell all causes apart, however many there are
    #[arg(long)]
    full: bool,
    #[command(flatten)]
    at: KnownAt,
}

/// What it does follows from the options; it changes nothing.
pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Exit, CliError> {
    if !arguments.with.is_empty() {
        return supposing::run(context, arguments.at.known_at, &arguments.periods, &arguments.with);
    }
    let ledger = context.ledger()?;
    if arguments.pending || arguments.at.known_at.is_some() {
        return pending(context, &ledger, arguments);
    }
    let view = ledger.view(None)?;
    let meter = Meter::events(context.quiet, "replaying", 0);
    let found = verify_closed(&view, arguments.periods.clone(), |_, done, all| meter.partners(done, all))?;
    meter.finish();
    context.answer(&found, verification::readable)?;
    Ok(Exit::refused_if(!found.verified))
}

fn pending(context: &Context, ledger: &Ledger, arguments: &Arguments) -> Result<Exit, CliError> {
    let view = ledger.view(arguments.at.known_at)?;
    let changes_max = if arguments.full { usize::MAX } else { CHANGES_SHOWN };
    let meter = Meter::events(context.quiet, "looking for causes", 0);
    let progress = |done, all| meter.partners(done, all);
    let found = adjustments(&view, arguments.periods.clone(), changes_max, progress)?;
    meter.finish();
    context.answer(&found, readable)?;
    Ok(Exit::Ok)
}

fn readable(found: &Adjustments) -> String {
    let Adjustments { known_at, cutoff, currency, amount, periods } = found;
    let span = match periods.as_slice() {
        [first, .., last] => format!("{}..{}", first.period, last.period),
        periods => periods.iter().map(|of| of.period.clone()).collect(),
    };
    let title = format!("adjustments of {span} that the next close would book, as known at {known_at}");
    if periods.iter().all(|of| of.partners.is_empty()) {
        return format!("{title}: none, nothing was learned since the last cutoff {cutoff} that changes them\n");
    }
    let columns = ["period", "partner", "plan", "deal", "account"].map(text);
    let figures = ["recognised", "target now", "adjustment", "of base"].map(figure);
    let mut grid = Grid::new(columns.into_iter().chain(figures));
    for of in periods {
        causes::deal_rows(of, true, &mut grid);
    }
    let mut page = format!("{title}, amounts in {currency}; {amount} in all\n\n{}", grid.render());
    periods.iter().for_each(|of| page.push_str(&causes::of_period(of)));
    page
}
