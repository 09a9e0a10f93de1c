//! What other systems say of deals, and who is right about it.

use serde_json::json;
use tributary_domain::time::Day;

use super::reference::CURRENCIES;
use super::scene::{AGREEMENTS, Scene};

const SYSTEMS: [(&str, &str); 5] = [
    ("salesforce", "crm"),
    ("hubspot", "crm"),
    ("aws-partner-central", "portal"),
    ("aws-marketplace", "marketplace"),
    ("aws-sdds", "disbursements"),
];
const FIELDS: [&str; 8] =
    ["accountName", "opportunityName", "stage", "amount", "closeDate", "acceptance", "agreement", "paid"];
const STAGES: [&str; 3] = ["Open", "Closed Won", "Launched"];

/// A system says something of a deal: few values, so that systems agree as often as they differ.
pub(super) fn observed(scene: &mut Scene, day: Day) {
    let (deal, when) = (scene.deal(), scene.when(day));
    let subject = scene.home(deal);
    let (system, usual) = scene.random.pick(&SYSTEMS);
    let kind = if scene.random.chance(8) { "other" } else { usual };
    let mut data = json!({"deal": deal, "system": system, "kind": kind});
    let mut cleared = Vec::new();
    for field in scene.random.some(&FIELDS) {
        if scene.random.chance(15) {
            cleared.push(field);
            continue;
        }
        data[field] = match field {
            "stage" => scene.random.pick(&STAGES).into(),
            "amount" | "paid" => scene.random.pick(&["100", "100.00", "250.5"]).into(),
            "closeDate" => scene.period().first_day().to_string().into(),
            "agreement" => scene.random.pick(&AGREEMENTS).into(),
            _ => scene.random.pick(&["Approved", "Acme", "ACME"]).into(),
        };
    }
    if data["amount"].is_string() || data["paid"].is_string() {
        data["currency"] = scene.random.pick(&CURRENCIES[..2]).into();
    }
    if !cleared.is_empty() {
        data["cleared"] = cleared.into();
    }
    scene.say("deal.observed", &subject, when, data);
}

/// A policy that says who is right, a new one or a new version.
pub(super) fn authority(scene: &mut Scene, day: Day) {
    let (from, when) = (scene.day(), scene.when(day));
    let id = scene.random.pick(&["program", "vendors"]);
    let mut policy = json!({"kind": "authority", "id": id, "effectiveFrom": from.to_string(), "fields": {}});
    if scene.random.chance(20) {
        policy["effectiveTo"] = (from + chrono::TimeDelta::days(scene.random.within(0, 60))).to_string().into();
    }
    if scene.random.chance(40) {
        policy["priority"] = scene.random.within(-2, 2).into();
    }
    for field in scene.random.some(&FIELDS) {
        let systems: Vec<&str> = scene.random.some(&SYSTEMS).into_iter().map(|(system, _)| system).collect();
        let mut named = json!({"systems": systems});
        if field == "stage" && scene.random.chance(70) {
            named["same"] = json!([{"values": STAGES[1..]}]);
        }
        policy["fields"][field] = named;
    }
    scene.say("policy.published", "book", when, json!({"policy": policy}));
}
