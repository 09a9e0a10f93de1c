//! What candidate policies would give.

use std::ops::RangeInclusive;
use std::path::Path;

use serde_json::Value;
use tributary_domain::policy::Policy;
use tributary_domain::time::{Instant, Period};
use tributary_finance::{Candidate, Change, Publication, WhatIf, what_if};

use super::causes::signed;
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::grid::{Grid, figure, text};
use crate::ledger::Ledger;

/// Reads the one policy of a file, YAML or JSON.
pub(super) fn policy(path: &Path) -> Result<Policy, CliError> {
    let text = std::fs::read_to_string(path).map_err(|source| CliError::Input { path: path.to_owned(), source })?;
    let refused =
        |reason: String| CliError::Document { name: path.display().to_string(), expected: "a policy", reason };
    let document: Value =
        serde_saphyr::from_str(&text).map_err(|error| refused(error.without_snippet().to_string()))?;
    tributary_events::policy::read(&document)
        .map_err(|refusal| refused(format!("{}: {refusal} ({})", refusal.field(), refusal.code())))
}

pub(super) fn run(
    context: &Context,
    ledger: &Ledger,
    known_at: Option<Instant>,
    periods: &RangeInclusive<Period>,
    policies: &[Policy],
) -> Result<Exit, CliError> {
    let now = ledger.view(known_at)?;
    let found = what_if(&now, &now.supposing(policies), periods.clone())?;
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
        Publication::NewPolicy => "new",
        Publication::NewVersion => "a new version",
        Publication::Correction => "a correction",
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
