//! Attribution policies ⇄ `policies.proto` (A1–A7).

use std::collections::BTreeMap;

use tributary_domain::id::{IdError, Market, PartnerId, PolicyId, Product, Role, Vendor};
use tributary_domain::money::Ratio;
use tributary_domain::policy::{AttributionPolicy, Match, Model, TouchModel, Weighting};

use super::field::{self, At};
use super::policies::{none_of, pool, print_pool};
use super::problems::Problems;
use super::texts;
use super::word::{self, PolicyWord, WeightingWord};
use crate::proto::model::Model as Wire;
use crate::{Refusal, proto};

/// How many models may stand within each other: far below what readers of protobuf and JSON can nest.
const MODELS_MAX: u32 = 16;

pub(super) fn policy(document: &proto::Policy, at: At<'_>, problems: &mut Problems) -> Option<AttributionPolicy> {
    none_of(&of_a_plan(document), "a commission plan", at, problems);
    none_of(&[("fields", !document.fields.is_empty())], "an authority policy", at, problems);
    let id = problems.take(field::id(PolicyId::new, &document.id, at.name("id")));
    let effective_from = problems.take(field::date(&document.effective_from, at.name("effectiveFrom")));
    let effective_to = problems.take(field::optional(&document.effective_to, at.name("effectiveTo"), field::date));
    let pool = problems.take(pool(document, at));
    let given = document.r#match.as_ref();
    let matching = problems.within(given, |given, problems| matching(given, at.name("match"), problems));
    let model = model(document.model.as_ref(), MODELS_MAX, at.name("model"), problems);
    Some(AttributionPolicy {
        id: id?,
        effective_from: effective_from?,
        effective_to: effective_to?,
        pool: pool?,
        priority: document.priority.unwrap_or(0),
        matching: matching?.unwrap_or_default(),
        model: model?,
    })
}

