//! Recomputes a credit: its days, each day's fact times its share, and what the fact sums (C1, F1–F5).

use num_bigint::BigInt;
use num_integer::Integer;

use super::exact::{Exact, Rounding};
use super::node::Node;
use super::{Checking, Result, mismatch, split};

pub(super) fn credit(checking: &mut Checking, credit: &Node<'_>) -> Result<()> {
    checking.figure("C1", credit, "amount", &credit.sum("days", "credit")?)?;
    let splits = credit.list("splits")?;
    for of in &splits {
        split::split(checking, of)?;
    }
    for of in credit.list("days")? {
        share(checking, credit, &splits, &of)?;
        checking.figure("C1", &of, "credit", &(&of.amount("fact")? * &of.amount("share")?))?;
        fact(checking, &of)?;
    }
    Ok(())
}

/// The share of a day is that of the partner in the role, as the split of the day gives it.
fn share(checking: &mut Checking, credit: &Node<'_>, splits: &[Node<'_>], day: &Node<'_>) -> Result<()> {
    let (on, role) = (day.text("day")?, credit.text("role")?);
    for split in splits {
        if split.text("from")? > on || split.text("until")? < on {
            continue;
        }
        for of in split.list("shares")? {
            if of.text("partner")? == checking.partner && of.text("role")? == role {
                checking.figure("A2", day, "share", &of.amount("share")?)?;
                checking.says("A1", day, "policy", &split.text("policy")?)?;
                checking.says("A1", day, "policyEffectiveFrom", &split.text("effectiveFrom")?)?;
                checking.says("E1", day, "rule", &of.text("rule")?)?;
                return checking.holds("A7", &of, "enrolled", of.flag("enrolled")?, "retained");
            }
        }
    }
    Err(mismatch("A2", day, "share", day.text("share")?, "no share"))
}

/// F5: the sum of the parts, converted by the rate shown.
fn fact(checking: &mut Checking, day: &Node<'_>) -> Result<()> {
    checking.figure("F5", day, "sum", &day.sum("parts", "amount")?)?;
    let converted = converted(checking, day, &day.amount("sum")?)?;
    checking.figure("F5", day, "fact", &converted)?;
    let events: Vec<String> = day.list("events")?.iter().map(position).collect::<Result<_>>()?;
    for of in day.list("parts")? {
        part(checking, &of)?;
        let cited = of.texts("events")?;
        let known = !cited.is_empty() && cited.iter().all(|position| events.contains(position));
        checking.holds("E1", &of, "events", known, "events of the day")?;
    }
    Ok(())
}

fn position(event: &Node<'_>) -> Result<String> {
    Ok(format!("{}:{}", event.whole::<i64>("partition")?, event.whole::<i64>("offset")?))
}

/// An amount in the currency of a node, in the book's: as it is, or by the rate of the node.
pub(super) fn converted(checking: &mut Checking, node: &Node<'_>, amount: &Exact) -> Result<Exact> {
    let Some(rate) = node.optional("rate")? else {
        let currency = checking.currency.clone();
        checking.says("F5", node, "currency", &currency)?;
        return Ok(amount.clone());
    };
    let value = rate.amount("rate")?;
    if rate.flag("inverted")? {
        amount.over(&value).ok_or_else(|| mismatch("F5", &rate, "rate", value, "a positive rate"))
    } else {
        Ok((amount * &value).rounded(12, Rounding::HalfEven))
    }
}

/// F1–F4: what a part adds.
fn part(checking: &mut Checking, part: &Node<'_>) -> Result<()> {
    let from = part.get("from")?;
    match from.text("kind")?.as_str() {
        "usage" => {
            let standing = if from.has("corrected") { "corrected" } else { "said" };
            checking.figure("F1", part, "amount", &from.amount(standing)?)
        }
        "recurring" => {
            let (day, days) = (from.whole::<i64>("day")?, from.whole::<i64>("days")?);
            let monthly = from.amount("monthly")?.count(12);
            let until = |day: i64| (&monthly * day).div_floor(&BigInt::from(days));
            checking.figure("F2", part, "amount", &Exact::of(&(until(day) - until(day - 1)), 12))
        }
        "disbursement" => {
            let net = from.amount("gross")? - from.amount("fee")? - from.amount("tax")? - from.amount("refund")?;
            checking.figure("F4", part, "amount", &net)
        }
        _ => Ok(()), // F3: a license line gives its amount
    }
}
