//! `tributary explain`: why an amount is what it is, down to the events in the log. A file for each thing that can be asked.

mod credit;
mod event;
mod share;
mod statement;

use std::fmt::Write;
use std::time::Duration;

use clap::{Args, Subcommand};
use serde::Serialize;
use tributary_domain::id::{EventId, Identity, Source};
use tributary_finance::explain::{Node, check};
use tributary_log::{Log, Position, ReadLimit};
use tributary_origins::Origins;

use crate::context::{Context, say};
use crate::error::CliError;
use crate::exit::Exit;
use crate::ledger::origins_folder;

const EXAMPLES: &str = "Examples:
  tributary explain statement p-msp 2024-10 --period 2024-09 --deal d-1
  tributary explain credit p-msp 2024-09 --role msp
  tributary explain share acme --as-of 2024-09-15 --deal d-1
  tributary explain event 0:17";

/// Show why an amount or a share is what it is, down to the events
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES, subcommand_required = true, arg_required_else_help = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    what: What,
}

/// What is asked for.
#[derive(Debug, Subcommand)]
enum What {
    Statement(statement::Arguments),
    Credit(credit::Arguments),
    Share(share::Arguments),
    Event(event::Arguments),
}

/// How much is shown.
#[derive(Debug, Args)]
struct Shown {
    /// Show every day and event, not only the first few
    #[arg(long)]
    full: bool,
    /// Recompute every figure from what is shown alone, and say how many were; exit with 1 if one differs
    #[arg(long)]
    check: bool,
}

pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Exit, CliError> {
    match &arguments.what {
        What::Statement(arguments) => statement::run(context, arguments),
        What::Credit(arguments) => credit::run(context, arguments),
        What::Share(arguments) => share::run(context, arguments),
        What::Event(arguments) => event::run(context, arguments),
    }
}

/// Prints an explanation, and recomputes it if that is asked for.
fn answer<T: Serialize>(
    context: &Context,
    shown: &Shown,
    explanation: &T,
    tree: impl FnOnce(&T) -> Node,
) -> Result<Exit, CliError> {
    let mut tree = tree(explanation);
    let origins = Origins::at(origins_folder(&context.data));
    if !context.json && !origins.is_empty()? {
        from_files(&mut tree, &origins)?;
    }
    context.answer(explanation, |_| readable(&tree))?;
    if !shown.check {
        return Ok(Exit::Ok);
    }
    match check(&serde_json::to_value(explanation)?) {
        Ok(figures) => {
            say(&format!("recomputed {figures} figures from what is shown: all are as shown"));
            Ok(Exit::Ok)
        }
        Err(mismatch) => {
            say(&format!("error: {mismatch}"));
            Ok(Exit::Refused)
        }
    }
}

/// What identifies the event at a position; nothing if it cannot be read.
fn identity(log: &dyn Log, position: Position) -> Option<Identity> {
    let batch = log.read(position, ReadLimit { records: 1, ..ReadLimit::default() }, Duration::ZERO).ok()?;
    let record = batch.iter().next()?.ok()?;
    Some(Identity { source: Source::new(record.envelope.source), id: EventId::new(record.envelope.id) })
}

/// Says of each event that is shown which line of which file it came from.
fn from_files(node: &mut Node, origins: &Origins) -> Result<(), CliError> {
    if let Some((position, value)) = node.event.zip(node.value.as_mut()) {
        let found = origins.of(position)?;
        let others = found.len().saturating_sub(1);
        let others = if others > 0 { format!(" and {others} more") } else { String::new() };
        if let Some(origin) = found.first() {
            value.push_str(&format!(", from {}:{}{others}", origin.of.file, origin.line));
        }
    }
    node.children.iter_mut().try_for_each(|child| from_files(child, origins))
}

fn readable(tree: &Node) -> String {
    let mut page = format!("{}\n", said(tree));
    branches(&tree.children, "", &mut page);
    page
}

/// Each node under its parent, the last one with the corner.
fn branches(nodes: &[Node], indent: &str, page: &mut String) {
    for (at, node) in nodes.iter().enumerate() {
        let last = at + 1 == nodes.len();
        let (branch, beyond) = if last { ("└─ ", "   ") } else { ("├─ ", "│  ") };
        let _ = writeln!(page, "{indent}{branch}{}", said(node));
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
