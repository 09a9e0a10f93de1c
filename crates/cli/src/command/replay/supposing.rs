//! What candidate policies would give.

use std::ops::RangeInclusive;
use std::path::PathBuf;

use tributary_domain::policy::Policy;
use tributary_domain::time::{Instant, Period};
use tributary_events::policy::Novelty;
use tributary_finance::{Candidate, Change, WhatIf, what_if};

use super::causes::signed;
use crate::command::policy;
use crate::context::{Context, say};
use crate::error::CliError;
use crate::exit::Exit;
use crate::grid::{Grid, figure, text};

pub(super) fn run(
    context: &Context,
    known_at: Option<Instant>,
    periods: &RangeInclusive<Period>,
    files: &[PathBuf],
) -> Result<Exit, CliError> {
    let read = policy::read(files)?;
    read.findings.iter().for_each(say);
    if !read.findings.is_empty() {
        return Ok(Exit::Refused);
    }
    let policies: Vec<Policy> = read.documents.into_iter().map(|document| document.policy).collect();
    let ledger = context.ledger()?;
    let now = ledger.view(known_at)?;
    let found = what_if(&now, &now.supposing(&policies), periods.clone())?;
    context.answer(&found, readable)?;
    Ok(Exit::Ok)
}

fn readable(found: &WhatIf) -> String {
    let WhatIf { known_at, currency, candidates, periods, amount, partners } = found;
    let span = match periods.as_slice() {
        [first, .., last] => format!("{first}..{last}"),
        periods => periods.concat(),
    };
    let candidates: Vec<String> = candidates.iter().map(candidate).collect();
    let title = format!("what {span} would come to with {}", candidates.join(", "));
    let mut sums = Grid::new([text("partner"), figure("as it is"), figure("would be"), figure("difference")]);
    let mut row = |name: &str, of: &Change| sums.row([name, &of.before, &of.after, &signed(&of.difference)]);
    partners.iter().for_each(|partner| row(&partner.partner, &partner.amount));
    row("all", amount);
    let mut page = format!("{title},\nas known at {known_at}, amounts in {currency}\n\n{}", sums.render());
    let deals = deals(found);
    if deals.is_empty() {
        page.push_str("\nno deal would earn anything else\n");
    } else {
        page.push_str(&format!("\n{}", deals.render()));
    }
    page
}

fn candidate(of: &Candidate) -> String {
    let Candidate { kind, id, effective_from, publication } = of;
    let kind = if *kind == "attribution" { "attribution policy" } else { "commission plan" };
    let publication = match publication {
        Novelty::New => "new",
        Novelty::Version => "a new version",
        Novelty::Correction => "a correction",
        Novelty::Unchanged => "known already",
    };
    format!("{kind} `{id}` from {effective_from} ({publication})")
}

fn deals(found: &WhatIf) -> Grid {
    let columns = ["partner", "period", "plan", "deal", "account"].map(text);
    let figures = ["as it is", "would be", "difference", "of base"].map(figure);
    let mut grid = Grid::new(columns.into_iter().chain(figures));
    for partner in &found.partners {
        for of in &partner.periods {
            for plan in &of.plans {
                for deal in &plan.deals {
                    let (amount, base) = (&deal.amount, signed(&deal.base.difference));
                    let names = [&partner.partner, &of.period, &plan.plan, &deal.deal, &deal.account];
                    let figures = [&amount.before, &amount.after, &signed(&amount.difference), &base];
                    grid.push(names.into_iter().chain(figures).cloned().collect());
                }
            }
        }
    }
    grid
}
