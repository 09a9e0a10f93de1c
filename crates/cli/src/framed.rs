//! The projected topics as readers with a schema registry want them: where one is kept, their messages are registered and
//! their values framed. What is read is always without framing, so that a registry may come and go and nothing is said
//! again for it.

use std::collections::BTreeMap;
use std::time::Duration;

use tributary_events::feed::Topic;
use tributary_events::{framing, message_of, proto_files};
use tributary_log::{Keyed, Read, Result, Topics};
use tributary_log_kafka::Settings;
use tributary_registry::{Compatibility, Registry, RegistrySettings, register, value_subject};

use crate::error::CliError;

/// What stands before a value: the schema's id, and which message of it.
#[derive(Debug, Clone, Copy)]
struct Schema {
    id: u32,
    message: u32,
}

/// Topics, of which those that are projected are framed.
pub(crate) struct FramedTopics<T> {
    topics: T,
    /// By name; without a schema values are published as they are.
    projected: BTreeMap<String, Option<Schema>>,
}

impl<T: Topics> FramedTopics<T> {
    /// Registers the messages of the projected topics if the settings name a registry; else values are published as they are.
    pub(crate) fn registered(topics: T, settings: &Settings) -> Result<Self, CliError> {
        let named = |name: &str| settings.schema_registry(name).map(str::to_owned);
        let Some(of_registry) = RegistrySettings::read(named)? else { return Ok(Self::unregistered(topics)) };
        let schemas = schemas(&Registry::new(&of_registry)?, settings)?;
        let projected = schemas.into_iter().map(|(topic, schema)| (topic.name().to_owned(), Some(schema)));
        Ok(Self { topics, projected: projected.collect() })
    }

    /// Asks no registry, for who reads alone.
    pub(crate) fn unregistered(topics: T) -> Self {
        Self { topics, projected: Topic::ALL.map(|topic| (topic.name().to_owned(), None)).into() }
    }

    /// Takes another topic as one that holds the same records.
    pub(crate) fn with_alike(mut self, name: &str, topic: Topic) -> Self {
        let schema = self.projected.get(topic.name()).copied().flatten();
        self.projected.insert(name.to_owned(), schema);
        self
    }
}

/// The schemas of the projected topics as the registry has them.
fn schemas(registry: &Registry, settings: &Settings) -> Result<Vec<(Topic, Schema)>, CliError> {
    let files = proto_files();
    let imports: Vec<Vec<&str>> = files.iter().map(|file| file.imports.iter().map(String::as_str).collect()).collect();
    let files: Vec<(&str, &str, &[&str])> =
        files.iter().zip(&imports).map(|(file, imports)| (file.path, file.text, imports.as_slice())).collect();
    let messages = Topic::ALL.into_iter().filter_map(|topic| Some((topic, message_of(topic.event_type())?)));
    let subjects = messages.map(|(topic, message)| (topic, value_subject(&settings.topic(topic.name())), message));
    let subjects: Vec<_> = subjects.collect();
    let wanted: Vec<(String, &str)> =
        subjects.iter().map(|(_, subject, message)| (subject.clone(), message.file)).collect();
    let held = register(registry, &wanted, &files, Compatibility::FullTransitive)?;
    let of_topic = subjects.iter().filter_map(|(topic, subject, message)| {
        Some((*topic, Schema { id: held.get(subject)?.id, message: message.index }))
    });
    Ok(of_topic.collect())
}

impl<T: Topics> Topics for FramedTopics<T> {
    fn partitions(&self, topic: &str) -> Result<u32> {
        self.topics.partitions(topic)
    }

    fn start(&self, topic: &str, partition: u32) -> Result<u64> {
        self.topics.start(topic, partition)
    }

    fn end(&self, topic: &str, partition: u32) -> Result<u64> {
        self.topics.end(topic, partition)
    }

    fn ends(&self, topic: &str) -> Result<Vec<u64>> {
        self.topics.ends(topic)
    }

    fn read(&self, topic: &str, partition: u32, from: u64, records_max: usize, wait: Duration) -> Result<Read> {
        let mut read = self.topics.read(topic, partition, from, records_max, wait)?;
        if self.projected.contains_key(topic) {
            read.records.iter_mut().filter_map(|stored| stored.record.value.as_mut()).for_each(unframe);
        }
        Ok(read)
    }

