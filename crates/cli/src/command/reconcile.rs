//! `tributary reconcile`: what marketplaces billed against what they paid out, and how long the rest has been waiting.

use clap::Args;
use tributary_domain::id::AccountId;
use tributary_domain::time::Day;
use tributary_finance::{FinanceError, Reconcile, Reconciliation, reconciliation};

use crate::arguments::{KnownAt, account, day};
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::grid::{Grid, figure, text};

const EXAMPLES: &str = "Examples:
  tributary reconcile
  tributary reconcile --account acme --all
  tributary reconcile --as-of 2024-12-31 --known-at 2025-01-15T00:00:00Z --json";

/// Compare what was billed with what was paid out, with the age of the rest
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// Only this account
    #[arg(long, value_name = "ACCOUNT", value_parser = account)]
    account: Option<AccountId>,
    /// What was billed and paid out by this day; by default that of the last recorded instant
    #[arg(long, value_name = "DATE", value_parser = day)]
    as_of: Option<Day>,
    /// Also the charges that are settled and the lines that are matched
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    at: KnownAt,
}

/// Totals, ages, open charges, lines that are not matched.
pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Exit, CliError> {
    let ledger = context.ledger()?;
    let view = ledger.view(arguments.at.known_at)?;
    view.last_recorded().ok_or(FinanceError::Nothing)?;
    let asked = Reconcile { account: arguments.account.clone(), as_of: arguments.as_of, all: arguments.all };
    context.answer(&reconciliation(&view, &asked)?, |answer| readable(answer, arguments.all))?;
    Ok(Exit::Ok)
}

fn readable(answer: &Reconciliation, all: bool) -> String {
    let of = answer.account.as_ref().map_or_else(String::new, |account| format!(" of `{account}`"));
    let mut page = format!("reconciliation{of} as of {}, as known at {}\n", answer.as_of, answer.known_at);
    if answer.totals.is_empty() {
        page.push_str("\nnothing was billed and nothing was paid out by then\n");
        return page;
    }
    let (of_charges, of_lines) = match all {
        true => ("charges", "lines of disbursements"),
        false => ("charges that are open", "lines of disbursements that are not matched"),
    };
    for (what, none, grid) in [
        ("billed, net", "", billed(answer)),
        ("paid out, net", "", paid(answer)),
        ("billed and not paid out, by age", "", ages(answer)),
        (of_charges, "every charge is settled", charges(answer)),
        (of_lines, "every line is matched", lines(answer)),
        ("usage of deals without charges", "", usage(answer)),
    ] {
        match (grid.is_empty(), none) {
            (true, "") => {}
            (true, none) => page.push_str(&format!("\n{none}\n")),
            (false, _) => page.push_str(&format!("\n{what}\n{}", grid.render())),
        }
    }
    page
}

fn billed(answer: &Reconciliation) -> Grid {
    let amounts = ["billed", "settled", "set off", "open"].map(figure);
    let counts = ["charges settled", "partly", "open"].map(figure);
    let mut grid = Grid::new([text("marketplace"), text("currency")].into_iter().chain(amounts).chain(counts));
    for of in &answer.totals {
        let amounts = [&of.billed, &of.settled, &of.set_off, &of.open].map(|parts| parts.net.clone());
        let counts = [of.charges_settled, of.charges_partly, of.charges_open].map(|count| count.to_string());
        let names = [of.marketplace.clone(), of.currency.clone()];
        grid.push(names.into_iter().chain(amounts).chain(counts).collect());
    }
    grid
}

fn paid(answer: &Reconciliation) -> Grid {
    let amounts = ["paid", "settles", "takes back", "within usage", "unmatched"].map(figure);
    let counts = ["lines matched", "partly", "unmatched"].map(figure);
    let mut grid = Grid::new([text("marketplace"), text("currency")].into_iter().chain(amounts).chain(counts));
    for of in &answer.totals {
        let amounts = [&of.paid, &of.settled, &of.taken_back, &of.usage, &of.unmatched].map(|parts| parts.net.clone());
        let counts = [of.lines_matched, of.lines_partly, of.lines_unmatched].map(|count| count.to_string());
        let names = [of.marketplace.clone(), of.currency.clone()];
        grid.push(names.into_iter().chain(amounts).chain(counts).collect());
    }
    grid
}

fn ages(answer: &Reconciliation) -> Grid {
    let mut grid = Grid::new([text("marketplace"), text("currency"), text("age"), figure("charges"), figure("open")]);
    for of in &answer.ages {
        grid.row([&of.marketplace, &of.currency, age(of.age), &of.charges.to_string(), &of.open]);
    }
    grid
}

/// An age, for people.
fn age(name: &str) -> &str {
    match name {
        "not-due" => "not due (under 45 days)",
        "expected" => "expected (45 to 60 days)",
        "late-1-30" => "late by 1 to 30 days",
        "late-31-60" => "late by 31 to 60 days",
        "late-61-90" => "late by 61 to 90 days",
        "late-91-120" => "late by 91 to 120 days",
        "late-over-120" => "late by more than 120 days",
        other => other,
    }
}

fn charges(answer: &Reconciliation) -> Grid {
    let names = ["owner", "charge", "agreement", "billed on", "due on"].map(text);
    let figures = ["days", "billed", "settled", "open"].map(figure);
    let mut grid = Grid::new(names.into_iter().chain(figures).chain([text("currency"), text("status")]));
    for of in &answer.charges {
        grid.row([
            &of.owner,
            &of.charge,
            of.agreement.as_deref().unwrap_or("-"),
            &of.billed_on,
            of.due_on.as_deref().unwrap_or("-"),
            &of.age_days.to_string(),
            &of.billed.net,
            &of.settled.net,
            &of.open.net,
            &of.currency,
            of.status,
        ]);
    }
    grid
}

fn lines(answer: &Reconciliation) -> Grid {
    let names = ["owner", "disbursement", "charge", "arrived"].map(text);
    let figures = ["paid", "unmatched"].map(figure);
    let rest = ["currency", "status", "reason"].map(text);
    let mut grid = Grid::new(names.into_iter().chain(figures).chain(rest));
    for of in &answer.lines {
        grid.row([
            &of.owner,
            &of.disbursement,
            of.charge.as_deref().unwrap_or("-"),
            &of.disbursed_on,
            &of.paid.net,
            &of.unmatched.net,
            &of.currency,
            of.status,
            of.reason,
        ]);
    }
    grid
}

fn usage(answer: &Reconciliation) -> Grid {
    let mut grid = Grid::new([text("owner"), text("deal"), figure("earned"), figure("not paid out"), text("currency")]);
    for of in &answer.usage {
        grid.row([&of.owner, &of.deal, &of.earned, &of.unpaid, &of.currency]);
    }
    grid
}
