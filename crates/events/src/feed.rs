//! What the projected topics say: the messages of `proto/tributary/feed/v1` as plain structs, their bytes, and their JSON.

mod credits;

use prost::Message;

pub use crate::proto::feed::{
    Balance, Credit, Credits, DealLine, Digest, RenewalDeal, RenewalLine, RenewalTerm, Renewals, Statement,
    StatementLine, Suspense, TeamMember, Unattributed, Unconverted,
};

/// A projected topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Topic {
    /// What partners are attributed, by partner, period and account.
    Credits,
    /// Each partner's statement of the open period.
    Accruals,
    /// The statements of closed periods.
    Statements,
    /// The won deals of accounts.
    Renewals,
    /// What earns no credit.
    Suspense,
    /// The digests of closed periods.
    Digests,
}

impl Topic {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Credits, Self::Accruals, Self::Statements, Self::Renewals, Self::Suspense, Self::Digests];

    /// Its name, without the prefix that a ledger's topics share.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Credits => "credits",
            Self::Accruals => "accruals",
            Self::Statements => "statements",
            Self::Renewals => "renewals",
            Self::Suspense => "suspense",
            Self::Digests => "digests",
        }
    }

    /// The topic of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|topic| topic.name() == name)
    }

    /// The CloudEvents type of its records.
    pub const fn event_type(self) -> &'static str {
        match self {
            Self::Credits => "tributary.feed.credits.v1",
            Self::Accruals => "tributary.feed.accruals.v1",
            Self::Statements => "tributary.feed.statements.v1",
            Self::Renewals => "tributary.feed.renewals.v1",
            Self::Suspense => "tributary.feed.suspense.v1",
            Self::Digests => "tributary.feed.digests.v1",
        }
    }
}

/// The value of a projected record.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// In `credits`.
    Credits(Credits),
    /// In `accruals` and `statements`.
    Statement(Statement),
    /// In `renewals`.
    Renewals(Renewals),
    /// In `suspense`.
    Suspense(Suspense),
    /// In `digests`.
    Digest(Digest),
}

/// Why the value of a projected record cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// It is not the message of its topic.
    #[error("is not the protobuf message of topic `{0}`")]
    Message(&'static str),
    /// A field is not what it should be.
    #[error("`{field}` cannot be read: `{found}`")]
    Field {
        /// Which field.
        field: &'static str,
        /// What it holds.
        found: String,
    },
}

impl Content {
    /// Its bytes: the same for equal contents, for the fields stand in their order and there are no maps.
    pub fn encode(&self) -> Vec<u8> {
        match self {
            Self::Credits(message) => message.encode_to_vec(),
            Self::Statement(message) => message.encode_to_vec(),
            Self::Renewals(message) => message.encode_to_vec(),
            Self::Suspense(message) => message.encode_to_vec(),
            Self::Digest(message) => message.encode_to_vec(),
        }
    }

    /// Reads the value of a record of a topic.
    pub fn decode(topic: Topic, bytes: &[u8]) -> Result<Self, Unreadable> {
        let read = match topic {
            Topic::Credits => Credits::decode(bytes).map(Self::Credits),
            Topic::Accruals | Topic::Statements => Statement::decode(bytes).map(Self::Statement),
            Topic::Renewals => Renewals::decode(bytes).map(Self::Renewals),
            Topic::Suspense => Suspense::decode(bytes).map(Self::Suspense),
            Topic::Digests => Digest::decode(bytes).map(Self::Digest),
        };
        read.map_err(|_| Unreadable::Message(topic.name()))
    }

    /// Its JSON, by the same descriptors: names in lower camel case, in the order of the fields.
    pub fn to_json(&self) -> String {
        let written = match self {
            Self::Credits(message) => serde_json::to_string(message),
            Self::Statement(message) => serde_json::to_string(message),
            Self::Renewals(message) => serde_json::to_string(message),
            Self::Suspense(message) => serde_json::to_string(message),
            Self::Digest(message) => serde_json::to_string(message),
        };
        written.expect("a message has texts for keys")
    }
}