/// The fields that a commission plan alone has, and whether they are given.
pub(super) fn of_a_plan(document: &proto::Policy) -> [(&'static str, bool); 12] {
    [
        ("partners", document.partners.is_some()),
        ("roles", !document.roles.is_empty()),
        ("products", !document.products.is_empty()),
        ("vendors", !document.vendors.is_empty()),
        ("basis", document.basis.is_some()),
        ("terms", document.terms.is_some()),
        ("monthsFromStart", document.months_from_start.is_some()),
        ("measure", document.measure.is_some()),
        ("schedule", document.schedule.is_some()),
        ("accelerator", document.accelerator.is_some()),
        ("cap", document.cap.is_some()),
        ("clawback", document.clawback.is_some()),
    ]
}

impl From<&AttributionPolicy> for proto::Policy {
    fn from(policy: &AttributionPolicy) -> Self {
        Self {
            kind: word::POLICY_KIND.print(PolicyWord::Attribution),
            id: policy.id.to_string(),
            effective_from: policy.effective_from.to_string(),
            effective_to: policy.effective_to.map(|day| day.to_string()),
            pool: print_pool(&policy.pool),
            priority: (policy.priority != 0).then_some(policy.priority),
            r#match: (policy.matching != Match::default()).then(|| (&policy.matching).into()),
            model: Some((&policy.model).into()),
            ..Self::default()
        }
    }
}

fn matching(message: &proto::Match, at: At<'_>, problems: &mut Problems) -> Option<Match> {
    let markets = problems.ids(Market::new, &message.markets, at.name("markets"));
    let motions = problems.words(word::MOTION, &message.motions, at.name("motions"));
    let products = problems.ids(Product::new, &message.products, at.name("products"));
    let vendors = problems.ids(Vendor::new, &message.vendors, at.name("vendors"));
    Some(Match { markets: markets?, motions: motions?, products: products?, vendors: vendors? })
}

impl From<&Match> for proto::Match {
    fn from(matching: &Match) -> Self {
        Self {
            markets: texts(&matching.markets),
            motions: word::MOTION.print_all(&matching.motions),
            products: texts(&matching.products),
            vendors: texts(&matching.vendors),
        }
    }
}

/// Reads a model that may hold so many, itself among them.
fn model(message: Option<&proto::Model>, depth: u32, at: At<'_>, problems: &mut Problems) -> Option<Model> {
    let Some(rest) = depth.checked_sub(1) else {
        problems.refuse(Refusal::NestedTooDeep { field: at.path(), models_max: MODELS_MAX });
        return None;
    };
    let Some(given) = message.and_then(|message| message.model.as_ref()) else {
        problems.refuse(Refusal::NotOneModel { field: at.path() });
        return None;
    };
    match given {
        Wire::RoleSplit(given) => role_split(given, at.name("roleSplit"), problems),
        Wire::RegistrationProtection(given) => {
            let (share, otherwise) = share_first(given, rest, at.name("registrationProtection"), problems)?;
            Some(Model::RegistrationProtection { share, otherwise })
        }
        Wire::SourceWins(given) => {
            let (share, otherwise) = share_first(given, rest, at.name("sourceWins"), problems)?;
            Some(Model::SourceWins { share, otherwise })
        }
        Wire::Touch(given) => touch(given, at.name("touch"), problems).map(Model::Touch),
        Wire::Fixed(given) => {
            let at = at.name("fixed");
            shares(PartnerId::new, &given.shares, at.name("shares"), problems).map(|shares| Model::Fixed { shares })
        }
        Wire::None(proto::Nobody {}) => Some(Model::None),
    }
}

fn role_split(message: &proto::RoleSplit, at: At<'_>, problems: &mut Problems) -> Option<Model> {
    let shares = shares(Role::new, &message.shares, at.name("shares"), problems);
    let unfilled = problems.take(field::optional_word(word::UNFILLED, &message.unfilled, at.name("unfilled")));
    Some(Model::RoleSplit { shares: shares?, unfilled: unfilled? })
}

fn share_first(
    message: &proto::ShareFirst,
    depth: u32,
    at: At<'_>,
    problems: &mut Problems,
) -> Option<(Ratio, Box<Model>)> {
    let share = problems.take(field::share(&message.share, at.name("share")));
    let otherwise = model(message.otherwise.as_deref(), depth, at.name("otherwise"), problems);
    Some((share?, Box::new(otherwise?)))
}

/// Shares by key: none of them negative, together at most 1.
fn shares<K: Ord>(
    new: fn(&str) -> Result<K, IdError>,
    given: &BTreeMap<String, String>,
    at: At<'_>,
    problems: &mut Problems,
) -> Option<BTreeMap<K, Ratio>> {
    if given.is_empty() {
        problems.refuse(Refusal::EmptyList { field: at.path() });
        return None;
    }
    let mut shares = BTreeMap::new();
    let mut sum = 0;
    for (key, share) in given {
        let at = at.name(key);
        let share = problems.take(field::ratio_not_negative(share, at));
        let key = problems.take(field::given_id(new, key, at));
        sum += share.map_or(0, Ratio::units);
        shares.extend(key.zip(share));
    }
    if sum > Ratio::ONE.units() {
        problems.refuse(Refusal::SharesAboveOne { field: at.path(), sum: Ratio::from_units(sum).to_string() });
    }
    (shares.len() == given.len()).then_some(shares)
}

fn touch(message: &proto::Touch, at: At<'_>, problems: &mut Problems) -> Option<TouchModel> {
    let weighting = weighting(message, at, problems);
    let lookback_days = problems.take(field::present(message.lookback_days, at.name("lookbackDays")));
    let kinds = problems.words(word::TOUCH_KIND, &message.kinds, at.name("kinds"));
    Some(TouchModel { weighting: weighting?, lookback_days: lookback_days?, kinds: kinds? })
}

fn weighting(message: &proto::Touch, at: At<'_>, problems: &mut Problems) -> Option<Weighting> {
    let word = problems.take(field::word(word::WEIGHTING, &message.weighting, at.name("weighting")))?;
    let decay = [("halfLifeDays", message.half_life_days.is_some())];
    let position = [("first", message.first.is_some()), ("last", message.last.is_some())];
    if word != WeightingWord::Decay {
        none_of(&decay, "the weighting `decay`", at, problems);
    }
    if word != WeightingWord::Position {
        none_of(&position, "the weighting `position`", at, problems);
    }
    match word {
        WeightingWord::First => Some(Weighting::First),
        WeightingWord::Last => Some(Weighting::Last),
        WeightingWord::Linear => Some(Weighting::Linear),
        WeightingWord::Decay => {
            let half_life_days = problems.take(field::present(message.half_life_days, at.name("halfLifeDays")))?;
            if half_life_days == 0 {
                problems.refuse(Refusal::HalfLifeBelowOne { field: at.name("halfLifeDays").path() });
            }
            Some(Weighting::Decay { half_life_days })
        }
        WeightingWord::Position => position_weights(message, at, problems),
    }
}

fn position_weights(message: &proto::Touch, at: At<'_>, problems: &mut Problems) -> Option<Weighting> {
    let first = problems.take(field::share(message.first.as_deref().unwrap_or_default(), at.name("first")));
    let last = problems.take(field::share(message.last.as_deref().unwrap_or_default(), at.name("last")));
    let (first, last) = (first?, last?);
    let sum = Ratio::from_units(first.units() + last.units());
    if sum > Ratio::ONE {
        problems.refuse(Refusal::SharesAboveOne { field: at.name("last").path(), sum: sum.to_string() });
    }
    Some(Weighting::Position { first, last })
}

impl From<&Model> for proto::Model {
    fn from(model: &Model) -> Self {
        let model = match model {
            Model::RoleSplit { shares, unfilled } => Wire::RoleSplit(proto::RoleSplit {
                shares: print_shares(shares),
                unfilled: word::UNFILLED.print_unless_default(*unfilled),
            }),
            Model::RegistrationProtection { share, otherwise } => {
                Wire::RegistrationProtection(print_share_first(*share, otherwise))
            }
            Model::SourceWins { share, otherwise } => Wire::SourceWins(print_share_first(*share, otherwise)),
            Model::Touch(touch) => Wire::Touch(touch.into()),
            Model::Fixed { shares } => Wire::Fixed(proto::Fixed { shares: print_shares(shares) }),
            Model::None => Wire::None(proto::Nobody {}),
        };
        Self { model: Some(model) }
    }
}

fn print_shares<K: ToString>(shares: &BTreeMap<K, Ratio>) -> BTreeMap<String, String> {
    shares.iter().map(|(key, share)| (key.to_string(), share.to_string())).collect()
}

fn print_share_first(share: Ratio, otherwise: &Model) -> Box<proto::ShareFirst> {
    Box::new(proto::ShareFirst { share: share.to_string(), otherwise: Some(Box::new(otherwise.into())) })
}

impl From<&TouchModel> for proto::Touch {
    fn from(touch: &TouchModel) -> Self {
        let (word, half_life_days, first, last) = match touch.weighting {
            Weighting::First => (WeightingWord::First, None, None, None),
            Weighting::Last => (WeightingWord::Last, None, None, None),
            Weighting::Linear => (WeightingWord::Linear, None, None, None),
            Weighting::Decay { half_life_days } => (WeightingWord::Decay, Some(half_life_days), None, None),
            Weighting::Position { first, last } => (WeightingWord::Position, None, Some(first), Some(last)),
        };
        Self {
            weighting: word::WEIGHTING.print(word),
            lookback_days: Some(touch.lookback_days),
            kinds: word::TOUCH_KIND.print_all(&touch.kinds),
            half_life_days,
            first: first.map(|share| share.to_string()),
            last: last.map(|share| share.to_string()),
        }
    }
}
