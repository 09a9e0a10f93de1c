//! L6: the adjustments that are pending at a cutoff are what the close at it books, and their causes add up to them.

use std::collections::BTreeMap;

use serde_json::Value;
use tributary_domain::closing::Close;
use tributary_domain::money::CreditAmount;
use tributary_domain::time::Period;
use tributary_finance::{Adjustments, PartnerMoved, Statement, adjustments, close_pending};
use tributary_projector::View;

use super::{Broken, Case, equal, read};
use crate::soak::Ledger;

/// At most so many causes are told apart, and at least one.
const CAUSES_MAX: usize = 6;

pub(super) fn holds(case: &Case<'_>) -> Result<(), Broken> {
    close_pending(&case.ledger.projection, |_, _, _| {})?;
    let view = case.ledger.projection.view(None)?;
    let closes = view.closes();
    if closes.len() < 2 {
        return Ok(());
    }
    let mut random = case.random(6);
    let next = 1 + random.below(closes.len() - 1);
    let causes = 1 + random.below(CAUSES_MAX);
    let (made, close) = (&closes[..next], &closes[next]);
    let earlier = Ledger::of(&before(case, made))?;
    close_pending(&earlier.projection, |_, _, _| {})?;
    let then = earlier.projection.view(Some(close.cutoff))?;
    let pending = adjustments(&then, made[0].period..=made[next - 1].period, causes, |_, _| {})?;
    let what = format!("adjustments at the cutoff of {}", close.period);
    equal(&what, ("pending", rows(&pending)), ("booked", booked(&view, close.period)?))?;
    pending.periods.iter().flat_map(|of| &of.partners).try_for_each(add_up)
}

/// What was said, without the closes after these and what was attested.
fn before(case: &Case<'_>, made: &[Close]) -> Vec<Value> {
    let is_made = |event: &Value| {
        made.iter().any(|close| {
            let identity = &close.meta.identity;
            event["source"] == *identity.source.as_str() && event["id"] == *identity.id.as_str()
        })
    };
    let stays = |event: &&Value| match event["type"].as_str() {
        Some("tributary.period.closed.v1") => is_made(event),
        Some("tributary.period.attested.v1") => false,
        _ => true,
    };
    case.scenario.events.iter().filter(stays).cloned().collect()
}

/// Partner, period, plan, deal, amount and base of each.
fn rows(found: &Adjustments) -> Vec<Value> {
    let mut rows = Vec::new();
    for of in &found.periods {
        for partner in &of.partners {
            for plan in &partner.plans {
                rows.extend(plan.deals.iter().map(|deal| {
                    let (amount, base) = (&deal.amount.difference, &deal.base.difference);
                    row([&partner.partner, &of.period, &plan.plan, &deal.deal, amount, base])
                }));
            }
        }
    }
    sorted(rows)
}

/// The same of what a close booked for earlier periods.
fn booked(view: &View<'_>, closed: Period) -> Result<Vec<Value>, Broken> {
    let mut rows = Vec::new();
    for partner in view.partners()? {
        let Some(kept) = view.statement(&partner, closed)? else { continue };
        let Statement { partner, lines, .. } = serde_json::from_slice(&kept)?;
        for line in lines.iter().filter(|line| line.kind == "adjustment") {
            let deals = line.deals.iter();
            rows.extend(
                deals.map(|deal| row([&partner, &line.period, &line.plan, &deal.deal, &deal.amount, &deal.base])),
            );
        }
    }
    Ok(sorted(rows))
}

fn row(fields: [&String; 6]) -> Value {
    fields.map(String::as_str).join(" ").into()
}

fn sorted(mut rows: Vec<Value>) -> Vec<Value> {
    rows.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
    rows
}

/// Deal by deal, and each cause cites something.
fn add_up(moved: &PartnerMoved) -> Result<(), Broken> {
    let mut left: BTreeMap<(&str, &str), [CreditAmount; 2]> = BTreeMap::new();
    for plan in &moved.plans {
        for deal in &plan.deals {
            let differences = [read(&deal.amount.difference)?, read(&deal.base.difference)?];
            left.insert((&plan.plan, &deal.deal), differences);
        }
    }
    for cause in &moved.causes {
        equal("a cause without events", ("the ledger", cause.events.is_empty()), ("the rule", false))?;
        for deal in &cause.deals {
            let [amount, base] = left.entry((&deal.plan, &deal.deal)).or_default();
            *amount = amount.minus(read(&deal.amount)?)?;
            *base = base.minus(read(&deal.base)?)?;
        }
    }
    for ((plan, deal), [amount, base]) in left {
        let what = format!("{} {plan} {deal}: what moved less its causes", moved.partner);
        equal(&what, ("amount", amount.to_string()), ("the rule", "0".to_owned()))?;
        equal(&what, ("base", base.to_string()), ("the rule", "0".to_owned()))?;
    }
    Ok(())
}
