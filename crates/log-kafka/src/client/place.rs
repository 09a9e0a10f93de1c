//! Reading one partition from where its reader stands in it.
//!
//! What makes this more than polling: offsets have gaps. The marks of transactions, records that were taken back and what
//! compaction removed leave offsets without records, at the end too, and the client says only that it came to *an* end, not
//! which. So an end counts only if it was fetched after the partition's end was asked for.

use std::sync::Arc;
use std::time::{Duration, Instant};

use rdkafka::Message as _;
use rdkafka::consumer::BaseConsumer;
use rdkafka::consumer::base_consumer::PartitionQueue;
use rdkafka::error::KafkaError as ClientError;
use rdkafka::message::OwnedMessage;

use super::reader::Reader;
use super::{Client, Context, PATIENCE, View};
use crate::error::is_transient;
use crate::{KafkaError, Result};

/// How long a partition alone is listened to, before it is asked what the client has to say besides.
const LISTEN: Duration = Duration::from_millis(100);

/// How far ahead an offset may lie for what is before it to be passed over: fetching anew costs more.
const PASSED_OVER_MAX: u64 = 10_000;

/// What became of a record that was handed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Took {
    /// Taken, and there is room for more.
    More,
    /// Taken, as the last.
    Last,
    /// Passed over: it says nothing to who reads.
    Skipped,
    /// Not taken: there is no room for it. It comes first in the next read.
    Full,
}

/// A partition, and where it is read on.
pub(super) struct Place {
    topic: String,
    partition: u32,
    queue: PartitionQueue<Context>,
    /// Whether the reader fetches from it.
    stands: bool,
    /// The offset that the next record has at least.
    next: u64,
    /// A record that was fetched and not taken.
    kept: Option<OwnedMessage>,
}

/// The end that a read has to come to, since it was asked for and lies ahead.
#[derive(Clone, Copy)]
struct Chase {
    end: u64,
    until: Instant,
    /// Whether the reader was put where it stands after the end was asked for.
    fresh: bool,
}

impl Place {
    /// A place in which the reader does not stand yet: its queue has to be there before what comes into it.
    pub(super) fn new(consumer: &Arc<BaseConsumer<Context>>, topic: &str, partition: u32) -> Result<Self> {
        let queue = consumer
            .split_partition_queue(topic, partition as i32)
            .ok_or_else(|| KafkaError::NoTopic { topic: topic.to_owned() })?;
        Ok(Self { topic: topic.to_owned(), partition, queue, stands: false, next: 0, kept: None })
    }

    pub(super) fn name(&self) -> (String, u32) {
        (self.topic.clone(), self.partition)
    }

    pub(super) fn is_of(&self, topic: &str, partition: u32) -> bool {
        self.partition == partition && self.topic == topic
    }

    pub(super) fn stands(&self) -> bool {
        self.stands
    }

    pub(super) fn stands_at(&self, offset: u64) -> bool {
        self.stands && self.next == offset
    }

    /// Says that the reader fetches from that offset on.
    pub(super) fn put_at(&mut self, offset: u64) {
        (self.kept, self.stands, self.next) = (None, true, offset);
    }

