//! A credit as a tree: each run of days that is divided alike, then the days with what they sum.

use tributary_domain::money::CreditAmount;

use super::super::credit::{CreditExplained, DayExplained};
use super::super::event::EventCited;
use super::super::split::SplitExplained;
use super::{Depth, LEFT_OUT, Node, event, events, more, split};

/// Credits; in brief, one that is divided as an earlier one says so.
pub(super) fn nodes(credits: &[CreditExplained], depth: Depth, whose: bool) -> impl Iterator<Item = Node> {
    let before = move |at: usize| if depth.is_full() { &[] } else { &credits[..at] };
    credits.iter().enumerate().map(move |(at, credit)| node(credit, before(at), depth, whose))
}

fn node(credit: &CreditExplained, before: &[CreditExplained], depth: Depth, whose: bool) -> Node {
    let CreditExplained { basis, role, product, vendor, pool, deal, account, .. } = credit;
    let of = [product, vendor].into_iter().filter(|text| !text.is_empty()).cloned().collect::<Vec<_>>().join(" of ");
    let of = if of.is_empty() { String::new() } else { format!(", {of}") };
    let on = if whose { format!(", deal `{deal}` of account `{account}`") } else { String::new() };
    let node = Node::new(format!("credit as `{role}`, {basis}{of}{on}"), &credit.amount)
        .because(format!("C1: fact × share of each day, pool `{pool}`"));
    node.over(credit.splits.iter().flat_map(|run| split_run(credit, run, before, depth)))
}

/// How a run of days is divided, and its days.
fn split_run(credit: &CreditExplained, run: &SplitExplained, before: &[CreditExplained], depth: Depth) -> Vec<Node> {
    let days: Vec<&DayExplained> =
        credit.days.iter().filter(|day| (run.from.as_str()..=run.until.as_str()).contains(&day.day.as_str())).collect();
    let Some(first) = days.first() else { return Vec::new() };
    let when = if run.from == run.until { run.from.clone() } else { format!("{} to {}", run.from, run.until) };
    let shares = Node::new(format!("share, {when}"), &first.share)
        .because(format!("{}: policy `{}` from {}", first.rule, first.policy, first.policy_effective_from));
    let shares = match before.iter().find(|other| other.splits.iter().any(|known| known.is_divided_as(run))) {
        Some(other) => shares.over([Node::bare(format!("divided as for `{}` above", other.product))]),
        None => shares.over(split::derivation(run)),
    };
    // What is new is what one looks for: it comes first when not all is shown.
    let (new, known): (Vec<&DayExplained>, Vec<&DayExplained>) = days.into_iter().partition(|day| day.is_new());
    let shown: Vec<&DayExplained> = if depth.days_max < new.len() + known.len() {
        new.into_iter().chain(known).collect()
    } else {
        let mut all: Vec<&DayExplained> = new.into_iter().chain(known).collect();
        all.sort_by(|a, b| a.day.cmp(&b.day));
        all
    };
    let left_out = others(shown.get(depth.days_max..).unwrap_or_default());
    [shares]
        .into_iter()
        .chain(shown.into_iter().take(depth.days_max).map(|one| day(one, depth)))
        .chain(left_out)
        .collect()
}

impl DayExplained {
    /// Whether any event of it is new.
    fn is_new(&self) -> bool {
        let rate = self.rate.iter().filter_map(|rate| rate.published.as_ref());
        self.events.iter().chain(rate).any(|event| event.new)
    }
}

/// The days that are left out, as one.
fn others(left_out: &[&DayExplained]) -> Option<Node> {
    let credits = left_out.iter().filter_map(|day| day.credit.parse::<CreditAmount>().ok());
    let sum = CreditAmount::sum(credits).ok()?;
    (!left_out.is_empty()).then(|| Node::new(more(left_out.len(), "day"), sum.to_string()).because(LEFT_OUT))
}

fn day(day: &DayExplained, depth: Depth) -> Node {
    let converted = day.rate.as_ref().map(|rate| {
        let sign = if rate.inverted { '÷' } else { '×' };
        Node::new(format!("{} {} {sign} {}", day.sum, day.currency, rate.rate), &day.fact)
            .because(format!("F5: the rate of {}", rate.date))
            .over(rate.published.iter().map(event))
    });
    // In brief only what tells: by which links another system's identifier is the account's, and what is new.
    let tells = |event: &&EventCited| depth.is_full() || event.new || event.r#type.starts_with("tributary.alias");
    let deals = day.deal_because.iter().filter(tells).map(event);
    Node::new(format!("{}: {} × {}", day.day, day.fact, day.share), &day.credit)
        .over(converted)
        .over(events(&day.events, depth.events_max))
        .over(deals)
}
