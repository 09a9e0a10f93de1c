//! The log on Kafka: a topic for each family of events, read and appended to as one.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tributary_log::{
    Batch, Entry, Envelope, IdentityIndex, Layout, Log, LogError, LogId, Position, ReadLimit, Recorded, frame,
};

use crate::client::{Ahead, Client, Outgoing, Took};
use crate::event::{self, Said};
use crate::marker::{self, Marker};
use crate::{KafkaError, KafkaTopics, Result, Settings, making};

/// A log that others append to as well: whoever reads it judges what stands (I1).
pub struct KafkaLog {
    client: Arc<Client>,
    id: LogId,
    layout: Layout,
    recorded: Recorded,
    /// The topic of each family, in the families' order.
    topics: Vec<String>,
}

/// Every partition opens with its marker; events come after it.
const FIRST: u64 = 1;

impl KafkaLog {
    /// Opens the log that [`crate::init`] made. Refuses topics that are not that log, or not the whole of it.
    pub fn open(settings: &Settings) -> Result<Self> {
        let client = Arc::new(Client::connect(settings)?);
        let Marker { id, layout, recorded, .. } = making::opened(&client)?;
        let topics = tributary_log::Family::ALL.map(|family| settings.topic(family.name())).into();
        Ok(Self { client, id, layout, recorded, topics })
    }

    /// How its partitions are numbered.
    pub fn layout(&self) -> Layout {
        self.layout
    }

    /// The topics beside it, over the same connection.
    pub fn topics(&self) -> KafkaTopics {
        KafkaTopics::over(self.client.clone())
    }

    fn at(&self, partition: u32) -> Result<(&str, u32), LogError> {
        let none = LogError::NoPartition { partition, partitions: self.partitions() };
        let (family, number) = self.layout.place(partition).ok_or(none)?;
        Ok((&self.topics[family as usize], number))
    }

    /// The records of entries for partitions, or why none of them is appended.
    fn send<'a>(&self, entries: &[(u32, Entry<'a>)]) -> Result<Vec<Position>, LogError> {
        let mut records = Vec::with_capacity(entries.len());
        for (partition, entry) in entries {
            if entry.recorded_us.is_some() && self.recorded == Recorded::ByLog {
                return Err(LogError::RecordedNotKept);
            }
            frame::check_size(&entry.envelope)?;
            let (topic, number) = self.at(*partition)?;
            records.push((topic, number, entry));
        }
        let outgoing = records.into_iter().map(|(topic, partition, entry)| Outgoing {
            topic,
            partition,
            key: Some(entry.envelope.subject.as_bytes()),
            value: Some(entry.envelope.data),
            headers: event::headers(entry),
        });
        let offsets = self.client.append(outgoing)?;
        let positions = entries.iter().zip(offsets);
        Ok(positions.map(|((partition, _), offset)| Position { partition: *partition, offset }).collect())
    }
}

impl Log for KafkaLog {
    fn id(&self) -> LogId {
        self.id
    }

    fn partitions(&self) -> u32 {
        self.layout.partitions()
    }

    fn recorded(&self) -> Recorded {
        self.recorded
    }

    fn identities(&self) -> Option<&dyn IdentityIndex> {
        None
    }

    fn route(&self, envelope: &Envelope<'_>) -> u32 {
        self.layout.route(envelope.event_type, envelope.subject)
    }

    fn place(&self, position: Position) -> String {
        event::place(self.layout, position)
    }

    fn start(&self, partition: u32) -> Result<u64, LogError> {
        let (topic, number) = self.at(partition)?;
        Ok(self.client.bounds(topic, number)?.0.max(FIRST))
    }

    fn end(&self, partition: u32) -> Result<u64, LogError> {
        let (topic, number) = self.at(partition)?;
        Ok(self.client.bounds(topic, number)?.1)
    }

    fn ends(&self, partitions: &[u32]) -> Result<Vec<u64>, LogError> {
        let places: Vec<_> = partitions.iter().map(|partition| self.at(*partition)).collect::<Result<_, _>>()?;
        Ok(self.client.ends(&places)?)
    }

    fn fetch_ahead(&self, from: &[Position]) -> Result<(), LogError> {
        let places = from.iter().map(|position| {
            let (topic, number) = self.at(position.partition)?;
            Ok((topic, number, position.offset))
        });
        let places: Vec<_> = places.collect::<Result<_, LogError>>()?;
        Ok(self.client.fetch_ahead(&places)?)
    }

    fn read(&self, from: Position, limit: ReadLimit, wait: Duration) -> Result<Batch, LogError> {
        let at = self.at(from.partition)?;
        let mut batch = Batch::new(from);
        let ahead = if limit.records == 1 { Ahead::Little } else { Ahead::Much };
        let read = self.client.read(at, from.offset, wait, ahead, &mut |view| {
            if view.value.is_none() && view.header(marker::HEADER).is_some() {
                return Took::Skipped;
            }
            let position = Position { partition: from.partition, offset: view.offset };
            let said = Said::read(view, position, self.layout, self.recorded);
            let record = said.record(position);
            if !batch.has_room(limit, 1, frame::encoded_bytes(&record)) {
                return Took::Full;
            }
            batch.push(&record);
            if batch.has_room(limit, 1, 0) { Took::More } else { Took::Last }
        });
        batch.skip_to(read.map_err(|error| match error {
            KafkaError::Trimmed { start, .. } => LogError::Trimmed { position: from, start },
            other => other.into(),
        })?);
        Ok(batch)
    }

    fn append(&self, partition: u32, entries: &[Entry<'_>]) -> Result<Vec<Position>, LogError> {
        self.at(partition)?;
        let entries: Vec<_> = entries.iter().map(|entry| (partition, *entry)).collect();
        self.send(&entries)
    }

    fn append_routed(&self, entries: &[Entry<'_>]) -> Result<Vec<Position>, LogError> {
        let entries: Vec<_> = entries.iter().map(|entry| (self.route(&entry.envelope), *entry)).collect();
        self.send(&entries)
    }
}

impl fmt::Debug for KafkaLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KafkaLog").field("id", &self.id).field("layout", &self.layout).finish_non_exhaustive()
    }
}