    /// See [`Client::read`]. After an error the reader is of no more use.
    pub(super) fn read(
        &mut self,
        client: &Client,
        reader: &Reader,
        from: u64,
        wait: Duration,
        take: &mut dyn FnMut(&View<'_>) -> Took,
    ) -> Result<u64> {
        let deadline = Instant::now() + wait;
        let mut chase = None;
        if !self.stands_at(from) {
            let Some(end) = wait_for_offset(client, &self.topic, self.partition, from, deadline)? else {
                return Ok(from);
            };
            let fresh = !self.pass_over(from);
            if fresh {
                reader.put(self, from)?;
            }
            chase = (end > from).then(|| Chase { end, until: Instant::now() + PATIENCE, fresh });
        }
        self.serve(client, reader)?;
        let mut any = false;
        if let Some(kept) = self.kept.take().filter(|kept| kept.offset() >= from as i64) {
            let took = take(&View::kept(&kept));
            if took == Took::Full {
                self.kept = Some(kept);
                return Ok(self.next);
            }
            self.next = kept.offset() as u64 + 1;
            if took == Took::Last {
                return Ok(self.next);
            }
            any = took == Took::More;
        }
        self.follow(client, reader, deadline, chase, any, take)
    }

    /// Moves a little ahead of where the reader stands, if that is where the offset lies.
    fn pass_over(&mut self, offset: u64) -> bool {
        let near = self.stands && (self.next..self.next + PASSED_OVER_MAX).contains(&offset);
        if near {
            self.next = offset;
        }
        near
    }

    fn serve(&self, client: &Client, reader: &Reader) -> Result<()> {
        reader.serve().map_err(|error| client.failed(self.operation(), error))
    }

    fn follow(
        &mut self,
        client: &Client,
        reader: &Reader,
        deadline: Instant,
        mut chase: Option<Chase>,
        mut any: bool,
        take: &mut dyn FnMut(&View<'_>) -> Took,
    ) -> Result<u64> {
        loop {
            let until = chase.map_or(deadline, |chase| chase.until);
            let left = if any { Duration::ZERO } else { until.saturating_duration_since(Instant::now()) };
            match self.queue.poll(left.min(LISTEN)) {
                Some(Ok(message)) if message.offset() < self.next as i64 => {}
                Some(Ok(message)) => {
                    let took = take(&View::fetched(&message));
                    if took == Took::Full {
                        self.next = message.offset() as u64;
                        self.kept = Some(message.detach());
                        return Ok(self.next);
                    }
                    self.next = message.offset() as u64 + 1;
                    if took == Took::Last {
                        return Ok(self.next);
                    }
                    any |= took == Took::More;
                }
                None if any => return Ok(self.next),
                Some(Err(ClientError::PartitionEOF(_))) if any => return Ok(self.next),
                Some(Err(ClientError::PartitionEOF(_))) => {
                    if let Some(Chase { end, fresh: true, .. }) = chase {
                        // Nothing that can be read lies before the end: gaps.
                        self.next = self.next.max(end);
                        return Ok(self.next);
                    }
                    chase = self.behind(client, reader, true)?;
                }
                Some(Err(error)) if is_transient(&error) => {}
                Some(Err(error)) => return Err(self.why(client, error)),
                None if Instant::now() < until => self.serve(client, reader)?,
                None if chase.is_some() => return Err(self.out_of_time(client)),
                None => {
                    chase = self.behind(client, reader, false)?;
                    if chase.is_none() {
                        return Ok(self.next);
                    }
                }
            }
        }
    }

    /// What there is still to come to, if the end lies ahead; with `again`, the partition is fetched anew from here, so that
    /// the next end that is met is a later one than the end asked for.
    fn behind(&mut self, client: &Client, reader: &Reader, again: bool) -> Result<Option<Chase>> {
        let (_, end) = client.bounds(&self.topic, self.partition)?;
        if end <= self.next {
            return Ok(None);
        }
        if again {
            reader.put(self, self.next)?;
        }
        Ok(Some(Chase { end, until: Instant::now() + PATIENCE, fresh: again }))
    }

    fn operation(&self) -> String {
        format!("read `{}/{}` from {}", self.topic, self.partition, self.next)
    }

    /// Why reading cannot go on: an offset that the client finds out of range may have been deleted.
    fn why(&self, client: &Client, error: ClientError) -> KafkaError {
        let failed = client.failed(self.operation(), error);
        match client.bounds(&self.topic, self.partition) {
            Ok((start, _)) if self.next < start => trimmed(&self.topic, self.partition, self.next, start),
            _ => failed,
        }
    }

    fn out_of_time(&self, client: &Client) -> KafkaError {
        let code = rdkafka::types::RDKafkaErrorCode::OperationTimedOut;
        client.failed(self.operation(), ClientError::MessageConsumption(code))
    }
}

/// The end of a partition once it has reached an offset; none if it has not in time.
fn wait_for_offset(client: &Client, topic: &str, partition: u32, from: u64, deadline: Instant) -> Result<Option<u64>> {
    loop {
        let (start, end) = client.bounds(topic, partition)?;
        if from < start {
            return Err(trimmed(topic, partition, from, start));
        }
        let left = deadline.saturating_duration_since(Instant::now());
        if from < end || (from == end && !left.is_zero()) {
            return Ok(Some(end));
        }
        if left.is_zero() {
            return Ok(None);
        }
        // Beyond the end there is nothing to wait on: whoever asks there is ahead of the log.
        std::thread::sleep(left.min(Duration::from_millis(50)));
    }
}

fn trimmed(topic: &str, partition: u32, from: u64, start: u64) -> KafkaError {
    KafkaError::Trimmed { place: format!("{topic}/{partition}"), from, start }
}
