//! Policies from the words of a line: what is not named is as if the document left it out.

use super::{Words, day, read, read_id, read_ids, word};
use std::collections::BTreeMap;

use crate::event::{DealField, Motion, PartnerKind, TouchKind};
use crate::id::{Market, PartnerId, PolicyId, Pool, Product, Role, System, Tier, Track, Vendor};
use crate::money::Ratio;
use crate::policies::revenue;
use crate::policy::*;

/// `id model=MODEL [from= to= pool= priority= markets= motions= products= vendors=]`.
pub(super) fn attribution(words: &mut Words<'_>) -> AttributionPolicy {
    let motions = words.named("motions").map_or_else(Vec::new, |text| text.split(',').map(motion).collect());
    AttributionPolicy {
        id: read_id(PolicyId::new, words.next()),
        effective_from: day(words.named("from").unwrap_or("2020-01-01")),
        effective_to: words.named("to").map(day),
        pool: words.named("pool").map_or_else(revenue, |text| read_id(Pool::new, text)),
        priority: words.named("priority").map_or(0, read::<i32>),
        matching: Match {
            markets: read_ids(Market::new, words.named("markets")),
            motions,
            products: read_ids(Product::new, words.named("products")),
            vendors: read_ids(Vendor::new, words.named("vendors")),
        },
        model: model(words.named("model").expect("a model")),
    }
}

/// `id basis bands=from:rate,… [mode= measure= accelerator=compare,growth:multiplier,… cap= clawback=days:share …]`.
pub(super) fn plan(words: &mut Words<'_>) -> CommissionPlan {
    let bases = Basis::ALL.map(|basis| (basis.as_str(), basis));
    let modes = [("flat", Mode::Flat), ("graduated", Mode::Graduated), ("volume", Mode::Volume)];
    let terms = [("any", Terms::Any), ("initial", Terms::Initial), ("renewal", Terms::Renewal)];
    let measures = [("partner", Measure::Partner), ("account", Measure::Account)];
    let kinds = PartnerKind::ALL.map(|kind| (kind.as_str(), kind));
    let named = words.named("kinds").map_or_else(Vec::new, |text| text.split(',').collect());
    let band = |(from, rate): (&str, &str)| Band { from: read(from), rate: read(rate) };
    CommissionPlan {
        id: read_id(PolicyId::new, words.next()),
        basis: word(&bases, words.next()),
        effective_from: day(words.named("from").unwrap_or("2020-01-01")),
        effective_to: words.named("to").map(day),
        partners: PartnerMatch {
            kinds: named.into_iter().map(|kind| word(&kinds, kind)).collect(),
            tracks: read_ids(Track::new, words.named("tracks")),
            tiers: read_ids(Tier::new, words.named("tiers")),
            ids: read_ids(PartnerId::new, words.named("ids")),
        },
        roles: read_ids(Role::new, words.named("roles")),
        products: read_ids(Product::new, words.named("products")),
        vendors: read_ids(Vendor::new, words.named("vendors")),
        pool: words.named("pool").map_or_else(revenue, |text| read_id(Pool::new, text)),
        terms: word(&terms, words.named("terms").unwrap_or("any")),
        months_from_start: words.named("months").map(read::<u32>),
        measure: word(&measures, words.named("measure").unwrap_or("partner")),
        schedule: Schedule {
            mode: word(&modes, words.named("mode").unwrap_or("flat")),
            bands: pairs(words.named("bands").expect("bands")).map(band).collect(),
        },
        accelerator: words.named("accelerator").map(accelerator),
        cap: words.named("cap").map(read),
        clawback: words.named("clawback").and_then(|text| pairs(text).next()).map(clawback),
    }
}

/// `id [from= to= priority=] field=system,… … [same=field:text|text,…]`; `_` is a blank.
pub(super) fn authority(words: &mut Words<'_>) -> AuthorityPolicy {
    let mut fields = BTreeMap::new();
    for field in DealField::ALL {
        if let Some(text) = words.named(field.as_str()) {
            let systems = read_ids(System::new, Some(text));
            fields.insert(field, FieldAuthority { systems, same: Vec::new() });
        }
    }
    for (field, texts) in words.named("same").into_iter().flat_map(pairs) {
        let of = fields.get_mut(&deal_field(field)).expect("a field that has an authority");
        of.same.push(texts.split('|').map(|text| text.replace('_', " ")).collect());
    }
    AuthorityPolicy {
        id: read_id(PolicyId::new, words.next()),
        effective_from: day(words.named("from").unwrap_or("2020-01-01")),
        effective_to: words.named("to").map(day),
        priority: words.named("priority").map_or(0, read::<i32>),
        fields,
    }
}

