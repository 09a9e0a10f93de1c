//! A balance as a tree: what it is made of, line by line.

use super::super::balance::{BalanceExplained, HeldDeal, HoldExplained, MovementExplained};
use super::{Node, event, line};

pub(super) fn node(of: &BalanceExplained) -> Node {
    let balance = &of.balance;
    let counted = |counts: &'static str| of.movements.iter().filter(move |one| one.counts == counts).map(movement);
    let opening = Node::new("opening", &balance.opening)
        .because("what earlier closes recognised, less what was paid by then")
        .over(of.recognised.iter().map(line::recognised))
        .over(counted("opening"));
    let held = Node::new("held", &balance.held).over(of.holds.iter().map(hold)).over(of.held_deals.iter().map(held));
    Node::new("balance", &balance.closing)
        .because("L5: opening + accrued + adjusted − paid")
        .over([opening])
        .over([Node::new("accrued", &balance.accrued).because("the lines of the period itself")])
        .over([Node::new("adjusted", &balance.adjusted).because("the lines of earlier periods")])
        .over([Node::new("paid", &balance.paid).because(window(of)).over(counted("paid"))])
        .over([held])
        .over([Node::new("payable", &balance.payable).because("closing − held, not below zero")])
}

fn window(of: &BalanceExplained) -> String {
    match &of.after {
        Some(after) => format!("payouts learned after {after}, up to {}, less returns", of.until),
        None => format!("payouts learned up to {}, less returns", of.until),
    }
}

fn movement(of: &MovementExplained) -> Node {
    let what = if of.returned { "returned" } else { "issued" };
    let because = match (&of.rate, &of.converted) {
        (Some(rate), _) => format!("{} {}, rate {} of {}", of.issued, of.currency, rate.rate, rate.date),
        (None, Some(_)) => format!("{} {}", of.issued, of.currency),
        (None, None) => format!("{} {}, without a rate", of.issued, of.currency),
    };
    let rate = of.rate.iter().filter_map(|rate| rate.published.as_ref());
    Node::new(format!("payout `{}` {what}", of.payout), &of.paid)
        .because(because)
        .over(of.event.iter().chain(rate).map(event))
}

fn hold(of: &HoldExplained) -> Node {
    let on = of.deal.as_ref().map_or_else(|| "everything".to_owned(), |deal| format!("deal `{deal}`"));
    Node::bare(format!("hold `{}` on {on}", of.hold)).because(&of.reason).over(of.event.iter().map(event))
}

fn held(of: &HeldDeal) -> Node {
    Node::new(format!("recognised on deal `{}`", of.deal), &of.amount)
        .over(of.recognised.iter().map(line::recognised))
        .over([Node::new("recognised by this statement", &of.now)])
}
