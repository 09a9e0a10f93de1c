//! Asking the brokers to make topics, and for the settings of those that are there.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, ResourceSpecifier, TopicReplication};
use rdkafka::types::RDKafkaErrorCode as Code;

use super::plan::Planned;
use crate::client::{Client, Context, PATIENCE, Troubles};
use crate::{KafkaError, Result, Settings};

/// The administration of a cluster.
pub(super) struct Administration {
    client: AdminClient<Context>,
    troubles: Troubles,
}

impl Administration {
    pub(super) fn connect(settings: &Settings) -> Result<Self> {
        // The client serves wishes for tokens to producers and consumers alone.
        if settings.oauth().is_some() {
            return Err(KafkaError::NoAdministration);
        }
        let troubles = Troubles::default();
        let made = settings.config().create_with_context(Context::new(settings, &troubles));
        let client = made.map_err(|error| KafkaError::of("connect", error))?;
        Ok(Self { client, troubles })
    }

    /// The settings of topics, by topic and name.
    pub(super) fn settings_of(&self, topics: &[String]) -> Result<BTreeMap<String, BTreeMap<String, String>>> {
        if topics.is_empty() {
            return Ok(BTreeMap::new());
        }
        let operation = "ask for the topics' settings";
        let asked: Vec<_> = topics.iter().map(|topic| ResourceSpecifier::Topic(topic)).collect();
        let answered = wait_for(self.client.describe_configs(&asked, &options()));
        let answers = answered.map_err(|error| self.troubles.explain(operation.to_owned(), error))?;
        let mut settings = BTreeMap::new();
        for (topic, answer) in topics.iter().zip(answers) {
            let resource = answer.map_err(|code| refused(format!("{operation} of `{topic}`"), code))?;
            let held = resource.entries.into_iter().map(|entry| (entry.name, entry.value.unwrap_or_default()));
            settings.insert(topic.clone(), held.collect());
        }
        Ok(settings)
    }

    /// Makes topics; one that somebody made in the meantime is left as it is.
    pub(super) fn create(&self, settings: &Settings, topics: &[&Planned], replication: u16) -> Result<()> {
        let topics: Vec<(String, &Planned)> =
            topics.iter().map(|planned| (settings.topic(planned.name), *planned)).collect();
        self.create_named(&topics, replication)
    }

    /// The same under names of their own, prefix and all.
    pub(super) fn create_named(&self, topics: &[(String, &Planned)], replication: u16) -> Result<()> {
        let held: Vec<_> = topics.iter().map(|(_, planned)| planned.settings(replication)).collect();
        let mut wanted = Vec::with_capacity(topics.len());
        for ((name, planned), held) in topics.iter().zip(&held) {
            let topic = NewTopic::new(name, planned.partitions as i32, TopicReplication::Fixed(replication.into()));
            wanted.push(held.iter().fold(topic, |topic, (name, value)| topic.set(name, value)));
        }
        if wanted.is_empty() {
            return Ok(());
        }
        let made = wait_for(self.client.create_topics(&wanted, &options()));
        for result in made.map_err(|error| self.troubles.explain("make the topics".to_owned(), error))? {
            match result {
                Ok(_) | Err((_, Code::TopicAlreadyExists)) => {}
                Err((_, Code::InvalidReplicationFactor)) => return Err(KafkaError::TooFewBrokers { replication }),
                Err((topic, code)) => return Err(refused(format!("make `{topic}`"), code)),
            }
        }
        Ok(())
    }

    /// Waits until every broker that is asked knows of topics that were made.
    pub(super) fn wait_for(&self, client: &Client, settings: &Settings, topics: &[&Planned]) -> Result<()> {
        let until = Instant::now() + PATIENCE;
        loop {
            let shapes = client.shapes()?;
            let known = |planned: &&&Planned| {
                let shape = shapes.get(&settings.topic(planned.name));
                shape.is_some_and(|shape| shape.partitions == planned.partitions && shape.replication > 0)
            };
            if topics.iter().filter(known).count() == topics.len() {
                return Ok(());
            }
            if Instant::now() > until {
                let cause = "the brokers do not know of them in time".into();
                return Err(KafkaError::with("make the topics", true, cause));
            }
            thread::sleep(Duration::from_millis(50));
        }
    }
}

fn options() -> AdminOptions {
    AdminOptions::new().request_timeout(Some(PATIENCE)).operation_timeout(Some(PATIENCE))
}

fn refused(operation: String, code: Code) -> KafkaError {
    KafkaError::of(operation, rdkafka::error::KafkaError::AdminOp(code))
}

/// Waits for an answer of the client, which comes from a thread of its own.
fn wait_for<T>(answer: impl Future<Output = T>) -> T {
    struct Unpark(Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut answer = pin!(answer);
    loop {
        match answer.as_mut().poll(&mut TaskContext::from_waker(&waker)) {
            Poll::Ready(answer) => return answer,
            Poll::Pending => thread::park(),
        }
    }
}
