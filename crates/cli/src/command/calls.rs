//! `tributary calls`: deals and credit as the calls that portals take, a file for each. Nothing is sent.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use tributary_connectors::{Finding, yaml};
use tributary_domain::id::{AccountId, DealId, PartnerId};
use tributary_domain::time::{Day, Period};
use tributary_finance::FinanceError;
use tributary_reports::calls::{self, Call, Calls, LeftOut, Names, Portal, Which};

use crate::arguments::{KnownAt, account, day, deal, partner, period};
use crate::context::{Context, deliver, say};
use crate::error::CliError;
use crate::exit::Exit;
use crate::files;
use crate::grid::{Grid, text};

const EXAMPLES: &str = "Examples:
  tributary calls --to aws-opportunity --names opportunities.yaml --deal d-1 --out calls
  tributary calls --to aws-revenue-attribution --names shares.yaml --period 2024-09 --out calls
  tributary calls --to microsoft-referral --names referrals.yaml --account acme --out calls

What a portal asks for and the ledger does not know stands in the file of names: docs/connectors/calls.md says how, \
`--schema` prints its JSON Schema. A deal that lacks something is reported with the field and left out; the exit code \
is then 1, and the calls of the others are written.";

/// Write deals and credit as the calls that portals take; nothing is sent
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES, override_usage = "tributary calls [OPTIONS] --to PORTAL --names FILE --out DIR\n       tributary calls --schema")]
pub(crate) struct Arguments {
    /// The portal
    #[arg(long, value_enum, value_name = "PORTAL", required_unless_present = "schema")]
    to: Option<To>,
    /// What the portal asks for and the ledger does not know; YAML or JSON, `-` is standard input
    #[arg(long, value_name = "FILE", required_unless_present = "schema")]
    names: Option<PathBuf>,
    /// The folder of the calls; it must be new or empty
    #[arg(long, value_name = "DIR", required_unless_present = "schema")]
    out: Option<PathBuf>,
    /// Only this deal; may be given several times
    #[arg(long, value_name = "DEAL", value_parser = deal)]
    deal: Vec<DealId>,
    /// Only the deals of this account
    #[arg(long, value_name = "ACCOUNT", value_parser = account)]
    account: Option<AccountId>,
    /// Only the deals that this partner brought or has a role on; of allocations, its credit
    #[arg(long, value_name = "PARTNER", value_parser = partner)]
    partner: Option<PartnerId>,
    /// The month of the allocations
    #[arg(long, value_name = "PERIOD", value_parser = period, required_if_eq("to", "aws-revenue-attribution"))]
    period: Option<Period>,
    /// The day on which the deals are looked at; by default that of the last recorded instant
    #[arg(long, value_name = "DATE", value_parser = day)]
    as_of: Option<Day>,
    /// Print the JSON Schema of files of names, by portal under `operations`, and write nothing
    #[arg(long)]
    schema: bool,
    #[command(flatten)]
    at: KnownAt,
}

/// A portal on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum To {
    /// AWS Partner Central: opportunities
    AwsOpportunity,
    /// AWS Partner Central: which part of a product's revenue is whose
    AwsRevenueAttribution,
    /// Microsoft Partner Center: co-sell referrals
    MicrosoftReferral,
}

impl From<To> for Portal {
    fn from(to: To) -> Self {
        match to {
            To::AwsOpportunity => Self::AwsOpportunity,
            To::AwsRevenueAttribution => Self::AwsRevenueAttribution,
            To::MicrosoftReferral => Self::MicrosoftReferral,
        }
    }
}

/// Writes what can be said, and reports what cannot.
pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Exit, CliError> {
    let (Some(to), Some(names), Some(out)) = (arguments.to, &arguments.names, &arguments.out) else {
        deliver(None, calls::NAMES_SCHEMA.as_bytes())?;
        return Ok(Exit::Ok);
    };
    let Some(names) = read(to.into(), names)? else { return Ok(Exit::Usage) };
    check_empty(out)?;
    let ledger = context.ledger()?;
    let view = ledger.view(arguments.at.known_at)?;
    let last = || view.last_recorded().map(|last| view.reference().book.day(last)).ok_or(FinanceError::Nothing);
    let as_of = arguments.as_of.map_or_else(last, Ok)?;
    let Arguments { deal, account, partner, .. } = arguments;
    if let Some(unknown) = deal.iter().find(|deal| !matches!(view.owner(deal), Ok(Some(_)))) {
        return Err(CliError::Unknown(format!(
            "the ledger knows no deal `{unknown}`, or no account that it belongs to"
        )));
    }
    let which = Which { deals: deal.clone(), account: account.clone(), partner: partner.clone() };
    let calls = calls::calls(&view, &names, &which, as_of, arguments.period)?;
    write(out, &calls)?;
    context.answer(&calls, |calls| readable(calls, out))?;
    Ok(Exit::refused_if(!calls.left_out.is_empty()))
}

