//! Commission plans ⇄ `policies.proto` (M1–M7).

use tributary_domain::id::{PartnerId, PolicyId, Product, Role, Tier, Track, Vendor};
use tributary_domain::money::Amount;
use tributary_domain::policy::{Accelerator, Band, Clawback, CommissionPlan, GrowthBand, PartnerMatch, Schedule};
use tributary_domain::time::{Day, Period};

use super::field::{self, At};
use super::policies::{none_of, pool, print_pool};
use super::texts;
use super::word::{self, PolicyWord};
use crate::{Refusal, proto};

pub(super) fn plan(document: &proto::Policy, at: At<'_>) -> Result<CommissionPlan, Refusal> {
    none_of(
        &[
            ("priority", document.priority.is_some()),
            ("match", document.r#match.is_some()),
            ("model", document.model.is_some()),
        ],
        "an attribution policy",
        at,
    )?;
    let accelerated = document.accelerator.as_ref();
    let partners = document.partners.as_ref();
    Ok(CommissionPlan {
        id: field::id(PolicyId::new, &document.id, at.name("id"))?,
        effective_from: first_of_month(&document.effective_from, at.name("effectiveFrom"))?,
        effective_to: field::optional(&document.effective_to, at.name("effectiveTo"), last_of_month)?,
        partners: partners.map_or(Ok(PartnerMatch::default()), |given| partner_match(given, at.name("partners")))?,
        roles: field::ids(Role::new, &document.roles, at.name("roles"))?,
        products: field::ids(Product::new, &document.products, at.name("products"))?,
        vendors: field::ids(Vendor::new, &document.vendors, at.name("vendors"))?,
        pool: pool(document, at)?,
        basis: field::word(word::BASIS, document.basis.as_deref().unwrap_or_default(), at.name("basis"))?,
        terms: field::optional_word(word::TERMS, &document.terms, at.name("terms"))?,
        months_from_start: document.months_from_start,
        measure: field::optional_word(word::MEASURE, &document.measure, at.name("measure"))?,
        schedule: schedule(field::present(document.schedule.as_ref(), at.name("schedule"))?, at.name("schedule"))?,
        accelerator: accelerated.map(|given| accelerator(given, at.name("accelerator"))).transpose()?,
        cap: field::optional(&document.cap, at.name("cap"), field::amount_not_negative)?,
        clawback: document.clawback.as_ref().map(|given| clawback(given, at.name("clawback"))).transpose()?,
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

fn partner_match(message: &proto::PartnerMatch, at: At<'_>) -> Result<PartnerMatch, Refusal> {
    Ok(PartnerMatch {
        kinds: field::words(word::PARTNER_KIND, &message.kinds, at.name("kinds"))?,
        tracks: field::ids(Track::new, &message.tracks, at.name("tracks"))?,
        tiers: field::ids(Tier::new, &message.tiers, at.name("tiers"))?,
        ids: field::ids(PartnerId::new, &message.ids, at.name("ids"))?,
    })
}

fn schedule(message: &proto::Schedule, at: At<'_>) -> Result<Schedule, Refusal> {
    let mode = field::word(word::MODE, &message.mode, at.name("mode"))?;
    let at = at.name("bands");
    let mut bands: Vec<Band> = Vec::with_capacity(message.bands.len());
    for (index, given) in field::some(&message.bands, at)?.iter().enumerate() {
        let at = at.index(index);
        let from = field::amount(&given.from, at.name("from"))?;
        match bands.last() {
            None if from != Amount::ZERO => {
                return Err(Refusal::BandsNotFromZero { field: at.name("from").path(), found: from.to_string() });
            }
            Some(before) => rises(&before.from, &from, at.name("from"))?,
            None => {}
        }
        bands.push(Band { from, rate: field::ratio_not_negative(&given.rate, at.name("rate"))? });
    }
    Ok(Schedule { mode, bands })
}

fn accelerator(message: &proto::Accelerator, at: At<'_>) -> Result<Accelerator, Refusal> {
    let compare = field::word(word::COMPARE, &message.compare, at.name("compare"))?;
    let at = at.name("bands");
    let mut bands: Vec<GrowthBand> = Vec::with_capacity(message.bands.len());
    for (index, given) in field::some(&message.bands, at)?.iter().enumerate() {
        let at = at.index(index);
        let growth = field::ratio(&given.growth, at.name("growth"))?;
        if let Some(before) = bands.last() {
            rises(&before.growth, &growth, at.name("growth"))?;
        }
        bands.push(GrowthBand {
            growth,
            multiplier: field::ratio_not_negative(&given.multiplier, at.name("multiplier"))?,
        });
    }
    Ok(Accelerator { compare, bands })
}

fn rises<T: PartialOrd + ToString>(before: &T, found: &T, at: At<'_>) -> Result<(), Refusal> {
    if found > before {
        return Ok(());
    }
    Err(Refusal::BandsNotRising { field: at.path(), found: found.to_string(), previous: before.to_string() })
}

fn clawback(message: &proto::Clawback, at: At<'_>) -> Result<Clawback, Refusal> {
    Ok(Clawback {
        within_days: field::present(message.within_days, at.name("withinDays"))?,
        share: field::share(&message.share, at.name("share"))?,
    })
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
