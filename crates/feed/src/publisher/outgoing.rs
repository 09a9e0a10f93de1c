//! What is on its way out: held against what the topics say, and published where it differs.

use tributary_domain::time::Instant;
use tributary_events::feed::Topic;
use tributary_log::Keyed;
use tributary_projector::{Due, View};

use super::{Ledger, Published, Publisher};
use crate::error::Result;
use crate::held::Verdict;
use crate::record::Said;

/// Records published at a time.
const RECORDS_PER_PUBLISH: usize = 1024;

/// Asks a view that knows what was known at an instant: mostly the one that there is.
pub(super) fn known_then<T>(view: &View<'_>, known_at: Instant, ask: impl FnOnce(&View<'_>) -> T) -> T {
    if view.known_at() == known_at { ask(view) } else { ask(&view.as_known_at(known_at)) }
}

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

    /// Takes what there is to say of a key. `due` gives the event that it is due to as known at an instant.
    pub(super) fn say(&mut self, said: &Said, due: impl FnOnce(Instant) -> Result<Option<Due>>) -> Result<()> {
        match self.publisher.held.verdict(said)? {
            Verdict::Said => Ok(()),
            Verdict::Say => self.push(said, due(said.known_at)?),
            // It was the same content: with the instant of then it is the same record.
            Verdict::Again(known_at) => {
                self.published.repeated += 1;
                self.push(&Said { known_at, ..said.clone() }, due(known_at)?)
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
