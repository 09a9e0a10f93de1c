//! Why a statement says what it says (E1): from each line down to the events and their positions in the log. Nothing here is
//! stored: it is the computation, shown.

mod credit;
mod event;
mod line;
mod tree;

use serde::Serialize;
use tributary_domain::id::{DealId, Identity, PartnerId, PolicyId};
use tributary_domain::time::Period;
use tributary_log::Position;
use tributary_projector::View;

use crate::error::FinanceError;
use crate::statement::{Statement, statement};

pub use credit::{CreditExplained, DayExplained, RateExplained};
pub use event::EventCited;
pub use line::{
    AccelerationExplained, BandExplained, DealExplained, LineExplained, MeasureExplained, RecognisedBefore,
};
pub use tree::Node;

/// Which lines to explain; none named: all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only those of a plan.
    pub plan: Option<PolicyId>,
    /// Only those for a period.
    pub of_period: Option<Period>,
    /// Only the parts of a deal.
    pub deal: Option<DealId>,
}

/// A statement and why it says what it says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Explanation {
    /// The statement.
    pub statement: Statement,
    /// Its lines, by period and plan.
    pub lines: Vec<LineExplained>,
}

/// Explains the statement of a partner for a period. The view stands at the statement's own instant: the cutoff of a closed
/// period. `identify` looks up what identifies the event at a position of the log.
pub fn explain(
    view: &View<'_>,
    partner: &PartnerId,
    period: Period,
    filter: &Filter,
    identify: &dyn Fn(Position) -> Option<Identity>,
) -> Result<Explanation, FinanceError> {
    let statement = statement(view, partner, period)?;
    let mut lines = Vec::new();
    for shown in &statement.lines {
        let wanted = filter.plan.as_ref().is_none_or(|plan| plan.as_str() == shown.plan)
            && filter.of_period.is_none_or(|of| of.to_string() == shown.period);
        if wanted {
            lines.push(line::explain(view, partner, shown, period, filter.deal.as_ref(), identify)?);
        }
    }
    Ok(Explanation { statement, lines })
}
