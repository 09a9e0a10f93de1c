//! One connection to the brokers: what it asks, the readers that it lends, the producer that all appends share.

mod context;
mod oauth;
mod place;
mod producing;
mod reader;
mod view;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rdkafka::producer::{Producer as _, ThreadedProducer};
use rdkafka::types::RDKafkaErrorCode as Code;

use crate::error::is_transient;
use crate::{KafkaError, Result, Settings};

pub(crate) use context::{Context, Troubles};
use place::Place;
pub(crate) use place::Took;
pub(crate) use producing::Outgoing;
pub(crate) use reader::Ahead;
use reader::Reader;
pub(crate) use view::View;

/// How long a question to the brokers may take.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// How long an attempt at the first question takes, before it is asked whether another makes sense.
const GLANCE: Duration = Duration::from_secs(2);

/// How long a partition without a leader is left alone before it is asked again.
const LEADERLESS: Duration = Duration::from_millis(100);

/// The most readers that are kept: one that reads on, one that looks here and there, and more of them if several threads read
/// the same partition at once.
const READERS_MAX: usize = 4;

/// A connection: shared by the log, the topics and what makes them.
pub(crate) struct Client {
    settings: Settings,
    troubles: Troubles,
    producer: ThreadedProducer<Context>,
    /// Held while an append hands its records over, so that those of one append stand in one run.
    handing_over: Mutex<()>,
    readers: Mutex<Vec<Arc<Reader>>>,
}

/// A topic as the cluster has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Shape {
    pub(crate) partitions: u32,
    /// How many brokers hold each of its partitions.
    pub(crate) replication: u16,
}

