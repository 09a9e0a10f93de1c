//! The topics beside the log: what the ledger says to others, and what its processes say to each other.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rdkafka::message::{Header, OwnedHeaders};
use tributary_log::{Keyed, LogError, Read, Stored, Topics};

use crate::client::{Ahead, Client, Outgoing, Took, View};
use crate::{KafkaError, Result, Settings};

/// Topics of a ledger by their names without its prefix.
pub struct KafkaTopics {
    client: Arc<Client>,
    /// How many partitions each topic that was asked for has: a ledger's topics never get more.
    partitions: Mutex<BTreeMap<String, u32>>,
}

impl KafkaTopics {
    /// Connects to the topics alone, without a log.
    pub fn connect(settings: &Settings) -> Result<Self> {
        Ok(Self::over(Arc::new(Client::connect(settings)?)))
    }

    pub(crate) fn over(client: Arc<Client>) -> Self {
        Self { client, partitions: Mutex::default() }
    }

    fn known(&self, topic: &str) -> Result<u32> {
        if let Some(count) = self.partitions.lock().unwrap_or_else(PoisonError::into_inner).get(topic) {
            return Ok(*count);
        }
        let prefix = self.client.settings().prefix();
        let shapes = self.client.shapes()?;
        let mut known = self.partitions.lock().unwrap_or_else(PoisonError::into_inner);
        known.extend(shapes.into_iter().map(|(name, shape)| (name[prefix.len()..].to_owned(), shape.partitions)));
        let missing = || KafkaError::NoTopic { topic: self.client.settings().topic(topic) };
        known.get(topic).copied().ok_or_else(missing)
    }

    /// The name of a topic in the cluster, if it has that partition.
    fn at(&self, topic: &str, partition: u32) -> Result<String, LogError> {
        let partitions = self.known(topic)?;
        if partition >= partitions {
            return Err(LogError::NoPartition { partition, partitions });
        }
        Ok(self.client.settings().topic(topic))
    }
}

impl Topics for KafkaTopics {
    fn partitions(&self, topic: &str) -> Result<u32, LogError> {
        Ok(self.known(topic)?)
    }

    fn start(&self, topic: &str, partition: u32) -> Result<u64, LogError> {
        Ok(self.client.bounds(&self.at(topic, partition)?, partition)?.0)
    }

    fn end(&self, topic: &str, partition: u32) -> Result<u64, LogError> {
        Ok(self.client.bounds(&self.at(topic, partition)?, partition)?.1)
    }

    fn ends(&self, topic: &str) -> Result<Vec<u64>, LogError> {
        let partitions = self.known(topic)?;
        let name = self.client.settings().topic(topic);
        let places: Vec<_> = (0..partitions).map(|partition| (name.as_str(), partition)).collect();
        Ok(self.client.ends(&places)?)
    }

    fn read(
        &self,
        topic: &str,
        partition: u32,
        from: u64,
        records_max: usize,
        wait: Duration,
    ) -> Result<Read, LogError> {
        let name = self.at(topic, partition)?;
        let mut records = Vec::new();
        let next_offset = self.client.read((&name, partition), from, wait, Ahead::Much, &mut |view| {
            if records.len() >= records_max {
                return Took::Full;
            }
            records.push(stored(view));
            if records.len() < records_max { Took::More } else { Took::Last }
        })?;
        Ok(Read { records, next_offset })
    }

    fn publish(&self, topic: &str, records: &[(u32, Keyed)]) -> Result<Vec<u64>, LogError> {
        let partitions = self.known(topic)?;
        if let Some((partition, _)) = records.iter().find(|(partition, _)| *partition >= partitions) {
            return Err(LogError::NoPartition { partition: *partition, partitions });
        }
        let name = self.client.settings().topic(topic);
        let outgoing = records.iter().map(|(partition, record)| Outgoing {
            topic: &name,
            partition: *partition,
            key: Some(&record.key),
            value: record.value.as_deref(),
            headers: headers(record),
        });
        Ok(self.client.append(outgoing)?)
    }
}

fn headers(record: &Keyed) -> OwnedHeaders {
    let none = OwnedHeaders::new_with_capacity(record.headers.len());
    record.headers.iter().fold(none, |headers, (key, value)| headers.insert(Header { key, value: Some(value) }))
}

fn stored(view: &View<'_>) -> Stored {
    Stored {
        offset: view.offset,
        appended_us: view.appended_ms.saturating_mul(1_000),
        record: Keyed {
            key: view.key.unwrap_or_default().to_vec(),
            headers: view.headers().map(|(name, value)| (name.to_owned(), value.to_vec())).collect(),
            value: view.value.map(<[u8]>::to_vec),
        },
    }
}

impl fmt::Debug for KafkaTopics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KafkaTopics").field("settings", self.client.settings()).finish_non_exhaustive()
    }
}
