//! `tributary policy history`: every version of a policy and every correction of it, on both axes.

use tributary_audit::policy::{PolicyHistory, history};
use tributary_domain::id::PolicyId;
use tributary_log::Log;

use super::{policy, unknown};
use crate::arguments::KnownAt;
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::grid::{Grid, text};

const EXAMPLES: &str = "Examples:
  tributary policy history growth-2024
  tributary policy history growth-2024 --json";

/// Show every version of a policy, and every correction
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// The policy
    #[arg(value_parser = policy)]
    id: PolicyId,
    #[command(flatten)]
    at: KnownAt,
}

/// Versions by their first day, each with what was said of it.
pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<Exit, CliError> {
    let ledger = context.ledger()?;
    let histories = history(&ledger.view(arguments.at.known_at)?, &arguments.id);
    if histories.is_empty() {
        return Err(unknown(&arguments.id));
    }
    context.answer(&histories, |histories| {
        histories.iter().map(|of| readable(of, &*ledger.log)).collect::<Vec<_>>().join("\n")
    })?;
    Ok(Exit::Ok)
}

fn readable(history: &PolicyHistory, log: &dyn Log) -> String {
    let PolicyHistory { kind, id, known_at, versions } = history;
    let mut grid = Grid::new(["in force from", "to", "position", "recorded", "", "said by", "as"].map(text));
    for version in versions {
        let to = version.in_force_to.as_deref().unwrap_or_default();
        for (at, said) in version.publications.iter().enumerate() {
            let (from, to) = if at == 0 { (version.effective_from.as_str(), to) } else { ("", "") };
            let fate = match (&said.superseded_by, &said.supersedes) {
                (Some(by), _) => format!("corrected by {by}"),
                (None, Some(_)) => "stands, a correction".to_owned(),
                (None, None) => "stands".to_owned(),
            };
            let of = &said.published.at;
            let [source, id] = of.said_by();
            grid.row([from, to, &log.place(of.position), &of.recorded, &fate, source, id]);
        }
    }
    format!("{kind} policy `{id}`, as known at {known_at}\n\n{}", grid.render())
}
