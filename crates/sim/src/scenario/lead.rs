//! Leads and touches.

use serde_json::json;
use tributary_domain::time::Day;

use super::model::TOUCHES;
use super::scene::{LEADS, MARKETS, PARTNERS, PRODUCTS, Scene, When};

const MOTIONS: [(u64, &str); 4] = [(20, "direct"), (35, "partnerSourced"), (15, "partnerInfluenced"), (30, "coSell")];

pub(super) fn captured(scene: &mut Scene, lead: &str, subject: &str, when: When) {
    let mut data = json!({"lead": lead, "motion": scene.random.weighted(&MOTIONS)});
    if scene.random.chance(40) {
        data["partner"] = scene.partner().into();
    }
    if scene.random.chance(30) {
        data["referral"] =
            json!({"program": "ace", "vendor": "v-1", "referralId": format!("O-{}", scene.random.below(99))});
    }
    if scene.random.chance(30) {
        data["market"] = scene.random.pick(&MARKETS).into();
    }
    if scene.random.chance(30) {
        data["products"] = scene.random.some(&PRODUCTS).into();
    }
    scene.say("lead.captured", subject, when, data);
}

pub(super) fn offered(scene: &mut Scene, lead: &str, subject: &str, when: When) {
    let partners = scene.random.some(&PARTNERS);
    scene.say("lead.offered", subject, when, json!({"lead": lead, "partners": partners}));
}

pub(super) fn claimed(scene: &mut Scene, lead: &str, subject: &str, when: When) {
    let partner = scene.partner();
    scene.say("lead.claimed", subject, when, json!({"lead": lead, "partner": partner}));
}

pub(super) fn assigned(scene: &mut Scene, lead: &str, subject: &str, when: When) {
    let basis = scene.random.pick(&["contract", "program", "qualification", "territory", "customerRequest"]);
    let partner = scene.partner();
    scene.say("lead.assigned", subject, when, json!({"lead": lead, "partner": partner, "basis": basis}));
}

/// Anything about any lead.
pub(super) fn again(scene: &mut Scene, day: Day) {
    let (lead, subject, when) = (scene.random.pick(&LEADS), scene.subject(), scene.when(day));
    match scene.random.below(6) {
        0 => captured(scene, lead, &subject, when),
        1 => offered(scene, lead, &subject, when),
        2 => claimed(scene, lead, &subject, when),
        3 | 4 => assigned(scene, lead, &subject, when),
        _ => {
            let mut data = json!({"lead": lead, "outcome": scene.random.pick(&["converted", "disqualified"])});
            if scene.random.chance(50) {
                data["reason"] = "no budget".into();
            }
            scene.say("lead.closed", &subject, when, data);
        }
    }
}

pub(super) fn touched(scene: &mut Scene, deal: Option<&str>, subject: &str, when: When) {
    let mut data = json!({"partner": scene.partner(), "kind": scene.random.pick(&TOUCHES)});
    if let Some(deal) = deal {
        data["deal"] = deal.into();
    }
    if scene.random.chance(25) {
        data["lead"] = scene.random.pick(&LEADS).into();
    }
    if scene.random.chance(25) {
        data["note"] = "met at the fair".into();
    }
    scene.say("touch.recorded", subject, when, data);
}

pub(super) fn touched_again(scene: &mut Scene, day: Day) {
    let (deal, when) = (scene.deal(), scene.when(day));
    let subject = scene.home(deal);
    let named = scene.random.chance(50).then_some(deal);
    touched(scene, named, &subject, when);
}