pub(super) fn deal_field(text: &str) -> DealField {
    word(&DealField::ALL.map(|field| (field.as_str(), field)), text)
}

fn accelerator(text: &str) -> Accelerator {
    let (compare, bands) = text.split_once(',').expect("what is compared, then bands");
    let compared = [("previousPeriod", Compare::PreviousPeriod), ("samePeriodLastYear", Compare::SamePeriodLastYear)];
    let band = |(growth, multiplier): (&str, &str)| GrowthBand { growth: read(growth), multiplier: read(multiplier) };
    Accelerator { compare: word(&compared, compare), bands: pairs(bands).map(band).collect() }
}

fn clawback((days, share): (&str, &str)) -> Clawback {
    Clawback { within_days: read(days), share: read(share) }
}

pub(super) fn motion(text: &str) -> Motion {
    word(&Motion::ALL.map(|motion| (motion.as_str(), motion)), text)
}

pub(super) fn touch_kind(text: &str) -> TouchKind {
    let kinds = [
        ("introduction", TouchKind::Introduction),
        ("referral", TouchKind::Referral),
        ("demo", TouchKind::Demo),
        ("workshop", TouchKind::Workshop),
        ("implementation", TouchKind::Implementation),
        ("listing", TouchKind::Listing),
        ("marketing", TouchKind::Marketing),
        ("other", TouchKind::Other),
    ];
    word(&kinds, text)
}

/// `name(arguments)`; see [`super::model`].
pub(super) fn model(text: &str) -> Model {
    let (name, arguments) = text.split_once('(').unwrap_or((text, ")"));
    let arguments = arguments.strip_suffix(')').expect("a closing parenthesis");
    let nested = || {
        let (share, otherwise) = arguments.split_once(',').expect("a share, then a model");
        (read::<Ratio>(share), Box::new(model(otherwise)))
    };
    match name {
        "none" => Model::None,
        "roleSplit" => Model::RoleSplit { shares: roles(arguments), unfilled: Unfilled::Retain },
        "redistribute" => Model::RoleSplit { shares: roles(arguments), unfilled: Unfilled::Redistribute },
        "fixed" => {
            let shares = pairs(arguments).map(|(of, share)| (read_id(PartnerId::new, of), read(share)));
            Model::Fixed { shares: shares.collect() }
        }
        "protection" => {
            let (share, otherwise) = nested();
            Model::RegistrationProtection { share, otherwise }
        }
        "source" => {
            let (share, otherwise) = nested();
            Model::SourceWins { share, otherwise }
        }
        "touch" => touch(arguments),
        other => panic!("no model `{other}`"),
    }
}

fn roles(text: &str) -> std::collections::BTreeMap<Role, Ratio> {
    pairs(text).map(|(of, share)| (read_id(Role::new, of), read(share))).collect()
}

fn touch(text: &str) -> Model {
    let mut arguments = text.split(',');
    let mut weighting = arguments.next().unwrap_or_default().split(':');
    let kind = weighting.next().unwrap_or_default();
    let mut number = || weighting.next().expect("a number of the weighting");
    Model::Touch(TouchModel {
        weighting: match kind {
            "first" => Weighting::First,
            "last" => Weighting::Last,
            "linear" => Weighting::Linear,
            "decay" => Weighting::Decay { half_life_days: read(number()) },
            "position" => Weighting::Position { first: read(number()), last: read(number()) },
            other => panic!("no weighting `{other}`"),
        },
        lookback_days: read(arguments.next().expect("how many days to look back")),
        kinds: arguments.next().map_or_else(Vec::new, |kinds| kinds.split('+').map(touch_kind).collect()),
    })
}

fn pairs(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.split(',').map(|pair| pair.split_once(':').expect("a pair `name:value`"))
}
