//! Two documents field by field: versions of a policy, or a document and what it would correct or follow.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use tributary_domain::id::PolicyId;
use tributary_domain::policy::Policy;
use tributary_domain::time::parse_day;
use tributary_events::leaf::leaves;
use tributary_events::policy;
use tributary_projector::View;

use super::{PublishedBy, Said, in_force, published, standing};

/// A field that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FieldChange {
    /// Such as `schedule.bands[1].rate`.
    pub path: String,
    /// What stands on the left; nothing where the field is absent.
    pub before: Option<Value>,
    /// What stands on the right.
    pub after: Option<Value>,
}

/// Two documents compared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PolicyDiff {
    /// Attribution or commission.
    pub kind: &'static str,
    /// The id.
    pub id: String,
    /// What is on the left; nothing: the right is the first of its id.
    pub left: Option<Side>,
    /// What is on the right.
    pub right: Side,
    /// The fields that differ, in the order of the document.
    pub changes: Vec<FieldChange>,
}

/// One side of a comparison.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Side {
    /// The first day of the version.
    pub effective_from: String,
    /// The event that published it; nothing: it is not published.
    pub published: Option<PublishedBy>,
}

impl Side {
    fn of(said: Said<'_>) -> Self {
        let effective_from = said.policy.effective_from().to_string();
        Self { effective_from, published: Some(PublishedBy::of(said.filed)) }
    }
}

/// Compares two things published under an id. A side is named by the first day of its version, which means what stands of it,
/// or by the position of its event. By default the last publication of the history is compared with the one before; nothing if
/// a side is not there.
pub fn diff_versions(view: &View<'_>, id: &PolicyId, from: Option<&str>, to: Option<&str>) -> Vec<PolicyDiff> {
    let all = published(view);
    let of_id = all.iter().filter(|((_, known), _)| *known == id);
    let compared = of_id.filter_map(|((kind, _), versions)| {
        let said: Vec<Said<'_>> = versions.values().flatten().copied().collect();
        let right = to.map_or_else(|| said.len().checked_sub(1), |to| find(&said, to))?;
        let left = from.map_or_else(|| right.checked_sub(1), |from| find(&said, from))?;
        let (left, right) = (said[left], said[right]);
        Some(PolicyDiff {
            kind,
            id: id.to_string(),
            changes: changes(Some(left.policy), right.policy),
            left: Some(Side::of(left)),
            right: Side::of(right),
        })
    });
    compared.collect()
}

/// The place of what a text names: a day means what stands of the version, a position the event there.
fn find(said: &[Said<'_>], name: &str) -> Option<usize> {
    match parse_day(name) {
        Ok(day) => said.iter().rposition(|said| said.policy.effective_from() == day),
        Err(_) => said.iter().position(|said| said.filed.position.to_string() == name),
    }
}

/// Compares a document with what stands of its version, else with the version that it would follow.
pub fn diff_document(view: &View<'_>, document: &Policy) -> PolicyDiff {
    let all = published(view);
    let from = document.effective_from();
    let versions = all.get(&(document.kind(), document.id()));
    let corrected = versions.and_then(|versions| versions.get(&from)).and_then(|said| standing(said));
    let left = corrected.or_else(|| versions.and_then(|versions| in_force(versions, from)));
    PolicyDiff {
        kind: document.kind(),
        id: document.id().to_string(),
        left: left.map(Side::of),
        right: Side { effective_from: from.to_string(), published: None },
        changes: changes(left.map(|left| left.policy), document),
    }
}

/// The fields in which two documents differ, in their order.
pub fn changes(before: Option<&Policy>, after: &Policy) -> Vec<FieldChange> {
    let left = before.map_or_else(Vec::new, |before| leaves(&policy::write(before)));
    let right = leaves(&policy::write(after));
    let [left_values, right_values] = [&left, &right]
        .map(|leaves| leaves.iter().map(|leaf| (leaf.path.as_str(), &leaf.value)).collect::<BTreeMap<&str, &Value>>());
    let mut paths: Vec<&str> = right.iter().map(|leaf| leaf.path.as_str()).collect();
    let mut after_it = 0;
    for leaf in &left {
        match paths.iter().position(|path| *path == leaf.path) {
            Some(at) => after_it = at + 1,
            None => {
                paths.insert(after_it, &leaf.path);
                after_it += 1;
            }
        }
    }
    let change = |path: &str| FieldChange {
        path: path.to_owned(),
        before: left_values.get(path).map(|value| (*value).clone()),
        after: right_values.get(path).map(|value| (*value).clone()),
    };
    paths.into_iter().map(change).filter(|change| change.before != change.after).collect()
}
