//! Revenue measurement at AWS: an attribution for each product, and for each month an allocation for each deal that earned
//! with it. The shares of a product in a month never exceed the whole, at no moment while they are sent.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use tributary_domain::attribution::divide;
use tributary_domain::time::Period;

use super::body::{token, without_nulls};
use super::call::{About, Calls};
use super::names::{Allocation, Attribution, AttributionNames, Entity, RevenueNames};
use super::problem::{MISSING, Problem};
use super::revenue::{DealCredit, ProductFacts};
use super::shape::{REVENUE_MEASUREMENT, Shape, ShapeError};
use super::{Portal, withheld};

const SERVICE: &str = "partnercentral-revenue-measurement";
const CREATE: &str = "CreateRevenueAttribution";
const ALLOCATE: &str = "StartRevenueAttributionAllocationsTask";

/// The whole, in the smallest share that AWS takes: a hundredth of a percent.
const WHOLE: u64 = 10_000;
/// What a task takes.
const CHANGES_MAX: usize = 250;

/// The models of the operations.
#[derive(Debug)]
pub(super) struct Model {
    create: Shape,
    allocate: Shape,
}

impl Model {
    pub(super) fn load() -> Result<Self, ShapeError> {
        let of = |operation| Shape::of(operation, &[REVENUE_MEASUREMENT]);
        Ok(Self { create: of(CREATE)?, allocate: of(ALLOCATE)? })
    }
}

/// What an allocation is for: a deal at AWS, and whose it is.
type Target = (Entity, String);

/// The call for a product.
pub(super) fn product(model: &Model, names: &RevenueNames, facts: &ProductFacts, period: Period, calls: &mut Calls) {
    let about = About::Product(&facts.product);
    let Some(named) = names.products.get(&facts.product) else { return };
    let Some(known) = &named.attribution else {
        let body = created(names, named);
        if calls.take(about, (SERVICE, CREATE), None, held(&model.create, body, Vec::new())) {
            let until = format!("`products.{}.attribution` has what AWS answers", facts.product);
            calls.wait(about, ALLOCATE, until);
        }
        return;
    };
    let mut spans = Vec::new();
    let held_now = match of_month(named, period) {
        Ok(held_now) => held_now,
        Err(problem) => {
            spans.push(problem);
            Vec::new()
        }
    };
    let mut changes = changes(&shares(names, facts, calls), &held_now, period);
    if changes.is_empty() && spans.is_empty() {
        return;
    }
    let rest = changes.split_off(changes.len().min(CHANGES_MAX));
    let body = allocated(names, known, changes);
    let taken = calls.take(about, (SERVICE, ALLOCATE), None, held(&model.allocate, body, spans));
    if taken && !rest.is_empty() {
        let until = format!(
            "`products.{}` has the revision and the allocations that AWS answers: {} changes are left",
            facts.product,
            rest.len()
        );
        calls.wait(about, ALLOCATE, until);
    }
}

fn created(names: &RevenueNames, named: &AttributionNames) -> Value {
    let mut body = without_nulls(json!({
        "Catalog": names.catalog,
        "Name": named.name,
        "TenancyModel": named.tenancy_model,
        "ProductIdentifier": named.product_identifier,
    }));
    body["ClientToken"] = token(CREATE, &body).into();
    body
}

fn allocated(names: &RevenueNames, known: &Attribution, changes: Vec<Value>) -> Value {
    let mut body = json!({
        "Catalog": names.catalog,
        "RevenueAttributionIdentifier": known.revenue_attribution_identifier,
        "RevenueAttributionRevision": known.revenue_attribution_revision,
        "RevenueShareAllocations": changes,
    });
    body["ClientToken"] = token(ALLOCATE, &body).into();
    body
}

