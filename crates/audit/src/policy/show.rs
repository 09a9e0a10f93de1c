//! Which policies there are, and what one of them says on a day.

use serde::Serialize;
use serde_json::value::RawValue;
use tributary_domain::id::PolicyId;
use tributary_domain::policy::Policy;
use tributary_domain::time::Day;
use tributary_events::policy;
use tributary_projector::View;

use super::{PublishedBy, in_force, last_day, published, standing};

/// A policy in a list of all.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PolicySummary {
    /// Attribution, commission or authority.
    pub kind: &'static str,
    /// Its id.
    pub id: String,
    /// The pool that it divides or pays for; empty where it is not about money.
    pub pool: String,
    /// How an attribution policy divides, or the basis that a plan pays for; `fields` of an authority policy.
    pub by: &'static str,
    /// The priority of an attribution or authority policy.
    pub priority: Option<i32>,
    /// The first day of the version in force, or of the one that is listed in its place.
    pub effective_from: String,
    /// The last day on which it is in force, its own or the one before the next version's first.
    pub in_force_to: Option<String>,
    /// Whether it is in force on the day asked for; else the last one begun by then is listed, or the first there will be.
    pub in_force: bool,
    /// How many versions there are.
    pub versions: usize,
    /// The event that published what is listed.
    pub published: PublishedBy,
}

/// Every policy, by kind and id, as it is on a day.
pub fn summaries(view: &View<'_>, day: Day) -> Vec<PolicySummary> {
    let summary = |versions: &super::Versions<'_>| {
        let begun = versions.range(..=day).next_back().or_else(|| versions.iter().next());
        let said = in_force(versions, day).or_else(|| standing(begun?.1))?;
        let (by, priority) = match said.policy {
            Policy::Attribution(policy) => (policy.model.as_str(), Some(policy.priority)),
            Policy::Commission(plan) => (plan.basis.as_str(), None),
            Policy::Authority(policy) => ("fields", Some(policy.priority)),
        };
        Some(PolicySummary {
            kind: said.policy.kind(),
            id: said.policy.id().to_string(),
            pool: said.policy.pool().map_or_else(String::new, ToString::to_string),
            by,
            priority,
            effective_from: said.policy.effective_from().to_string(),
            in_force_to: last_day(versions, said.policy.effective_from()).map(|day| day.to_string()),
            in_force: in_force(versions, day).is_some(),
            versions: versions.len(),
            published: PublishedBy::of(said.filed),
        })
    };
    published(view).values().filter_map(summary).collect()
}

/// What a policy says on a day.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PolicyShown {
    /// Attribution, commission or authority.
    pub kind: &'static str,
    /// Its id.
    pub id: String,
    /// The day asked for.
    pub on: String,
    /// When it is known.
    pub known_at: String,
    /// The last day on which this version is in force, its own or the one before the next version's first.
    pub in_force_to: Option<String>,
    /// The event that published it.
    pub published: PublishedBy,
    /// The document.
    pub document: Box<RawValue>,
}

/// What is in force on a day under an id: none, one, or one of each kind.
pub fn show(view: &View<'_>, id: &PolicyId, day: Day) -> Vec<PolicyShown> {
    let shown = |versions: &super::Versions<'_>| {
        let said = in_force(versions, day)?;
        Some(PolicyShown {
            kind: said.policy.kind(),
            id: id.to_string(),
            on: day.to_string(),
            known_at: view.known_at().to_string(),
            in_force_to: last_day(versions, said.policy.effective_from()).map(|day| day.to_string()),
            published: PublishedBy::of(said.filed),
            document: document(said.policy),
        })
    };
    let all = published(view);
    all.iter().filter(|((_, known), _)| *known == id).filter_map(|(_, versions)| shown(versions)).collect()
}

/// A document with its fields in the contract's order.
pub(super) fn document(policy: &Policy) -> Box<RawValue> {
    RawValue::from_string(policy::write(policy)).expect("what is written is JSON")
}
