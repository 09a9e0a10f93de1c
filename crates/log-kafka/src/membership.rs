//! Which shards a process owns: a consumer group of Kafka decides, and does nothing else. Nothing is read with it and no
//! offset is committed; its heartbeats go on, on a thread of their own, while the process works.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rdkafka::TopicPartitionList;
use rdkafka::client::{ClientContext, OAuthToken};
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::{BaseConsumer, Consumer as _, ConsumerContext, Rebalance};
use rdkafka::error::KafkaError as ClientError;
use tributary_log::Family;

use crate::client::{Context, Troubles};
use crate::error::is_transient;
use crate::{KafkaError, Result, Settings};

/// A process's membership of the group that shares out the shards. Dropping it leaves the group.
pub struct Membership {
    shared: Arc<Shared>,
    /// What [`Membership::owned`] said last.
    said: Option<BTreeSet<u32>>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
    leaving: AtomicBool,
}

#[derive(Default)]
struct State {
    owned: BTreeSet<u32>,
    failure: Option<KafkaError>,
}

impl Membership {
    /// Joins a group, which is named without the prefix of the topics. What it owns is known a little later.
    pub fn join(settings: &Settings, group: &str) -> Result<Self> {
        let troubles = Troubles::default();
        let mut config = settings.config();
        config
            .set("group.id", settings.topic(group))
            .set("enable.auto.commit", "false")
            .set("enable.auto.offset.store", "false")
            .set("auto.offset.reset", "latest")
            .set("allow.auto.create.topics", "false")
            .set("partition.assignment.strategy", "cooperative-sticky")
            .set("queued.max.messages.kbytes", "1024");
        let shared = Arc::new(Shared::default());
        let context = GroupContext { of_client: Context::new(settings, &troubles), shared: shared.clone() };
        let joined = config.create_with_context(context);
        let consumer: BaseConsumer<GroupContext> = joined.map_err(|error| KafkaError::of("join the group", error))?;
        let topic = settings.topic(Family::Consumption.name());
        consumer.subscribe(&[&topic]).map_err(|error| KafkaError::of(format!("join the group of `{topic}`"), error))?;
        let of_thread = shared.clone();
        let thread = std::thread::Builder::new()
            .name("membership".to_owned())
            .spawn(move || stay(&consumer, &of_thread, &troubles))
            .map_err(|error| KafkaError::with("start a thread for the group", false, error.into()))?;
        Ok(Self { shared, said: None, thread: Some(thread) })
    }

    /// The shards that this process owns. Waits for so long for them to differ from what was said last; a process that was
    /// cut off from the group owns none as soon as it has noticed.
    pub fn owned(&mut self, wait: Duration) -> Result<BTreeSet<u32>> {
        let deadline = Instant::now() + wait;
        let mut state = self.shared.state.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(failure) = state.failure.take() {
                return Err(failure);
            }
            let left = deadline.saturating_duration_since(Instant::now());
            let differs = self.said.as_ref().map_or(!state.owned.is_empty(), |said| *said != state.owned);
            if differs || left.is_zero() {
                self.said = Some(state.owned.clone());
                return Ok(state.owned.clone());
            }
            (state, _) = self.shared.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl Drop for Membership {
    fn drop(&mut self) {
        self.shared.leaving.store(true, Ordering::SeqCst);
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::warn!("the thread of a membership panicked");
        }
    }
}

impl fmt::Debug for Membership {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Membership").field("said", &self.said).finish_non_exhaustive()
    }
}

/// Stays in the group until it is told to leave. Whatever is fetched before a pause takes hold is dropped.
fn stay(consumer: &BaseConsumer<GroupContext>, shared: &Shared, troubles: &Troubles) {
    while !shared.leaving.load(Ordering::SeqCst) {
        match consumer.poll(Duration::from_millis(100)) {
            None | Some(Ok(_)) => {}
            Some(Err(error)) if is_transient(&error) => tracing::info!("the group's coordinator is away: {error}"),
            Some(Err(error)) => {
                let failure = troubles.explain("stay in the group".to_owned(), error);
                shared.say(|state| state.failure = Some(failure));
            }
        }
    }
    shared.say(|state| state.owned.clear());
    consumer.unsubscribe();
}

impl Shared {
    fn say(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner));
        self.changed.notify_all();
    }
}

/// Notes what the group gives and takes; everything else is the context of any client.
struct GroupContext {
    of_client: Context,
    shared: Arc<Shared>,
}

impl ClientContext for GroupContext {
    const ENABLE_REFRESH_OAUTH_TOKEN: bool = true;

    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        self.of_client.log(level, facility, message);
    }

    fn error(&self, error: ClientError, reason: &str) {
        self.of_client.error(error, reason);
    }

    fn generate_oauth_token(&self, config: Option<&str>) -> Result<OAuthToken, Box<dyn std::error::Error>> {
        self.of_client.generate_oauth_token(config)
    }
}

impl ConsumerContext for GroupContext {
    fn pre_rebalance(&self, _: &BaseConsumer<Self>, rebalance: &Rebalance<'_>) {
        // Before it is another's: who asks from now on is told.
        if let Rebalance::Revoke(places) = rebalance {
            let taken = partitions(places);
            self.shared.say(|state| state.owned.retain(|shard| !taken.contains(shard)));
        }
    }

    fn post_rebalance(&self, consumer: &BaseConsumer<Self>, rebalance: &Rebalance<'_>) {
        if let Rebalance::Assign(places) = rebalance {
            if let Err(error) = consumer.pause(places) {
                tracing::info!("what the group gave is fetched in vain: {error}");
            }
            self.shared.say(|state| state.owned.extend(partitions(places)));
        }
    }
}

fn partitions(places: &TopicPartitionList) -> BTreeSet<u32> {
    places.elements().iter().map(|place| place.partition().max(0) as u32).collect()
}
