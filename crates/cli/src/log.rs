//! The log of a ledger, wherever it is: in the data directory, or on Kafka.

use std::ops::Deref;
use std::path::Path;

use tributary_log::{Log, LogError, Position, system_clock};
use tributary_log_embedded::EmbeddedLog;
use tributary_log_kafka::{KafkaLog, Settings};

use crate::error::CliError;

/// An open log.
pub(crate) enum AnyLog {
    /// In the data directory: whoever has it open has the directory.
    Embedded(Box<EmbeddedLog>),
    /// On Kafka.
    Kafka(KafkaLog),
}

impl AnyLog {
    /// Opens the log in a data directory, or makes one.
    pub(crate) fn embedded(data: &Path) -> Result<Self, CliError> {
        let log = EmbeddedLog::open(&data.join("log"), system_clock()).map_err(|error| match error {
            LogError::Locked { .. } => CliError::InUse { path: data.to_owned() },
            source => CliError::Open { path: data.to_owned(), source },
        })?;
        Ok(Self::Embedded(Box::new(log)))
    }

    /// Opens the log whose topics lie where the settings say.
    pub(crate) fn kafka(settings: &Settings) -> Result<Self, CliError> {
        Ok(Self::Kafka(KafkaLog::open(settings)?))
    }

    /// The topic of a partition and its number there, such as `consumption/3`; none but on Kafka.
    pub(crate) fn topic(&self, partition: u32) -> Option<String> {
        let Self::Kafka(log) = self else { return None };
        log.layout().place(partition).map(|(family, partition)| format!("{family}/{partition}"))
    }

    /// The position of a place as [`Log::place`] writes it; none if the log has no such partition.
    pub(crate) fn position(&self, place: &str) -> Option<Position> {
        let (name, offset) = place.rsplit_once(':')?;
        let named = |partition: &u32| match self.topic(*partition) {
            Some(topic) => topic == name,
            None => partition.to_string() == name,
        };
        Some(Position { partition: (0..self.partitions()).find(named)?, offset: offset.parse().ok()? })
    }

    /// Bytes on this machine's disk; none if it lies on others.
    pub(crate) fn size_on_disk_bytes(&self) -> Result<Option<u64>, CliError> {
        match self {
            Self::Embedded(log) => Ok(Some(log.size_on_disk_bytes()?)),
            Self::Kafka(_) => Ok(None),
        }
    }
}

impl Deref for AnyLog {
    type Target = dyn Log;

    fn deref(&self) -> &Self::Target {
        match self {
            Self::Embedded(log) => &**log,
            Self::Kafka(log) => log,
        }
    }
}
