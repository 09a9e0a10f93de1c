//! `tributary quarantine redrive`: records that are set aside, judged again by this program.

use clap::Args;
use serde::Serialize;
use tributary_log::Position;

use super::{SetAside, at_place, set_aside};
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::grid::{Grid, text};

/// Judge records that are set aside again, and take in what this program can read
///
/// What can be read now counts from where it stands in the log and from when it was recorded, as after `tributary rebuild`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Where one stands, as `tributary quarantine` lists it
    #[arg(value_name = "PLACE", required_unless_present = "all", conflicts_with = "all")]
    place: Option<String>,
    /// All that are set aside
    #[arg(long)]
    all: bool,
}

/// What became of a record.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Redriven {
    #[serde(flatten)]
    of: SetAside,
    taken_in: bool,
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<Exit, CliError> {
    let ledger = context.ledger()?;
    let asked = match &arguments.place {
        Some(place) => vec![at_place(&ledger, place)?],
        None => set_aside(&ledger)?,
    };
    let positions: Vec<Position> = asked.iter().filter(|of| !of.is_close).map(|of| of.position).collect();
    ledger.projection.redrive(&*ledger.log, &positions)?;
    let left = set_aside(&ledger)?;
    let redriven = asked.into_iter().map(|of| match left.iter().find(|left| left.position == of.position) {
        Some(left) => Redriven { of: left.clone(), taken_in: false },
        None => Redriven { of, taken_in: true },
    });
    let redriven: Vec<Redriven> = redriven.collect();
    context.answer(&redriven, |redriven| readable(redriven))?;
    Ok(Exit::refused_if(redriven.iter().any(|of| !of.taken_in)))
}

fn readable(redriven: &[Redriven]) -> String {
    if redriven.is_empty() {
        return "nothing is set aside\n".to_owned();
    }
    let mut grid = Grid::new(["place", "type", "id", "now"].map(text));
    for Redriven { of, taken_in } in redriven {
        let now = if *taken_in { "taken in".to_owned() } else { format!("{} ({})", of.reason, of.code) };
        grid.row([&of.place, &of.event_type, &of.id, &now]);
    }
    grid.render()
}
