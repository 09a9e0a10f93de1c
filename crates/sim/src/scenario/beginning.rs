//! The program that a scenario begins with: it earns, in every basis, so that what disturbs it changes numbers.

use super::deal::Named;
use super::scene::{ACCOUNTS, DEALS, LEADS, PARTNERS, REGISTRATIONS, Scene};
use super::{commission, consumption, deal, lead, model, payment, reference, registration};

/// Tells of the program and of what so many deals brought.
pub(super) fn tell(scene: &mut Scene, deals: usize) {
    let before = |scene: &Scene, days: i64| scene.day_of_story(-days);
    if scene.random.chance(93) {
        let day = before(scene, 30);
        let when = scene.soon(day);
        reference::book(scene, when);
    }
    for partner in &PARTNERS[..4] {
        let day = if scene.random.chance(85) { before(scene, 25) } else { scene.day() };
        let when = scene.soon(day);
        reference::partner(scene, partner, when);
    }
    for (at, account) in ACCOUNTS[..3].iter().enumerate() {
        let day = before(scene, 20);
        let when = scene.soon(day);
        reference::account(scene, account, when);
        if scene.random.chance(85) {
            let when = if scene.random.chance(60) { scene.soon(day) } else { scene.when(day) };
            reference::link(scene, at, account, when);
        }
    }
    rules(scene);
    for currency in reference::CURRENCIES {
        if scene.random.chance(70) && *currency != scene.book.currency.to_string() {
            let day = before(scene, 5);
            reference::rate(scene, day);
        }
    }
    for at in 0..deals {
        sold(scene, at);
    }
}

fn rules(scene: &mut Scene) {
    let (from, day) = (scene.day_of_story(-15), scene.day_of_story(-16));
    let when = scene.soon(day);
    model::first(scene, from, when);
    for _ in 0..scene.random.below(3) {
        let when = scene.soon(day);
        model::policy(scene, from, when);
    }
    commission::first(scene, when);
}

/// A deal from its lead to what it brings every month.
fn sold(scene: &mut Scene, at: usize) {
    let (id, day) = (DEALS[at], scene.random.within(-8, 12));
    let (asked, opened, won) = (scene.day_of_story(day - 4), scene.day_of_story(day), scene.day_of_story(day + 2));
    let (subject, mut named) = (scene.home(id), Named::default());
    if scene.random.chance(65) {
        let brought = LEADS[at.min(LEADS.len() - 1)];
        led(scene, brought, &subject, asked);
        named.lead = Some(brought);
    }
    if scene.random.chance(50) {
        let claim = REGISTRATIONS[at];
        let when = scene.soon(asked);
        registration::submitted(scene, claim, &subject, when);
        let (until, when) = (opened + chrono::TimeDelta::days(scene.random.within(-1, 90)), scene.soon(asked));
        registration::approved(scene, claim, until, &subject, when);
        named.registration = scene.random.chance(50).then_some(claim);
    }
    let when = scene.soon(opened);
    deal::opened(scene, id, named, &subject, when);
    for _ in 0..2 + scene.random.below(3) {
        let when = scene.soon(opened);
        deal::role(scene, "deal.role_assigned", id, &subject, when);
    }
    for _ in 0..scene.random.below(4) {
        let (before, when) = (scene.random.chance(70), scene.soon(asked));
        lead::touched(scene, before.then_some(id), &subject, when);
    }
    if scene.random.chance(92) {
        let when = scene.soon(won);
        let days = scene.random.chance(35).then(|| scene.random.pick(&[20, 45, 89, 364]));
        deal::term(scene, "deal.won", id, (won, days), &subject, when);
    }
    if scene.random.chance(35) {
        let day = scene.day();
        let when = scene.when(day);
        deal::term_again(scene, "deal.renewed", id, day, &subject, when);
    }
    if scene.random.chance(15) {
        let day = won + chrono::TimeDelta::days(scene.random.pick(&[0, 5, 20, 50, 100]));
        let when = scene.when(day);
        deal::ended(scene, "deal.churned", id, &subject, when);
    }
    if scene.random.chance(40) {
        let when = scene.soon(won);
        deal::offer(scene, id, &subject, when);
    }
    brings(scene, id);
}

fn led(scene: &mut Scene, brought: &str, subject: &str, day: tributary_domain::time::Day) {
    let when = scene.soon(day);
    lead::captured(scene, brought, subject, when);
    if scene.random.chance(45) {
        let when = scene.soon(day);
        lead::offered(scene, brought, subject, when);
        for _ in 0..1 + scene.random.below(2) {
            let when = scene.soon(day);
            lead::claimed(scene, brought, subject, when);
        }
    }
    if scene.random.chance(35) {
        let when = scene.soon(day);
        lead::assigned(scene, brought, subject, when);
    }
}

fn brings(scene: &mut Scene, id: &str) {
    for _ in 0..scene.months.min(5) {
        for _ in 0..1 + scene.random.below(3) {
            let day = scene.day();
            let when = scene.when(day);
            consumption::used(scene, id, when);
        }
    }
    for _ in 0..scene.random.below(3) {
        let day = scene.day();
        payment::disbursed(scene, day);
    }
}
