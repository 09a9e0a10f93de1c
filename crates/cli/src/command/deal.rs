//! `tributary deal`: what each system says of a deal, and who is right about which field.

use clap::Args;
use tributary_audit::{DealRecord, FieldAnswer, SaidAnswer, deal_record};
use tributary_domain::id::DealId;

use crate::arguments::{AsOf, KnownAt, deal};
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::grid::{Grid, text};

const EXAMPLES: &str = "Examples:
  tributary deal d-1
  tributary deal d-1 --as-of 2024-09-15 --known-at 2024-10-01T00:00:00Z
  tributary deal d-1 --json";

/// Show what each system says of a deal, and which is right about which field
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The deal
    #[arg(value_parser = deal)]
    deal: DealId,
    #[command(flatten)]
    on: AsOf,
    #[command(flatten)]
    at: KnownAt,
}

/// The record of a deal.
pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Exit, CliError> {
    let ledger = context.ledger()?;
    let view = ledger.view(arguments.at.known_at)?;
    let record = deal_record(&view, &arguments.deal, arguments.on.day(&view)?)?;
    context.answer(&record, readable)?;
    Ok(Exit::Ok)
}

fn readable(record: &DealRecord) -> String {
    let DealRecord { deal, account, as_of, known_at, fields } = record;
    let Some(account) = account else {
        return format!("deal `{deal}`: no opening of it is known at {known_at}, so that it belongs to no account\n");
    };
    let title = format!("deal `{deal}` of `{account}` on {as_of}, as known at {known_at}\n");
    if fields.is_empty() {
        return format!("{title}\nno system says anything of it\n");
    }
    let mut grid = Grid::new(["field", "value", "by", "since", "authority", "others say"].map(text));
    for of in fields {
        field(of, &mut grid);
    }
    format!("{title}\n{}", grid.render())
}

/// The authority's word to the left, what others say under each other to the right; those that agree are named without it.
fn field(of: &FieldAnswer, grid: &mut Grid) {
    let others: Vec<String> =
        of.said.iter().filter(|said| Some(&said.system) != of.system.as_ref()).map(|said| other(of, said)).collect();
    let value = of.value.as_deref().unwrap_or(if of.system.is_some() { "empty" } else { "–" });
    let mut head = [
        of.field.to_owned(),
        value.to_owned(),
        of.system.clone().unwrap_or_else(|| "nobody yet".to_owned()),
        of.since.clone().unwrap_or_default(),
        authority(of),
    ];
    for at in 0..others.len().max(1) {
        let cells = std::mem::take(&mut head).into_iter().chain([others.get(at).cloned().unwrap_or_default()]);
        grid.push(cells.collect());
    }
}

fn authority(of: &FieldAnswer) -> String {
    match (&of.authority.policy, of.authority.kind) {
        (Some(policy), _) => format!("{} ({policy})", of.authority.systems.join(", ")),
        (None, kind) => kind.unwrap_or_default().to_owned(),
    }
}

fn other(of: &FieldAnswer, said: &SaidAnswer) -> String {
    match &said.value {
        value if *value == of.value && of.system.is_some() => format!("{} agrees", said.system),
        Some(value) => format!("{}: {value} since {}", said.system, said.since),
        None => format!("{}: empty since {}", said.system, said.since),
    }
}
