//! Commission plans: every basis, mode and measure, and what bounds them.

use serde_json::{Value, json};
use tributary_domain::money::Amount;
use tributary_domain::time::{Day, Period};

use super::reference::KINDS;
use super::scene::{PARTNERS, POOLS, PRODUCTS, ROLES, Scene, VENDORS, When};

/// The plans and what each pays for, mostly.
const PLANS: [(&str, &str); 5] = [
    ("growth", "consumption"),
    ("seats", "recurring"),
    ("licences", "bookings"),
    ("market", "disbursement"),
    ("tail", "consumption"),
];
const BASES: [&str; 4] = ["consumption", "recurring", "bookings", "disbursement"];
/// The roles that models give, beside those that are held.
const GIVEN: [&str; 4] = ["registrant", "source", "touch", "fixed"];

/// The plans of the program that everything begins with. The first one pays everybody.
pub(super) fn first(scene: &mut Scene, when: When) {
    for at in 0..PLANS.len() {
        if at == 0 || scene.random.chance(60) {
            let from = scene.first.first_day();
            plan(scene, at, Period::of(from), at > 0, when);
        }
    }
}

/// A plan that is learned around a day: a new one, a new version of one, or a correction.
pub(super) fn plan_again(scene: &mut Scene, day: Day) {
    let from = if scene.random.chance(50) { scene.first } else { scene.period() };
    let (at, when) = (scene.random.below(PLANS.len()), scene.when(day));
    plan(scene, at, from, true, when);
}

fn plan(scene: &mut Scene, at: usize, from: Period, narrowed: bool, when: When) {
    let (id, usual) = PLANS[at];
    let basis = if !narrowed || scene.random.chance(92) { usual } else { scene.random.pick(&BASES) };
    let mut plan = json!({
        "kind": "commission", "id": id, "effectiveFrom": from.first_day().to_string(), "basis": basis,
        "schedule": schedule(scene),
    });
    if at == 4 && scene.random.chance(70) || scene.random.chance(10) {
        plan["pool"] = scene.random.pick(&POOLS).into();
    }
    if narrowed && scene.random.chance(15) {
        let last = Period::from_ordinal(from.ordinal() + i32::try_from(scene.random.below(4)).unwrap_or(0));
        plan["effectiveTo"] = last.last_day().to_string().into();
    }
    if narrowed {
        narrow(scene, &mut plan);
    }
    bound(scene, &mut plan);
    scene.say("policy.published", "book", when, json!({"policy": plan}));
}

/// Whom and what the plan pays for.
fn narrow(scene: &mut Scene, plan: &mut Value) {
    if scene.random.chance(30) {
        plan["partners"] = partners(scene);
    }
    if scene.random.chance(25) {
        let mut roles = scene.random.some(&ROLES);
        roles.extend(scene.random.some(&GIVEN));
        plan["roles"] = roles.into();
    }
    if scene.random.chance(15) {
        plan["products"] = scene.random.some(&PRODUCTS).into();
    }
    if scene.random.chance(12) {
        plan["vendors"] = scene.random.some(&VENDORS).into();
    }
    if scene.random.chance(30) {
        plan["terms"] = scene.random.weighted(&[(20, "any"), (50, "initial"), (30, "renewal")]).into();
    }
    if scene.random.chance(20) {
        plan["monthsFromStart"] = scene.random.pick(&[0, 1, 1, 2, 3, 24]).into();
    }
    if scene.random.chance(50) {
        plan["measure"] = scene.random.pick(&["partner", "account"]).into();
    }
}

/// What raises, bounds and takes back.
fn bound(scene: &mut Scene, plan: &mut Value) {
    if scene.random.chance(35) {
        let mut bands = Vec::new();
        let growths = ["-0.5", "0", "0.15", "0.5", "1"];
        for growth in scene.random.some(&growths) {
            bands.push(
                json!({"growth": growth, "multiplier": scene.random.pick(&["1.1", "1.25", "2", "0.5", "1.333333333"])}),
            );
        }
        let compare = scene.random.weighted(&[(75, "previousPeriod"), (25, "samePeriodLastYear")]);
        plan["accelerator"] = json!({"compare": compare, "bands": bands});
    }
    if scene.random.chance(25) {
        plan["cap"] = scene.random.pick(&["50", "100.5", "333.333", "0", "1000"]).into();
    }
    if scene.random.chance(35) {
        let within = scene.random.pick(&[0, 15, 60, 90, 400]);
        plan["clawback"] = json!({"withinDays": within, "share": scene.random.pick(&["1", "0.5", "0.333333333", "0"])});
    }
}

fn partners(scene: &mut Scene) -> Value {
    let mut lists = json!({});
    let named: [(&str, &[&str]); 4] = [
        ("kinds", if scene.random.chance(70) { &["msp", "si", "reseller"] } else { &KINDS }),
        ("tracks", &["build", "sell"]),
        ("tiers", &["gold", "silver"]),
        ("ids", &PARTNERS),
    ];
    for (name, of) in named {
        if scene.random.chance(30) {
            lists[name] = scene.random.some(of).into();
        }
    }
    lists
}

fn schedule(scene: &mut Scene) -> Value {
    let mode = scene.random.weighted(&[(40, "graduated"), (30, "volume"), (30, "flat")]);
    let mut from = 0;
    let mut bands = Vec::new();
    for _ in 0..=scene.random.below(3) {
        let rate = scene.random.pick(&["0.05", "0.1", "0.2", "0.033333333", "0.08", "0", "1"]);
        bands.push(json!({"from": Amount::from_units(from).to_string(), "rate": rate}));
        from += scene.positive_units();
    }
    json!({"mode": mode, "bands": bands})
}
