//! `tributary attribution`: who gets which part of an account's deals on a day.

use clap::Args;
use tributary_audit::{AttributedDeal, Attribution, attribution};
use tributary_domain::id::AccountId;
use tributary_domain::time::Day;
use tributary_finance::FinanceError;

use crate::arguments::{KnownAt, account, day};
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::grid::{Grid, figure, text};

const EXAMPLES: &str = "Examples:
  tributary attribution acme
  tributary attribution acme --as-of 2024-09-15
  tributary attribution acme --as-of 2024-09-15 --known-at 2024-10-01T00:00:00Z --json";

/// Show who gets which share of an account's deals on a day
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The account
    #[arg(value_parser = account)]
    account: AccountId,
    /// The day; by default that of the last recorded instant
    #[arg(long, value_name = "DATE", value_parser = day)]
    as_of: Option<Day>,
    #[command(flatten)]
    at: KnownAt,
}

/// The attribution of every deal opened by the day.
pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Exit, CliError> {
    let ledger = context.ledger()?;
    let view = ledger.view(arguments.at.known_at)?;
    let last = || view.last_recorded().map(|last| view.reference().book.day(last)).ok_or(FinanceError::Nothing);
    let as_of = arguments.as_of.map_or_else(last, Ok)?;
    let attribution = attribution(&view, &arguments.account, as_of)?;
    context.answer(&attribution, readable)?;
    Ok(Exit::Ok)
}

fn readable(attribution: &Attribution) -> String {
    let Attribution { account, as_of, known_at, deals } = attribution;
    let mut page = format!("attribution of `{account}` on {as_of}, as known at {known_at}\n");
    if deals.is_empty() {
        page.push_str("\nno deal was opened by then\n");
    }
    deals.iter().for_each(|of| page.push_str(&deal(of)));
    page
}

fn deal(deal: &AttributedDeal) -> String {
    let AttributedDeal { deal, motion, in_term, source, influencers, splits } = deal;
    let term = if *in_term { "in term" } else { "not in term" };
    let source = source.as_ref().map_or_else(|| "none".to_owned(), |source| format!("`{source}`"));
    let mut title = format!("\ndeal `{deal}`: {motion}, {term}, source {source}");
    if !influencers.is_empty() {
        title.push_str(&format!(", influenced by {}", influencers.join(", ")));
    }
    let columns = ["pool", "product", "vendor", "policy", "partner", "role"].map(text);
    let mut grid = Grid::new(columns.into_iter().chain([figure("share")]));
    for split in splits {
        let policy = match (&split.policy, &split.effective_from) {
            (Some(policy), Some(from)) => format!("{policy} of {from}"),
            _ => "none".to_owned(),
        };
        let mut head = [split.pool.as_str(), &split.product, &split.vendor, &policy];
        for share in &split.shares {
            let [pool, product, vendor, policy] = std::mem::take(&mut head);
            grid.row([pool, product, vendor, policy, &share.partner, &share.role, &share.share]);
        }
        let [pool, product, vendor, policy] = head;
        grid.row([pool, product, vendor, policy, "retained", "", &split.retained]);
    }
    if grid.is_empty() { format!("{title}\nno lines on that day\n") } else { format!("{title}\n{}", grid.render()) }
}
