//! Usage and its corrections.

use serde_json::json;
use tributary_domain::time::Day;

use super::scene::{Scene, VENDORS, When};

pub(super) fn used(scene: &mut Scene, deal: &str, when: When) {
    let subject = scene.home(deal);
    let mut data = json!({"product": scene.product(), "amount": scene.amount(), "currency": scene.currency()});
    if scene.random.chance(25) {
        data["vendor"] = scene.random.pick(&VENDORS).into();
    }
    if scene.random.chance(45) {
        data["deal"] = deal.into();
    }
    if scene.random.chance(30) {
        data["quantity"] = scene.positive().into();
    }
    if scene.random.chance(30) {
        data["unit"] = "h".into();
    }
    let (source, id) = scene.say("usage.recorded", &subject, when, data);
    scene.usage.push((source, id, subject));
}

pub(super) fn used_again(scene: &mut Scene, day: Day) {
    let (deal, when) = (scene.deal(), scene.when(day));
    used(scene, deal, when);
}

/// Restates something used, or says so of something that nobody used.
pub(super) fn corrected(scene: &mut Scene, day: Day) {
    let when = scene.when(day);
    let at = scene.random.below(scene.usage.len());
    let nothing = ("crm".to_owned(), "nothing".to_owned(), "account/acme".to_owned());
    let (source, id, own) = match scene.usage.get(at) {
        Some(used) if scene.random.chance(96) => used.clone(),
        _ => nothing,
    };
    let subject = if scene.random.chance(85) { own } else { scene.subject() };
    let amount = if scene.random.chance(25) { "0".to_owned() } else { scene.amount() };
    let mut data = json!({"corrects": {"source": source, "id": id}, "amount": amount});
    if scene.random.chance(30) {
        data["quantity"] = scene.positive().into();
    }
    scene.say("usage.corrected", &subject, when, data);
}
