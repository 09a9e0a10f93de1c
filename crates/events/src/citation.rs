//! How documents name an event: where it stands in the log, when it was recorded, who says it.

use schemars::JsonSchema;
use serde::Serialize;
use tributary_domain::event::Meta;
use tributary_domain::id::Identity;
use tributary_domain::time::Instant;
use tributary_log::Position;

use crate::shape;

/// An event as every document cites it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Citation {
    /// Where it stands in the log.
    #[serde(flatten)]
    pub position: Position,
    /// When the ledger learned it.
    #[schemars(extend("format" = "date-time", "pattern" = shape::INSTANT))]
    pub recorded: String,
    /// Who says it; none where only its amount is kept and the log does not tell.
    pub source: Option<String>,
    /// Its id there.
    pub id: Option<String>,
}

impl Citation {
    /// Of an event that is known whole.
    pub fn of(position: Position, meta: &Meta) -> Self {
        Self::new(position, meta.recorded, Some(&meta.identity))
    }

    /// Of an event that may be known by position alone.
    pub fn new(position: Position, recorded: Instant, identity: Option<&Identity>) -> Self {
        Self {
            position,
            recorded: recorded.to_string(),
            source: identity.map(|identity| identity.source.to_string()),
            id: identity.map(|identity| identity.id.to_string()),
        }
    }

    /// Source and id, empty where they are not known.
    pub fn said_by(&self) -> [&str; 2] {
        [&self.source, &self.id].map(|text| text.as_deref().unwrap_or_default())
    }
}