impl Client {
    /// Connects; nothing is sent yet.
    pub(crate) fn connect(settings: &Settings) -> Result<Self> {
        let troubles = Troubles::default();
        let producer = producing::producer(settings, &troubles)?;
        Ok(Self {
            settings: settings.clone(),
            troubles,
            producer,
            handing_over: Mutex::default(),
            readers: Mutex::default(),
        })
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The cluster's id.
    pub(crate) fn cluster(&self) -> Result<String> {
        // Asked for something that fails with a reason first: the id alone comes back empty whatever happened.
        self.shapes()?;
        let cluster = self.producer.client().fetch_cluster_id(PATIENCE);
        cluster.ok_or_else(|| {
            KafkaError::with("ask for the cluster's id", true, "the brokers did not say it in time".into())
        })
    }

    /// Every topic that begins with the ledger's prefix, by its name in the cluster.
    pub(crate) fn shapes(&self) -> Result<BTreeMap<String, Shape>> {
        // Of all topics: asking for one by its name may make it.
        let until = Instant::now() + PATIENCE;
        let metadata = loop {
            match self.producer.client().fetch_metadata(None, GLANCE) {
                Ok(metadata) => break metadata,
                // A wrong password does not get better by waiting.
                Err(error) if is_transient(&error) && Instant::now() < until && !self.troubles.lasting() => {}
                Err(error) => return Err(self.failed("ask for the topics", error)),
            }
        };
        let ours = metadata.topics().iter().filter(|topic| topic.name().starts_with(self.settings.prefix()));
        let shape = |topic: &rdkafka::metadata::MetadataTopic| Shape {
            partitions: topic.partitions().len() as u32,
            replication: topic.partitions().iter().map(|one| one.replicas().len() as u16).min().unwrap_or_default(),
        };
        Ok(ours.map(|topic| (topic.name().to_owned(), shape(topic))).collect())
    }

    /// The first offset of a partition, and the one after the last record that no open transaction holds back.
    pub(crate) fn bounds(&self, topic: &str, partition: u32) -> Result<(u64, u64)> {
        let until = Instant::now() + PATIENCE;
        loop {
            let error = match self.producer.client().fetch_watermarks(topic, partition as i32, PATIENCE) {
                Ok((start, end)) => return Ok((start.max(0) as u64, end.max(0) as u64)),
                Err(error) => error,
            };
            match error.rdkafka_error_code() {
                Some(Code::UnknownTopicOrPartition | Code::UnknownTopic | Code::UnknownPartition) => {
                    return Err(KafkaError::NoTopic { topic: topic.to_owned() });
                }
                // A partition that was just made, or moved, has no leader for a moment.
                Some(Code::NotLeaderForPartition | Code::LeaderNotAvailable) if Instant::now() < until => {
                    std::thread::sleep(LEADERLESS);
                }
                _ => return Err(self.failed(format!("ask for the end of `{topic}/{partition}`"), error)),
            }
        }
    }

    /// The offset after the last record of each partition, as [`Self::bounds`] gives it: one question to every broker that
    /// leads some of them, instead of two for each partition.
    pub(crate) fn ends(&self, places: &[(&str, u32)]) -> Result<Vec<u64>> {
        if places.is_empty() {
            return Ok(Vec::new());
        }
        self.reader(Ahead::Little, 0)?.ends(self, places)
    }

    /// Reads a partition from an offset on, handing over each record until one says that it is enough. At the end it waits
    /// for so long. Gives where to read on: below the end it makes progress, over offsets without records too.
    pub(crate) fn read(
        &self,
        (topic, partition): (&str, u32),
        from: u64,
        wait: Duration,
        ahead: Ahead,
        take: &mut dyn FnMut(&View<'_>) -> Took,
    ) -> Result<u64> {
        let (reader, mut place) = self.borrow(topic, partition, ahead)?;
        let read = place.read(self, &reader, from, wait, take);
        match &read {
            Ok(_) => reader.give_back(place)?,
            Err(_) => self.readers().retain(|held| !Arc::ptr_eq(held, &reader)),
        }
        read
    }

    /// Begins to fetch what is read soon: partitions from offsets on that lie below their ends.
    pub(crate) fn fetch_ahead(&self, places: &[(&str, u32, u64)]) -> Result<()> {
        let reader = self.reader(Ahead::Much, 0)?;
        reader.stand(places).inspect_err(|_| self.readers().retain(|held| !Arc::ptr_eq(held, &reader)))
    }

    /// Hands over the first record of partitions that begin with one, by the partition's number in the list.
    pub(crate) fn read_first(&self, partitions: &[(&str, u32)], take: &mut dyn FnMut(usize, &View<'_>)) -> Result<()> {
        let reader = Reader::new(&self.settings, &self.troubles, Ahead::Little)?;
        let places: Vec<_> = partitions.iter().map(|(topic, partition)| (*topic, *partition, 0)).collect();
        reader.stand(&places)?;
        for (number, (topic, partition)) in partitions.iter().enumerate() {
            let Some(mut place) = reader.lend(topic, *partition)? else { continue };
            place.read(self, &reader, 0, PATIENCE, &mut |view| {
                take(number, view);
                Took::Last
            })?;
            reader.give_back(place)?;
        }
        Ok(())
    }

    fn readers(&self) -> MutexGuard<'_, Vec<Arc<Reader>>> {
        self.readers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The place in a partition, of the first reader that has not lent it.
    fn borrow(&self, topic: &str, partition: u32, ahead: Ahead) -> Result<(Arc<Reader>, Place)> {
        let mut number = 0;
        loop {
            let reader = self.reader(ahead, number)?;
            if let Some(place) = reader.lend(topic, partition)? {
                return Ok((reader, place));
            }
            number += 1;
        }
    }

    /// The reader of that number among those that fetch so far ahead, made if there is none.
    fn reader(&self, ahead: Ahead, number: usize) -> Result<Arc<Reader>> {
        if let Some(reader) = self.readers().iter().filter(|reader| reader.ahead() == ahead).nth(number) {
            return Ok(reader.clone());
        }
        let reader = Arc::new(Reader::new(&self.settings, &self.troubles, ahead)?);
        let mut readers = self.readers();
        if readers.len() < READERS_MAX {
            readers.push(reader.clone());
        }
        Ok(reader)
    }

    /// What the client said of an operation, and what it noticed of its connections besides.
    pub(crate) fn failed(&self, operation: impl Into<String>, error: rdkafka::error::KafkaError) -> KafkaError {
        self.troubles.explain(operation.into(), error)
    }
}
