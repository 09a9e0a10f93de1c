//! `tributary diff`: what differs between two states of knowledge, and which events made it so.

use clap::{Args, Subcommand};
use tributary_audit::{AttributionDiff, Between, Coordinates, DealDiff, How, Presence, ShareTurned, attribution_diff};
use tributary_domain::id::{AccountId, PartnerId};
use tributary_domain::time::{Day, Instant, Period};
use tributary_finance::{Diff, diff};

use super::replay::{CHANGES_SHOWN, causes};
use super::timeline::lateness;
use crate::arguments::{account, day, partner, period};
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::grid::{Grid, figure, text};

const EXAMPLES: &str = "Examples:
  tributary diff account acme --from 2024-09-01 --to 2024-09-30
  tributary diff account acme --from 2024-09-15@2024-10-01T00:00:00Z --to 2024-09-15
  tributary diff partner p-msp 2024-09 --from 2024-10-05T00:00:00Z
  tributary diff period 2024-09 --from 2024-10-05T00:00:00Z --to 2024-11-05T00:00:00Z";

/// Show what differs between two days or instants, and which events made it so
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Who is attributed to an account's deals, at two coordinates
    Account {
        /// The account
        #[arg(value_parser = account)]
        account: AccountId,
        /// A day, or a day and what was known then: 2024-09-15@2024-10-01T00:00:00Z
        #[arg(long, value_name = "AS_OF[@KNOWN_AT]", value_parser = coordinates)]
        from: (Day, Option<Instant>),
        /// Likewise
        #[arg(long, value_name = "AS_OF[@KNOWN_AT]", value_parser = coordinates)]
        to: (Day, Option<Instant>),
    },
    /// What a period comes to for a partner, and what moved it
    Partner {
        /// The partner
        #[arg(value_parser = partner)]
        partner: PartnerId,
        /// The period, such as 2024-09
        #[arg(value_parser = period)]
        period: Period,
        #[command(flatten)]
        known: Known,
    },
    /// What a period comes to for every partner, and what moved it
    Period {
        /// The period, such as 2024-09
        #[arg(value_parser = period)]
        period: Period,
        #[command(flatten)]
        known: Known,
    },
}

/// Two instants.
#[derive(Debug, Args)]
struct Known {
    /// What was known then
    #[arg(long, value_name = "INSTANT")]
    from: Instant,
    /// And then; by default all that is recorded
    #[arg(long, value_name = "INSTANT")]
    to: Option<Instant>,
    /// Tell all causes apart, however many there are
    #[arg(long)]
    full: bool,
}

fn coordinates(text: &str) -> Result<(Day, Option<Instant>), String> {
    let (as_of, known_at) = text.split_once('@').map_or((text, None), |(as_of, known_at)| (as_of, Some(known_at)));
    let known_at = known_at.map(str::parse).transpose().map_err(|error| format!("what is known {error}"))?;
    Ok((day(as_of).map_err(|error| error.to_string())?, known_at))
}

/// Two views of one ledger, compared.
pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Exit, CliError> {
    match &arguments.what {
        What::Account { account, from, to } => of_account(context, account, *from, *to),
        What::Partner { partner, period, known } => of_period(context, Some(partner), *period, known),
        What::Period { period, known } => of_period(context, None, *period, known),
    }
}

fn of_period(context: &Context, only: Option<&PartnerId>, period: Period, known: &Known) -> Result<Exit, CliError> {
    let ledger = context.ledger()?;
    let view = ledger.view(known.to)?;
    if view.known_at() < known.from {
        return Err(CliError::Usage(format!("--from {} is after --to {}", known.from, view.known_at())));
    }
    let changes_max = if known.full { usize::MAX } else { CHANGES_SHOWN };
    let found = diff(&view, only, period, known.from, changes_max)?;
    context.answer(&found, |found| moved(found, only))?;
    Ok(Exit::Ok)
}

