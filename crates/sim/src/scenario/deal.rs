//! Deals: openings, terms, lines, roles, ends, offers.

use serde_json::{Value, json};
use tributary_domain::time::Day;

use super::scene::{AGREEMENTS, LEADS, MARKETPLACES, REGISTRATIONS, ROLES, Scene, VENDORS, When};

/// What a deal names when it is opened.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Named<'a> {
    pub(super) lead: Option<&'a str>,
    pub(super) registration: Option<&'a str>,
}

pub(super) fn opened(scene: &mut Scene, deal: &str, named: Named<'_>, subject: &str, when: When) {
    let mut data = json!({"deal": deal});
    if let Some(lead) = named.lead {
        data["lead"] = lead.into();
    }
    if let Some(registration) = named.registration {
        data["registration"] = registration.into();
    }
    if scene.random.chance(85) {
        data["lines"] = lines(scene);
    }
    scene.say("deal.opened", subject, when, data);
}

/// A term from a day on, of so many more days if it ends: won or renewed.
pub(super) fn term(
    scene: &mut Scene,
    event: &str,
    deal: &str,
    (start, days): (Day, Option<i64>),
    subject: &str,
    when: When,
) {
    let mut data = json!({"deal": deal, "termStart": start.to_string()});
    if let Some(days) = days {
        data["termEnd"] = (start + chrono::TimeDelta::days(days)).to_string().into();
    }
    if scene.random.chance(40) {
        data["lines"] = lines(scene);
    }
    scene.say(event, subject, when, data);
}

pub(super) fn role(scene: &mut Scene, event: &str, deal: &str, subject: &str, when: When) {
    let partner = scene.partner();
    let usual = match partner {
        "p-1" => "msp",
        "p-2" => "si",
        "p-3" => "reseller",
        _ => "isv",
    };
    let role = if scene.random.chance(60) { usual } else { scene.random.pick(&ROLES) };
    scene.say(event, subject, when, json!({"deal": deal, "partner": partner, "role": role}));
}

pub(super) fn ended(scene: &mut Scene, event: &str, deal: &str, subject: &str, when: When) {
    let mut data = json!({"deal": deal});
    if scene.random.chance(50) {
        data["reason"] = "price".into();
    }
    scene.say(event, subject, when, data);
}

pub(super) fn changed(scene: &mut Scene, deal: &str, subject: &str, when: When) {
    let lines = lines(scene);
    scene.say("deal.changed", subject, when, json!({"deal": deal, "lines": lines}));
}

pub(super) fn offer(scene: &mut Scene, deal: &str, subject: &str, when: When) {
    let (offer, agreement) = (format!("o-{}", scene.random.below(9)), scene.random.pick(&AGREEMENTS));
    let marketplace = scene.random.pick(&MARKETPLACES);
    let data = json!({"offer": offer, "deal": deal, "marketplace": marketplace, "agreement": agreement});
    scene.say("offer.accepted", subject, when, data);
}

/// Anything about any deal.
pub(super) fn again(scene: &mut Scene, day: Day) {
    let (deal, when) = (scene.deal(), scene.when(day));
    let subject = scene.home(deal);
    match scene.random.below(24) {
        0 | 1 => {
            let lead = scene.random.chance(50).then(|| scene.random.pick(&LEADS));
            let registration = scene.random.chance(40).then(|| scene.random.pick(&REGISTRATIONS));
            opened(scene, deal, Named { lead, registration }, &subject, when);
        }
        2 => {
            let stage = scene.random.pick(&["qualified", "proposal"]);
            scene.say("deal.staged", &subject, when, json!({"deal": deal, "stage": stage}));
        }
        3..=9 => role(scene, "deal.role_assigned", deal, &subject, when),
        10 | 11 => role(scene, "deal.role_removed", deal, &subject, when),
        12 | 13 => term_again(scene, "deal.won", deal, day, &subject, when),
        14..=16 => term_again(scene, "deal.renewed", deal, day, &subject, when),
        17..=19 => changed(scene, deal, &subject, when),
        20 | 21 => ended(scene, "deal.churned", deal, &subject, when),
        22 => ended(scene, "deal.lost", deal, &subject, when),
        _ => offer(scene, deal, &subject, when),
    }
}

/// Mostly a term from about that day, sometimes from one that others start on too.
pub(super) fn term_again(scene: &mut Scene, event: &str, deal: &str, day: Day, subject: &str, when: When) {
    let start = if scene.random.chance(30) {
        scene.period().first_day()
    } else {
        day + chrono::TimeDelta::days(scene.random.within(-3, 20))
    };
    let days = scene.random.chance(65).then(|| scene.random.pick(&[0, 1, 20, 45, 89, 364]));
    term(scene, event, deal, (start, days), subject, when);
}

/// Lines: mostly what is consumed, with what recurs and what is licensed.
pub(super) fn lines(scene: &mut Scene) -> Value {
    let mut lines = Vec::new();
    for number in 1..=1 + scene.random.below(4) {
        let consumed = if number == 1 { 80 } else { 45 };
        let kind = scene.random.weighted(&[(consumed, "consumption"), (28, "recurring"), (17, "license")]);
        let mut line = json!({"line": number.to_string(), "product": scene.product(), "kind": kind});
        if scene.random.chance(60) {
            line["vendor"] = scene.random.pick(&VENDORS).into();
        }
        if kind != "consumption" {
            line["amount"] = scene.amount().into();
            line["currency"] = scene.currency().into();
        }
        lines.push(line);
    }
    lines.into()
}
