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
        let sound = report.findings.is_empty() || report.state == TopicState::Missing;
        grid.row([&report.topic, if sound { named(report.state) } else { "unsafe" }]);
    }
    let mut page = grid.render();
    for (finding, topics) in by_finding(reports) {
        page.push_str(&format!("\n{}: {finding}\n", topics.join(", ")));
    }
    page
}

/// What was found, each with the topics of which it was, in the order in which it comes first.
fn by_finding(reports: &[TopicReport]) -> Vec<(String, Vec<String>)> {
    let mut found: Vec<(String, Vec<String>)> = Vec::new();
    for report in reports {
        for finding in report.findings.iter().map(ToString::to_string) {
            let topic = format!("`{}`", report.topic);
            match found.iter_mut().find(|(said, _)| *said == finding) {
                Some((_, topics)) => topics.push(topic),
                None => found.push((finding, vec![topic])),
            }
        }
    }
    found
}

const fn named(state: TopicState) -> &'static str {
    match state {
        TopicState::Missing => "missing",
        TopicState::Created => "created",
        TopicState::Completed => "completed",
        TopicState::Unchanged => "in order",
    }
}
