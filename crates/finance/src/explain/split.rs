//! How a slice of a deal is divided, and why so: the policies asked, the steps of the model, the shares (A1–A7).

use schemars::JsonSchema;
use serde::Serialize;
use tributary_domain::attribution::{Candidate, Derivation, Given, Slice, Verdict, candidates, derive};
use tributary_domain::event::Motion;
use tributary_domain::id::{Market, PartnerId, Pool, Role};
use tributary_domain::money::Ratio;
use tributary_events::shape;

use super::event::{Citing, EventCited, History};
use super::model::{self, ModelExplained};

/// A division in a pool, and how it comes about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SplitExplained {
    /// The pool.
    pub pool: String,
    /// The product, empty where none is named.
    pub product: String,
    /// The vendor, empty where none is known.
    pub vendor: String,
    /// The first day that is divided so.
    #[schemars(extend("format" = "date", "pattern" = shape::DATE))]
    pub from: String,
    /// The last day that is.
    #[schemars(extend("format" = "date", "pattern" = shape::DATE))]
    pub until: String,
    /// What the policies' `match` is compared with.
    pub asked: AskedExplained,
    /// The policies of the pool in the order in which they are asked, each with why it decides or not (A1).
    pub candidates: Vec<CandidateExplained>,
    /// The policy that decided; none: all is retained.
    pub policy: Option<String>,
    /// The first day in force of its version.
    #[schemars(extend("format" = "date", "pattern" = shape::DATE))]
    pub effective_from: Option<String>,
    /// What its model did.
    pub model: Option<ModelExplained>,
    /// What that gives, by partner and role.
    pub shares: Vec<ShareExplained>,
    /// What the vendor retains.
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub retained: String,
}

/// What policies are matched against (A1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AskedExplained {
    /// The motion of the deal (D1).
    #[schemars(extend("enum" = Motion::ALL.map(Motion::as_str)))]
    pub motion: &'static str,
    /// The markets of the account that day.
    pub markets: Vec<String>,
    /// The events that say so.
    pub because: Vec<EventCited>,
}

/// A policy, and why it decides or does not (A1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CandidateExplained {
    /// The policy.
    pub policy: String,
    /// The first day in force of its version.
    #[schemars(extend("format" = "date", "pattern" = shape::DATE))]
    pub effective_from: String,
    /// The last day in force.
    #[schemars(extend("format" = "date", "pattern" = shape::DATE))]
    pub effective_to: Option<String>,
    /// Its priority.
    pub priority: i32,
    /// Whether it decides, or why not.
    #[schemars(extend("enum" = ["decides", "outranked", "mismatch", "ended", "notBegun"]))]
    pub verdict: &'static str,
    /// Of a mismatch: which list of its `match` does not contain the value.
    #[schemars(extend("enum" = ["markets", "motions", "products", "vendors", null]))]
    pub list: Option<&'static str>,
    /// The event that published the version.
    pub published: Option<EventCited>,
}

/// What a model gives to a partner in a role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ShareExplained {
    /// The partner.
    pub partner: String,
    /// The role.
    pub role: String,
    /// The share of the whole.
    #[schemars(extend("pattern" = shape::DECIMAL))]
    pub share: String,
    /// The rule of the step that gives it.
    pub rule: &'static str,
    /// Whether the partner is enrolled by the day; if not, the share is retained (A7).
    pub enrolled: bool,
    /// The partner's first enrolment.
    pub enrolment: Option<EventCited>,
}

/// How a slice is divided in a pool: for people, and for the rules.
pub(super) fn explain(citing: &Citing<'_>, history: &History, slice: &Slice<'_>, pool: &Pool) -> SplitExplained {
    let reference = citing.view.reference();
    let derived = derive(slice, pool, reference);
    let retained = derived.as_ref().map_or(Ratio::ONE, |derived| derived.split().retained);
    let published = candidates(slice, pool, reference).into_iter();
    SplitExplained {
        pool: pool.to_string(),
        product: slice.product.map_or_else(String::new, ToString::to_string),
        vendor: slice.vendor.map_or_else(String::new, ToString::to_string),
        from: slice.day.to_string(),
        until: slice.day.to_string(),
        asked: asked(citing, history, slice),
        candidates: published.map(|one| candidate(citing, &one)).collect(),
        policy: derived.as_ref().map(|derived| derived.policy.id.to_string()),
        effective_from: derived.as_ref().map(|derived| derived.policy.effective_from.to_string()),
        model: derived.as_ref().map(|derived| model::explain(citing, history, slice, &derived.step)),
        shares: derived.iter().flat_map(|derived| shares(citing, derived)).collect(),
        retained: retained.to_string(),
    }
}

