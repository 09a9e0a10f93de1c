//! Policies as documents: which are published, what is in force, what was corrected by what, and what a publication changes.

mod diff;
mod history;
mod names;
mod publish;
mod show;

pub use diff::{FieldChange, PolicyDiff, Side, changes, diff_document, diff_versions};
pub use history::{PolicyHistory, PolicyVersion, Publication, history};
pub use names::{UnknownName, unknown_names};
pub use publish::{Planned, Publishing, plan};
pub use show::{PolicyShown, PolicySummary, show, summaries};

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use tributary_domain::event::Body;
use tributary_domain::id::PolicyId;
use tributary_domain::policy::Policy;
use tributary_domain::time::Day;
use tributary_events::{Citation, shape};
use tributary_projector::{Filed, View};

/// The event that published a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PublishedBy {
    /// When it was true.
    #[schemars(extend("format" = "date-time", "pattern" = shape::INSTANT))]
    pub time: String,
    /// Where it stands, and who says it.
    #[serde(flatten)]
    pub at: Citation,
}

impl PublishedBy {
    fn of(filed: &Filed) -> Self {
        let meta = &filed.event.meta;
        Self { time: meta.time.to_string(), at: Citation::of(filed.position, meta) }
    }
}

/// A document and the event that published it.
#[derive(Clone, Copy)]
struct Said<'v> {
    policy: &'v Policy,
    filed: &'v Filed,
}

/// What was published of one id: by version, each in the order of T3; the last one stands (A1, M1).
type Versions<'v> = BTreeMap<Day, Vec<Said<'v>>>;

/// Everything published, by kind and id.
fn published<'v>(view: &'v View<'_>) -> BTreeMap<(&'static str, &'v PolicyId), Versions<'v>> {
    let mut all: BTreeMap<_, Versions<'v>> = BTreeMap::new();
    for filed in view.reference_events() {
        if let Body::PolicyPublished(policy) = &filed.event.body {
            let versions = all.entry((policy.kind(), policy.id())).or_default();
            versions.entry(policy.effective_from()).or_default().push(Said { policy, filed });
        }
    }
    for said in all.values_mut().flat_map(BTreeMap::values_mut) {
        said.sort_by(|a, b| a.filed.event.meta.cmp(&b.filed.event.meta));
    }
    all
}

/// What stands of a version.
fn standing<'v>(said: &[Said<'v>]) -> Option<Said<'v>> {
    said.last().copied()
}

/// What is in force on a day: of the versions begun by then the last one, unless it has ended.
fn in_force<'v>(versions: &Versions<'v>, day: Day) -> Option<Said<'v>> {
    let (_, said) = versions.range(..=day).next_back()?;
    standing(said).filter(|said| said.policy.effective_to().is_none_or(|end| end >= day))
}

/// The last day on which the version that begins on a day is in force; none: without end. Before `from`: on no day.
fn last_day(versions: &Versions<'_>, from: Day) -> Option<Day> {
    let own = versions.get(&from).and_then(|said| standing(said)).and_then(|said| said.policy.effective_to());
    let next = versions.range(from..).nth(1).and_then(|(next, _)| next.pred_opt());
    own.into_iter().chain(next).min()
}
