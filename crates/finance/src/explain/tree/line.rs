//! A statement line as a tree: the plan and its arithmetic, band by band, then the deals.

use super::super::line::{DifferenceExplained, LineExplained};
use super::super::measure::{CapExplained, ClawbackExplained, DealExplained, GrowthExplained, MeasureExplained};
use super::super::plan::PlanExplained;
use super::super::recognised::RecognisedBefore;
use super::{Depth, Node, credit, event};

pub(super) fn node(line: &LineExplained, depth: Depth) -> Node {
    let mut node = Node::new(format!("{} under plan `{}` for {}", line.kind, line.plan, line.period), &line.amount);
    if !line.recognised_before.is_empty() {
        node = node.because("L2: what the plan gives now, less what was recognised before");
    } else if line.kind == "adjustment" {
        node = node.because("L2: what the plan gives now; nothing was recognised before");
    }
    node.over(line.recognised_before.iter().map(recognised))
        .over(differences(line))
        .over([plan(line)])
        .over(line.cap.iter().map(cap))
        .over(line.measures.iter().map(|one| measure(one, depth)))
}

pub(super) fn recognised(before: &RecognisedBefore) -> Node {
    Node::new(format!("recognised by the close of {}", before.closed), &before.amount)
        .because(format!("known at {}", before.known_at))
        .over(before.close.iter().map(event))
}

/// Deal by deal, where several deals or an earlier recognition make it worth saying.
fn differences(line: &LineExplained) -> Option<Node> {
    let worth = line.differences.len() > 1 && !line.recognised_before.is_empty() || line.measures.is_empty();
    worth.then(|| {
        Node::bare("deal by deal: now less before").because("L2").over(line.differences.iter().map(difference))
    })
}

fn difference(of: &DifferenceExplained) -> Node {
    Node::new(
        format!("deal `{}` of account `{}`: {} − {}", of.deal, of.account, of.target, of.recognised_before),
        &of.amount,
    )
}

fn plan(line: &LineExplained) -> Node {
    let node = match (&line.effective_from, line.not_applied) {
        (Some(from), _) => Node::bare(format!("plan `{}` from {from}", line.plan)).because("M1: the version in force"),
        (None, Some("partnerNotEnrolled")) => {
            Node::bare("the plan pays nothing now").because("M1: the partner is not enrolled on the period's last day")
        }
        (None, Some("partnerDoesNotMatch")) => {
            Node::bare("the plan pays nothing now").because("M1: it does not pay for what the partner is then")
        }
        (None, _) => Node::bare("the plan pays nothing now").because("M1: no version is in force"),
    };
    let says = line.terms.iter().map(|terms| Node::bare(says(terms)).because("M2"));
    node.over(says).over(line.published.iter().chain(&line.enrolled).map(event))
}

/// What the plan pays for, in words.
fn says(plan: &PlanExplained) -> String {
    let mut text = format!("pays for {} in pool `{}`", plan.basis, plan.pool);
    for (what, list) in [("roles", &plan.roles), ("products", &plan.products), ("vendors", &plan.vendors)] {
        if !list.is_empty() {
            text.push_str(&format!(", {what} {}", list.join(" ")));
        }
    }
    if plan.terms != "any" {
        text.push_str(&format!(", {} terms", plan.terms));
    }
    if let Some(months) = plan.months_from_start {
        text.push_str(&format!(", {months} months from the start"));
    }
    let whose = if plan.measure == "account" { ", measured by account" } else { "" };
    format!("{text}, {} rates{whose}", plan.mode)
}

fn cap(cap: &CapExplained) -> Node {
    let measures = cap.measures.iter().map(|of| {
        let whose =
            of.account.as_ref().map_or_else(|| "all deals".to_owned(), |account| format!("account `{account}`"));
        Node::new(format!("{whose}: {} becomes", of.rounded), &of.capped)
    });
    Node::new("capped at", &cap.amount).because("M5: divided among the measures by their amounts").over(measures)
}

fn measure(measure: &MeasureExplained, depth: Depth) -> Node {
    let whose =
        measure.account.as_ref().map_or_else(|| "all deals".to_owned(), |account| format!("account `{account}`"));
    let result = measure.capped.as_ref().unwrap_or(&measure.rounded);
    let sign = if measure.base.starts_with('-') { " (of the size of the base)" } else { "" };
    let bands = measure.bands.iter().map(|band| {
        Node::bare(format!("{} × {}{sign}", band.part, band.rate)).because(format!("M3: the band from {}", band.from))
    });
    let acceleration = measure.acceleration.iter().map(|grown| {
        Node::new(format!("× {}", grown.multiplier), &measure.accelerated)
            .because(format!("M4: grew by {} or more over {}", grown.growth, grown.compared))
    });
    let unmoved = measure.growth.iter().filter(|_| measure.acceleration.is_none()).map(growth);
    let capped = measure.capped.iter().map(|capped| Node::new("capped to", capped).because("M5"));
    Node::new(format!("the plan gives now, for {whose}"), result)
        .over([Node::new("base", &measure.base).because("M2: the deals' credits, rounded to 12 places")])
        .over(bands)
        .over([Node::new("the bands give", &measure.scheduled).because("M3")])
        .over(acceleration)
        .over(unmoved)
        .over([Node::new("rounded to", &measure.rounded).because("M5: the minor unit")])
        .over(capped)
        .over(measure.deals.iter().map(|one| deal(one, measure, depth)))
}

fn growth(growth: &GrowthExplained) -> Node {
    Node::bare(format!("not accelerated: the base of {} is {}", growth.period, growth.base))
        .because("M4: no growth of the plan is reached")
}

fn deal(deal: &DealExplained, measure: &MeasureExplained, depth: Depth) -> Node {
    let part = match measure.allocation.len() {
        1 => "M6: the measure's only deal".to_owned(),
        deals => format!("M6: {} by its base {} among {deals} deals", deal.allocated, deal.base),
    };
    Node::new(format!("deal `{}` of account `{}`", deal.deal, deal.account), &deal.target)
        .because(part)
        .over(deal.clawback.iter().map(|claw| clawback(claw, deal)))
        .over(credit::nodes(&deal.credits, depth, false))
}

fn clawback(claw: &ClawbackExplained, deal: &DealExplained) -> Node {
    let ClawbackExplained { churned_after_days, within_days, share, because } = claw;
    Node::new(format!("less {share} of {} for an early churn", deal.allocated), format!("-{}", deal.clawed_back))
        .because(format!("M7: churned after {churned_after_days} days, before {within_days}"))
        .over(because.iter().map(event))
}
