//! Commission plans ⇄ `policies.proto` (M1–M7).

use tributary_domain::id::{PartnerId, PolicyId, Product, Role, Tier, Track, Vendor};
use tributary_domain::money::{Amount, Ratio};
use tributary_domain::policy::{Accelerator, Band, Clawback, CommissionPlan, GrowthBand, PartnerMatch, Schedule};
use tributary_domain::time::{Day, Period};

use super::field::{self, At};
use super::policies::{none_of, pool, print_pool};
use super::problems::Problems;
use super::texts;
use super::word::{self, PolicyWord};
use crate::{Refusal, proto};

pub(super) fn plan(document: &proto::Policy, at: At<'_>, problems: &mut Problems) -> Option<CommissionPlan> {
    let of_a_policy = [
        ("priority", document.priority.is_some()),
        ("match", document.r#match.is_some()),
        ("model", document.model.is_some()),
    ];
    none_of(&of_a_policy, "an attribution policy", at, problems);
    none_of(&[("fields", !document.fields.is_empty())], "an authority policy", at, problems);
    let (from, to) = (&document.effective_from, &document.effective_to);
    let basis = document.basis.as_deref().unwrap_or_default();

    let id = problems.take(field::id(PolicyId::new, &document.id, at.name("id")));
    let effective_from = problems.take(first_of_month(from, at.name("effectiveFrom")));
    let effective_to = problems.take(field::optional(to, at.name("effectiveTo"), last_of_month));
    let partners = document.partners.as_ref();
    let partners = problems.within(partners, |given, problems| partner_match(given, at.name("partners"), problems));
    let roles = problems.ids(Role::new, &document.roles, at.name("roles"));
    let products = problems.ids(Product::new, &document.products, at.name("products"));
    let vendors = problems.ids(Vendor::new, &document.vendors, at.name("vendors"));
    let pool = problems.take(pool(document, at));
    let basis = problems.take(field::word(word::BASIS, basis, at.name("basis")));
    let terms = problems.take(field::optional_word(word::TERMS, &document.terms, at.name("terms")));
    let measure = problems.take(field::optional_word(word::MEASURE, &document.measure, at.name("measure")));
    let schedule = schedule(document.schedule.as_ref(), at.name("schedule"), problems);
    let accelerated = document.accelerator.as_ref();
    let accelerator =
        problems.within(accelerated, |given, problems| accelerator(given, at.name("accelerator"), problems));
    let cap = problems.take(field::optional(&document.cap, at.name("cap"), field::amount_not_negative));
    let clawed = document.clawback.as_ref();
    let clawback = problems.within(clawed, |given, problems| clawback(given, at.name("clawback"), problems));
    Some(CommissionPlan {
        id: id?,
        effective_from: effective_from?,
        effective_to: effective_to?,
        partners: partners?.unwrap_or_default(),
        roles: roles?,
        products: products?,
        vendors: vendors?,
        pool: pool?,
        basis: basis?,
        terms: terms?,
        months_from_start: document.months_from_start,
        measure: measure?,
        schedule: schedule?,
        accelerator: accelerator?,
        cap: cap?,
        clawback: clawback?,
    })
}

fn first_of_month(text: &str, at: At<'_>) -> Result<Day, Refusal> {
    let day = field::date(text, at)?;
    if day == Period::of(day).first_day() {
        return Ok(day);
    }
    Err(Refusal::NotFirstOfMonth { field: at.path(), found: text.to_owned() })
}

fn last_of_month(text: &str, at: At<'_>) -> Result<Day, Refusal> {
    let day = field::date(text, at)?;
    if day == Period::of(day).last_day() {
        return Ok(day);
    }
    Err(Refusal::NotLastOfMonth { field: at.path(), found: text.to_owned() })
}

fn partner_match(message: &proto::PartnerMatch, at: At<'_>, problems: &mut Problems) -> Option<PartnerMatch> {
    let kinds = problems.words(word::PARTNER_KIND, &message.kinds, at.name("kinds"));
    let tracks = problems.ids(Track::new, &message.tracks, at.name("tracks"));
    let tiers = problems.ids(Tier::new, &message.tiers, at.name("tiers"));
    let ids = problems.ids(PartnerId::new, &message.ids, at.name("ids"));
    Some(PartnerMatch { kinds: kinds?, tracks: tracks?, tiers: tiers?, ids: ids? })
}

fn schedule(message: Option<&proto::Schedule>, at: At<'_>, problems: &mut Problems) -> Option<Schedule> {
    let message = problems.take(field::present(message, at))?;
    let mode = problems.take(field::word(word::MODE, &message.mode, at.name("mode")));
    let at = at.name("bands");
    let given = problems.take(field::some(&message.bands, at))?;
    let mut bands: Vec<Option<Band>> = Vec::with_capacity(given.len());
    let mut before: Option<Amount> = None;
    for (index, given) in given.iter().enumerate() {
        let at = at.index(index);
        let from = problems.take(field::amount(&given.from, at.name("from")));
        let rate = problems.take(field::ratio_not_negative(&given.rate, at.name("rate")));
        if let Some(from) = from {
            problems.take(begins(index, before, from, at.name("from")));
        }
        before = from.or(before);
        bands.push(from.zip(rate).map(|(from, rate)| Band { from, rate }));
    }
    Some(Schedule { mode: mode?, bands: bands.into_iter().collect::<Option<_>>()? })
}

/// The first band begins at zero, and each other one above the one before.
fn begins(index: usize, before: Option<Amount>, from: Amount, at: At<'_>) -> Result<(), Refusal> {
    match before {
        _ if index == 0 && from != Amount::ZERO => {
            Err(Refusal::BandsNotFromZero { field: at.path(), found: from.to_string() })
        }
        Some(before) => rises(&before, &from, at),
        None => Ok(()),
    }
}

fn accelerator(message: &proto::Accelerator, at: At<'_>, problems: &mut Problems) -> Option<Accelerator> {
    let compare = problems.take(field::word(word::COMPARE, &message.compare, at.name("compare")));
    let at = at.name("bands");
    let given = problems.take(field::some(&message.bands, at))?;
    let mut bands: Vec<Option<GrowthBand>> = Vec::with_capacity(given.len());
    let mut before: Option<Ratio> = None;
    for (index, given) in given.iter().enumerate() {
        let at = at.index(index);
        let growth = problems.take(field::ratio(&given.growth, at.name("growth")));
        let multiplier = problems.take(field::ratio_not_negative(&given.multiplier, at.name("multiplier")));
        if let (Some(before), Some(growth)) = (before, growth) {
            problems.take(rises(&before, &growth, at.name("growth")));
        }
        before = growth.or(before);
        bands.push(growth.zip(multiplier).map(|(growth, multiplier)| GrowthBand { growth, multiplier }));
    }
    Some(Accelerator { compare: compare?, bands: bands.into_iter().collect::<Option<_>>()? })
}

fn rises<T: PartialOrd + ToString>(before: &T, found: &T, at: At<'_>) -> Result<(), Refusal> {
    if found > before {
        return Ok(());
    }
    Err(Refusal::BandsNotRising { field: at.path(), found: found.to_string(), previous: before.to_string() })
}

fn clawback(message: &proto::Clawback, at: At<'_>, problems: &mut Problems) -> Option<Clawback> {
    let within_days = problems.take(field::present(message.within_days, at.name("withinDays")));
    let share = problems.take(field::share(&message.share, at.name("share")));
    Some(Clawback { within_days: within_days?, share: share? })
}

impl From<&CommissionPlan> for proto::Policy {
    fn from(plan: &CommissionPlan) -> Self {
        Self {
            kind: word::POLICY_KIND.print(PolicyWord::Commission),
            id: plan.id.to_string(),
            effective_from: plan.effective_from.to_string(),
            effective_to: plan.effective_to.map(|day| day.to_string()),
            pool: print_pool(&plan.pool),
            partners: (plan.partners != PartnerMatch::default()).then(|| (&plan.partners).into()),
            roles: texts(&plan.roles),
            products: texts(&plan.products),
            vendors: texts(&plan.vendors),
            basis: Some(word::BASIS.print(plan.basis)),
            terms: word::TERMS.print_unless_default(plan.terms),
            months_from_start: plan.months_from_start,
            measure: word::MEASURE.print_unless_default(plan.measure),
            schedule: Some((&plan.schedule).into()),
            accelerator: plan.accelerator.as_ref().map(Into::into),
            cap: plan.cap.map(|cap| cap.to_string()),
            clawback: plan.clawback.map(|clawback| proto::Clawback {
                within_days: Some(clawback.within_days),
                share: clawback.share.to_string(),
            }),
            ..Self::default()
        }
    }
}

impl From<&PartnerMatch> for proto::PartnerMatch {
    fn from(partners: &PartnerMatch) -> Self {
        Self {
            kinds: word::PARTNER_KIND.print_all(&partners.kinds),
            tracks: texts(&partners.tracks),
            tiers: texts(&partners.tiers),
            ids: texts(&partners.ids),
        }
    }
}

impl From<&Schedule> for proto::Schedule {
    fn from(schedule: &Schedule) -> Self {
        let print = |band: &Band| proto::Band { from: band.from.to_string(), rate: band.rate.to_string() };
        Self { mode: word::MODE.print(schedule.mode), bands: schedule.bands.iter().map(print).collect() }
    }
}

impl From<&Accelerator> for proto::Accelerator {
    fn from(accelerator: &Accelerator) -> Self {
        let print = |band: &GrowthBand| proto::GrowthBand {
            growth: band.growth.to_string(),
            multiplier: band.multiplier.to_string(),
        };
        let bands = accelerator.bands.iter().map(print).collect();
        Self { compare: word::COMPARE.print(accelerator.compare), bands }
    }
}
