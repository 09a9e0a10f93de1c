//! Topics of which one is in memory: what a replay publishes where nobody wants to keep it.

use std::time::Duration;

use tributary_log::{Keyed, MemoryTopics, Read, Result, Topics, system_clock};

/// The name of the one in memory: no topic on Kafka is called so.
pub(super) const IN_MEMORY: &str = "/again";

/// Topics, and one more.
pub(super) struct WithOneInMemory<T> {
    topics: T,
    memory: MemoryTopics,
}

impl<T: Topics> WithOneInMemory<T> {
    /// The one in memory has as many partitions as another.
    pub(super) fn like(topics: T, other: &str) -> Result<Self> {
        let memory = MemoryTopics::new(system_clock());
        memory.create(IN_MEMORY, topics.partitions(other)?);
        Ok(Self { topics, memory })
    }

    fn holding(&self, topic: &str) -> &dyn Topics {
        if topic == IN_MEMORY { &self.memory } else { &self.topics }
    }
}

impl<T: Topics> Topics for WithOneInMemory<T> {
    fn partitions(&self, topic: &str) -> Result<u32> {
        self.holding(topic).partitions(topic)
    }

    fn start(&self, topic: &str, partition: u32) -> Result<u64> {
        self.holding(topic).start(topic, partition)
    }

    fn end(&self, topic: &str, partition: u32) -> Result<u64> {
        self.holding(topic).end(topic, partition)
    }

    fn ends(&self, topic: &str) -> Result<Vec<u64>> {
        self.holding(topic).ends(topic)
    }

    fn read(&self, topic: &str, partition: u32, from: u64, records_max: usize, wait: Duration) -> Result<Read> {
        self.holding(topic).read(topic, partition, from, records_max, wait)
    }

    fn publish(&self, topic: &str, records: &[(u32, Keyed)]) -> Result<Vec<u64>> {
        self.holding(topic).publish(topic, records)
    }
}