/// The share of each deal, in hundredths of a percent. They and the rest, which nobody is credited for, are divided together:
/// each gets the floor of its share, and what is left goes by the greatest remainder, so that they never exceed the whole. A
/// deal that cannot be named at AWS is left out, and its share goes to nobody.
fn shares(names: &RevenueNames, facts: &ProductFacts, calls: &mut Calls) -> BTreeMap<Target, u64> {
    let mut weights: BTreeMap<Option<Target>, u128> = BTreeMap::new();
    let mut credited = 0_u128;
    for deal in &facts.deals {
        let Ok(weight @ 1..) = u128::try_from(deal.credit.units()) else { continue };
        credited += weight;
        let about = About::Deal { account: &deal.account, deal: &deal.deal };
        let target = target(names, deal);
        if let Err(problems) = &target {
            calls.take(about, (SERVICE, ALLOCATE), None, Err(problems.clone()));
        }
        *weights.entry(target.ok()).or_default() += weight;
    }
    let earned = u128::try_from(facts.earned.units()).unwrap_or(0);
    *weights.entry(None).or_default() += earned.saturating_sub(credited);
    let divided = divide(WHOLE, weights.into_iter().collect());
    divided.into_iter().filter_map(|(target, share)| Some((target?, share))).filter(|(_, share)| *share > 0).collect()
}

fn target(names: &RevenueNames, deal: &DealCredit) -> Result<Target, Vec<Problem>> {
    let entity = names.deals.get(&deal.deal).cloned().ok_or_else(|| {
        let reason = format!("is needed: say under `deals.{}` what it is at AWS", deal.deal);
        Problem::new("EntityIdentifier", reason, MISSING)
    });
    let customer = deal.customer.clone().ok_or_else(|| {
        let reason =
            format!("is needed: link one alias under `aws-account` or say it under `accounts.{}`", deal.account);
        Problem::new("CustomerAwsAccountId", reason, MISSING)
    });
    match (entity, customer) {
        (Ok(entity), Ok(customer)) => Ok((entity, customer)),
        (entity, customer) => Err(entity.err().into_iter().chain(customer.err()).collect()),
    }
}

/// The allocations that AWS has in a month.
fn of_month(named: &AttributionNames, period: Period) -> Result<Vec<&Allocation>, Problem> {
    let (first, last) = bounds(period);
    let mut held = Vec::new();
    for allocation in &named.allocations {
        // Dates of this form sort as texts.
        let apart = allocation.effective_until < first || allocation.effective_from > last;
        let same = allocation.effective_from == first && allocation.effective_until == last;
        match (apart, same) {
            (_, true) => held.push(allocation),
            (true, _) => {}
            (false, _) => {
                let id = &allocation.revenue_attribution_allocation_id;
                let reason = format!("`{id}` is of other months too: end it before {period} first");
                return Err(Problem::new("RevenueShareAllocations", reason, "other-months"));
            }
        }
    }
    Ok(held)
}

fn bounds(period: Period) -> (String, String) {
    (period.first_day().to_string(), period.last_day().to_string())
}

/// What has to change, in an order in which the shares never exceed the whole on the way: first what ends or falls.
fn changes(shares: &BTreeMap<Target, u64>, held_now: &[&Allocation], period: Period) -> Vec<Value> {
    let (first, last) = bounds(period);
    let change = |(entity, customer): &Target, share: u64, of: Option<&Allocation>, status: &str| {
        without_nulls(json!({
            "Action": if of.is_some() { "UPDATE" } else { "CREATE" },
            "RevenueAttributionAllocationId": of.map(|of| &of.revenue_attribution_allocation_id),
            "EntityType": entity.entity_type,
            "EntityIdentifier": entity.entity_identifier,
            "CustomerAwsAccountId": customer,
            "RevenueSharePercent": percent(share),
            "EffectiveFrom": first,
            "EffectiveUntil": last,
            "Status": status,
        }))
    };
    let (mut falling, mut rising) = (Vec::new(), Vec::new());
    let mut there = std::collections::BTreeSet::new();
    for allocation in held_now {
        let target = (allocation.entity.clone(), allocation.customer_aws_account_id.clone());
        let active = allocation.status.as_deref() != Some("INACTIVE");
        let had = if active { hundredths(&allocation.revenue_share_percent) } else { 0 };
        // A second allocation of one target is one too many.
        let share = if there.insert(target.clone()) { shares.get(&target).copied() } else { None };
        match share {
            None if active => falling.push(change(&target, had, Some(allocation), "INACTIVE")),
            Some(share) if share < had => falling.push(change(&target, share, Some(allocation), "ACTIVE")),
            Some(share) if share > had => rising.push(change(&target, share, Some(allocation), "ACTIVE")),
            _ => {}
        }
    }
    let new = shares.iter().filter(|(target, _)| !there.contains(*target));
    rising.extend(new.map(|(target, share)| change(target, *share, None, "ACTIVE")));
    falling.extend(rising);
    falling
}

