//! Reference events: the book, partners, accounts, aliases, rates.

use serde_json::json;
use tributary_domain::book::Book;
use tributary_domain::time::{Day, parse_zone};

use super::scene::{ACCOUNTS, ALIASES, MARKETS, PARTNERS, Scene, When};

pub(super) const CURRENCIES: [&str; 5] = ["USD", "EUR", "JPY", "KWD", "BHD"];
const ZONES: [(u64, &str); 6] = [
    (30, "UTC"),
    (20, "America/New_York"),
    (20, "Europe/Berlin"),
    (10, "Asia/Kolkata"),
    (10, "Pacific/Auckland"),
    (10, "America/Sao_Paulo"),
];
pub(super) const KINDS: [&str; 8] =
    ["reseller", "distributor", "msp", "si", "isv", "technology", "referral", "training"];

/// The book that the scenario is kept in.
pub(super) fn book(scene: &mut Scene, when: When) {
    let currency = scene.random.weighted(&[(50, "USD"), (20, "EUR"), (15, "JPY"), (8, "KWD"), (7, "BHD")]);
    let zone = scene.random.weighted(&ZONES);
    configure(scene, currency, zone, when);
    if let (Ok(currency), Ok(zone)) = (currency.parse(), parse_zone(zone)) {
        scene.book = Book { currency, zone, ..Book::default() };
    }
}

/// The book is kept otherwise from now on. Its currency stays: what was recognised in one cannot be compared with another.
pub(super) fn book_again(scene: &mut Scene, day: Day) {
    let zone = if scene.random.chance(50) {
        scene.book.zone.name().to_owned()
    } else {
        scene.random.weighted(&ZONES).to_owned()
    };
    let (currency, when) = (scene.book.currency.to_string(), scene.when(day));
    configure(scene, &currency, &zone, when);
}

fn configure(scene: &mut Scene, currency: &str, zone: &str, when: When) {
    let mut data = json!({"currency": currency, "timeZone": zone});
    if scene.random.chance(50) {
        data["rounding"] = scene.random.pick(&["halfEven", "halfUp"]).into();
    }
    if scene.random.chance(50) {
        data["fx"] = scene.random.pick(&["serviceDay", "periodEnd"]).into();
    }
    scene.say("book.configured", "book", when, data);
}

pub(super) fn partner(scene: &mut Scene, partner: &str, when: When) {
    let usual = match partner {
        "p-1" => "msp",
        "p-2" => "si",
        "p-3" => "reseller",
        _ => "isv",
    };
    let mut kinds = vec![usual];
    if scene.random.chance(25) {
        kinds = scene.random.some(&KINDS);
    }
    let mut data = json!({"kinds": kinds});
    if scene.random.chance(50) {
        data["name"] = format!("Partner {partner}").into();
    }
    if scene.random.chance(50) {
        data["track"] = scene.random.pick(&["build", "sell"]).into();
    }
    if scene.random.chance(50) {
        data["tier"] = scene.random.pick(&["gold", "silver"]).into();
    }
    if scene.random.chance(40) {
        data["markets"] = scene.random.some(&MARKETS).into();
    }
    scene.say("partner.enrolled", &format!("partner/{partner}"), when, data);
}

/// A partner that is not enrolled for good: `p-nobody` never is.
pub(super) fn partner_again(scene: &mut Scene, day: Day) {
    let (again, when) = (scene.random.pick(&PARTNERS[..4]), scene.when(day));
    partner(scene, again, when);
}

pub(super) fn account(scene: &mut Scene, account: &str, when: When) {
    let mut data = json!({});
    if scene.random.chance(60) {
        data["name"] = format!("{account} Ltd").into();
    }
    if scene.random.chance(70) {
        data["markets"] = scene.random.some(&MARKETS).into();
    }
    scene.say("account.opened", &format!("account/{account}"), when, data);
}

pub(super) fn account_again(scene: &mut Scene, day: Day) {
    let (again, when) = (scene.random.pick(&ACCOUNTS), scene.when(day));
    account(scene, again, when);
}

pub(super) fn link(scene: &mut Scene, at: usize, account: &str, when: When) {
    scene.say("alias.linked", ALIASES[at], when, json!({"account": account}));
}

pub(super) fn relink(scene: &mut Scene, day: Day) {
    let (at, when) = (scene.random.below(ALIASES.len()), scene.when(day));
    if scene.random.chance(30) {
        scene.say("alias.unlinked", ALIASES[at], when, json!({}));
        return;
    }
    let account = if scene.random.chance(60) { ACCOUNTS[at] } else { scene.random.pick(&ACCOUNTS) };
    link(scene, at, account, when);
}

/// A rate between the book's currency and another, in either direction.
pub(super) fn rate(scene: &mut Scene, day: Day) {
    let book = scene.book.currency.to_string();
    let other = scene.random.pick(&CURRENCIES);
    if *other == book {
        return;
    }
    let (base, quote) = if scene.random.chance(60) { (other, book.as_str()) } else { (book.as_str(), other) };
    let date = if scene.random.chance(70) { day } else { scene.day() };
    let (rate, when) = (scene.rate(base, quote), scene.when(day));
    scene.say(
        "rate.published",
        "book",
        when,
        json!({"base": base, "quote": quote, "date": date.to_string(), "rate": rate}),
    );
}