    fn publish(&self, topic: &str, records: &[(u32, Keyed)]) -> Result<Vec<u64>> {
        let Some(Schema { id, message }) = self.projected.get(topic).copied().flatten() else {
            return self.topics.publish(topic, records);
        };
        let framed = |record: &Keyed| Keyed {
            key: record.key.clone(),
            headers: record.headers.clone(),
            value: record.value.as_ref().map(|value| framing::frame(id, &[message], value)),
        };
        let records: Vec<(u32, Keyed)> = records.iter().map(|(at, record)| (*at, framed(record))).collect();
        self.topics.publish(topic, &records)
    }
}

/// Takes the framing off a value. One that is damaged stays as it is: it differs from all that there is to say, and so it is
/// told or said again like any other that is not ours.
fn unframe(value: &mut Vec<u8>) {
    if !framing::is_framed(value) {
        return;
    }
    if let Ok(framed) = framing::unframe(value) {
        let framing_bytes = value.len() - framed.value.len();
        value.drain(..framing_bytes);
    }
}

#[cfg(test)]
mod tests {
    use tributary_log::{MemoryTopics, system_clock};
    use tributary_registry::testing::{Manner, Server};

    use super::*;

    fn settings(server: Option<&Server>) -> Settings {
        let registry = server.map(|server| format!("tributary.schema.registry.url=http://{}", server.address));
        let text = format!("bootstrap.servers=localhost:1\ntributary.prefix=p.\n{}", registry.unwrap_or_default());
        Settings::parse(&text, []).expect("settings")
    }

    fn memory() -> MemoryTopics {
        let memory = MemoryTopics::new(system_clock());
        Topic::ALL.iter().map(|topic| topic.name()).chain(["again", "other"]).for_each(|name| memory.create(name, 1));
        memory
    }

    fn keyed(value: Option<&[u8]>) -> Keyed {
        Keyed { key: b"k".to_vec(), headers: vec![("h".to_owned(), b"v".to_vec())], value: value.map(<[u8]>::to_vec) }
    }

    fn values(topics: &dyn Topics, topic: &str) -> Vec<Option<Vec<u8>>> {
        let read = topics.read(topic, 0, 0, 100, Duration::ZERO).expect("a read");
        read.records.into_iter().map(|stored| stored.record.value).collect()
    }

    #[test]
    fn the_messages_of_the_projected_topics_are_registered_and_their_values_framed() {
        let server = Server::start(Manner::Open);
        let topics = FramedTopics::registered(memory(), &settings(Some(&server))).expect("a registry");
        let topics = topics.with_alike("again", Topic::Suspense);
        let held = server.held.lock().expect("nobody panicked").subjects.clone();
        for (name, like) in
            Topic::ALL.map(|topic| (topic.name(), topic)).into_iter().chain([("again", Topic::Suspense)])
        {
            let records = [(0, keyed(Some(b"\x0a\x01a"))), (0, keyed(Some(b""))), (0, keyed(None))];
            topics.publish(name, &records).expect("published");
            let plain = [Some(b"\x0a\x01a".to_vec()), Some(Vec::new()), None];
            assert_eq!(values(&topics, name), plain, "{name}");
            let (id, _) = held[&format!("p.{}-value", like.name())][0];
            let index = message_of(like.event_type()).expect("a message").index;
            let framed = |value: &[u8]| framing::frame(id as u32, &[index], value);
            assert_eq!(values(&topics.topics, name), [Some(framed(b"\x0a\x01a")), Some(framed(b"")), None], "{name}");
        }
        topics.publish("other", &[(0, keyed(Some(b"\0 is no framing")))]).expect("published");
        assert_eq!(values(&topics, "other"), [Some(b"\0 is no framing".to_vec())]);
        assert_eq!(values(&topics.topics, "other"), values(&topics, "other"));
    }

    #[test]
    fn a_registry_may_come_and_go() {
        let (server, topic) = (Server::start(Manner::Open), Topic::Credits.name());
        let without = FramedTopics::registered(memory(), &settings(None)).expect("no registry");
        without.publish(topic, &[(0, keyed(Some(b"\x0a\x01a")))]).expect("published");
        let with = FramedTopics::registered(without.topics, &settings(Some(&server))).expect("a registry");
        with.publish(topic, &[(0, keyed(Some(b"\x0a\x01b")))]).expect("published");
        let both = [Some(b"\x0a\x01a".to_vec()), Some(b"\x0a\x01b".to_vec())];
        assert_eq!(values(&with, topic), both);
        assert_eq!(values(&FramedTopics::unregistered(with.topics), topic), both);
    }

    #[test]
    fn a_damaged_framing_stays_as_it_is() {
        let topics = FramedTopics::unregistered(memory());
        topics.publish("digests", &[(0, keyed(Some(&[0, 0, 1])))]).expect("published");
        assert_eq!(values(&topics, "digests"), [Some(vec![0, 0, 1])]);
    }
}
