//! An explanation as a tree for people: a title, a figure, the rule it follows, and what it follows from.

mod balance;
mod credit;
mod line;
mod split;

use tributary_log::Position;

use super::event::EventCited;
use super::{CreditExplanation, Explanation, ShareExplanation};

/// A node of the tree.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Node {
    /// What it is.
    pub title: String,
    /// Its figure.
    pub value: Option<String>,
    /// The rule that it follows, and how.
    pub because: Option<String>,
    /// Where the event stands that it is, if it is one.
    pub event: Option<Position>,
    /// What it follows from.
    pub children: Vec<Node>,
}

/// How much of the tree is wanted.
#[derive(Debug, Clone, Copy)]
struct Depth {
    /// Days of each credit.
    days_max: usize,
    /// Events of each fact.
    events_max: usize,
}

impl Depth {
    /// Everything, or what fits a page; what is left out is counted.
    const fn of(full: bool) -> Self {
        if full { Self { days_max: usize::MAX, events_max: usize::MAX } } else { Self { days_max: 2, events_max: 4 } }
    }

    /// Whether nothing is left out.
    const fn is_full(self) -> bool {
        self.days_max == usize::MAX
    }
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
    /// The tree; unless it is wanted in full, with a few days of each credit and what is left out counted and summed.
    pub fn tree(&self, full: bool) -> Node {
        let (statement, depth) = (&self.statement, Depth::of(full));
        let title = format!("statement of `{}` for {}", statement.partner, statement.period);
        let closing = format!("{} {}", statement.balance.closing, statement.currency);
        let nothing = self.lines.is_empty();
        Node::new(title, closing)
            .because(format!("closing balance, known at {}", statement.known_at))
            .over(nothing.then(|| Node::bare("nothing was recognised there")))
            .over(self.lines.iter().map(|one| line::node(one, depth)))
            .over(self.balance.iter().map(balance::node))
    }
}

impl CreditExplanation {
    /// The tree; unless it is wanted in full, with a few days of each credit.
    pub fn tree(&self, full: bool) -> Node {
        let title = format!("credits of `{}` in {}", self.partner, self.period);
        Node::bare(title)
            .because(format!("in {}, known at {}", self.book.currency, self.known_at))
            .over(self.credits.is_empty().then(|| Node::bare("no credit")))
            .over(credit::nodes(&self.credits, Depth::of(full), true))
    }
}

impl ShareExplanation {
    /// The tree.
    pub fn tree(&self) -> Node {
        Node::bare(format!("attribution of `{}` on {}", self.account, self.as_of))
            .because(format!("known at {}", self.known_at))
            .over(self.deals.is_empty().then(|| Node::bare("no deal was open")))
            .over(self.deals.iter().map(split::deal))
    }
}

/// An event: what it is cited for, and where it stands.
fn event(event: &EventCited) -> Node {
    let id = match (&event.at.source, &event.at.id) {
        (Some(source), Some(id)) => format!(" ({source} {id})"),
        _ => String::new(),
    };
    let time = event
        .time
        .as_ref()
        .filter(|time| **time != event.at.recorded)
        .map_or_else(String::new, |time| format!(", {time}"));
    let new = if event.new { ", new" } else { "" };
    let node = Node::new(format!("{}{id}{time}", event.what), format!("at {}{new}", event.at.position))
        .because(format!("recorded {}", event.at.recorded));
    Node { event: Some(event.at.position), ..node }
}

/// Several events; of many the new ones first, then as many as are wanted, and how many more there are.
fn events(cited: &[EventCited], max: usize) -> impl Iterator<Item = Node> {
    let mut shown: Vec<&EventCited> = cited.iter().collect();
    if shown.len() > max {
        shown.sort_by_key(|event| !event.new);
    }
    let left_out = shown.split_off(max.min(shown.len())).len();
    let others = (left_out > 0).then(|| Node::bare(more(left_out, "event")).because(LEFT_OUT));
    shown.into_iter().map(event).chain(others)
}

/// So many more of something.
fn more(count: usize, what: &str) -> String {
    if count == 1 { format!("1 more {what}") } else { format!("{count} more {what}s") }
}

const LEFT_OUT: &str = "`--full` and `--json` show them";