fn moved(found: &Diff, only: Option<&PartnerId>) -> String {
    let Diff { from, to, currency, period: of } = found;
    let whose = only.map_or_else(String::new, |partner| format!(" for `{partner}`"));
    let title = format!("what {} comes to{whose}, known at {from} and at {to}", of.period);
    if of.partners.is_empty() {
        return format!("{title}: the same, {} {currency}\n", of.amount.after);
    }
    let columns = ["partner", "plan", "deal", "account"].map(text);
    let figures = ["before", "after", "difference", "of base"].map(figure);
    let mut grid = Grid::new(columns.into_iter().chain(figures));
    causes::deal_rows(of, false, &mut grid);
    let sums = format!("{} → {}, {}", of.amount.before, of.amount.after, causes::signed(&of.amount.difference));
    format!("{title}: {sums} {currency}\n\n{}{}", grid.render(), causes::of_period(of))
}

fn of_account(
    context: &Context,
    account: &AccountId,
    from: (Day, Option<Instant>),
    to: (Day, Option<Instant>),
) -> Result<Exit, CliError> {
    let ledger = context.ledger()?;
    let present = ledger.view(None)?;
    let [before, after] = [from, to].map(|(_, known_at)| present.as_known_at(known_at.unwrap_or(present.known_at())));
    let found = attribution_diff(account, (&before, from.0), (&after, to.0))?;
    context.answer(&found, attributed)?;
    Ok(Exit::Ok)
}

fn attributed(found: &AttributionDiff) -> String {
    let AttributionDiff { account, from, to, deals, events } = found;
    let at = |at: &Coordinates| format!("{} (known at {})", at.as_of, at.known_at);
    let mut page = format!("attribution of `{account}` from {}\n  to {}\n", at(from), at(to));
    if deals.is_empty() {
        page.push_str("\nnothing differs\n");
    }
    deals.iter().for_each(|of| page.push_str(&deal(of)));
    if !events.is_empty() {
        page.push_str(&format!("\nbetween the two\n{}", between(events).render()));
    }
    page
}

fn deal(of: &DealDiff) -> String {
    let what = match of.what {
        Presence::Appeared => "is new",
        Presence::Vanished => "is gone",
        Presence::Changed => "differs",
    };
    let mut grid = Grid::new(["what", "before", "after"].map(text));
    let told = |value: &Option<String>| value.clone().unwrap_or_else(|| "none".to_owned());
    of.fields.iter().for_each(|field| grid.row([&field.field, &told(&field.before), &told(&field.after)]));
    let mut alike: Vec<(&ShareTurned, Vec<String>)> = Vec::new();
    for share in &of.shares {
        let product = match share.vendor.as_str() {
            "" => share.product.clone(),
            vendor => format!("{} of {vendor}", share.product),
        };
        match alike.iter_mut().find(|(first, _)| moved_alike(first, share)) {
            Some((_, products)) => products.push(product),
            None => alike.push((share, vec![product])),
        }
    }
    for (share, products) in alike {
        let whose = match (&share.partner, &share.role) {
            (Some(partner), Some(role)) => format!("`{partner}` as `{role}`"),
            _ => "retained".to_owned(),
        };
        let (first, others) = (&products[0], &products[1..]);
        grid.row([&format!("{whose} in {} for {first}", share.pool), &share.before, &share.after]);
        others.iter().for_each(|product| grid.row([&format!("  and {product}"), "", ""]));
    }
    format!("\ndeal `{}` {what}\n{}", of.deal, grid.render())
}

/// Whether two differ in the product alone.
fn moved_alike(one: &ShareTurned, other: &ShareTurned) -> bool {
    let said =
        |of: &ShareTurned| (of.pool.clone(), of.partner.clone(), of.role.clone(), of.before.clone(), of.after.clone());
    said(one) == said(other)
}

fn between(events: &[Between]) -> Grid {
    let columns = ["day", "recorded", "", "says", "history", "at"].map(text);
    let mut grid = Grid::new(columns);
    for Between { how, event } in events {
        let how = match how {
            How::Learned => {
                lateness(event.late_days).map_or_else(|| "learned".to_owned(), |late| format!("learned {late}"))
            }
            How::TookEffect => "took effect".to_owned(),
        };
        let at = event.first.to_string();
        grid.row([&event.day, &event.recorded, &how, &event.says, &event.subject, &at]);
    }
    grid
}