fn asked(citing: &Citing<'_>, history: &History, slice: &Slice<'_>) -> AskedExplained {
    let (account, deal) = (slice.account, slice.deal);
    let lead = deal.lead.as_ref().and_then(|lead| account.leads.captured(lead));
    let said = [
        Some(("deal opened", &deal.opened.identity)),
        lead.map(|(captured, _)| ("lead captured", &captured.identity)),
        account.markets_given_by(slice.day).map(|identity| ("markets of the account", identity)),
    ];
    AskedExplained {
        motion: deal.motion.as_str(),
        markets: account.markets_on(slice.day).iter().map(Market::to_string).collect(),
        because: said.into_iter().flatten().filter_map(|(what, id)| history.cite(citing, what, id)).collect(),
    }
}

fn candidate(citing: &Citing<'_>, candidate: &Candidate<'_>) -> CandidateExplained {
    let policy = candidate.policy;
    let (verdict, list) = match candidate.verdict {
        Verdict::Decides => ("decides", None),
        Verdict::Outranked => ("outranked", None),
        Verdict::Mismatch(list) => ("mismatch", Some(list.as_str())),
        Verdict::Ended => ("ended", None),
        Verdict::NotBegun => ("notBegun", None),
    };
    CandidateExplained {
        policy: policy.id.to_string(),
        effective_from: policy.effective_from.to_string(),
        effective_to: policy.effective_to.map(|day| day.to_string()),
        priority: policy.priority,
        verdict,
        list,
        published: citing.shared(format!("policy `{}` published", policy.id), &candidate.published.identity),
    }
}

fn shares(citing: &Citing<'_>, derived: &Derivation<'_>) -> Vec<ShareExplained> {
    let partners = &citing.view.reference().partners;
    let share = |given: &Given<'_>| {
        let enrolment = partners.first_enrolment(given.partner);
        ShareExplained {
            partner: given.partner.to_string(),
            role: given.role.to_string(),
            share: given.share.to_string(),
            rule: derived.step.rule(given.partner, given.role).unwrap_or("A1"),
            enrolled: given.enrolled,
            enrolment: enrolment
                .and_then(|meta| citing.shared(format!("`{}` enrolled", given.partner), &meta.identity)),
        }
    };
    derived.given.iter().map(share).collect()
}

impl SplitExplained {
    /// Whether another slice is divided in the same way, by the same events.
    pub(super) fn is_divided_as(&self, other: &Self) -> bool {
        self.asked == other.asked
            && self.candidates == other.candidates
            && self.model == other.model
            && self.shares == other.shares
    }

    /// The share of a partner in a role, if it has one.
    pub(super) fn share_of(&self, partner: &PartnerId, role: &Role) -> Option<&ShareExplained> {
        self.shares.iter().find(|share| share.partner == partner.as_str() && share.role == role.as_str())
    }

    /// The events that made a partner's share in a role so.
    pub(super) fn because(&self, citing: &Citing<'_>, partner: &PartnerId, role: &Role) -> Vec<EventCited> {
        let decided = self.candidates.iter().find(|candidate| candidate.verdict == "decides");
        let mut cited: Vec<EventCited> =
            decided.and_then(|candidate| candidate.published.clone()).into_iter().collect();
        if let Some(model) = &self.model {
            cited.extend(model.because(partner.as_str(), role.as_str()));
        }
        cited.extend(self.share_of(partner, role).and_then(|share| share.enrolment.clone()));
        cited.extend(citing.links(&cited));
        cited
    }
}
