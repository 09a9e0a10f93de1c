//! Policy documents ⇄ `policies.proto`: what both kinds share. Each kind has a file of its own.

use tributary_domain::event::Body;
use tributary_domain::id::Pool;
use tributary_domain::policy::Policy;

use super::field::{self, At};
use super::word::{self, PolicyWord};
use super::{attribution, commission};
use crate::{Refusal, proto};

/// The pool of a policy that names none.
const REVENUE: &str = "revenue";

pub(super) fn policy_published(message: &proto::PolicyPublished) -> Result<Body, Refusal> {
    let at = At::DATA;
    let document = field::present(message.policy.as_ref(), at.name("policy"))?;
    Ok(Body::PolicyPublished(Box::new(policy(document, at.name("policy"))?)))
}

/// What a policy document means, wherever it stands.
pub(crate) fn policy(document: &proto::Policy, at: At<'_>) -> Result<Policy, Refusal> {
    match field::word(word::POLICY_KIND, &document.kind, at.name("kind"))? {
        PolicyWord::Attribution => attribution::policy(document, at).map(Policy::Attribution),
        PolicyWord::Commission => commission::plan(document, at).map(Policy::Commission),
    }
}

impl From<&Policy> for proto::Policy {
    fn from(policy: &Policy) -> Self {
        match policy {
            Policy::Attribution(policy) => policy.into(),
            Policy::Commission(plan) => plan.into(),
        }
    }
}

pub(super) fn pool(document: &proto::Policy, at: At<'_>) -> Result<Pool, Refusal> {
    field::given_id(Pool::new, document.pool.as_deref().unwrap_or(REVENUE), at.name("pool"))
}

pub(super) fn print_pool(pool: &Pool) -> Option<String> {
    (pool.as_str() != REVENUE).then(|| pool.to_string())
}

/// Refuses fields of the other kind of document.
pub(super) fn none_of(given: &[(&str, bool)], owner: &'static str, at: At<'_>) -> Result<(), Refusal> {
    match given.iter().find(|(_, given)| *given) {
        Some((name, _)) => Err(Refusal::FieldNotApplicable { field: at.name(name).path(), owner }),
        None => Ok(()),
    }
}
