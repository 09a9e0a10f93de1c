//! Projecting on Kafka: the processes that are there share the shards, and publish the feed together.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tributary_cluster::{Feeding, Node, Options, Stage, Step};
use tributary_log::{Log, Position, Topics, in_words};
use tributary_log_kafka::{KafkaLog, Membership, Settings};
use tributary_projector::Projection;
use tributary_store::Tuning;

use super::stop::Stop;
use super::{Arguments, IDLE, RETRIES_AFTER, SAYS_EVERY};
use crate::context::{Context, say};
use crate::error::CliError;
use crate::exit::Exit;
use crate::framed::FramedTopics;
use crate::ledger::{hold, projection_folder};

/// The consumer group that shares the shards out.
const GROUP: &str = "projectors";

/// Runs until it is told to stop.
pub(super) fn run(
    context: &Context,
    arguments: &Arguments,
    settings: &Settings,
    stop: &Stop,
) -> Result<Exit, CliError> {
    let _held = hold(&context.data)?;
    let mut projector = Projector::open(context, arguments, settings)?;
    let mut membership = Membership::join(settings, GROUP)?;
    let mut said = Said::new(context.quiet);
    while !stop.is_asked() {
        let turned = turn(&mut projector, &mut membership);
        match turned {
            Err(error) if error.is_passing() => {
                said.failed(&error);
                stop.wait(RETRIES_AFTER);
            }
            turned => {
                let (step, owned) = turned?;
                said.says(&projector, &owned, &step);
                let idle = step == Step::Idle && projector.might_open;
                if arguments.until_end && idle && !owned.is_empty() {
                    break;
                }
            }
        }
    }
    projector.projection.flush()?;
    said.stopped(&projector);
    Ok(Exit::Ok)
}

/// One turn; where there was nothing to do, it waits a little, unless the shards change.
fn turn(projector: &mut Projector, membership: &mut Membership) -> Result<(Step, BTreeSet<u32>), CliError> {
    let owned = membership.owned(Duration::ZERO)?;
    let step = projector.step(&owned)?;
    if !matches!(step, Step::Did(_)) {
        membership.owned(if matches!(step, Step::Waits { .. }) { IDLE / 10 } else { IDLE / 4 })?;
    }
    Ok((step, owned))
}

/// A node, and when it may open the next epoch.
struct Projector {
    projection: Arc<Projection>,
    node: Node,
    every: Duration,
    published: Option<Instant>,
    /// Whether the last step might have opened one: else that it was idle does not say that there is nothing new.
    might_open: bool,
}

impl Projector {
    fn open(context: &Context, arguments: &Arguments, settings: &Settings) -> Result<Self, CliError> {
        let kafka = KafkaLog::open(settings)?;
        let layout = kafka.layout();
        let topics: Arc<dyn Topics> = Arc::new(FramedTopics::registered(kafka.topics(), settings)?);
        let log: Arc<dyn Log> = Arc::new(kafka);
        let folder = projection_folder(&context.data);
        let projection = Arc::new(tributary_projector::open(&folder, log.as_ref(), &Tuning::projection())?);
        // A program that reads more than the one before takes in what that one set aside.
        let aside: Vec<Position> = projection.quarantined()?.iter().map(|record| record.position).collect();
        projection.redrive(log.as_ref(), &aside)?;
        let publisher = Feeding::open(&context.data.join("feed"), log.clone(), topics.clone(), &projection)?;
        let margin_us = i64::try_from(arguments.clock_margin.saturating_mul(1000)).unwrap_or(i64::MAX);
        let options = Options { name: format!("{}", std::process::id()), margin_us };
        let node = Node::new(projection.clone(), log, topics, layout, publisher, options);
        Ok(Self { projection, node, every: Duration::from_millis(arguments.every), published: None, might_open: false })
    }

    fn step(&mut self, owned: &BTreeSet<u32>) -> Result<Step, CliError> {
        self.might_open = self.published.is_none_or(|published| published.elapsed() >= self.every);
        self.node.may_open(self.might_open);
        let step = self.node.step(owned)?;
        if step == Step::Did(Stage::PublishedPartners) {
            self.published = Some(Instant::now());
        }
        Ok(step)
    }
}

/// What it says of itself on standard error.
struct Said {
    quiet: bool,
    owned: BTreeSet<u32>,
    events: u64,
    since: Instant,
}

impl Said {
    fn new(quiet: bool) -> Self {
        Self { quiet, owned: BTreeSet::new(), events: 0, since: Instant::now() }
    }

    /// Says which shards it has when that changes, and now and then how far it is and what it waits for.
    fn says(&mut self, projector: &Projector, owned: &BTreeSet<u32>, step: &Step) {
        if self.quiet {
            return;
        }
        if self.owned != *owned {
            self.owned.clone_from(owned);
            say(&format_args!("owns {}", shards(owned)));
        }
        let elapsed = self.since.elapsed();
        if elapsed < SAYS_EVERY {
            return;
        }
        let events = projector.projection.counts().events;
        if events > self.events {
            let rate = (events - self.events) as f64 / elapsed.as_secs_f64();
            let published = projector.node.publisher().published().records;
            say(&format_args!("filed {events} events, {rate:.0}/s; published {published} records"));
        }
        if let Step::Waits { epoch, shards: of, .. } = step {
            say(&format_args!("epoch {epoch} waits for {}", shards(of)));
        }
        (self.events, self.since) = (events, Instant::now());
    }

    /// Says what passes by itself, if it does.
    fn failed(&self, error: &CliError) {
        say(&format_args!("{}; trying again", in_words(error)));
    }

    fn stopped(&self, projector: &Projector) {
        if !self.quiet {
            let published = projector.node.publisher().published();
            let events = projector.projection.counts().events;
            say(&format_args!("stopped: {events} events are filed, {} records were published", published.records));
        }
    }
}

fn shards(of: &BTreeSet<u32>) -> String {
    let named: Vec<String> = of.iter().map(u32::to_string).collect();
    match named.as_slice() {
        [] => "no shard".to_owned(),
        [one] => format!("shard {one}"),
        all => format!("shards {}", all.join(", ")),
    }
}
