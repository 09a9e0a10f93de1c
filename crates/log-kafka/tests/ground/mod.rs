//! Topics on a real broker, a prefix for each test.
#![allow(dead_code, reason = "each test file uses some of it")]

use tributary_broker::{for_tests, topic_prefix};
use tributary_log::{Entry, Envelope, Log, Position, ReadLimit, Recorded};
use tributary_log_kafka::{InitOptions, KafkaLog, Settings, init};

/// The settings of a ledger that nobody has used; none if tests with a broker are left out.
pub(crate) fn fresh(test: &str) -> Option<Settings> {
    Some(settings(&for_tests()?, &topic_prefix(test)))
}

/// The settings of a ledger.
pub(crate) fn settings(address: &str, prefix: &str) -> Settings {
    let text = format!("bootstrap.servers={address}\ntributary.prefix={prefix}\n");
    Settings::parse(&text, []).expect("settings")
}

/// How tests make topics.
pub(crate) const OPTIONS: InitOptions = InitOptions { partitions: 3, replication: 1, recorded: Recorded::ByLog };

/// A log that nobody has used.
pub(crate) fn made(settings: &Settings) -> KafkaLog {
    init(settings, &OPTIONS).expect("make the topics");
    KafkaLog::open(settings).expect("open the log")
}

/// A usage event for an account.
pub(crate) fn usage<'a>(id: &'a str, subject: &'a str) -> Entry<'a> {
    let event_type = "tributary.usage.recorded.v1";
    let envelope = Envelope { id, source: "test", event_type, subject, time_us: 1_000_000, data: &[] };
    Entry { envelope, recorded_us: None }
}

/// What a record says of itself, owned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) position: Position,
    pub(crate) recorded_us: i64,
    pub(crate) id: String,
    pub(crate) source: String,
    pub(crate) event_type: String,
    pub(crate) data: Vec<u8>,
    pub(crate) content: String,
}

/// Everything that a partition holds.
pub(crate) fn all(log: &dyn Log, partition: u32) -> Vec<Seen> {
    let mut all = Vec::new();
    let mut offset = log.start(partition).expect("ask for the start");
    while offset < log.end(partition).expect("ask for the end") {
        let limit = ReadLimit::default();
        let batch = log.read(Position { partition, offset }, limit, std::time::Duration::ZERO).expect("read");
        assert!(batch.next_offset() > offset, "a read below the end makes progress");
        offset = batch.next_offset();
        for record in &batch {
            let record = record.expect("a whole record");
            let envelope = record.envelope;
            all.push(Seen {
                position: record.position,
                recorded_us: record.recorded_us,
                id: envelope.id.to_owned(),
                source: envelope.source.to_owned(),
                event_type: envelope.event_type.to_owned(),
                data: envelope.data.to_owned(),
                content: envelope.content_hash().to_string(),
            });
        }
    }
    all
}
