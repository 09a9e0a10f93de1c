//! Reading one partition after the other with one consumer that nobody else uses.
//!
//! What makes this more than polling: offsets have gaps. The marks of transactions, records that were taken back and what
//! compaction removed leave offsets without records, at the end too, and the client says only that it came to *an* end, not
//! which. So an end counts only if it was fetched after the partition's end was asked for.

use std::time::{Duration, Instant};

use rdkafka::Message as _;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::KafkaError as ClientError;
use rdkafka::message::OwnedMessage;
use rdkafka::{Offset, TopicPartitionList};

use super::{Client, Context, PATIENCE, Troubles, View};
use crate::error::is_transient;
use crate::{KafkaError, Result, Settings};

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

/// A consumer and where it stands.
pub(super) struct Reader {
    consumer: BaseConsumer<Context>,
    place: Option<(String, u32)>,
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
    /// Whether the consumer was put where it stands after the end was asked for.
    fresh: bool,
}

impl Reader {
    pub(super) fn new(settings: &Settings, troubles: &Troubles) -> Result<Self> {
        let mut config = settings.config();
        for (name, value) in [("queued.max.messages.kbytes", "16384"), ("fetch.wait.max.ms", "100")] {
            if config.get(name).is_none() {
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
        let consumer = made.map_err(|error| KafkaError::of("make a reader", error))?;
        Ok(Self { consumer, place: None, next: 0, kept: None })
    }

    pub(super) fn is_of(&self, topic: &str, partition: u32) -> bool {
        self.place.as_ref().is_some_and(|(held, number)| held == topic && *number == partition)
    }

    pub(super) fn stands_at(&self, topic: &str, partition: u32, offset: u64) -> bool {
        self.next == offset && self.is_of(topic, partition)
    }

    /// See [`Client::read`]. After an error the reader is of no more use.
    pub(super) fn read(
        &mut self,
        client: &Client,
        topic: &str,
        partition: u32,
        from: u64,
        wait: Duration,
        take: &mut dyn FnMut(&View<'_>) -> Took,
    ) -> Result<u64> {
        let deadline = Instant::now() + wait;
        let mut chase = None;
        if !self.stands_at(topic, partition, from) {
            let Some(end) = wait_for_offset(client, topic, partition, from, deadline)? else { return Ok(from) };
            self.put(topic, partition, from)?;
            chase = (end > from).then(|| Chase { end, until: Instant::now() + PATIENCE, fresh: true });
        }
        self.follow(client, deadline, chase, take)
    }

    fn follow(
        &mut self,
        client: &Client,
        deadline: Instant,
        mut chase: Option<Chase>,
        take: &mut dyn FnMut(&View<'_>) -> Took,
    ) -> Result<u64> {
        let mut any = false;
        if let Some(kept) = self.kept.take() {
            match take(&View::kept(&kept)) {
                Took::Full => {
                    self.kept = Some(kept);
                    return Ok(self.next);
                }
                Took::Last => return Ok(self.pass(kept.offset())),
                Took::More => any = true,
                Took::Skipped => {}
            }
            self.pass(kept.offset());
        }
        loop {
            let until = chase.map_or(deadline, |chase| chase.until);
            let patience = if any { Duration::ZERO } else { until.saturating_duration_since(Instant::now()) };
            match self.consumer.poll(patience) {
                Some(Ok(message)) if message.offset() < self.next as i64 => {}
                Some(Ok(message)) => match take(&View::fetched(&message)) {
                    Took::Full => {
                        self.next = message.offset() as u64;
                        self.kept = Some(message.detach());
                        return Ok(self.next);
                    }
                    Took::Last => {
                        self.next = message.offset() as u64 + 1;
                        return Ok(self.next);
                    }
                    took => {
                        any |= took == Took::More;
                        self.next = message.offset() as u64 + 1;
                    }
                },
                None if any => return Ok(self.next),
                Some(Err(ClientError::PartitionEOF(_))) if any => return Ok(self.next),
                Some(Err(ClientError::PartitionEOF(_))) => {
                    if let Some(Chase { end, fresh: true, .. }) = chase {
                        // Nothing that can be read lies before the end: gaps.
                        self.next = self.next.max(end);
                        return Ok(self.next);
                    }
                    chase = self.behind(client, true)?;
                }
                Some(Err(error)) if is_transient(&error) => {}
                Some(Err(error)) => return Err(self.why(client, error)),
                None if Instant::now() < until => {}
                None if chase.is_some() => return Err(self.out_of_time(client)),
                None => {
                    chase = self.behind(client, false)?;
                    if chase.is_none() {
                        return Ok(self.next);
                    }
                }
            }
        }
    }

    /// What there is still to come to, if the end lies ahead; with `again`, the partition is fetched anew from here, so that
    /// the next end that is met is a later one than the end asked for.
    fn behind(&mut self, client: &Client, again: bool) -> Result<Option<Chase>> {
        let Some((topic, partition)) = self.place.clone() else { return Ok(None) };
        let (_, end) = client.bounds(&topic, partition)?;
        if end <= self.next {
            return Ok(None);
        }
        if again {
            self.put(&topic, partition, self.next)?;
        }
        Ok(Some(Chase { end, until: Instant::now() + PATIENCE, fresh: again }))
    }

    fn put(&mut self, topic: &str, partition: u32, offset: u64) -> Result<()> {
        self.kept = None;
        let mut places = TopicPartitionList::with_capacity(1);
        let added = places.add_partition_offset(topic, partition as i32, Offset::Offset(offset as i64));
        let put = added.and_then(|()| self.consumer.assign(&places));
        put.map_err(|error| KafkaError::of(format!("read `{topic}/{partition}` from {offset}"), error))?;
        (self.place, self.next) = (Some((topic.to_owned(), partition)), offset);
        Ok(())
    }

    fn pass(&mut self, offset: i64) -> u64 {
        self.next = offset as u64 + 1;
        self.next
    }

    fn operation(&self) -> String {
        let (topic, partition) = self.place.as_ref().map_or(("", 0), |(topic, partition)| (topic, *partition));
        format!("read `{topic}/{partition}` from {}", self.next)
    }

    /// Why reading cannot go on: an offset that the client finds out of range may have been deleted.
    fn why(&self, client: &Client, error: ClientError) -> KafkaError {
        let failed = client.failed(self.operation(), error);
        let Some((topic, partition)) = &self.place else { return failed };
        match client.bounds(topic, *partition) {
            Ok((start, _)) if self.next < start => trimmed(topic, *partition, self.next, start),
            _ => failed,
        }
    }

    fn out_of_time(&self, client: &Client) -> KafkaError {
        let code = rdkafka::types::RDKafkaErrorCode::OperationTimedOut;
        client.failed(self.operation(), ClientError::MessageConsumption(code))
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        // What was fetched ahead would be waited for when the consumer goes.
        if let Err(error) = self.consumer.unassign() {
            tracing::debug!("a reader could not give its partition back: {error}");
        }
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