/// `1250` as `12.5`.
fn percent(share: u64) -> String {
    let text = format!("{}.{:02}", share / 100, share % 100);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// The inverse; the schema of the file of names has held it to its form.
fn hundredths(percent: &str) -> u64 {
    let (whole, rest) = percent.split_once('.').unwrap_or((percent, ""));
    format!("{whole}{rest:0<2}").parse().unwrap_or(0)
}

fn held(shape: &Shape, body: Value, mut problems: Vec<Problem>) -> Result<Value, Vec<Problem>> {
    problems.extend(shape.problems(&body));
    problems.extend(withheld::found(Portal::AwsRevenueAttribution, &body));
    if problems.is_empty() { Ok(body) } else { Err(problems) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calls::names::{Names, OfPortal};
    use proptest::prelude::*;
    use tributary_domain::money::Amount;
    use tributary_domain::time::Instant;

    fn month() -> Period {
        "2026-02".parse().expect("a period")
    }

    /// A file of names with as many deals, and the allocations that AWS answered.
    fn names(deals: usize, allocations: &[Value]) -> RevenueNames {
        let entity = |deal: usize| {
            (format!("d-{deal}"), json!({"EntityType": "OFFER", "EntityIdentifier": format!("offer-{deal}")}))
        };
        let document = json!({
            "catalog": "Sandbox",
            "accounts": {"acme": "012345678901"},
            "deals": Value::Object((0..deals).map(entity).collect()),
            "products": {"p": {
                "Name": "P", "TenancyModel": "MULTI_TENANT", "allocations": allocations,
                "attribution": {"RevenueAttributionIdentifier": "ra-abcdefghij123", "RevenueAttributionRevision": "1"},
            }},
        });
        match Names::read(Portal::AwsRevenueAttribution, &document).expect("names").0 {
            OfPortal::AwsRevenueAttribution(names) => names,
            other => panic!("{other:?}"),
        }
    }

    fn facts(earned: i64, credits: &[i64]) -> ProductFacts {
        let amount = |units: i64| Amount::from_units(i128::from(units));
        let deal = |(at, credit): (usize, &i64)| DealCredit {
            account: "acme".to_owned(),
            deal: format!("d-{at}"),
            customer: Some("012345678901".to_owned()),
            credit: amount(*credit),
        };
        ProductFacts {
            product: "p".to_owned(),
            earned: amount(earned),
            deals: credits.iter().enumerate().map(deal).collect(),
        }
    }

    fn run(names: &RevenueNames, facts: &ProductFacts) -> Calls {
        let mut calls = Calls::new(Portal::AwsRevenueAttribution, Instant::from_micros(0));
        product(&Model::load().expect("models"), names, facts, month(), &mut calls);
        calls
    }

    /// What AWS would hold after a task; on the way the shares never exceed the whole.
    fn apply(held: &mut Vec<Value>, calls: &Calls) -> Result<(), TestCaseError> {
        for change in
            calls.calls.iter().flat_map(|call| call.body["RevenueShareAllocations"].as_array().into_iter().flatten())
        {
            let mut change = change.clone();
            let action = change.as_object_mut().and_then(|fields| fields.remove("Action")).unwrap_or_default();
            match action.as_str() {
                Some("CREATE") => {
                    change["RevenueAttributionAllocationId"] = format!("alloc-{:013}", held.len()).into();
                    held.push(change);
                }
                _ => {
                    let id = change["RevenueAttributionAllocationId"].clone();
                    let at = held.iter().position(|one| one["RevenueAttributionAllocationId"] == id).expect("known");
                    held[at] = change;
                }
            }
            prop_assert!(sum(held) <= WHOLE);
        }
        Ok(())
    }

    fn sum(held: &[Value]) -> u64 {
        let active = held.iter().filter(|one| one["Status"] != "INACTIVE");
        active.map(|one| hundredths(one["RevenueSharePercent"].as_str().expect("a text"))).sum()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn shares_of_a_month_never_exceed_the_whole_while_they_move_from_one_state_to_another(
            months in prop::collection::vec((0_i64..10_000_000, prop::collection::vec(-1_000_i64..1_000_000, 0..600)), 1..4)
        ) {
            let mut held: Vec<Value> = Vec::new();
            for (earned, credits) in months {
                let facts = facts(earned, &credits);
                let mut tasks = 0;
                loop {
                    let calls = run(&names(600, &held), &facts);
                    prop_assert_eq!(&calls.left_out, &[]);
                    prop_assert!(calls.calls.len() <= 1);
                    if calls.calls.is_empty() {
                        prop_assert!(calls.waiting.is_empty());
                        break;
                    }
                    let count = calls.calls[0].body["RevenueShareAllocations"].as_array().map_or(0, Vec::len);
                    prop_assert!(count <= CHANGES_MAX && (count == CHANGES_MAX || calls.waiting.is_empty()));
                    apply(&mut held, &calls)?;
                    tasks += 1;
                    prop_assert!(tasks <= 8, "it does not end");
                }
                let credited: i64 = credits.iter().filter(|credit| **credit > 0).sum();
                prop_assert!(credited < earned || credited == 0 || sum(&held) == WHOLE, "all of it is credited");
            }
        }

        #[test]
        fn a_share_is_read_back_as_it_was_written(share in 0_u64..=WHOLE) {
            prop_assert_eq!(hundredths(&percent(share)), share);
        }
    }

    #[test]
    fn a_deal_that_cannot_be_named_is_left_out_and_its_share_goes_to_nobody() {
        let calls = run(&names(1, &[]), &facts(100, &[50, 50]));
        assert_eq!(calls.left_out[0].deal.as_deref(), Some("d-1"));
        assert_eq!(calls.left_out[0].problems[0].field, "EntityIdentifier");
        assert_eq!(calls.calls[0].body["RevenueShareAllocations"][0]["RevenueSharePercent"], "50");
    }

    #[test]
    fn allocations_of_other_months_are_left_alone_and_one_that_reaches_into_this_one_stops_the_product() {
        let held = |from: &str, until: &str| {
            json!({"RevenueAttributionAllocationId": "alloc-abcdefghij123", "EntityType": "OFFER", "EntityIdentifier": "offer-0",
                "CustomerAwsAccountId": "012345678901", "RevenueSharePercent": "90", "EffectiveFrom": from, "EffectiveUntil": until})
        };
        let before = run(&names(1, &[held("2026-01-01", "2026-01-31")]), &facts(100, &[100]));
        assert_eq!(before.calls[0].body["RevenueShareAllocations"][0]["Action"], "CREATE");
        let into = run(&names(1, &[held("2026-01-01", "2026-02-28")]), &facts(100, &[100]));
        assert_eq!((into.calls.len(), into.left_out[0].problems[0].code), (0, "other-months"));
    }
}
