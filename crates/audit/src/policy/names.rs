//! Names in a policy that nothing else in the ledger knows: most likely misspelt, or said too early. Never a reason to refuse.

use std::collections::BTreeSet;

use tributary_domain::event::PartnerEnrolled;
use tributary_domain::id::{PartnerId, Role};
use tributary_domain::policies::revenue;
use tributary_domain::policy::{AttributionPolicy, CommissionPlan, Model, PartnerMatch, Policy};
use tributary_projector::View;

use super::published;

/// A name that nothing else knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownName {
    /// Where it stands, such as `partners.ids[0]`.
    pub path: String,
    /// What about it is unknown.
    pub reason: String,
}

/// The names in a policy that neither the ledger nor the other documents know.
pub fn unknown_names(view: &View<'_>, policy: &Policy, others: &[Policy]) -> Vec<UnknownName> {
    let all = published(view);
    let said = all.values().flat_map(|versions| versions.values().flatten()).map(|said| said.policy);
    let attributions: Vec<&AttributionPolicy> = said.chain(others).chain([policy]).filter_map(attribution).collect();
    let mut unknown = Unknown { view, found: Vec::new() };
    match policy {
        Policy::Attribution(policy) => unknown.model(&policy.model, "model"),
        Policy::Commission(plan) => unknown.plan(plan, &attributions),
        Policy::Authority(_) => {}
    }
    unknown.found
}

const fn attribution(policy: &Policy) -> Option<&AttributionPolicy> {
    match policy {
        Policy::Attribution(policy) => Some(policy),
        Policy::Commission(_) | Policy::Authority(_) => None,
    }
}

struct Unknown<'v, 'a> {
    view: &'v View<'a>,
    found: Vec<UnknownName>,
}

impl Unknown<'_, '_> {
    fn say(&mut self, path: String, reason: String) {
        self.found.push(UnknownName { path, reason });
    }

    /// Partners whom a model gives shares by name.
    fn model(&mut self, model: &Model, path: &str) {
        match model {
            Model::Fixed { shares } => {
                for partner in shares.keys() {
                    self.partner(partner, format!("{path}.fixed.shares.{partner}"));
                }
            }
            Model::RegistrationProtection { otherwise, .. } | Model::SourceWins { otherwise, .. } => {
                self.model(otherwise, &format!("{path}.{}.otherwise", model.as_str()));
            }
            Model::RoleSplit { .. } | Model::Touch(_) | Model::None => {}
        }
    }

    fn plan(&mut self, plan: &CommissionPlan, attributions: &[&AttributionPolicy]) {
        if plan.pool != revenue() && !attributions.iter().any(|policy| policy.pool == plan.pool) {
            self.say("pool".to_owned(), format!("no attribution policy divides the pool `{}`", plan.pool));
        }
        let in_pool = attributions.iter().filter(|policy| policy.pool == plan.pool);
        let mut given = BTreeSet::new();
        in_pool.for_each(|policy| roles(&policy.model, &mut given));
        for (at, role) in plan.roles.iter().enumerate() {
            if !given.contains(role.as_str()) {
                let reason =
                    format!("no attribution policy of the pool `{}` gives credit in the role `{role}`", plan.pool);
                self.say(format!("roles[{at}]"), reason);
            }
        }
        self.partners(&plan.partners);
    }

    fn partners(&mut self, partners: &PartnerMatch) {
        for (at, partner) in partners.ids.iter().enumerate() {
            self.partner(partner, format!("partners.ids[{at}]"));
        }
        for (at, kind) in partners.kinds.iter().enumerate() {
            self.unless_anyone(format!("partners.kinds[{at}]"), "of the kind", kind.as_str(), |is| {
                is.kinds.contains(kind)
            });
        }
        for (at, track) in partners.tracks.iter().enumerate() {
            self.unless_anyone(format!("partners.tracks[{at}]"), "in the track", track.as_str(), |is| {
                is.track.as_ref() == Some(track)
            });
        }
        for (at, tier) in partners.tiers.iter().enumerate() {
            self.unless_anyone(format!("partners.tiers[{at}]"), "in the tier", tier.as_str(), |is| {
                is.tier.as_ref() == Some(tier)
            });
        }
    }

    fn partner(&mut self, partner: &PartnerId, path: String) {
        if !self.view.reference().partners.ids().any(|known| known == partner) {
            self.say(path, format!("the partner `{partner}` was never enrolled"));
        }
    }

    /// Whether any partner ever was so.
    fn unless_anyone(&mut self, path: String, what: &str, name: &str, is: impl Fn(&PartnerEnrolled) -> bool) {
        let enrolled = self.view.reference_events().filter_map(|filed| match &filed.event.body {
            tributary_domain::event::Body::PartnerEnrolled(state) => Some(state),
            _ => None,
        });
        if !enrolled.into_iter().any(is) {
            self.say(path, format!("no partner was ever {what} `{name}`"));
        }
    }
}

/// The roles in which a model gives credit.
fn roles<'p>(model: &'p Model, given: &mut BTreeSet<&'p str>) {
    match model {
        Model::RoleSplit { shares, .. } => given.extend(shares.keys().map(Role::as_str)),
        Model::RegistrationProtection { otherwise, .. } => {
            given.insert("registrant");
            roles(otherwise, given);
        }
        Model::SourceWins { otherwise, .. } => {
            given.insert("source");
            roles(otherwise, given);
        }
        Model::Touch(_) => drop(given.insert("touch")),
        Model::Fixed { .. } => drop(given.insert("fixed")),
        Model::None => {}
    }
}
