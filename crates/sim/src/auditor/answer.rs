//! The documents that answer questions, as the contract shows them.

use serde_json::{Value, json};

use super::attribution::WHOLE;
use super::balance::Balance;
use super::closing::Statement;
use super::deal::{Deal, Line};
use super::known::Known;
use super::number::Number;
use super::time::{Day, Instant, Period, instant_text};

/// Lines by (period, plan), deals by id, without what is zero.
pub(super) fn statement(
    (known, at, status): (&Known, Instant, &str),
    partner: &str,
    period: Period,
    statement: &Statement,
) -> Value {
    let mut lines: Vec<(Period, String, Number, Number, Vec<Value>)> = Vec::new();
    for ((of, plan, deal), recognised) in &statement.recognised {
        let shown = json!({
            "deal": deal, "account": recognised.account,
            "base": recognised.base.text(), "amount": recognised.amount.text(),
        });
        match lines.last_mut().filter(|(line, by, ..)| line == of && by == plan) {
            Some((.., base, amount, deals)) => {
                *base = base.clone() + recognised.base.clone();
                *amount = amount.clone() + recognised.amount.clone();
                deals.push(shown);
            }
            None => lines.push((*of, plan.clone(), recognised.base.clone(), recognised.amount.clone(), vec![shown])),
        }
    }
    lines.retain(|(_, _, base, amount, _)| !base.is_zero() || !amount.is_zero());
    let line = |(of, plan, base, amount, deals): (Period, String, Number, Number, Vec<Value>)| {
        let kind = if of == period { "accrual" } else { "adjustment" };
        json!({
            "plan": plan, "period": of.text(), "kind": kind,
            "amount": amount.text(), "base": base.text(), "deals": deals,
        })
    };
    json!({
        "partner": partner, "period": period.text(), "currency": known.book.currency, "status": status,
        "knownAt": instant_text(at), "lines": lines.into_iter().map(line).collect::<Vec<_>>(),
        "balance": balance(&statement.balance),
    })
}

fn balance(balance: &Balance) -> Value {
    json!({
        "opening": balance.opening.text(), "accrued": balance.accrued.text(), "adjusted": balance.adjusted.text(),
        "paid": balance.paid.text(), "closing": balance.closing.text(), "held": balance.held.text(),
        "payable": balance.payable.text(),
    })
}

/// The account's deals that were opened by the day.
pub(super) fn attribution(known: &Known, account: &str, day: Day) -> Value {
    let deals = known.deals.values().filter(|deal| deal.account == account && deal.opened_on <= day);
    let deal = |deal: &Deal| {
        json!({
            "deal": deal.id, "motion": known.motion(deal), "inTerm": deal.term_on(day).is_some(),
            "source": known.source(deal), "influencers": known.influencers(deal, day),
            "splits": splits(known, deal, day),
        })
    };
    json!({
        "account": account, "asOf": day.to_string(), "knownAt": instant_text(known.at),
        "deals": deals.map(deal).collect::<Vec<_>>(),
    })
}

/// One for each pool and each (product, vendor) of the day's lines.
fn splits(known: &Known, deal: &Deal, day: Day) -> Vec<Value> {
    let mut sold: Vec<(String, String)> =
        deal.lines_on(day).into_iter().map(|line| (line.product, line.vendor)).collect();
    sold.sort();
    sold.dedup();
    let mut splits = Vec::new();
    for pool in known.pools() {
        for (product, vendor) in &sold {
            let split = known.split(deal, day, product, vendor, pool);
            let share = |units: &num_bigint::BigInt| Number::fraction(units.clone(), WHOLE).text();
            let shares = split
                .shares
                .iter()
                .map(|((partner, role), units)| json!({"partner": partner, "role": role, "share": share(units)}));
            splits.push(json!({
                "pool": pool, "product": product, "vendor": vendor,
                "policy": split.policy.map(|policy| policy.text("id")),
                "effectiveFrom": split.policy.map(|policy| policy.text("effectiveFrom")),
                "shares": shares.collect::<Vec<_>>(), "retained": share(&split.retained),
            }));
        }
    }
    splits
}

pub(super) fn credits(known: &Known, partner: &str, period: Period) -> Value {
    let sums = known.credit_sums(partner, period);
    let credit = |([pool, basis, account, deal, role, product, vendor], amount): ([String; 7], Number)| {
        json!({
            "pool": pool, "basis": basis, "account": account, "deal": deal, "role": role, "product": product,
            "vendor": vendor, "amount": amount.text(),
        })
    };
    json!({
        "partner": partner, "period": period.text(), "knownAt": instant_text(known.at),
        "credits": sums.into_iter().map(credit).collect::<Vec<_>>(),
    })
}

/// The account's deals that were won, with their terms.
pub(super) fn renewals(known: &Known, account: &str) -> Value {
    let deals = known.deals.values().filter(|deal| deal.account == account && deal.won_on().is_some());
    let deal = |deal: &Deal| {
        json!({
            "deal": deal.id, "motion": known.motion(deal), "source": known.source(deal), "terms": terms(deal),
        })
    };
    json!({
        "account": account, "knownAt": instant_text(known.at), "deals": deals.map(deal).collect::<Vec<_>>(),
    })
}

fn terms(deal: &Deal) -> Vec<Value> {
    let line = |line: Line| {
        json!({
            "line": line.line, "product": line.product, "vendor": line.vendor, "kind": line.kind,
            "amount": line.amount.map(|amount| amount.text()), "currency": line.currency,
        })
    };
    let member = |(partner, role): (String, String)| json!({"partner": partner, "role": role});
    let term = |term: &super::deal::Term| {
        json!({
            "kind": if term.initial { "initial" } else { "renewal" },
            "termStart": term.start.to_string(), "termEnd": term.end.map(|day| day.to_string()),
            "ended": term.ended.map(|day| day.to_string()),
            "team": deal.team_on(term.start).into_iter().map(member).collect::<Vec<_>>(),
            "lines": deal.lines_on(term.start).into_iter().map(line).collect::<Vec<_>>(),
        })
    };
    deal.terms.iter().map(term).collect()
}

pub(super) fn suspense(known: &Known) -> Value {
    let unresolved = known.unresolved.iter().map(|(subject, events)| json!({"subject": subject, "events": events}));
    let unattributed =
        known.unattributed().into_iter().map(|([account, basis, product, currency], (facts, amount))| {
            json!({
                "account": account, "basis": basis, "product": product, "currency": currency, "amount": amount.text(),
                "facts": facts,
            })
        });
    let unconverted = known
        .unconverted()
        .into_iter()
        .map(|(currency, (facts, amount))| json!({"currency": currency, "facts": facts, "amount": amount.text()}));
    json!({
        "knownAt": instant_text(known.at), "unresolved": unresolved.collect::<Vec<_>>(),
        "unattributed": unattributed.collect::<Vec<_>>(), "unconverted": unconverted.collect::<Vec<_>>(),
    })
}
