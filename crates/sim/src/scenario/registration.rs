//! Registrations: claims and what the vendor answered.

use serde_json::json;
use tributary_domain::time::Day;

use super::scene::{PRODUCTS, REGISTRATIONS, Scene, When};

pub(super) fn submitted(scene: &mut Scene, registration: &str, subject: &str, when: When) {
    let mut data = json!({"registration": registration, "partner": scene.partner()});
    if scene.random.chance(35) {
        data["products"] = scene.random.some(&PRODUCTS).into();
    }
    if scene.random.chance(25) {
        data["evidence"] = json!(["mail of the 3rd", "minutes"]);
    }
    scene.say("registration.submitted", subject, when, data);
}

pub(super) fn approved(scene: &mut Scene, registration: &str, until: Day, subject: &str, when: When) {
    let mut data = json!({"registration": registration, "exclusiveUntil": until.to_string()});
    if scene.random.chance(30) {
        let mut economics = json!({});
        if scene.random.chance(60) {
            economics["marginProtection"] = "10 points".into();
        }
        if scene.random.chance(60) {
            economics["mdfEligible"] = scene.random.chance(50).into();
        }
        if scene.random.chance(60) {
            economics["jointPlanning"] = scene.random.chance(50).into();
        }
        data["economics"] = economics;
    }
    scene.say("registration.approved", subject, when, data);
}

/// Anything about any registration.
pub(super) fn again(scene: &mut Scene, day: Day) {
    let (registration, subject, when) = (scene.random.pick(&REGISTRATIONS), scene.subject(), scene.when(day));
    let until = day + chrono::TimeDelta::days(scene.random.within(-5, 60));
    match scene.random.below(8) {
        0 | 1 => submitted(scene, registration, &subject, when),
        2 | 3 => approved(scene, registration, until, &subject, when),
        4 => {
            let data = json!({"registration": registration, "exclusiveUntil": until.to_string()});
            scene.say("registration.extended", &subject, when, data);
        }
        5 => adjudicated(scene, &subject, when),
        answer => {
            let mut data = json!({"registration": registration});
            if scene.random.chance(50) {
                data["reason"] = "sold before".into();
            }
            let event = if answer == 6 { "registration.rejected" } else { "registration.withdrawn" };
            scene.say(event, &subject, when, data);
        }
    }
}

fn adjudicated(scene: &mut Scene, subject: &str, when: When) {
    let registrations = scene.random.some(&REGISTRATIONS);
    let winner =
        if scene.random.chance(80) { scene.random.pick(&registrations) } else { scene.random.pick(&REGISTRATIONS) };
    let data =
        json!({"registrations": registrations, "winner": winner, "by": "channel desk", "reason": "first to submit"});
    scene.say("registration.adjudicated", subject, when, data);
}
