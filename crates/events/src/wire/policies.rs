//! Policy documents ⇄ `policies.proto`: what the kinds share. Each kind has a file of its own.

use tributary_domain::event::Body;
use tributary_domain::id::Pool;
use tributary_domain::policy::Policy;
use tributary_domain::time::parse_day;

use super::field::{self, At};
use super::problems::Problems;
use super::word::{self, PolicyWord};
use super::{attribution, authority, commission};
use crate::{Refusal, proto};

/// The pool of a policy that names none.
const REVENUE: &str = "revenue";

pub(super) fn policy_published(message: &proto::PolicyPublished) -> Result<Body, Refusal> {
    let at = At::DATA;
    let document = field::present(message.policy.as_ref(), at.name("policy"))?;
    Ok(Body::PolicyPublished(Box::new(policy(document, at.name("policy"))?)))
}

/// What a policy document means, wherever it stands; refused for the first thing that is wrong with it.
pub(crate) fn policy(document: &proto::Policy, at: At<'_>) -> Result<Policy, Refusal> {
    let mut problems = Problems::default();
    let policy = read(document, at, &mut problems);
    problems.first(policy)
}

/// What a document that a person wrote means. An event that says as much stands: its version is in force on no day, which is
/// legal, but nobody writes that on purpose.
pub(crate) fn written(document: &proto::Policy, at: At<'_>, problems: &mut Problems) -> Option<Policy> {
    let policy = read(document, at, problems);
    let day = |text: Option<&str>| text.and_then(|text| parse_day(text).ok());
    let (from, to) = (day(Some(&document.effective_from)), day(document.effective_to.as_deref()));
    if let (Some(from), Some(to)) = (from, to.filter(|to| from.is_some_and(|from| *to < from))) {
        let (start, end) = (from.to_string(), to.to_string());
        problems.refuse(Refusal::EndsBeforeStart { field: at.name("effectiveTo").path(), start, end });
    }
    policy
}

fn read(document: &proto::Policy, at: At<'_>, problems: &mut Problems) -> Option<Policy> {
    let word = problems.take(field::word(word::POLICY_KIND, &document.kind, at.name("kind")));
    match word.or_else(|| likely(document))? {
        PolicyWord::Attribution => attribution::policy(document, at, problems).map(Policy::Attribution),
        PolicyWord::Commission => commission::plan(document, at, problems).map(Policy::Commission),
        PolicyWord::Authority => authority::policy(document, at, problems).map(Policy::Authority),
    }
}

/// What a document that does not say its kind most likely is, so that the rest of it can be looked at too.
fn likely(document: &proto::Policy) -> Option<PolicyWord> {
    match (document.model.is_some(), document.schedule.is_some(), !document.fields.is_empty()) {
        (true, false, false) => Some(PolicyWord::Attribution),
        (false, true, false) => Some(PolicyWord::Commission),
        (false, false, true) => Some(PolicyWord::Authority),
        _ => None,
    }
}

impl From<&Policy> for proto::Policy {
    fn from(policy: &Policy) -> Self {
        match policy {
            Policy::Attribution(policy) => policy.into(),
            Policy::Commission(plan) => plan.into(),
            Policy::Authority(policy) => policy.into(),
        }
    }
}

pub(super) fn pool(document: &proto::Policy, at: At<'_>) -> Result<Pool, Refusal> {
    field::given_id(Pool::new, document.pool.as_deref().unwrap_or(REVENUE), at.name("pool"))
}

pub(super) fn print_pool(pool: &Pool) -> Option<String> {
    (pool.as_str() != REVENUE).then(|| pool.to_string())
}

/// Refuses fields of another kind of document.
pub(super) fn none_of(given: &[(&str, bool)], owner: &'static str, at: At<'_>, problems: &mut Problems) {
    for (name, _) in given.iter().filter(|(_, given)| *given) {
        problems.refuse(Refusal::FieldNotApplicable { field: at.name(name).path(), owner });
    }
}
