//! `tributary statement`: what was recognised for a partner in a period, and what is owed; also as a document to hand out.

mod handout;

use std::path::PathBuf;

use clap::Args;
use tributary_domain::id::PartnerId;
use tributary_domain::time::Period;
use tributary_finance::{Statement, StatementLine, statement};
use tributary_projector::View;

use crate::arguments::{KnownAt, partner, period};
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::grid::{Grid, figure, text};
use crate::ledger::Ledger;

const EXAMPLES: &str = "Examples:
  tributary statement p-msp 2024-09
  tributary statement p-msp 2024-10 --known-at 2024-10-20T00:00:00Z --json
  tributary statement p-msp 2024-09 --format html --output p-msp.html
  tributary statement --all 2024-09
  tributary statement --all 2024-09 --format xlsx --output statements";

/// Show what a partner was credited for a period and what is owed
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES, override_usage = "tributary statement [OPTIONS] PARTNER PERIOD\n       tributary statement [OPTIONS] --all PERIOD")]
pub(crate) struct Arguments {
    /// The partner
    #[arg(value_parser = partner, required_unless_present = "all")]
    partner: Option<PartnerId>,
    /// The period, such as 2024-09
    #[arg(value_parser = period, required_unless_present = "all")]
    period: Option<Period>,
    /// Show the balances of every partner for this period instead
    #[arg(long, value_name = "PERIOD", value_parser = period, conflicts_with_all = ["partner", "period"])]
    all: Option<Period>,
    /// Write a document to hand out, with the arithmetic, the deals and their credits
    #[arg(long, value_enum)]
    format: Option<handout::Format>,
    /// The document's file, standard output if none; with --all the folder of the documents
    #[arg(long, value_name = "FILE", requires = "format")]
    output: Option<PathBuf>,
    #[command(flatten)]
    at: KnownAt,
}

/// One partner's statement, or everybody's balances.
pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Exit, CliError> {
    let ledger = context.ledger()?;
    if let Some(format) = arguments.format {
        hand_out(context, &ledger, arguments, format)?;
        return Ok(Exit::Ok);
    }
    let view = ledger.view(arguments.at.known_at)?;
    if let (Some(partner), Some(period)) = (&arguments.partner, arguments.period) {
        let statement = statement(&view, partner, period)?;
        context.answer(&statement, |statement| readable(statement, is_closed(&view, period)))?;
    } else if let Some(period) = arguments.all {
        let partners = view.partners()?;
        let statements = partners.iter().map(|partner| statement(&view, partner, period));
        let statements = statements.collect::<Result<Vec<Statement>, _>>()?;
        context.answer(&statements, |statements| all(period, statements, is_closed(&view, period)))?;
    }
    Ok(Exit::Ok)
}

/// What is handed out of a closed period is explained as known at its cutoff.
fn hand_out(
    context: &Context,
    ledger: &Ledger,
    arguments: &Arguments,
    format: handout::Format,
) -> Result<(), CliError> {
    let closes = ledger.view(None)?.closes();
    let period = arguments.period.or(arguments.all);
    let closed = closes.iter().find(|close| Some(close.period) == period).map(|close| close.cutoff);
    let view = ledger.view(closed.or(arguments.at.known_at))?;
    let output = arguments.output.as_deref();
    match (&arguments.partner, arguments.period, arguments.all) {
        (Some(partner), Some(period), _) => handout::one(context, &view, (partner, period), format, output),
        (_, _, Some(period)) => handout::all(context, &view, period, format, output),
        _ => Ok(()),
    }
}

fn is_closed(view: &View<'_>, period: Period) -> bool {
    view.closes().iter().any(|close| close.period == period)
}

fn readable(statement: &Statement, closed: bool) -> String {
    let Statement { partner, period, currency, known_at, lines, .. } = statement;
    let title =
        format!("statement of `{partner}` for {period}, {}, amounts in {currency}\n", status(statement, closed));
    let lines = match lines.is_empty() {
        true => format!("nothing recognised, as known at {known_at}\n"),
        false => self::lines(lines.iter(), currency).render(),
    };
    format!("{title}\n{lines}\n{}", balances([statement], currency, false).render())
}

fn status(statement: &Statement, closed: bool) -> String {
    let known = if closed { "closed at cutoff" } else { "open, as known at" };
    format!("{known} {}", statement.known_at)
}

fn all(period: Period, statements: &[Statement], closed: bool) -> String {
    let Some(first) = statements.first() else {
        return format!("no partner is known for {period}\n");
    };
    let title = format!("statements for {period}, {}, amounts in {}\n", status(first, closed), first.currency);
    format!("{title}\n{}", balances(statements, &first.currency, true).render())
}

/// Lines by deal: of several deals their sum first.
pub(super) fn lines<'a>(lines: impl Iterator<Item = &'a StatementLine>, currency: &str) -> Grid {
    let columns = [text("period"), text("plan"), text("kind"), text("deal"), text("account")];
    let figures = [figure(format!("base {currency}")), figure(format!("amount {currency}"))];
    let mut grid = Grid::new(columns.into_iter().chain(figures));
    for line in lines {
        let StatementLine { plan, period, kind, amount, base, deals } = line;
        match deals.as_slice() {
            [deal] => grid.row([period, plan, kind, &deal.deal, &deal.account, &deal.base, &deal.amount]),
            deals => {
                grid.row([period, plan, kind, &format!("{} deals", deals.len()), "", base, amount]);
                deals.iter().for_each(|of| grid.row(["", "", "", &of.deal, &of.account, &of.base, &of.amount]));
            }
        }
    }
    grid
}

/// Balances, a row for each statement.
pub(super) fn balances<'a>(statements: impl IntoIterator<Item = &'a Statement>, currency: &str, named: bool) -> Grid {
    let names = ["opening", "accrued", "adjusted", "paid", "closing", "held", "payable"];
    let head = if named { text("partner") } else { text(format!("balance {currency}")) };
    let mut grid = Grid::new([head].into_iter().chain(names.map(figure)));
    for Statement { partner, balance, .. } in statements {
        let head = if named { partner } else { "" };
        let of = balance;
        grid.row([head, &of.opening, &of.accrued, &of.adjusted, &of.paid, &of.closing, &of.held, &of.payable]);
    }
    grid
}
