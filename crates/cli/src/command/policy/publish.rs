//! `tributary policy publish`: what files of policies would change, and then their publication.

use std::path::PathBuf;

use serde::Serialize;
use tributary_audit::policy::{Planned, Publishing, plan};
use tributary_domain::policy::Policy;
use tributary_events::policy::Novelty;
use tributary_log::Log;

use super::diff::table;
use super::money::{self, Money};
use super::read;
use crate::context::{Context, say};
use crate::error::CliError;
use crate::exit::Exit;
use crate::ledger::{Ledger, now};

const EXAMPLES: &str = "Examples:
  tributary policy publish policies/*.yaml --preview
  tributary policy publish policies/growth-2024.yaml

Nothing is published if anything is wrong with a file. A document that stands already changes nothing; other words for a \
version that is known correct it.";

/// Publish policies, after showing what they change
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// The files, YAML or JSON, one or several documents in each; `-` is standard input
    #[arg(required = true, value_name = "FILES")]
    files: Vec<PathBuf>,
    /// Only show what would change
    #[arg(long)]
    preview: bool,
}

/// What publishing comes to.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Report {
    /// Whether the events are recorded; not so of a preview.
    published: bool,
    policies: Vec<Publishing>,
    money: Money,
}

/// Checks, shows, and publishes unless that was all that was asked for.
pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<Exit, CliError> {
    let files = read(&arguments.files)?;
    files.findings.iter().for_each(say);
    if !files.findings.is_empty() {
        return Ok(Exit::Refused);
    }
    let ledger = if arguments.preview { context.ledger() } else { context.ledger_or_new() }?;
    let policies: Vec<Policy> = files.documents.into_iter().map(|document| document.policy).collect();
    let is_shown = context.json || arguments.preview || !context.quiet;
    let (planned, money) = consider(&ledger, &policies, is_shown)?;
    if !arguments.preview {
        ledger.record(planned.iter().filter_map(|planned| planned.draft.clone()).collect())?;
    }
    let policies = planned.into_iter().map(|planned| planned.publishing).collect();
    let report = Report { published: !arguments.preview, policies, money };
    if is_shown {
        context.answer(&report, |report| readable(report, &*ledger.log))?;
    }
    Ok(Exit::Ok)
}

/// Plans the publications and what they change of the money, which folds every account anew and is left out if nobody looks.
/// The view is gone when it returns: nothing is filed while one is held.
fn consider(ledger: &Ledger, policies: &[Policy], is_shown: bool) -> Result<(Vec<Planned>, Money), CliError> {
    tributary_finance::close_pending(&ledger.projection, |_, _, _| {})?;
    let view = ledger.projection.view(None)?;
    let at = now();
    let planned: Vec<Planned> = policies.iter().map(|policy| plan(&view, policy, at)).collect();
    let changed: Vec<Policy> = policies
        .iter()
        .zip(&planned)
        .filter(|(_, planned)| is_shown && planned.draft.is_some())
        .map(|(policy, _)| policy.clone())
        .collect();
    let money = money::money(&view, &changed)?;
    Ok((planned, money))
}

fn readable(report: &Report, log: &dyn Log) -> String {
    let mut page = String::new();
    for of in &report.policies {
        let Publishing { kind, id, effective_from, change, supersedes, changes } = of;
        let what = match (change, supersedes) {
            (Novelty::New, _) => "is new".to_owned(),
            (Novelty::Version, _) => "is a new version".to_owned(),
            (Novelty::Correction, Some(said)) => format!("corrects what stands at {}", log.place(said.at.position)),
            (Novelty::Correction, None) => "corrects what stands".to_owned(),
            (Novelty::Unchanged, _) => "stands already".to_owned(),
        };
        page.push_str(&format!("{kind} policy `{id}` from {effective_from} {what}\n"));
        if matches!(change, Novelty::Version | Novelty::Correction) {
            page.push_str(&format!("\n{}\n", table(changes, "before", "after")));
        }
    }
    if report.policies.iter().any(|of| of.change != Novelty::Unchanged) {
        let apart = if page.ends_with("\n\n") { "" } else { "\n" };
        page.push_str(&format!("{apart}{}\n", money::readable(&report.money)));
        page.push_str(if report.published { "published\n" } else { "nothing is published: this is a preview\n" });
    }
    page
}
