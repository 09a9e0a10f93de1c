//! What moved, line by line, and what caused it: for `replay` and for `diff`.

use tributary_finance::{Because, Cause, DealMoved, EventsCited, PeriodMoved};

use crate::grid::Grid;

/// A row for each deal: period where wanted, partner, plan, deal, account, before, after, difference, difference of base.
pub(crate) fn deal_rows(of: &PeriodMoved, with_period: bool, grid: &mut Grid) {
    for partner in &of.partners {
        for plan in &partner.plans {
            for deal in &plan.deals {
                let whose = [&partner.partner, &plan.plan, &deal.deal, &deal.account];
                let figures = [&deal.amount.before, &deal.amount.after, &deal.amount.difference, &deal.base.difference];
                let period = with_period.then_some(&of.period);
                grid.push(period.into_iter().chain(whose).chain(figures).cloned().collect());
            }
        }
    }
}

/// The causes of each partner, in the order of recorded time.
pub(crate) fn of_period(of: &PeriodMoved) -> String {
    let mut page = String::new();
    for partner in &of.partners {
        page.push_str(&format!("\nwhat moved `{}` in {}\n", partner.partner, of.period));
        partner.causes.iter().for_each(|cause| page.push_str(&one(cause)));
    }
    page
}

fn one(cause: &Cause) -> String {
    let Cause { first, last, amount, deals, events } = cause;
    let when = if first == last { format!("recorded {first}") } else { format!("recorded {first} to {last}") };
    let mut page = format!("  {}  {when}\n", signed(amount));
    deals.iter().for_each(|deal| page.push_str(&format!("      {}\n", moved(deal))));
    events.iter().for_each(|event| page.push_str(&format!("    ← {}\n", said(event))));
    page
}

fn moved(of: &DealMoved) -> String {
    let DealMoved { plan, deal, amount, base, because, moved_by, .. } = of;
    let names: Vec<String> = moved_by.iter().map(|deal| format!("`{deal}`")).collect();
    let why = match because {
        Because::Base => format!("its base {}", signed(base)),
        Because::OtherDeals => format!("its base stayed: {} moved the total", names.join(", ")),
        Because::Rules => "its base stayed: the rules changed".to_owned(),
        Because::History => "its base stayed: clawback or growth".to_owned(),
    };
    format!("{} deal `{deal}` under `{plan}`, {why}", signed(amount))
}

fn said(event: &EventsCited) -> String {
    let EventsCited { says, subject, first, last, .. } = event;
    let to = if first == last { String::new() } else { format!(" to {last}") };
    format!("{says}  ({subject}, at {first}{to})")
}

/// A difference, with its sign.
pub(crate) fn signed(amount: &str) -> String {
    if amount.starts_with('-') || amount == "0" { amount.to_owned() } else { format!("+{amount}") }
}
