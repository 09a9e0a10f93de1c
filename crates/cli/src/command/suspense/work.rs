//! Suspense to be worked off, as people read it: a table for each kind, and below it what would resolve each row.

use tributary_finance::{SuspenseWork, UnattributedFacts, UnconvertedFacts, UnresolvedSubject};

use super::part;
use crate::grid::{Grid, figure, text};

pub(super) fn readable(work: &SuspenseWork) -> String {
    let mut page = format!(
        "what earns no credit, as known at {}, worth in {}\n{}{}{}",
        work.known_at,
        work.currency,
        unresolved(&work.unresolved),
        unattributed(&work.unattributed),
        unconverted(&work.unconverted),
    );
    if !work.out_of_range.is_empty() {
        let mut grid = Grid::new(["period", "account", "partner", "plan", "to resolve"].map(text));
        for of in &work.out_of_range {
            let [account, partner, plan] =
                [&of.account, &of.partner, &of.plan].map(|id| id.as_deref().unwrap_or_default());
            grid.row([&of.period, account, partner, plan, &of.resolve]);
        }
        page.push_str(&part("out of range: sums too large for the ledger's integers, nothing is earned", &grid));
    }
    page
}

fn unresolved(all: &[UnresolvedSubject]) -> String {
    let columns = [text("subject"), figure("worth"), figure("events"), text("from"), text("to"), figure("days")];
    let mut grid = Grid::new(columns);
    let mut lines = String::new();
    for of in all {
        let worth = of.worth.as_deref().unwrap_or_default();
        grid.row([&of.subject, worth, &of.events.to_string(), &of.first_day, &of.last_day, &of.age_days.to_string()]);
        let types = of.types.iter().map(|one| format!("{} {}", one.events, one.event_type));
        let amounts = of.amounts.iter().map(|one| format!("{} {}", one.amount, one.currency));
        let held: Vec<String> = types.chain(amounts).collect();
        lines.push_str(&format!("\n`{}`: {}\n", of.subject, held.join(", ")));
        for likely in &of.likely_accounts {
            lines.push_str(&format!("  may be account `{}`: {}\n", likely.account, likely.because.join(", ")));
        }
        let account = of.resolve.account.as_deref().unwrap_or("…");
        let (event_type, subject) = (&of.resolve.event_type, &of.resolve.subject);
        lines.push_str(&format!(
            "  to resolve: {{\"type\": \"{event_type}\", \"subject\": \"{subject}\", \"data\": {{\"account\": \"{account}\"}}}}\n"
        ));
    }
    part("unresolved: no alias leads to an account", &grid) + &lines
}

fn unattributed(all: &[UnattributedFacts]) -> String {
    let mut grid = Grid::new([
        text("account"),
        text("basis"),
        text("product"),
        figure("worth"),
        figure("amount"),
        text("currency"),
        figure("facts"),
        text("from"),
        text("to"),
        figure("days"),
        text("why"),
    ]);
    for of in all {
        let (facts, age) = (of.facts.to_string(), of.age_days.to_string());
        let worth = of.worth.as_deref().unwrap_or_default();
        grid.row([
            &of.account,
            of.basis,
            &of.product,
            worth,
            &of.amount,
            &of.currency,
            &facts,
            &of.first_day,
            &of.last_day,
            &age,
            of.code,
        ]);
    }
    part("unattributed: no deal takes it", &grid) + &remedies(all)
}

/// What would resolve each, said once for those of an account that wait for the same but for the product.
fn remedies(all: &[UnattributedFacts]) -> String {
    let mut alike: Vec<(&UnattributedFacts, usize)> = Vec::new();
    for of in all {
        match alike.iter_mut().find(|(first, _)| wait_alike(first, of)) {
            Some((_, others)) => *others += 1,
            None => alike.push((of, 0)),
        }
    }
    let mut lines = String::new();
    for (of, others) in alike {
        let others = if others > 0 { format!(" and {others} more like it") } else { String::new() };
        lines.push_str(&format!("\n`{}` {} `{}`{others}: {}\n", of.account, of.basis, of.product, of.reason));
        lines.push_str(&format!("  to resolve: {}\n", of.resolve));
    }
    lines
}

/// Whether two say the same but for their products.
fn wait_alike(one: &UnattributedFacts, other: &UnattributedFacts) -> bool {
    let said = |of: &UnattributedFacts| {
        [&of.reason, &of.resolve].map(|text| text.replace(&format!("`{}`", of.product), "the product"))
    };
    one.account == other.account && one.basis == other.basis && said(one) == said(other)
}

fn unconverted(all: &[UnconvertedFacts]) -> String {
    let columns = [text("currency"), figure("amount"), figure("facts"), text("from"), text("to"), figure("days")];
    let mut grid = Grid::new(columns);
    let mut lines = String::new();
    for of in all {
        let (facts, age) = (of.facts.to_string(), of.age_days.to_string());
        grid.row([&of.currency, &of.amount, &facts, &of.first_day, &of.last_day, &age]);
        lines.push_str(&format!("\n{}: {} days without a rate\n  to resolve: {}\n", of.currency, of.days, of.resolve));
    }
    part("unconverted: no rate to the book's currency", &grid) + &lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waiting(account: &str, product: &str, reason: &str) -> UnattributedFacts {
        UnattributedFacts {
            account: account.to_owned(),
            basis: "consumption",
            product: product.to_owned(),
            currency: "EUR".to_owned(),
            amount: "1".to_owned(),
            worth: None,
            facts: 1,
            first_day: "2024-09-01".to_owned(),
            last_day: "2024-09-01".to_owned(),
            oldest_recorded: "2024-09-02T00:00:00Z".to_owned(),
            age_days: 0,
            code: "no-consumption-line",
            reason: reason.replace("{}", &format!("`{product}`")),
            resolve: format!("a line for `{product}`"),
        }
    }

    #[test]
    fn what_waits_for_the_same_is_told_once() {
        let all = [
            waiting("acme", "disk", "no line for {}"),
            waiting("bolt", "disk", "no line for {}"),
            waiting("acme", "vm", "no line for {}"),
            waiting("acme", "lake", "no deal in term"),
        ];
        let told = "
`acme` consumption `disk` and 1 more like it: no line for `disk`
  to resolve: a line for `disk`

`bolt` consumption `disk`: no line for `disk`
  to resolve: a line for `disk`

`acme` consumption `lake`: no deal in term
  to resolve: a line for `lake`
";
        assert_eq!(remedies(&all), told);
    }
}
