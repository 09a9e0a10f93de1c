//! A consumer that stands in many partitions at once. One request fetches for all of them, and what it brought lies in a
//! queue for each, so that going from one partition to the next costs nothing.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::types::RDKafkaErrorCode as Code;
use rdkafka::{Offset, TopicPartitionList};

use super::place::Place;
use super::{Client, Context, PATIENCE, Troubles};
use crate::error::is_transient;
use crate::{KafkaError, Result, Settings};

/// The most places that a reader keeps. One that was read to its end takes next to nothing; of one that was left before, as
/// much as is fetched ahead.
const PLACES_MAX: usize = 256;

/// How much is fetched before it is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ahead {
    /// As much as keeps who reads on from waiting.
    Much,
    /// As little as can be: for a look at a record here and there.
    Little,
}

/// What a ledger may set otherwise. A queue that is full is looked at again after the backoff: the client's own second would
/// starve who reads.
const PREFERRED: [(&str, &str); 3] =
    [("fetch.queue.backoff.ms", "5"), ("fetch.wait.max.ms", "100"), ("queued.max.messages.kbytes", "4096")];

/// The least that can be fetched is a batch as it was written.
const LITTLE: [(&str, &str); 2] = [("max.partition.fetch.bytes", "1024"), ("queued.max.messages.kbytes", "1")];

/// A consumer and the places that it has in partitions.
pub(super) struct Reader {
    ahead: Ahead,
    consumer: Arc<BaseConsumer<Context>>,
    places: Mutex<Places>,
}

#[derive(Default)]
struct Places {
    /// The least recently used first.
    idle: Vec<Place>,
    lent: BTreeSet<(String, u32)>,
}

impl Reader {
    pub(super) fn new(settings: &Settings, troubles: &Troubles, ahead: Ahead) -> Result<Self> {
        let mut config = settings.config();
        for (name, value) in PREFERRED {
            if config.get(name).is_none() {
                config.set(name, value);
            }
        }
        if ahead == Ahead::Little {
            for (name, value) in LITTLE {
                config.set(name, value);
            }
        }
        // A consumer without a group cannot be assigned anything; it joins none.
        config
            .set("group.id", settings.topic("reader"))
            .set("enable.auto.commit", "false")
            .set("enable.auto.offset.store", "false")
            .set("auto.offset.reset", "error")
            .set("isolation.level", "read_committed")
            .set("enable.partition.eof", "true")
            .set("check.crcs", "true")
            .set("allow.auto.create.topics", "false");
        let made = config.create_with_context(Context::new(settings, troubles));
        let consumer = Arc::new(made.map_err(|error| KafkaError::of("make a reader", error))?);
        Ok(Self { ahead, consumer, places: Mutex::default() })
    }

    pub(super) fn ahead(&self) -> Ahead {
        self.ahead
    }

    /// Lends the place in a partition; none while another has it.
    pub(super) fn lend(&self, topic: &str, partition: u32) -> Result<Option<Place>> {
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        let idle = places.idle.iter().position(|place| place.is_of(topic, partition));
        let place = match idle {
            Some(number) => places.idle.remove(number),
            None if places.lent.contains(&(topic.to_owned(), partition)) => return Ok(None),
            None => Place::new(&self.consumer, topic, partition)?,
        };
        places.lent.insert((topic.to_owned(), partition));
        Ok(Some(place))
    }

    /// Takes a place back. The one that has rested longest goes if there are too many.
    pub(super) fn give_back(&self, place: Place) -> Result<()> {
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        places.lent.remove(&place.name());
        places.idle.push(place);
        let surplus = (places.idle.len() > PLACES_MAX).then(|| places.idle.remove(0));
        drop(places);
        surplus.map_or(Ok(()), |place| self.leave(&[place.name()]))
    }

