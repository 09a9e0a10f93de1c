//! What is on its way out: held against what the topics say, and published where it differs.

use tributary_events::feed::Topic;
use tributary_log::Keyed;
use tributary_projector::Due;

use super::{Ledger, Published, Publisher};
use crate::error::Result;
use crate::held::Verdict;
use crate::record::Said;

/// Records published at a time.
const RECORDS_PER_PUBLISH: usize = 1024;

/// Records that are on their way.
pub(super) struct Outgoing<'a> {
    ledger: Ledger<'a>,
    publisher: &'a Publisher,
    waiting: Vec<(Topic, u32, Keyed)>,
    published: Published,
}

impl<'a> Outgoing<'a> {
    pub(super) fn new(publisher: &'a Publisher, ledger: Ledger<'a>) -> Self {
        Self { ledger, publisher, waiting: Vec::new(), published: Published::default() }
    }

    /// Takes what there is to say of a key. `due` gives the event that it is due to; `then` gives what was to be said of the
    /// same key as known at another instant, with the event that was due to.
    pub(super) fn say(
        &mut self,
        said: &Said,
        due: impl FnOnce() -> Result<Option<Due>>,
        then: impl FnOnce(tributary_domain::time::Instant) -> Result<(Said, Option<Due>)>,
    ) -> Result<()> {
        match self.publisher.held.verdict(said)? {
            Verdict::Said => Ok(()),
            Verdict::Say => self.push(said, due()?),
            Verdict::Again(known_at) => {
                let (before, due_then) = then(known_at)?;
                self.published.repeated += 1;
                // An import may have changed the past since: then it is news.
                if before.value() == said.value() { self.push(&before, due_then) } else { self.push(said, due()?) }
            }
        }
    }

    fn push(&mut self, said: &Said, due: Option<Due>) -> Result<()> {
        let place = due.map(|(_, position)| self.ledger.log.place(position));
        let partition = self.publisher.layout.shard(&said.subject);
        self.published.records += 1;
        self.published.tombstones += u64::from(said.content.is_none());
        self.waiting.push((said.topic, partition, said.record(self.ledger.log.id(), place)));
        if self.waiting.len() >= RECORDS_PER_PUBLISH { self.flush() } else { Ok(()) }
    }

    /// Publishes what waits.
    pub(super) fn flush(&mut self) -> Result<()> {
        let waiting = std::mem::take(&mut self.waiting);
        for topic in Topic::ALL {
            let of_topic = waiting.iter().filter(|(of, _, _)| *of == topic);
            let of_topic: Vec<(u32, Keyed)> = of_topic.map(|(_, at, record)| (*at, record.clone())).collect();
            if !of_topic.is_empty() {
                self.ledger.topics.publish(topic.name(), &of_topic)?;
            }
        }
        Ok(())
    }

    /// Publishes what still waits, and gives what was published in all.
    pub(super) fn finish(mut self) -> Result<Published> {
        self.flush()?;
        Ok(self.published)
    }
}
