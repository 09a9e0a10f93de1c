//! `tributary feed replay`: every record of a projected topic computed again, as known when it says.

use clap::Args;
use serde::Serialize;
use tributary_events::feed::Topic;
use tributary_feed::{How, Ledger, Replayed};
use tributary_log::Topics;
use tributary_log_kafka::{KafkaTopics, make_beside};

use super::topics::{IN_MEMORY, WithOneInMemory};
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::framed::FramedTopics;
use crate::grid::{Grid, figure, text};

const EXAMPLES: &str = "Examples:
  tributary --kafka kafka.properties feed replay credits
  tributary --kafka kafka.properties feed replay statements --into statements.again";

/// Compute each record of a projected topic again from the log, and compare; exits with 1 if anything differs
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The topic: credits, accruals, statements, renewals, suspense or digests
    #[arg(value_parser = topic)]
    topic: Topic,
    /// Keep what is computed in a new topic of this name; by default nothing of it is kept
    #[arg(long, value_name = "TOPIC")]
    into: Option<String>,
}

fn topic(name: &str) -> Result<Topic, String> {
    let names = Topic::ALL.map(Topic::name).join(", ");
    Topic::named(name).ok_or_else(|| format!("no projected topic is called so, name one of {names}"))
}

/// What a replay found.
#[derive(Debug, Serialize)]
struct Found {
    topic: &'static str,
    records: u64,
    keys: u64,
    differing: u64,
    first: Vec<Differing>,
}

/// A record or a key that differs.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Differing {
    key: String,
    known_at: String,
    what: &'static str,
}

pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Exit, CliError> {
    let missing = || CliError::Usage("name the settings of Kafka with --kafka, or in TRIBUTARY_KAFKA".to_owned());
    let settings = context.place.settings()?.ok_or_else(missing)?;
    let kafka = KafkaTopics::connect(&settings)?;
    let ledger = context.ledger()?;
    let replayed = match &arguments.into {
        Some(into) => {
            let topics = FramedTopics::registered(kafka, &settings)?.with_alike(into, arguments.topic);
            make_beside(&settings, arguments.topic.name(), into)?;
            replay(context, &ledger, &topics, arguments.topic, into)?
        }
        None => {
            let topics = WithOneInMemory::like(FramedTopics::unregistered(kafka), arguments.topic.name())?;
            replay(context, &ledger, &topics, arguments.topic, IN_MEMORY)?
        }
    };
    let found = Found {
        topic: arguments.topic.name(),
        records: replayed.records,
        keys: replayed.keys,
        differing: replayed.differing,
        first: replayed.first.iter().map(differing).collect(),
    };
    context.answer(&found, readable)?;
    Ok(Exit::refused_if(found.differing > 0))
}

fn replay(
    context: &Context,
    ledger: &crate::ledger::Ledger,
    topics: &dyn Topics,
    topic: Topic,
    into: &str,
) -> Result<Replayed, CliError> {
    let scratch = context.data.join(format!("replay-{}", std::process::id()));
    let of = Ledger { log: &*ledger.log, projection: &ledger.projection, topics };
    let replayed = tributary_feed::replay(of, topic, into, &scratch);
    // What is left of it only costs disk space.
    let _ = std::fs::remove_dir_all(&scratch);
    Ok(replayed?)
}

fn differing(one: &tributary_feed::Difference) -> Differing {
    let what = match one.how {
        How::Record => "the record is not what the log gives",
        How::Present => "the last record is not what there is to say",
    };
    Differing { key: one.key.clone(), known_at: one.known_at.to_string(), what }
}

fn readable(found: &Found) -> String {
    let mut counts = Grid::new([text("topic"), figure("records"), figure("keys"), figure("differing")]);
    counts.row([found.topic, &found.records.to_string(), &found.keys.to_string(), &found.differing.to_string()]);
    let mut page = counts.render();
    if !found.first.is_empty() {
        let mut grid = Grid::new(["key", "known at", "what differs"].map(text));
        for one in &found.first {
            grid.row([one.key.as_str(), one.known_at.as_str(), one.what]);
        }
        page.push_str(&format!("\n{}", grid.render()));
    }
    page
}
