//! `tributary explain statement`: a partner's lines, the plan's arithmetic, and the balance.

use clap::Args;
use tributary_domain::id::{DealId, PartnerId, PolicyId};
use tributary_domain::time::Period;
use tributary_finance::explain;
use tributary_finance::explain::Filter;
use tributary_log::Position;

use super::{Shown, answer, identity};
use crate::arguments::{KnownAt, partner, period};
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;

const EXAMPLES: &str = "Examples:
  tributary explain statement p-msp 2024-09
  tributary explain statement p-msp 2024-10 --period 2024-09 --deal d-1
  tributary explain statement p-msp 2024-09 --plan msp-growth --json";

/// Explain a statement: any line, deal amount or adjustment, and the balance
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// The partner
    #[arg(value_parser = partner)]
    partner: PartnerId,
    /// The period of the statement, such as 2024-09
    #[arg(id = "statement", value_name = "PERIOD", value_parser = period)]
    period: Period,
    /// Only the lines under this plan
    #[arg(long, value_name = "ID", value_parser = PolicyId::new)]
    plan: Option<PolicyId>,
    /// Only the parts of this deal
    #[arg(long, value_name = "ID", value_parser = DealId::new)]
    deal: Option<DealId>,
    /// Only the lines for this period: an earlier one's are adjustments
    #[arg(long = "period", value_name = "PERIOD", value_parser = period)]
    of_period: Option<Period>,
    #[command(flatten)]
    shown: Shown,
    #[command(flatten)]
    at: KnownAt,
}

/// The explanation of a closed period is of what was known at its cutoff.
pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<Exit, CliError> {
    let ledger = context.ledger()?;
    let closes = ledger.view(None)?.closes();
    let closed = closes.iter().find(|close| close.period == arguments.period).map(|close| close.cutoff);
    let view = ledger.view(closed.or(arguments.at.known_at))?;
    let filter = Filter { plan: arguments.plan.clone(), of_period: arguments.of_period, deal: arguments.deal.clone() };
    let identify = |position: Position| identity(&*ledger.log, position);
    let explanation = explain(&view, &arguments.partner, arguments.period, &filter, &identify)?;
    answer(context, &arguments.shown, &explanation, |explanation| explanation.tree(arguments.shown.full))
}
