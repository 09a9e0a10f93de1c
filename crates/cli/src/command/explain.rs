//! `tributary explain`: why a statement says what it says, down to the events in the log.

use std::time::Duration;

use clap::Args;
use tributary_domain::id::{DealId, EventId, IdError, Identity, PartnerId, PolicyId, Source};
use tributary_domain::time::Period;
use tributary_finance::explain;
use tributary_finance::explain::{Explanation, Filter, Node};
use tributary_log::{Log, Position, ReadLimit};
use tributary_log_embedded::EmbeddedLog;

use crate::arguments::{KnownAt, partner, period};
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;

const EXAMPLES: &str = "Examples:
  tributary explain p-msp 2024-09
  tributary explain p-msp 2024-10 --period 2024-09 --deal d-1
  tributary explain p-msp 2024-09 --plan msp-growth --json";

/// Show why a statement says what it says, down to the events
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The partner
    #[arg(value_parser = partner)]
    partner: PartnerId,
    /// The period of the statement, such as 2024-09
    #[arg(id = "statement", value_name = "PERIOD", value_parser = period)]
    period: Period,
    /// Only the lines under this plan
    #[arg(long, value_name = "ID", value_parser = plan)]
    plan: Option<PolicyId>,
    /// Only the parts of this deal
    #[arg(long, value_name = "ID", value_parser = deal)]
    deal: Option<DealId>,
    /// Only the lines for this period: an earlier one's are adjustments
    #[arg(long = "period", value_name = "PERIOD", value_parser = period)]
    of_period: Option<Period>,
    /// Show every day of every credit, not only the first few
    #[arg(long)]
    full: bool,
    #[command(flatten)]
    at: KnownAt,
}

/// Days of a credit that are shown unless all are asked for.
const DAYS_SHOWN: usize = 2;

fn plan(text: &str) -> Result<PolicyId, IdError> {
    PolicyId::new(text)
}

fn deal(text: &str) -> Result<DealId, IdError> {
    DealId::new(text)
}

/// The explanation of a closed period is of what was known at its cutoff.
pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Exit, CliError> {
    let ledger = context.ledger()?;
    let closes = ledger.view(None)?.closes();
    let closed = closes.iter().find(|close| close.period == arguments.period).map(|close| close.cutoff);
    let view = ledger.view(closed.or(arguments.at.known_at))?;
    let filter = Filter { plan: arguments.plan.clone(), of_period: arguments.of_period, deal: arguments.deal.clone() };
    let identify = |position: Position| identity(&ledger.log, position);
    let explanation = explain(&view, &arguments.partner, arguments.period, &filter, &identify)?;
    let days_max = if arguments.full { usize::MAX } else { DAYS_SHOWN };
    context.answer(&explanation, |explanation| readable(explanation, days_max))?;
    Ok(Exit::Ok)
}

/// What identifies the event at a position; nothing if it cannot be read.
fn identity(log: &EmbeddedLog, position: Position) -> Option<Identity> {
    let batch = log.read(position, ReadLimit { records: 1, ..ReadLimit::default() }, Duration::ZERO).ok()?;
    let record = batch.iter().next()?.ok()?;
    Some(Identity { source: Source::new(record.envelope.source), id: EventId::new(record.envelope.id) })
}

fn readable(explanation: &Explanation, days_max: usize) -> String {
    let tree = explanation.tree(days_max);
    let mut page = format!("{}\n", said(&tree));
    branches(&tree.children, "", &mut page);
    page
}

/// Each node under its parent, the last one with the corner.
fn branches(nodes: &[Node], indent: &str, page: &mut String) {
    for (at, node) in nodes.iter().enumerate() {
        let last = at + 1 == nodes.len();
        let (branch, beyond) = if last { ("└─ ", "   ") } else { ("├─ ", "│  ") };
        page.push_str(&format!("{indent}{branch}{}\n", said(node)));
        branches(&node.children, &format!("{indent}{beyond}"), page);
    }
}

fn said(node: &Node) -> String {
    let mut text = node.title.clone();
    if let Some(value) = node.value.as_ref().filter(|value| !value.is_empty()) {
        text.push_str(&format!(": {value}"));
    }
    if let Some(rule) = &node.because {
        text.push_str(&format!("  ({rule})"));
    }
    text
}
