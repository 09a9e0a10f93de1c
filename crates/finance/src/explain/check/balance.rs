//! Recomputes a balance: opening, accrued, adjusted, paid, closing, held, payable (L5).

use super::exact::{Exact, Rounding};
use super::node::Node;
use super::{Checking, Result, credit};

pub(super) fn balance(
    checking: &mut Checking,
    root: &Node<'_>,
    statement: &Node<'_>,
    balance: &Node<'_>,
) -> Result<()> {
    lines(checking, root, statement, balance)?;
    let (mut opening, mut paid) = (balance.sum("recognised", "amount")?, Exact::zero());
    for of in balance.list("movements")? {
        movement(checking, &of)?;
        match of.text("counts")?.as_str() {
            "opening" => opening = opening - of.amount("paid")?,
            _ => paid = paid + of.amount("paid")?,
        }
    }
    checking.figure("L5", balance, "opening", &opening)?;
    checking.figure("L5", balance, "paid", &paid)?;
    let closing = opening + balance.amount("accrued")? + balance.amount("adjusted")? - paid;
    checking.figure("L5", balance, "closing", &closing)?;
    let held = held(checking, balance, &closing)?;
    checking.figure("L5", balance, "held", &held)?;
    checking.figure("L5", balance, "payable", &(closing - held).max(Exact::zero()))?;
    for field in ["opening", "accrued", "adjusted", "paid", "closing", "held", "payable"] {
        checking.figure("L5", &statement.get("balance")?, field, &balance.amount(field)?)?;
    }
    Ok(())
}

/// The explained lines are those of the statement; accrued and adjusted are their sums.
fn lines(checking: &mut Checking, root: &Node<'_>, statement: &Node<'_>, balance: &Node<'_>) -> Result<()> {
    let (mut accrued, mut adjusted) = (Exact::zero(), Exact::zero());
    let explained = root.list("lines")?;
    for of in &explained {
        let sum = if of.text("kind")? == "accrual" { &mut accrued } else { &mut adjusted };
        *sum = sum.clone() + of.amount("amount")?;
    }
    checking.figure("L5", balance, "accrued", &accrued)?;
    checking.figure("L5", balance, "adjusted", &adjusted)?;
    for shown in statement.list("lines")? {
        for of in &explained {
            if of.text("plan")? == shown.text("plan")? && of.text("period")? == shown.text("period")? {
                checking.figure("L2", &shown, "amount", &of.amount("amount")?)?;
                checking.figure("L2", &shown, "base", &of.amount("base")?)?;
                deals(checking, &shown, &of.list("differences")?)?;
            }
        }
    }
    Ok(())
}

/// The deals that are shown are due the difference explained.
fn deals(checking: &mut Checking, shown: &Node<'_>, differences: &[Node<'_>]) -> Result<()> {
    for deal in shown.list("deals")? {
        for of in differences {
            if of.text("deal")? == deal.text("deal")? {
                checking.figure("L2", &deal, "amount", &of.amount("amount")?)?;
                checking.figure("L2", &deal, "base", &of.amount("base")?)?;
            }
        }
    }
    Ok(())
}

/// What a payout or a return moved: what was issued, converted and rounded to minor units.
fn movement(checking: &mut Checking, movement: &Node<'_>) -> Result<()> {
    let mut paid = Exact::zero();
    if movement.has("converted") {
        let converted = credit::converted(checking, movement, &movement.amount("issued")?)?;
        checking.figure("F5", movement, "converted", &converted.rounded(12, Rounding::HalfEven))?;
        paid = checking.minor(&converted);
    }
    checking.figure("L5", movement, "paid", &if movement.flag("returned")? { -paid } else { paid })
}

fn held(checking: &mut Checking, balance: &Node<'_>, closing: &Exact) -> Result<Exact> {
    for hold in balance.list("holds")? {
        if !hold.has("deal") {
            return Ok(closing.clone().max(Exact::zero()));
        }
    }
    for of in balance.list("heldDeals")? {
        checking.figure("L5", &of, "amount", &(of.sum("recognised", "amount")? + of.amount("now")?))?;
    }
    balance.sum("heldDeals", "amount")
}
