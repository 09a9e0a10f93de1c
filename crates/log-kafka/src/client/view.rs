//! A record as it lies in Kafka, borrowed from the client or from a copy.

use rdkafka::Message;
use rdkafka::message::{BorrowedHeaders, BorrowedMessage, Header, Headers as _, OwnedMessage};

/// A record of a partition.
pub(crate) struct View<'m> {
    pub(crate) offset: u64,
    /// By the broker's clock, milliseconds since 1970-01-01 UTC.
    pub(crate) appended_ms: i64,
    pub(crate) key: Option<&'m [u8]>,
    /// Without one it says that there is nothing any more.
    pub(crate) value: Option<&'m [u8]>,
    headers: Option<&'m BorrowedHeaders>,
}

impl<'m> View<'m> {
    pub(super) fn fetched(message: &'m BorrowedMessage<'_>) -> Self {
        Self {
            offset: message.offset().max(0) as u64,
            appended_ms: message.timestamp().to_millis().unwrap_or_default(),
            key: message.key(),
            value: message.payload(),
            headers: message.headers(),
        }
    }

    pub(super) fn kept(message: &'m OwnedMessage) -> Self {
        Self {
            offset: message.offset().max(0) as u64,
            appended_ms: message.timestamp().to_millis().unwrap_or_default(),
            key: message.key(),
            value: message.payload(),
            headers: message.headers().map(|headers| headers.as_borrowed()),
        }
    }

    /// Its headers in order; one without a value has an empty one.
    pub(crate) fn headers(&self) -> impl Iterator<Item = (&'m str, &'m [u8])> + use<'m> {
        let each = |Header { key, value }: Header<'m, &'m [u8]>| (key, value.unwrap_or_default());
        self.headers.into_iter().flat_map(|headers| headers.iter()).map(each)
    }

    /// The value of its last header of that name.
    pub(crate) fn header(&self, name: &str) -> Option<&'m [u8]> {
        self.headers().filter(|(held, _)| *held == name).last().map(|(_, value)| value)
    }
}
