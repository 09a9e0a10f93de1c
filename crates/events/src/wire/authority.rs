//! Authority policies ⇄ `policies.proto` (O3, O4).

use std::collections::BTreeMap;

use tributary_domain::event::DealField;
use tributary_domain::id::{PolicyId, System};
use tributary_domain::policy::{AuthorityPolicy, FieldAuthority};

use super::field::{self, At};
use super::policies::none_of;
use super::problems::Problems;
use super::texts;
use super::word::{self, PolicyWord};
use crate::{Refusal, proto};

pub(super) fn policy(document: &proto::Policy, at: At<'_>, problems: &mut Problems) -> Option<AuthorityPolicy> {
    let of_a_plan = super::attribution::of_a_plan(document);
    let of_a_split =
        [("pool", document.pool.is_some()), ("match", document.r#match.is_some()), ("model", document.model.is_some())];
    none_of(&of_a_plan, "a commission plan", at, problems);
    none_of(&of_a_split, "an attribution policy", at, problems);
    let id = problems.take(field::id(PolicyId::new, &document.id, at.name("id")));
    let effective_from = problems.take(field::date(&document.effective_from, at.name("effectiveFrom")));
    let effective_to = problems.take(field::optional(&document.effective_to, at.name("effectiveTo"), field::date));
    let fields = fields(document, at, problems);
    Some(AuthorityPolicy {
        id: id?,
        effective_from: effective_from?,
        effective_to: effective_to?,
        priority: document.priority.unwrap_or(0),
        fields: fields?,
    })
}

fn fields(
    document: &proto::Policy,
    at: At<'_>,
    problems: &mut Problems,
) -> Option<BTreeMap<DealField, FieldAuthority>> {
    let at = at.name("fields");
    if document.fields.is_empty() {
        problems.refuse(Refusal::EmptyList { field: at.path() });
        return None;
    }
    let mut fields = BTreeMap::new();
    for (name, given) in &document.fields {
        let at = at.name(name);
        let field = problems.take(field::word(word::DEAL_FIELD, name, at));
        if given.systems.is_empty() {
            problems.refuse(Refusal::EmptyList { field: at.name("systems").path() });
        }
        let systems = problems.ids(System::new, &given.systems, at.name("systems"));
        let same = same(given, at.name("same"), problems);
        if let (Some(field), Some(systems)) = (field, systems) {
            fields.insert(field, FieldAuthority { systems, same });
        }
    }
    (fields.len() == document.fields.len()).then_some(fields)
}

/// Groups of texts that say the same: of one text alone there is nothing to say.
fn same(given: &proto::FieldAuthority, at: At<'_>, problems: &mut Problems) -> Vec<Vec<String>> {
    for (index, group) in given.same.iter().enumerate() {
        if group.values.len() < 2 {
            problems.refuse(Refusal::NothingTheSame { field: at.index(index).name("values").path() });
        }
    }
    given.same.iter().map(|group| group.values.clone()).collect()
}

impl From<&AuthorityPolicy> for proto::Policy {
    fn from(policy: &AuthorityPolicy) -> Self {
        let authority = |named: &FieldAuthority| proto::FieldAuthority {
            systems: texts(&named.systems),
            same: named.same.iter().map(|values| proto::Same { values: values.clone() }).collect(),
        };
        Self {
            kind: word::POLICY_KIND.print(PolicyWord::Authority),
            id: policy.id.to_string(),
            effective_from: policy.effective_from.to_string(),
            effective_to: policy.effective_to.map(|day| day.to_string()),
            priority: (policy.priority != 0).then_some(policy.priority),
            fields: policy.fields.iter().map(|(field, named)| (field.as_str().to_owned(), authority(named))).collect(),
            ..Self::default()
        }
    }
}
