//! `tributary close`: recognising a period, or showing what that would recognise.

use clap::Args;
use serde::Serialize;
use tributary_domain::closing::{Close, InvalidClose, judge};
use tributary_domain::event::{Body, Draft, Meta, PeriodClosed, Subject};
use tributary_domain::id::{EventId, Identity, Source};
use tributary_domain::time::{Instant, Period};
use tributary_finance::{Statement, close_pending, pending, statement};
use tributary_intake::{Outcome, Trust};
use tributary_projector::View;

use super::statement::{balances, lines};
use crate::arguments::period;
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::ledger::{Ledger, now};
use crate::meter::Meter;

/// Who says the closes that this command says.
const SOURCE: &str = "urn:tributary:close";

const EXAMPLES: &str = "Examples:
  tributary close 2024-09 --preview
  tributary close 2024-09
  tributary close 2024-09 --cutoff 2024-10-05T00:00:00Z";

/// Close a period: accrue it, and adjust closed ones for what was learned since
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The period, such as 2024-09: the one after the last closed one
    #[arg(value_parser = period)]
    period: Period,
    /// What is known by then counts; by default the last recorded instant, or the period's end if that is later
    #[arg(long, value_name = "INSTANT")]
    cutoff: Option<Instant>,
    /// Show what the close would accrue and adjust at the present, and record nothing
    #[arg(long, conflicts_with = "cutoff")]
    preview: bool,
}

/// What a close recognised.
#[derive(Debug, Serialize)]
struct Closed {
    period: String,
    cutoff: String,
    digest: String,
    statements: Vec<Statement>,
}

/// What a close would recognise.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Preview {
    period: String,
    known_at: String,
    statements: Vec<Statement>,
}

/// Judges the close beforehand (L1), records it and shows what it recognised.
pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Exit, CliError> {
    let ledger = context.ledger()?;
    if arguments.preview {
        return preview(context, &ledger, arguments.period);
    }
    // The view must be gone when the close is filed.
    let draft = judged(&ledger.view(None)?, arguments)?;
    draft.map(|draft| append(&ledger, draft)).transpose()?;
    let meter = Meter::events(context.quiet, format!("closing {}", arguments.period), 0);
    close_pending(&ledger.projection, |_, done, all| meter.partners(done, all))?;
    meter.finish();
    let closed = closed(&ledger, arguments.period)?;
    context.answer(&closed, readable)?;
    Ok(Exit::Ok)
}

/// The close to record; none if it stands already with that very cutoff.
fn judged(view: &View<'_>, arguments: &Arguments) -> Result<Option<Draft>, CliError> {
    let closes = view.closes();
    let period = arguments.period;
    if let Some(close) = closes.iter().find(|close| close.period == period) {
        return match arguments.cutoff {
            Some(cutoff) if cutoff == close.cutoff => Ok(None),
            _ => Err(CliError::AlreadyClosed { period, cutoff: close.cutoff }),
        };
    }
    let last = closes.last();
    let cutoff = arguments.cutoff.unwrap_or_else(|| default_cutoff(view, period, last));
    let draft = draft(period, cutoff);
    let recorded = now().max(view.last_recorded().unwrap_or(Instant::MIN));
    let meta = Meta { time: draft.time, recorded, identity: draft.identity.clone() };
    judge(&PeriodClosed { period, cutoff }, &meta, last, view.book_at(cutoff).zone)
        .map_err(|source| CliError::Close { period, source })?;
    Ok(Some(draft))
}

/// All that is recorded counts, but no cutoff is before the period's end or the last cutoff.
fn default_cutoff(view: &View<'_>, period: Period, last: Option<&Close>) -> Instant {
    let end = period.end_in(view.reference().book.zone);
    let recorded = view.last_recorded().unwrap_or(end);
    let after_last = last.map_or(end, |last| last.cutoff.successor());
    end.max(recorded).max(after_last)
}

fn draft(period: Period, cutoff: Instant) -> Draft {
    Draft {
        // Said twice, it is the same event.
        time: cutoff,
        recorded: None,
        identity: Identity { source: Source::new(SOURCE), id: EventId::new(&format!("{period}/{cutoff}")) },
        subject: Subject::Book,
        body: Body::PeriodClosed(PeriodClosed { period, cutoff }),
    }
}

fn append(ledger: &Ledger, draft: Draft) -> Result<(), CliError> {
    let outcomes = ledger.door(Trust::LedgerClock)?.submit(vec![draft])?;
    for outcome in outcomes {
        if let Outcome::Refused(refusal) = outcome {
            return Err(CliError::Refused(format!("{}: {refusal} ({})", refusal.field(), refusal.code())));
        }
    }
    ledger.catch_up(|_| {})?;
    Ok(())
}

fn closed(ledger: &Ledger, period: Period) -> Result<Closed, CliError> {
    let view = ledger.view(None)?;
    let kept = view.closed().iter().find(|closed| closed.period == period);
    let kept = kept
        .ok_or_else(|| CliError::Refused(format!("the close of {period} is set aside, see `tributary quarantine`")))?;
    let statements =
        view.partners()?.iter().map(|partner| statement(&view, partner, period)).collect::<Result<_, _>>()?;
    Ok(Closed {
        period: period.to_string(),
        cutoff: kept.cutoff.to_string(),
        digest: blake3::Hash::from_bytes(kept.digest).to_hex().to_string(),
        statements,
    })
}

fn preview(context: &Context, ledger: &Ledger, period: Period) -> Result<Exit, CliError> {
    let view = ledger.view(None)?;
    let closes = view.closes();
    if let Some(close) = closes.iter().find(|close| close.period == period) {
        return Err(CliError::AlreadyClosed { period, cutoff: close.cutoff });
    }
    if let Some(last) = closes.last().map(|close| close.period).filter(|last| period < *last) {
        return Err(CliError::Close { period, source: InvalidClose::OutOfOrder { period, last } });
    }
    let statements = pending(&view, period)?.statements;
    let preview = Preview { period: period.to_string(), known_at: view.known_at().to_string(), statements };
    context.answer(&preview, |preview| {
        let title = format!("closing {period} as known at {} would recognise", preview.known_at);
        recognised(&title, &preview.statements, true)
    })?;
    Ok(Exit::Ok)
}

fn readable(closed: &Closed) -> String {
    let Closed { period, cutoff, digest, statements } = closed;
    let page = recognised(&format!("closed {period} at cutoff {cutoff}"), statements, false);
    format!("{page}\ndigest of the statements  {digest}\n")
}

/// Balances by partner, and the lines behind them: every line, or the adjustments alone.
fn recognised(title: &str, statements: &[Statement], every_line: bool) -> String {
    let Some(currency) = statements.first().map(|statement| statement.currency.as_str()) else {
        return format!("{title}: nothing, no partner has a statement\n");
    };
    let mut page = format!("{title}, amounts in {currency}\n\n{}", balances(statements, currency, true).render());
    let mut adjusted = false;
    for statement in statements {
        let shown = |kind: &str| every_line || kind == "adjustment";
        let grid = lines(statement.lines.iter().filter(|line| shown(&line.kind)), currency);
        if !grid.is_empty() {
            adjusted |= statement.lines.iter().any(|line| line.kind == "adjustment");
            let what = if every_line { "lines" } else { "adjustments" };
            page.push_str(&format!("\n{what} of `{}`\n{}", statement.partner, grid.render()));
        }
    }
    if !adjusted {
        page.push_str("\nno earlier period is adjusted\n");
    }
    page
}
