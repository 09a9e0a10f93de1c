//! What there is to say of each topic.

use tributary_log_kafka::{KafkaError, TopicReport, TopicState};

use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::grid::{Grid, text};

/// Prints the topics, also those for which they are refused.
pub(super) fn answer(context: &Context, reports: Result<Vec<TopicReport>, KafkaError>) -> Result<Exit, CliError> {
    let reports = match reports {
        Err(KafkaError::Unsafe { reports }) => reports,
        reports => reports?,
    };
    context.answer(&reports, |reports| readable(reports))?;
    Ok(Exit::refused_if(reports.iter().any(|report| !report.findings.is_empty())))
}

fn readable(reports: &[TopicReport]) -> String {
    let mut grid = Grid::new(["topic", "state"].map(text));
    for report in reports {
        grid.row([&report.topic, if report.findings.is_empty() { named(report.state) } else { "unsafe" }]);
    }
    let mut page = grid.render();
    for report in reports {
        report.findings.iter().for_each(|finding| page.push_str(&format!("\n`{}`: {finding}\n", report.topic)));
    }
    page
}

const fn named(state: TopicState) -> &'static str {
    match state {
        TopicState::Missing => "missing",
        TopicState::Created => "created",
        TopicState::Completed => "completed",
        TopicState::Unchanged => "in order",
    }
}
