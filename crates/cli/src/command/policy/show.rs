//! `tributary policy show`: what a policy says on a day, or which policies there are.

use tributary_audit::policy::{PolicyShown, PolicySummary, show, summaries};
use tributary_connectors::yaml;
use tributary_domain::id::PolicyId;
use tributary_domain::time::Day;
use tributary_log::Log;

use super::{policy, unknown};
use crate::arguments::{KnownAt, day};
use crate::context::{Context, print};
use crate::error::CliError;
use crate::exit::Exit;
use crate::grid::{Grid, figure, text};
use crate::ledger::now;

const EXAMPLES: &str = "Examples:
  tributary policy show
  tributary policy show growth-2024 --on 2024-09-01
  tributary policy show growth-2024 --known-at 2024-10-01T00:00:00Z --yaml > growth-2024.yaml";

/// Show the policies, or what one of them says on a day
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// The policy; without it, all are listed
    #[arg(value_parser = policy)]
    id: Option<PolicyId>,
    /// The day on which it is in force, by default today
    #[arg(long, value_name = "DATE", value_parser = day)]
    on: Option<Day>,
    /// Print the document alone, as a file to edit
    #[arg(long, requires = "id", conflicts_with = "json")]
    yaml: bool,
    #[command(flatten)]
    at: KnownAt,
}

/// One policy or all.
pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<Exit, CliError> {
    let ledger = context.ledger()?;
    let view = ledger.view(arguments.at.known_at)?;
    let on = arguments.on.unwrap_or_else(|| view.reference().book.day(now()));
    let Some(id) = &arguments.id else {
        context.answer(&summaries(&view, on), |all| list(all, on))?;
        return Ok(Exit::Ok);
    };
    let shown = show(&view, id, on);
    if shown.is_empty() {
        let known = summaries(&view, on).iter().any(|summary| summary.id == id.as_str());
        let elsewhen = format!("`{id}` is not in force on {on}: `tributary policy history {id}` shows when it is");
        return Err(if known { CliError::Unknown(elsewhen) } else { unknown(id) });
    }
    if arguments.yaml {
        let documents: Result<Vec<String>, _> = shown.iter().map(|one| yaml::write(&one.document)).collect();
        print(&documents?.join("---\n"))?;
    } else {
        let pages: Result<Vec<String>, CliError> = shown.iter().map(|one| page(one, &*ledger.log)).collect();
        let pages = pages?;
        context.answer(&shown, |_| pages.join("\n"))?;
    }
    Ok(Exit::Ok)
}

fn list(all: &[PolicySummary], on: Day) -> String {
    let names = ["policy", "kind", "pool", "by"].map(text);
    let rest = [text("in force from"), text("to"), figure("versions"), text("recorded")];
    let mut grid = Grid::new(names.into_iter().chain([figure("priority")]).chain(rest));
    for of in all {
        let to = match (&of.in_force_to, of.in_force) {
            (to, true) => to.clone().unwrap_or_default(),
            (to, false) => format!("{} (not on {on})", to.as_deref().unwrap_or_default()).trim_start().to_owned(),
        };
        let priority = of.priority.map(|priority| priority.to_string()).unwrap_or_default();
        let versions = of.versions.to_string();
        let recorded = &of.published.at.recorded;
        grid.row([&of.id, of.kind, &of.pool, of.by, &priority, &of.effective_from, &to, &versions, recorded]);
    }
    if grid.is_empty() { "no policy is published\n".to_owned() } else { grid.render() }
}

fn page(shown: &PolicyShown, log: &dyn Log) -> Result<String, CliError> {
    let PolicyShown { kind, id, on, known_at, in_force_to, published, document } = shown;
    let until = in_force_to.as_ref().map(|day| format!("until {day}")).unwrap_or_else(|| "without end".to_owned());
    let [source, said_as] = published.at.said_by();
    Ok(format!(
        "{kind} policy `{id}` on {on}, in force {until}, as known at {known_at}\n\
         published at {}, recorded {}, by `{}` as `{}`\n\n{}",
        log.place(published.at.position),
        published.at.recorded,
        source,
        said_as,
        yaml::write(document)?
    ))
}