/// The file of names; none: what is wrong with it was said.
fn read(portal: Portal, path: &Path) -> Result<Option<Names>, CliError> {
    let files = files::texts(&[path.to_owned()])?;
    let Some((name, text)) = files.first() else { return Ok(None) };
    let refused = |reason: String| CliError::Document { name: name.clone(), expected: "a file of names", reason };
    let documents = yaml::documents(text).map_err(|error| refused(format!("line {}: {error}", error.line)))?;
    let [document] = documents.as_slice() else {
        return Err(refused(format!("it holds {} documents, not one", documents.len())));
    };
    match Names::read(portal, &document.value) {
        Ok(names) => Ok(Some(names)),
        Err(problems) => {
            for problem in problems {
                let line = document.line(&problem.field);
                let path = if problem.field.is_empty() { "names" } else { &problem.field };
                say(&Finding::error(name, line, path, problem.reason, problem.code));
            }
            Ok(None)
        }
    }
}

/// What lies in the folder from before could be sent again.
fn check_empty(folder: &Path) -> Result<(), CliError> {
    let failed = |source| CliError::Output { path: folder.to_owned(), source };
    std::fs::create_dir_all(folder).map_err(failed)?;
    match std::fs::read_dir(folder).map_err(failed)?.next() {
        None => Ok(()),
        Some(_) => Err(CliError::Usage(format!(
            "`{}` is not empty: name a new folder with --out, so that no call of before is sent again",
            folder.display()
        ))),
    }
}

fn write(folder: &Path, calls: &Calls) -> Result<(), CliError> {
    calls.calls.iter().try_for_each(|call| deliver(Some(&folder.join(call.file_name())), &call.file()?))
}

fn readable(calls: &Calls, folder: &Path) -> String {
    let Calls { portal, known_at, calls, left_out, waiting } = calls;
    let written = match calls.len() {
        0 => "no calls".to_owned(),
        1 => format!("1 call in `{}`", folder.display()),
        count => format!("{count} calls in `{}`", folder.display()),
    };
    let mut page = format!("{written} for {portal}, as known at {known_at}; nothing is sent\n");
    let mut grid = Grid::new(["operation", "deal or product", "file"].map(text));
    calls.iter().for_each(|call| grid.row([call.operation, about(call), &call.file_name()]));
    if !grid.is_empty() {
        page.push_str(&format!("\n{}", grid.render()));
    }
    if !left_out.is_empty() {
        page.push_str("\nleft out\n");
        left_out.iter().for_each(|one| page.push_str(&reasons(one)));
    }
    if !waiting.is_empty() {
        page.push_str("\ncan be written once the portal has answered\n");
        let mut grid = Grid::new(["operation", "deal or product", "as soon as"].map(text));
        for one in waiting {
            let about = one.deal.as_ref().or(one.product.as_ref()).map_or("", String::as_str);
            grid.row([one.operation, about, &one.until]);
        }
        page.push_str(&grid.render());
    }
    page
}

fn about(call: &Call) -> &str {
    call.deal.as_ref().or(call.product.as_ref()).map_or("", String::as_str)
}

fn reasons(left_out: &LeftOut) -> String {
    let LeftOut { deal, product, operation, problems, .. } = left_out;
    let about = match (deal, product) {
        (Some(deal), _) => format!("deal `{deal}`"),
        (_, product) => format!("product `{}`", product.as_deref().unwrap_or_default()),
    };
    let reason = |of: &calls::Problem| format!("  {about}, {operation}: {}: {} ({})\n", of.field, of.reason, of.code);
    problems.iter().map(reason).collect()
}
