//! Money that moved: disbursements, payouts, returns, holds.

use serde_json::{Value, json};
use tributary_domain::money::Amount;
use tributary_domain::time::Day;

use super::scene::{AGREEMENTS, MARKETPLACES, Scene};

pub(super) fn disbursed(scene: &mut Scene, day: Day) {
    let (deal, when) = (scene.deal(), scene.when(day));
    let subject = scene.home(deal);
    let mut data = parts(scene, deal, ("disbursement", "x"), 10);
    data["disbursedOn"] = day.to_string().into();
    if scene.random.chance(40) {
        data["charge"] = format!("c-{}", scene.random.below(8)).into();
    }
    scene.say("disbursement.reported", &subject, when, data);
}

pub(super) fn billed(scene: &mut Scene, day: Day) {
    let (deal, when) = (scene.deal(), scene.when(day));
    let subject = scene.home(deal);
    let mut data = parts(scene, deal, ("charge", "c"), 15);
    data["billedOn"] = day.to_string().into();
    if scene.random.chance(50) {
        data["dueOn"] = day.to_string().into();
    }
    if scene.random.chance(25) {
        data["takesBack"] = format!("c-{}", scene.random.below(8)).into();
    }
    scene.say("charge.billed", &subject, when, data);
}

/// What is billed or paid out, in parts that tie; below zero in so many of a hundred.
fn parts(scene: &mut Scene, deal: &str, (name, prefix): (&str, &str), below_zero: u64) -> Value {
    let gross = scene.positive_units();
    let [fee, tax, refund] = [30, 15, 60].map(|part| if scene.random.chance(60) { gross / part } else { 0 });
    let gross = if scene.random.chance(below_zero) { -gross } else { gross };
    let text = |units: i128| Amount::from_units(units).to_string();
    let mut data = json!({
        name: format!("{prefix}-{}", scene.random.below(8)), "marketplace": scene.random.pick(&MARKETPLACES),
        "gross": text(gross), "fee": text(fee), "tax": text(tax), "refund": text(refund),
        "net": text(gross - fee - tax - refund), "currency": scene.currency(),
    });
    if scene.random.chance(45) {
        data["deal"] = deal.into();
    }
    if scene.random.chance(55) {
        data["agreement"] = scene.random.pick(&AGREEMENTS).into();
    }
    if scene.random.chance(50) {
        data["product"] = scene.product().into();
    }
    data
}

pub(super) fn paid(scene: &mut Scene, day: Day) {
    let (subject, when) = (format!("partner/{}", scene.partner()), scene.when(day));
    let payout = format!("pay-{}", scene.random.below(6));
    if scene.random.chance(30) {
        scene.say("payout.returned", &subject, when, json!({"payout": payout}));
        return;
    }
    let currency = if scene.random.chance(85) { scene.book.currency.to_string() } else { scene.currency() };
    let amount = if scene.random.chance(5) { "0".to_owned() } else { scene.positive() };
    scene.say("payout.issued", &subject, when, json!({"payout": payout, "amount": amount, "currency": currency}));
}

pub(super) fn held(scene: &mut Scene, day: Day) {
    let (subject, when) = (format!("partner/{}", scene.partner()), scene.when(day));
    let hold = format!("h-{}", scene.random.below(4));
    if scene.random.chance(35) {
        scene.say("hold.released", &subject, when, json!({"hold": hold}));
        return;
    }
    let mut data = json!({"hold": hold, "reason": "dispute"});
    if scene.random.chance(70) {
        data["deal"] = scene.deal().into();
    }
    scene.say("hold.placed", &subject, when, data);
}
