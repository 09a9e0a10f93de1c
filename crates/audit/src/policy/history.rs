//! Every version of a policy and every correction of it: when each is in force, and when the ledger learned it.

use serde::Serialize;
use serde_json::value::RawValue;
use tributary_domain::id::PolicyId;
use tributary_log::Position;
use tributary_projector::View;

use super::show::document;
use super::{PublishedBy, Said, last_day, published};

/// All that was published of a policy, as known at an instant.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PolicyHistory {
    /// Attribution or commission.
    pub kind: &'static str,
    /// Its id.
    pub id: String,
    /// When it is known.
    pub known_at: String,
    /// Its versions, by the day from which each is in force.
    pub versions: Vec<PolicyVersion>,
}

/// One version: a first day, and what was said of it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PolicyVersion {
    /// Its first day.
    pub effective_from: String,
    /// The last day on which it is in force; none: without end. Before the first day: on no day.
    pub in_force_to: Option<String>,
    /// What was said of it, in the order of T3: each corrects the one before, and the last one stands.
    pub publications: Vec<Publication>,
}

/// One thing said of a version.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Publication {
    /// The event.
    #[serde(flatten)]
    pub published: PublishedBy,
    /// Whether it stands.
    pub stands: bool,
    /// The position of the event that it corrects.
    pub supersedes: Option<Position>,
    /// The position of the event that corrected it.
    pub superseded_by: Option<Position>,
    /// The document.
    pub document: Box<RawValue>,
}

/// The histories under an id: none, one, or one of each kind.
pub fn history(view: &View<'_>, id: &PolicyId) -> Vec<PolicyHistory> {
    let all = published(view);
    let of_id = all.iter().filter(|((_, known), _)| *known == id);
    let history = of_id.map(|((kind, _), versions)| PolicyHistory {
        kind,
        id: id.to_string(),
        known_at: view.known_at().to_string(),
        versions: versions
            .iter()
            .map(|(from, said)| PolicyVersion {
                effective_from: from.to_string(),
                in_force_to: last_day(versions, *from).map(|day| day.to_string()),
                publications: publications(said),
            })
            .collect(),
    });
    history.collect()
}

fn publications(said: &[Said<'_>]) -> Vec<Publication> {
    let position = |at: usize| said.get(at).map(|other| other.filed.position);
    let one = |(at, one): (usize, &Said<'_>)| Publication {
        published: PublishedBy::of(one.filed),
        stands: at + 1 == said.len(),
        supersedes: at.checked_sub(1).and_then(position),
        superseded_by: position(at + 1),
        document: document(one.policy),
    };
    said.iter().enumerate().map(one).collect()
}
