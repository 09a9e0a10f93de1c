//! `tributary rebuild`: the projection made anew from the log.

use std::time::Instant;

use clap::Args;
use serde::Serialize;
use tributary_store::Tuning;

use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::grid::{Grid, figure, text};
use crate::ledger::projection_folder;
use crate::meter::Meter;

const EXAMPLES: &str = "Examples:
  tributary rebuild
  tributary rebuild --json";

/// Build the projection anew from the log, beside the old one, and swap it in
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {}

/// What was rebuilt.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Rebuilt {
    events: u64,
    quarantined: u64,
    seconds: f64,
    events_per_second: u64,
    state_digest: String,
}

/// Needs the log alone, so that a store of another layout is no obstacle.
pub(crate) fn run(context: &Context, _: &Arguments) -> Result<Exit, CliError> {
    let held = context.log()?;
    let started = Instant::now();
    let meter = Meter::phases(context.quiet);
    let folder = projection_folder(&context.data);
    let projection =
        tributary_projector::rebuild(&folder, &*held.log, &Tuning::projection(), |at| meter.projecting(at))?;
    meter.finish();
    let seconds = started.elapsed().as_secs_f64();
    let counts = projection.counts();
    let rebuilt = Rebuilt {
        events: counts.events,
        quarantined: counts.quarantined,
        seconds: (seconds * 1000.0).round() / 1000.0,
        events_per_second: (counts.events as f64 / seconds.max(0.001)) as u64,
        state_digest: projection.digest()?.to_hex().to_string(),
    };
    if context.json || !context.quiet {
        context.answer(&rebuilt, readable)?;
    }
    Ok(Exit::Ok)
}

fn readable(rebuilt: &Rebuilt) -> String {
    let columns =
        [figure("events"), figure("quarantined"), figure("seconds"), figure("events/s"), text("digest of the state")];
    let mut grid = Grid::new(columns);
    let [events, quarantined] = [rebuilt.events, rebuilt.quarantined].map(|count| count.to_string());
    let rate = rebuilt.events_per_second.to_string();
    grid.row([&events, &quarantined, &format!("{:.1}", rebuilt.seconds), &rate, &rebuilt.state_digest]);
    format!("the projection is rebuilt from the log\n\n{}", grid.render())
}
