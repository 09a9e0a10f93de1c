//! Attribution policies: every model, nested, in every pool.

use serde_json::{Value, json};
use tributary_domain::time::Day;

use super::scene::{MARKETS, PARTNERS, POOLS, PRODUCTS, ROLES, Scene, VENDORS, When};

const IDS: [&str; 4] = ["cloud", "classic", "overlay", "quota"];
const MOTIONS: [&str; 4] = ["direct", "partnerSourced", "partnerInfluenced", "coSell"];
pub(super) const TOUCHES: [&str; 8] =
    ["introduction", "referral", "demo", "workshop", "implementation", "listing", "marketing", "other"];

/// The policy of the program that everything begins with: it matches all and gives much.
pub(super) fn first(scene: &mut Scene, from: Day, when: When) {
    let mut model = json!({"roleSplit": {"shares": scene.shares(&ROLES[..3])}});
    if scene.random.chance(30) {
        model = touch(scene);
    }
    for around in ["sourceWins", "registrationProtection"] {
        if scene.random.chance(55) {
            let share = scene.random.pick(&["0.5", "0.3", "0.333333333", "0.1"]);
            model = json!({around: {"share": share, "otherwise": model}});
        }
    }
    let policy = json!({"kind": "attribution", "id": IDS[0], "effectiveFrom": from.to_string(), "model": model});
    scene.say("policy.published", "book", when, json!({"policy": policy}));
}

/// A policy of any shape: a new one, a new version of one, or a correction.
pub(super) fn policy(scene: &mut Scene, from: Day, when: When) {
    let at = scene.random.below(IDS.len());
    let mut policy = json!({"kind": "attribution", "id": IDS[at], "effectiveFrom": from.to_string()});
    if at > 1 || scene.random.chance(20) {
        policy["pool"] = scene.random.weighted(&[(60, POOLS[at.saturating_sub(1)]), (40, POOLS[0])]).into();
    }
    if scene.random.chance(20) {
        policy["effectiveTo"] = (from + chrono::TimeDelta::days(scene.random.within(0, 60))).to_string().into();
    }
    if scene.random.chance(40) {
        policy["priority"] = scene.random.within(-2, 2).into();
    }
    if scene.random.chance(40) {
        policy["match"] = matching(scene);
    }
    policy["model"] = model(scene, 3);
    scene.say("policy.published", "book", when, json!({"policy": policy}));
}

/// A policy that begins, and is learned, around a day.
pub(super) fn policy_again(scene: &mut Scene, day: Day) {
    let from = if scene.random.chance(40) { scene.first.first_day() } else { scene.day() };
    let when = scene.when(day);
    policy(scene, from, when);
}

fn matching(scene: &mut Scene) -> Value {
    let mut lists = json!({});
    let named: [(&str, &[&str]); 4] =
        [("markets", &MARKETS), ("motions", &MOTIONS), ("products", &PRODUCTS), ("vendors", &VENDORS)];
    for (name, of) in named {
        if scene.random.chance(35) {
            lists[name] = scene.random.some(of).into();
        }
    }
    lists
}

fn model(scene: &mut Scene, depth: u32) -> Value {
    let nested: u64 = if depth > 1 { 22 } else { 0 };
    let kind = scene.random.weighted(&[
        (30, "roleSplit"),
        (nested, "registrationProtection"),
        (nested, "sourceWins"),
        (24, "touch"),
        (10, "fixed"),
        (4, "none"),
    ]);
    match kind {
        "roleSplit" => {
            let roles = scene.random.some(&ROLES);
            let mut split = json!({"shares": scene.shares(&roles)});
            if scene.random.chance(60) {
                split["unfilled"] = scene.random.weighted(&[(30, "retain"), (70, "redistribute")]).into();
            }
            json!({"roleSplit": split})
        }
        "touch" => touch(scene),
        "fixed" => {
            let partners = scene.random.some(&PARTNERS);
            json!({"fixed": {"shares": scene.shares(&partners)}})
        }
        "none" => json!({"none": {}}),
        around => {
            let share = scene.share();
            json!({around: {"share": share, "otherwise": model(scene, depth - 1)}})
        }
    }
}

fn touch(scene: &mut Scene) -> Value {
    let weighting = scene.random.pick(&["first", "last", "linear", "decay", "position"]);
    let mut touch = json!({"weighting": weighting, "lookbackDays": scene.random.pick(&[0, 10, 30, 180])});
    if scene.random.chance(35) {
        touch["kinds"] = scene.random.some(&TOUCHES).into();
    }
    match weighting {
        "decay" => touch["halfLifeDays"] = scene.random.pick(&[1, 7, 30]).into(),
        "position" => {
            let both = scene.shares(&["first", "last"]);
            touch["first"] = both["first"].clone();
            touch["last"] = both["last"].clone();
        }
        _ => {}
    }
    json!({"touch": touch})
}
