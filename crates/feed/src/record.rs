//! A record of a projected topic: CloudEvents attributes beside a protobuf value, and an id that follows from what it says.

use std::str::FromStr;

use tributary_domain::time::Instant;
use tributary_events::binary::CONTENT_TYPE;
use tributary_events::feed::{Content, Topic};
use tributary_log::{Keyed, LogId};

/// What is said of a key: the content, known at an instant.
#[derive(Debug, Clone, PartialEq)]
pub struct Said {
    /// In which topic.
    pub topic: Topic,
    /// Under which key.
    pub key: String,
    /// Whose it is: `account/…`, `partner/…`, an alias, or `book`. It decides the partition.
    pub subject: String,
    /// When it is known.
    pub known_at: Instant,
    /// What; none says that there is nothing any more.
    pub content: Option<Content>,
}

/// What a content hashes to; nothing at all hashes to zeros.
pub(crate) type Hash = [u8; 16];

impl Said {
    /// The bytes of the value, and what they hash to.
    pub(crate) fn value(&self) -> (Option<Vec<u8>>, Hash) {
        let value = self.content.as_ref().map(Content::encode);
        let hash = hash(value.as_deref());
        (value, hash)
    }

    /// The record, as the topic holds it. `place` says where the event stands that it is due to.
    pub(crate) fn record(&self, log: LogId, place: Option<String>) -> Keyed {
        let (value, hash) = self.value();
        let text = |text: &str| text.as_bytes().to_vec();
        let mut headers = vec![
            ("ce_specversion".to_owned(), text("1.0")),
            ("ce_id".to_owned(), text(&id(self.topic, &self.key, self.known_at, hash))),
            ("ce_source".to_owned(), text(&format!("tributary/{log}"))),
            ("ce_type".to_owned(), text(self.topic.event_type())),
            ("ce_subject".to_owned(), text(&self.subject)),
            ("ce_time".to_owned(), text(&self.known_at.to_string())),
            ("ce_knownat".to_owned(), text(&self.known_at.to_string())),
            ("ce_revision".to_owned(), text(&self.known_at.micros().to_string())),
        ];
        headers.extend(place.map(|place| ("ce_position".to_owned(), text(&place))));
        headers.push(("content-type".to_owned(), text(CONTENT_TYPE)));
        Keyed { key: text(&self.key), headers, value }
    }
}

/// The first 16 bytes of BLAKE3 over a value.
pub(crate) fn hash(value: Option<&[u8]>) -> Hash {
    let mut hash = Hash::default();
    if let Some(value) = value {
        hash.copy_from_slice(&blake3::hash(value).as_bytes()[..16]);
    }
    hash
}

/// BLAKE3 over topic, key, known-at and content: 16 bytes, as hexadecimal.
fn id(topic: Topic, key: &str, known_at: Instant, content: Hash) -> String {
    let mut hasher = blake3::Hasher::new();
    for part in [topic.name().as_bytes(), key.as_bytes()] {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    hasher.update(&known_at.micros().to_le_bytes()).update(&content);
    hasher.finalize().to_hex()[..32].to_owned()
}

/// What a record's attributes say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Headers {
    /// Its id: a reader drops a record whose id it has seen.
    pub id: String,
    /// Whose it is.
    pub subject: String,
    /// When it is known.
    pub known_at: Instant,
}

/// Reads the attributes of a record; none if it is no record of the feed.
pub fn headers(record: &Keyed) -> Option<Headers> {
    let revision = i64::from_str(record.header("ce_revision")?).ok()?;
    Some(Headers {
        id: record.header("ce_id")?.to_owned(),
        subject: record.header("ce_subject")?.to_owned(),
        known_at: Instant::from_micros(revision),
    })
}
