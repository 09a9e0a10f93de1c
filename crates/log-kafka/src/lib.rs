//! The log on Apache Kafka, and the topics beside it. The only crate that names `rdkafka`.
//!
//! [`Settings`] say how to reach the brokers, [`init`] makes the topics and [`check`] judges them, [`KafkaLog`] reads and
//! appends, [`KafkaTopics`] are the topics beside the log, [`Membership`] says which shards a process owns. Where reading
//! goes on is never asked of Kafka: whoever reads keeps the offsets beside what they led to.

mod client;
mod error;
mod event;
mod log;
mod making;
mod marker;
mod membership;
mod settings;
mod topics;

pub use error::KafkaError;
pub use log::KafkaLog;
pub use making::{Finding, InitOptions, TopicReport, TopicState, check, init, make_beside};
pub use membership::Membership;
pub use settings::{Settings, SettingsError};
pub use topics::KafkaTopics;

/// What this crate's operations give.
pub type Result<T, E = KafkaError> = std::result::Result<T, E>;
