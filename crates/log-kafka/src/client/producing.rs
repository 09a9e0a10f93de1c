//! Appending: every record of an append is handed over at once, to all partitions, and the append waits for the last of them.
//! The queue is bounded; when it is full, an append waits for room.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use rdkafka::error::KafkaError as ClientError;
use rdkafka::message::{DeliveryResult, Message as _, OwnedHeaders};
use rdkafka::producer::{BaseRecord, ProducerContext, ThreadedProducer};
use rdkafka::types::RDKafkaErrorCode as Code;

use super::{Client, Context, Troubles};
use crate::{KafkaError, Result, Settings};

/// The most bytes that a record's key, value and headers may have together: more than any event's.
const RECORD_BYTES_MAX: &str = "1500000";

/// A record on its way to a partition.
pub(crate) struct Outgoing<'a> {
    pub(crate) topic: &'a str,
    pub(crate) partition: u32,
    pub(crate) key: Option<&'a [u8]>,
    pub(crate) value: Option<&'a [u8]>,
    pub(crate) headers: OwnedHeaders,
}

/// The producer that all appends of a connection share.
pub(super) fn producer(settings: &Settings, troubles: &Troubles) -> Result<ThreadedProducer<Context>> {
    let mut config = settings.config();
    for (name, value) in [("compression.type", "zstd"), ("delivery.timeout.ms", "120000"), ("linger.ms", "1")] {
        if config.get(name).is_none() {
            config.set(name, value);
        }
    }
    config
        .set("enable.idempotence", "true")
        .set("acks", "all")
        .set("message.max.bytes", RECORD_BYTES_MAX)
        .set("allow.auto.create.topics", "false");
    let made = config.create_with_context(Context::new(settings, troubles));
    made.map_err(|error| KafkaError::of("make a producer", error))
}

/// What has become of an append so far.
#[derive(Default)]
struct Deliveries {
    state: Mutex<State>,
    delivered: Condvar,
}

#[derive(Default)]
struct State {
    offsets: Vec<u64>,
    waiting: usize,
    failure: Option<ClientError>,
}

/// What the client carries along with a record and gives back with its fate.
pub(crate) struct Delivery {
    of: Arc<Deliveries>,
    number: usize,
}

impl ProducerContext for Context {
    type DeliveryOpaque = Box<Delivery>;

    fn delivery(&self, result: &DeliveryResult<'_>, delivery: Self::DeliveryOpaque) {
        let mut state = delivery.of.state.lock().unwrap_or_else(PoisonError::into_inner);
        match result {
            Ok(message) => state.offsets[delivery.number] = message.offset().max(0) as u64,
            Err((error, _)) => {
                state.failure.get_or_insert_with(|| error.clone());
            }
        }
        state.waiting -= 1;
        if state.waiting == 0 {
            delivery.of.delivered.notify_all();
        }
    }
}

impl Client {
    /// Appends records, durable when it returns; gives their offsets in the same order. Those of one partition stand in one
    /// run, unless others append to it. If it fails, some may have been appended.
    pub(crate) fn append<'a>(&self, records: impl ExactSizeIterator<Item = Outgoing<'a>>) -> Result<Vec<u64>> {
        let count = records.len();
        let deliveries = Arc::new(Deliveries::default());
        deliveries.state.lock().unwrap_or_else(PoisonError::into_inner).offsets = vec![0; count];
        let handed_over = {
            let _one_at_a_time = self.handing_over.lock().unwrap_or_else(PoisonError::into_inner);
            records.enumerate().try_for_each(|(number, record)| self.hand_over(record, &deliveries, number))
        };
        let mut state = deliveries.state.lock().unwrap_or_else(PoisonError::into_inner);
        while state.waiting > 0 {
            state = deliveries.delivered.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        match handed_over.err().or(state.failure.take()) {
            None => Ok(std::mem::take(&mut state.offsets)),
            Some(error) => Err(self.failed("append", error)),
        }
    }

    fn hand_over(&self, record: Outgoing<'_>, of: &Arc<Deliveries>, number: usize) -> Result<(), ClientError> {
        let Outgoing { topic, partition, key, value, headers } = record;
        of.state.lock().unwrap_or_else(PoisonError::into_inner).waiting += 1;
        let delivery = Box::new(Delivery { of: of.clone(), number });
        let mut base = BaseRecord::<[u8], [u8], Box<Delivery>>::with_opaque_to(topic, delivery);
        (base.partition, base.key, base.payload) = (Some(partition as i32), key, value);
        base.headers = Some(headers);
        loop {
            match self.producer.send(base) {
                Ok(()) => return Ok(()),
                Err((ClientError::MessageProduction(Code::QueueFull), refused)) => {
                    // Room comes with the deliveries, which the producer's own thread takes.
                    std::thread::sleep(Duration::from_millis(1));
                    base = refused;
                }
                Err((error, _)) => {
                    of.state.lock().unwrap_or_else(PoisonError::into_inner).waiting -= 1;
                    return Err(error);
                }
            }
        }
    }
}
