//! `tributary renewals`: the won deals of an account with their terms, teams and lines.

use clap::Args;
use tributary_domain::id::AccountId;
use tributary_renewals::{RenewalDeal, RenewalTerm, Renewals, renewals};

use crate::arguments::{KnownAt, account};
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::grid::{Grid, figure, text};

const EXAMPLES: &str = "Examples:
  tributary renewals acme
  tributary renewals acme --known-at 2024-10-01T00:00:00Z
  tributary renewals acme --json";

/// Show the won deals of an account with their terms, teams and lines
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The account
    #[arg(value_parser = account)]
    account: AccountId,
    #[command(flatten)]
    at: KnownAt,
}

/// Deals with their terms.
pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Exit, CliError> {
    let ledger = context.ledger()?;
    let view = ledger.view(arguments.at.known_at)?;
    let renewals = renewals(&view, &arguments.account)?;
    context.answer(&renewals, readable)?;
    Ok(Exit::Ok)
}

fn readable(renewals: &Renewals) -> String {
    let Renewals { account, known_at, deals } = renewals;
    let mut page = format!("won deals of `{account}`, as known at {known_at}\n");
    if deals.is_empty() {
        page.push_str("\nnone\n");
    }
    deals.iter().for_each(|of| page.push_str(&deal(of)));
    page
}

fn deal(deal: &RenewalDeal) -> String {
    let source = deal.source.as_ref().map_or_else(|| "none".to_owned(), |source| format!("`{source}`"));
    let title = format!("\ndeal `{}`: {}, source {source}\n", deal.deal, deal.motion);
    deal.terms.iter().fold(title, |page, of| page + &term(of))
}

fn term(term: &RenewalTerm) -> String {
    let end = term.term_end.as_deref().unwrap_or("open-ended");
    let ended = term.ended.as_ref().map(|day| format!(", ended {day}")).unwrap_or_default();
    let team: Vec<String> = term.team.iter().map(|member| format!("`{}` as {}", member.partner, member.role)).collect();
    let team = if team.is_empty() { "nobody".to_owned() } else { team.join(", ") };
    let title = format!("{} term {} to {end}{ended}, team: {team}\n", term.kind, term.term_start);
    let columns = ["line", "product", "vendor", "kind"].map(text);
    let mut grid = Grid::new(columns.into_iter().chain([figure("amount"), text("currency")]));
    for of in &term.lines {
        let (amount, currency) = (of.amount.as_deref().unwrap_or_default(), of.currency.as_deref().unwrap_or_default());
        grid.row([&of.line, &of.product, &of.vendor, of.kind, amount, currency]);
    }
    if grid.is_empty() { title } else { format!("{title}{}", grid.render()) }
}
