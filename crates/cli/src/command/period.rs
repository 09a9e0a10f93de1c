//! `tributary period`: how far each period is, and attesting a closed one.

use clap::{Args, Subcommand};
use serde::Serialize;
use tributary_domain::event::{Body, Draft, PeriodAttested, Subject};
use tributary_domain::id::{EventId, Identity, Source};
use tributary_domain::time::Period;
use tributary_finance::{PeriodState, PeriodStatus, attest, periods};
use tributary_log::Position;

use crate::arguments::period;
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::grid::{Grid, figure, text};
use crate::ledger::Ledger;

/// Who says the attestations that this command says.
const SOURCE: &str = "urn:tributary:attest";

const EXAMPLES: &str = "Examples:
  tributary period list
  tributary period list --json
  tributary period attest 2024-09";

/// List periods, and attest closed ones
///
/// Once a period is attested, nothing can be recorded in the past of its cutoff any more.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES, subcommand_required = true, arg_required_else_help = true)]
#[command(disable_help_subcommand = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Show which periods are open, closed and attested, with cutoff and digest
    List,
    /// Record the digest of a closed period; said twice, it changes nothing
    Attest {
        /// The period, such as 2024-09
        #[arg(value_parser = period)]
        period: Period,
    },
}

/// An attestation, and whether it was recorded now.
#[derive(Debug, Serialize)]
struct Attested {
    period: String,
    digest: String,
    #[serde(flatten)]
    position: Position,
    recorded: bool,
}

/// Statements are brought up to the closes first.
pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Exit, CliError> {
    let ledger = context.ledger()?;
    match arguments.command {
        Command::List => context.answer(&periods(&ledger.view(None)?)?, |all| readable(all))?,
        Command::Attest { period } => {
            // The view must be gone when the attestation is filed.
            let (attested, said) = attest(&ledger.view(None)?, period)?;
            let position = said.map_or_else(|| append(&ledger, &attested), Ok)?;
            let (period, digest) = (period.to_string(), attested.digest);
            let attested = Attested { period, digest, position, recorded: said.is_none() };
            context.answer(&attested, |of| match of.recorded {
                true => {
                    format!("attested {} at `{}`\n\ndigest of the statements  {}\n", of.period, of.position, of.digest)
                }
                false => format!(
                    "{} was attested already, at `{}`\n\ndigest of the statements  {}\n",
                    of.period, of.position, of.digest
                ),
            })?;
        }
    }
    Ok(Exit::Ok)
}

fn append(ledger: &Ledger, attested: &PeriodAttested) -> Result<Position, CliError> {
    let draft = Draft {
        // Said twice, it is the same event.
        time: attested.period.end_in(ledger.projection.view(None)?.reference().book.zone),
        recorded: None,
        identity: Identity {
            source: Source::new(SOURCE),
            id: EventId::new(&format!("{}/{}", attested.period, attested.digest)),
        },
        subject: Subject::Book,
        body: Body::PeriodAttested(attested.clone()),
    };
    let recorded = ledger.record(vec![draft])?;
    Ok(recorded[0])
}

fn readable(all: &[PeriodState]) -> String {
    let columns = [text("period"), text("status"), text("cutoff"), figure("statements"), text("digest of statements")];
    let mut grid = Grid::new(columns);
    let ahead = all.iter().rev().take_while(|of| matches!(of.status, PeriodStatus::Open)).count();
    let (told, ahead) = all.split_at(all.len() - ahead);
    for of in told {
        let status = match of.status {
            PeriodStatus::Open => "open",
            PeriodStatus::Closed => "closed",
            PeriodStatus::Attested => "attested",
        };
        let [cutoff, digest] = [&of.cutoff, &of.digest].map(|text| text.clone().unwrap_or_default());
        let statements = if of.digest.is_some() { of.statements.to_string() } else { String::new() };
        grid.row([&of.period, status, &cutoff, &statements, &digest]);
    }
    match ahead {
        [first, .., last] => grid.row([&format!("{}..{}", first.period, last.period), "open", "", "", ""]),
        [only] => grid.row([&only.period, "open", "", "", ""]),
        [] => {}
    }
    grid.render()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(period: &str, status: PeriodStatus) -> PeriodState {
        let digest = (status != PeriodStatus::Open).then(|| "ab12".to_owned());
        PeriodState { period: period.to_owned(), status, cutoff: None, digest, statements: 4, attestations: Vec::new() }
    }

    #[test]
    fn the_open_months_ahead_are_one_row() {
        use PeriodStatus::{Attested, Closed, Open};
        let rows = |all: &[PeriodState]| -> Vec<String> {
            readable(all).lines().skip(2).map(|row| row.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
        };
        let months =
            [state("2024-08", Attested), state("2024-09", Closed), state("2024-10", Open), state("2024-11", Open)];
        let closed = ["2024-08 attested 4 ab12", "2024-09 closed 4 ab12"];
        assert_eq!(rows(&months), [closed[0], closed[1], "2024-10..2024-11 open"]);
        assert_eq!(rows(&months[..3]), [closed[0], closed[1], "2024-10 open"]);
        assert_eq!(rows(&months[..2]), closed);
    }
}