    /// Begins to fetch from places that are read soon, all at once. Those that are lent stay as they are.
    pub(super) fn stand(&self, wanted: &[(&str, u32, u64)]) -> Result<()> {
        let (mut moved, mut placed) = (Vec::new(), Vec::new());
        for (topic, partition, offset) in wanted {
            let Some(mut place) = self.lend(topic, *partition)? else { continue };
            if !place.stands_at(*offset) {
                if place.stands() {
                    moved.push(place.name());
                }
                place.put_at(*offset);
                placed.push((*topic, *partition, *offset));
            }
            self.give_back(place)?;
        }
        self.leave(&moved)?;
        self.assign(&placed)
    }

    /// Begins to fetch from one place, which stood at another offset if it stood at all.
    pub(super) fn put(&self, place: &mut Place, offset: u64) -> Result<()> {
        let (topic, partition) = place.name();
        if place.stands() {
            self.leave(&[place.name()])?;
        }
        place.put_at(offset);
        self.assign(&[(&topic, partition, offset)])
    }

    fn assign(&self, places: &[(&str, u32, u64)]) -> Result<()> {
        let Some((topic, partition, offset)) = places.first() else { return Ok(()) };
        let mut list = TopicPartitionList::with_capacity(places.len());
        let added = places.iter().try_for_each(|(topic, partition, offset)| {
            list.add_partition_offset(topic, *partition as i32, Offset::Offset(*offset as i64))
        });
        let assigned = added.and_then(|()| self.consumer.incremental_assign(&list));
        assigned.map_err(|error| KafkaError::of(format!("read `{topic}/{partition}` from {offset}"), error))
    }

    fn leave(&self, places: &[(String, u32)]) -> Result<()> {
        let Some((topic, partition)) = places.first() else { return Ok(()) };
        let mut list = TopicPartitionList::with_capacity(places.len());
        for (topic, partition) in places {
            list.add_partition(topic, *partition as i32);
        }
        let left = self.consumer.incremental_unassign(&list);
        left.map_err(|error| KafkaError::of(format!("leave `{topic}/{partition}`"), error))
    }

    /// See [`Client::ends`].
    pub(super) fn ends(&self, client: &Client, places: &[(&str, u32)]) -> Result<Vec<u64>> {
        let failed = |error| client.failed(format!("ask for the ends of {} partitions", places.len()), error);
        // The first request of a client that wants a token waits for it.
        self.serve().map_err(failed)?;
        let mut list = TopicPartitionList::with_capacity(places.len());
        for (topic, partition) in places {
            list.add_partition_offset(topic, *partition as i32, Offset::End).map_err(failed)?;
        }
        let found = self.consumer.offsets_for_times(list, PATIENCE).map_err(failed)?;
        let end = |(topic, partition): &(&str, u32)| {
            let one = found.find_partition(topic, *partition as i32);
            let one = one.ok_or_else(|| KafkaError::NoTopic { topic: (*topic).to_owned() })?;
            one.error().map_err(failed)?;
            // Of a partition that was not answered for the end is as it was asked: no offset.
            let unanswered = || failed(rdkafka::error::KafkaError::MetadataFetch(Code::OperationTimedOut));
            one.offset().to_raw().and_then(|end| u64::try_from(end).ok()).ok_or_else(unanswered)
        };
        places.iter().map(end).collect()
    }

    /// Takes what the client says besides records: troubles with its connections, its wish for a fresh token.
    pub(super) fn serve(&self) -> Result<(), rdkafka::error::KafkaError> {
        match self.consumer.poll(Duration::ZERO) {
            None => Ok(()),
            Some(Err(error)) if is_transient(&error) => Ok(()),
            Some(Err(error)) => Err(error),
            // Whoever reads that partition would miss it: with another reader nobody does.
            Some(Ok(_)) => Err(rdkafka::error::KafkaError::Canceled),
        }
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        // What was fetched ahead would be waited for when the consumer goes.
        if let Err(error) = self.consumer.unassign() {
            tracing::debug!("a reader could not give its partitions back: {error}");
        }
    }
}
