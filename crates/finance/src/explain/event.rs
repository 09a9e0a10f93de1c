//! An event as an explanation cites it.

use serde::Serialize;
use tributary_domain::id::Identity;
use tributary_domain::time::Instant;
use tributary_log::Position;
use tributary_projector::{FoldedAccount, View};

/// An event and where it stands in the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EventCited {
    /// What it is cited for.
    pub what: String,
    /// Who says it.
    pub source: Option<String>,
    /// Its id there.
    pub id: Option<String>,
    /// The partition of the log.
    pub partition: u32,
    /// The offset in it.
    pub offset: u64,
    /// When the ledger learned it.
    pub recorded: String,
}

impl EventCited {
    pub(super) fn at(
        what: impl Into<String>,
        identity: Option<&Identity>,
        position: Position,
        recorded: Instant,
    ) -> Self {
        Self {
            what: what.into(),
            source: identity.map(|identity| identity.source.to_string()),
            id: identity.map(|identity| identity.id.to_string()),
            partition: position.partition,
            offset: position.offset,
            recorded: recorded.to_string(),
        }
    }

    /// Cites an event of an account's history, or a reference event.
    pub(super) fn of(view: &View<'_>, folded: &FoldedAccount, what: &str, identity: &Identity) -> Option<Self> {
        let (position, recorded) = view.position_of(folded, identity)?;
        Some(Self::at(what, Some(identity), position, recorded))
    }
}
