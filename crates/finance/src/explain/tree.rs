//! An explanation as a tree for people: a title, a figure, the rule it follows, and what it follows from.

use super::Explanation;
use tributary_domain::money::CreditAmount;

use super::credit::{CreditExplained, DayExplained};
use super::event::EventCited;
use super::line::{DealExplained, LineExplained, MeasureExplained};

/// A node of the tree.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Node {
    /// What it is.
    pub title: String,
    /// Its figure.
    pub value: Option<String>,
    /// The rule that it follows, and how.
    pub because: Option<String>,
    /// What it follows from.
    pub children: Vec<Node>,
}

impl Node {
    fn new(title: impl Into<String>, value: impl Into<String>) -> Self {
        Self { title: title.into(), value: Some(value.into()), ..Self::default() }
    }

    fn bare(title: impl Into<String>) -> Self {
        Self { title: title.into(), ..Self::default() }
    }

    fn because(mut self, rule: impl Into<String>) -> Self {
        self.because = Some(rule.into());
        self
    }

    fn over(mut self, children: impl IntoIterator<Item = Self>) -> Self {
        self.children.extend(children);
        self
    }
}

impl Explanation {
    /// The tree, with so many days of each credit; those left out are counted and summed.
    pub fn tree(&self, days_max: usize) -> Node {
        let statement = &self.statement;
        let title = format!("statement of `{}` for {}", statement.partner, statement.period);
        let closing = format!("{} {}", statement.balance.closing, statement.currency);
        Node::new(title, closing)
            .because(format!("closing balance, known at {}", statement.known_at))
            .over(self.lines.iter().map(|one| line(one, days_max)))
    }
}

fn line(line: &LineExplained, days_max: usize) -> Node {
    let mut node = Node::new(format!("{} under plan `{}` for {}", line.kind, line.plan, line.period), &line.amount);
    let before = line.recognised_before.iter().map(|before| {
        Node::new(format!("recognised by the close of {}", before.closed), &before.amount)
            .because(format!("known at {}", before.known_at))
    });
    if !line.recognised_before.is_empty() {
        node = node.because("L2: what the plan gives now, less what was recognised before");
    }
    node.over(line.published.iter().map(event))
        .over(before)
        .over(line.measures.iter().map(|one| measure(one, days_max)))
}

fn measure(measure: &MeasureExplained, days_max: usize) -> Node {
    let whose =
        measure.account.as_ref().map_or_else(|| "all deals".to_owned(), |account| format!("account `{account}`"));
    let result = measure.capped.as_ref().unwrap_or(&measure.rounded);
    let bands = measure.bands.iter().map(|band| {
        Node::bare(format!("{} at {}", band.part, band.rate)).because(format!("M3: the band from {}", band.from))
    });
    let acceleration = measure.acceleration.iter().map(|grown| {
        Node::new("times", &grown.multiplier)
            .because(format!("M4: grew by {} or more over {}", grown.growth, grown.compared))
    });
    let capped = measure.capped.iter().map(|capped| Node::new("capped to", capped).because("M5"));
    Node::new(format!("what the plan gives now for {whose}"), result)
        .over([Node::new("base", &measure.base).because("M2: the sum of the deals' credits")])
        .over(bands)
        .over([Node::new("gives", &measure.scheduled).because("M3")])
        .over(acceleration)
        .over([Node::new("rounded to", &measure.rounded).because("M5")])
        .over(capped)
        .over(measure.deals.iter().map(|one| deal(one, days_max)))
}

fn deal(deal: &DealExplained, days_max: usize) -> Node {
    let mut node = Node::new(format!("deal `{}` of account `{}`", deal.deal, deal.account), &deal.target)
        .because(format!("M6: by its base {}", deal.base));
    if deal.clawed_back != "0" {
        node = node.over([Node::new("taken back for an early churn", &deal.clawed_back).because("M7")]);
    }
    node.over(deal.credits.iter().map(|one| credit(one, days_max)))
}

fn credit(credit: &CreditExplained, days_max: usize) -> Node {
    let CreditExplained { basis, role, product, vendor, pool, .. } = credit;
    let of = [product, vendor].into_iter().filter(|text| !text.is_empty()).cloned().collect::<Vec<_>>().join(" of ");
    Node::new(format!("credit as `{role}`, {basis}, {of}"), &credit.amount)
        .because(format!("C1: pool `{pool}`"))
        .over(credit.days.iter().take(days_max).map(day))
        .over(others(credit, days_max))
}

/// The days that are left out, as one.
fn others(credit: &CreditExplained, days_max: usize) -> Option<Node> {
    let left_out = credit.days.get(days_max..).filter(|days| !days.is_empty())?;
    let credits = left_out.iter().filter_map(|day| day.credit.parse::<CreditAmount>().ok());
    let sum = CreditAmount::sum(credits).ok()?;
    let because = "left out for brevity; `--full` and `--json` show them";
    Some(Node::new(format!("{} more days", left_out.len()), sum.to_string()).because(because))
}

fn day(day: &DayExplained) -> Node {
    let converted = day.rate.as_ref().map_or_else(String::new, |rate| {
        let sign = if rate.inverted { '÷' } else { '×' };
        format!(" = {} {} {sign} {} (rate of {})", day.sum, day.currency, rate.rate, rate.date)
    });
    Node::new(format!("{}: {} × {}{converted}", day.day, day.share, day.fact), &day.credit)
        .because(format!("{}: policy `{}` from {}", day.rule, day.policy, day.policy_effective_from))
        .over(day.because.iter().map(event))
        .over(day.events.iter().map(event))
}

fn event(event: &EventCited) -> Node {
    let id = match (&event.source, &event.id) {
        (Some(source), Some(id)) => format!(" ({source} {id})"),
        _ => String::new(),
    };
    Node::new(format!("{}{id}", event.what), format!("at {}:{}", event.partition, event.offset))
        .because(format!("recorded {}", event.recorded))
}
