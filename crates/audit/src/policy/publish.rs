//! What publishing a document comes to: nothing if it stands already, else one event that follows what stands.

use schemars::JsonSchema;
use serde::Serialize;
use tributary_domain::event::{Body, Draft, Subject};
use tributary_domain::id::{EventId, Identity, PolicyId, Source};
use tributary_domain::policy::Policy;
use tributary_domain::time::Instant;
use tributary_events::policy::{self, Novelty};
use tributary_projector::{Filed, View};

use super::{FieldChange, PublishedBy, changes, in_force, published, standing};

/// Who says the policies that are published from files.
const SOURCE: &str = "urn:tributary:policy";

/// How many hex digits of a hash go into the event's id.
const HASH_DIGITS: usize = 16;

/// How much of a policy's id goes into the event's, which is bounded too.
const NAME_BYTES: usize = 100;

/// What publishing a document comes to.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Publishing {
    /// Attribution or commission.
    pub kind: &'static str,
    /// Its id.
    pub id: String,
    /// The first day of the version.
    pub effective_from: String,
    /// What it is to what the ledger holds.
    pub change: Novelty,
    /// The event whose words it corrects.
    pub supersedes: Option<PublishedBy>,
    /// The fields that differ from what it corrects, or from the version that it follows.
    pub changes: Vec<FieldChange>,
}

/// What publishing a document comes to, and the event that does it: none if it stands already.
#[derive(Debug, Clone, PartialEq)]
pub struct Planned {
    /// For people.
    pub publishing: Publishing,
    /// For the door.
    pub draft: Option<Draft>,
}

/// Plans the publication of a document at an instant. The event's identity follows from the words and from the event that they
/// correct: the same plan twice is one event, and words that stood before may stand again. Its time is after that of what it
/// corrects, because the later one stands (T3).
pub fn plan(view: &View<'_>, policy: &Policy, now: Instant) -> Planned {
    let all = published(view);
    let versions = all.get(&(policy.kind(), policy.id()));
    let corrected =
        versions.and_then(|versions| versions.get(&policy.effective_from())).and_then(|said| standing(said));
    let followed = versions.and_then(|versions| in_force(versions, policy.effective_from()));
    let change = match (corrected, versions) {
        (Some(said), _) if said.policy == policy => Novelty::Unchanged,
        (Some(_), _) => Novelty::Correction,
        (None, Some(_)) => Novelty::Version,
        (None, None) => Novelty::New,
    };
    let publishing = Publishing {
        kind: policy.kind(),
        id: policy.id().to_string(),
        effective_from: policy.effective_from().to_string(),
        change,
        supersedes: corrected.filter(|_| change == Novelty::Correction).map(|said| PublishedBy::of(said.filed)),
        changes: changes(corrected.or(followed).map(|said| said.policy), policy),
    };
    let draft = (change != Novelty::Unchanged).then(|| draft(policy, corrected.map(|said| said.filed), now));
    Planned { publishing, draft }
}

fn draft(policy: &Policy, corrected: Option<&Filed>, now: Instant) -> Draft {
    let after = corrected.map_or(Instant::MIN, |filed| filed.event.meta.time.successor());
    let identity = corrected.map(|filed| &filed.event.meta.identity);
    let (kind, from) = (policy.kind(), policy.effective_from());
    let id = format!("{kind}/{}/{from}/{}", shortened(policy.id()), hash(policy, identity));
    Draft {
        time: now.max(after),
        recorded: None,
        identity: Identity { source: Source::new(SOURCE), id: EventId::new(&id) },
        subject: Subject::Book,
        body: Body::PolicyPublished(Box::new(policy.clone())),
    }
}

fn shortened(id: &PolicyId) -> &str {
    let text = id.as_str();
    let end = (0..=NAME_BYTES.min(text.len())).rev().find(|end| text.is_char_boundary(*end));
    &text[..end.unwrap_or(0)]
}

/// A hash of the words and of what they correct.
fn hash(policy: &Policy, corrected: Option<&Identity>) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(policy::write(policy).as_bytes());
    for text in corrected.into_iter().flat_map(|identity| [identity.source.as_str(), identity.id.as_str()]) {
        hasher.update(&[0]);
        hasher.update(text.as_bytes());
    }
    hasher.finalize().to_hex().chars().take(HASH_DIGITS).collect()
}
