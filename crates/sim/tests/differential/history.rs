//! Histories from bytes, so that a failing one shrinks.

use serde_json::{Value, json};

pub(crate) const PARTNERS: [&str; 4] = ["p-1", "p-2", "p-3", "p-4"];
pub(crate) const ACCOUNTS: [&str; 3] = ["acme", "bolt", "cord"];
const SUBJECTS: [&str; 8] =
    ["account/acme", "account/acme", "account/bolt", "account/cord", "x/1", "x/1", "x/2", "x/3"];
const ALIASES: [&str; 3] = ["x/1", "x/2", "x/3"];
const DEALS: [&str; 4] = ["d-1", "d-2", "d-3", "d-4"];
const ROLES: [&str; 3] = ["msp", "si", "isv"];
const PRODUCTS: [&str; 2] = ["lake", "pond"];
const CURRENCIES: [&str; 4] = ["USD", "USD", "EUR", "JPY"];

/// What is chosen, a byte at a time. After the last byte everything is the first choice.
pub(crate) struct Choices<'a> {
    bytes: std::slice::Iter<'a, u8>,
}

impl<'a> Choices<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Choices<'a> {
        Choices { bytes: bytes.iter() }
    }

    fn number(&mut self, below: usize) -> usize {
        usize::from(self.bytes.next().copied().unwrap_or(0)) % below
    }

    fn one<'t>(&mut self, of: &[&'t str]) -> &'t str {
        of[self.number(of.len())]
    }

    fn date(&mut self) -> String {
        date(self.number(140))
    }
}

/// So many days after the 20th of December 2025.
fn date(days: usize) -> String {
    let start = chrono::NaiveDate::from_ymd_opt(2025, 12, 20).expect("a date");
    (start + chrono::Days::new(days as u64)).to_string()
}

fn envelope(id: &str, kind: &str, subject: &str, times: (&str, &str), data: Value) -> Value {
    json!({
        "specversion": "1.0", "id": id, "source": "any", "type": format!("tributary.{kind}.v1"), "subject": subject,
        "time": times.0, "recordedtime": times.1, "data": data,
    })
}

/// The currencies that a book may be kept in: two decimals, none, and three, where every fact is converted.
pub(crate) const BOOKS: [&str; 4] = ["USD", "USD", "JPY", "KWD"];

/// What every history begins with.
pub(crate) fn beginning(book: &str) -> Vec<Value> {
    let plan = |id: &str, more: Value| {
        let mut plan = json!({"kind": "commission", "id": id, "effectiveFrom": "2025-12-01"});
        plan.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        json!({ "policy": plan })
    };
    let lines = json!([
        {"line": "1", "product": "lake", "vendor": "v", "kind": "consumption"},
        {"line": "2", "product": "pond", "kind": "recurring", "amount": "90", "currency": "USD"},
    ]);
    let rate = json!({"base": "USD", "quote": book, "date": "2025-12-20", "rate": "1.37"});
    let said = [
        ("book.configured", "book", json!({"currency": book, "timeZone": "Europe/Berlin"})),
        ("rate.published", "book", rate),
        ("partner.enrolled", "partner/p-1", json!({"kinds": ["msp"], "tier": "gold"})),
        ("partner.enrolled", "partner/p-2", json!({"kinds": ["si"]})),
        (
            "policy.published",
            "book",
            json!({"policy": {"kind": "attribution", "id": "cloud", "effectiveFrom": "2025-12-01", "model": {
                "registrationProtection": {"share": "0.3", "otherwise": {"roleSplit": {"shares": {"msp": "0.5", "si": "0.25"}}}}
            }}}),
        ),
        (
            "policy.published",
            "book",
            plan(
                "growth",
                json!({
                    "basis": "consumption", "clawback": {"withinDays": 60, "share": "0.5"},
                    "schedule": {"mode": "graduated", "bands": [{"from": "0", "rate": "0.05"}, {"from": "50", "rate": "0.1"}]},
                    "accelerator": {"compare": "previousPeriod", "bands": [{"growth": "0.1", "multiplier": "1.5"}]},
                }),
            ),
        ),
        (
            "policy.published",
            "book",
            plan(
                "seats",
                json!({
                    "basis": "recurring", "measure": "account", "cap": "20",
                    "schedule": {"mode": "flat", "bands": [{"from": "0", "rate": "0.2"}]},
                }),
            ),
        ),
        ("deal.opened", "account/acme", json!({"deal": "d-1", "lines": lines})),
        ("deal.won", "account/acme", json!({"deal": "d-1", "termStart": "2025-12-25"})),
        ("deal.role_assigned", "account/acme", json!({"deal": "d-1", "partner": "p-1", "role": "msp"})),
        ("deal.role_assigned", "account/acme", json!({"deal": "d-1", "partner": "p-2", "role": "si"})),
        ("alias.linked", "x/1", json!({"account": "acme"})),
    ];
    let at = |number: usize| format!("2025-12-20T00:00:{number:02}Z");
    let mut events: Vec<Value> = said
        .into_iter()
        .enumerate()
        .map(|(number, (kind, subject, data))| {
            envelope(&format!("b-{number}"), kind, subject, (&at(number), &at(number)), data)
        })
        .collect();
    for (period, cutoff) in [("2026-01", "2026-02-03T00:00:00Z"), ("2026-02", "2026-03-05T00:00:00Z")] {
        let data = json!({"period": period, "cutoff": cutoff});
        events.push(envelope(&format!("close-{period}"), "period.closed", "book", (cutoff, cutoff), data));
    }
    events
}

/// One event.
pub(crate) fn event(number: usize, book: &str, choices: &mut Choices<'_>) -> Value {
    let kind = choices.number(64);
    let days = choices.number(110);
    let lag = [0, 0, 1, 3, 10, 40, 90][choices.number(7)];
    let clock = choices.one(&["12:00:00Z", "23:30:00.5Z", "00:00:00Z", "06:15:00Z", "15:00:00.000001Z"]);
    let (time, recorded) = (format!("{}T{clock}", date(days)), format!("{}T{clock}", date(days + lag)));
    let (kind, subject, mut data) = said(kind, number, choices);
    if kind == "book.configured" {
        data["currency"] = json!(book);
    }
    envelope(&format!("u-{number}"), kind, &subject, (&time, &recorded), data)
}

fn said(kind: usize, number: usize, choices: &mut Choices<'_>) -> (&'static str, String, Value) {
    match kind {
        0..=22 => consumption(kind, number, choices),
        23..=39 => deals(kind, choices),
        40..=49 => leads(kind, choices),
        50..=56 => partners(kind, choices),
        _ => reference(kind, choices),
    }
}

fn consumption(kind: usize, number: usize, choices: &mut Choices<'_>) -> (&'static str, String, Value) {
    let subject = choices.one(&SUBJECTS).to_owned();
    let amount = format!("{}{}.{:03}", choices.one(&["", "", "", "-"]), choices.number(256), choices.number(256));
    match kind {
        0..=14 => {
            let mut data = json!({
                "product": choices.one(&["lake", "lake", "pond"]), "amount": amount, "currency": choices.one(&CURRENCIES),
            });
            if choices.number(4) == 0 {
                data["deal"] = json!(choices.one(&DEALS));
            }
            if choices.number(4) == 0 {
                data["vendor"] = json!(choices.one(&["v", "w"]));
            }
            ("usage.recorded", subject, data)
        }
        15..=18 => {
            let corrects = json!({"source": "any", "id": format!("u-{}", choices.number(number + 3))});
            ("usage.corrected", subject, json!({"corrects": corrects, "amount": amount}))
        }
        _ => {
            let mut data = json!({
                "disbursement": format!("x-{}", choices.number(3)), "marketplace": "bazaar", "gross": amount, "fee": "0",
                "tax": "0", "refund": "0", "net": amount, "currency": choices.one(&CURRENCIES),
                "disbursedOn": choices.date(),
            });
            match choices.number(3) {
                0 => data["deal"] = json!(choices.one(&DEALS)),
                1 => data["product"] = json!(choices.one(&PRODUCTS)),
                _ => {}
            }
            if choices.number(2) == 0 {
                data["agreement"] = json!(choices.one(&["agr-1", "agr-2"]));
            }
            ("disbursement.reported", subject, data)
        }
    }
}

fn lines(choices: &mut Choices<'_>) -> Value {
    let line = |number: usize, choices: &mut Choices<'_>| {
        let kind = choices.one(&["consumption", "consumption", "recurring", "license"]);
        let mut line = json!({"line": number.to_string(), "product": choices.one(&PRODUCTS), "kind": kind});
        if kind != "consumption" {
            line["amount"] = json!(["31.01", "7", "0.000000000001", "250.5"][choices.number(4)]);
            line["currency"] = json!(choices.one(&CURRENCIES));
        }
        if choices.number(2) == 0 {
            line["vendor"] = json!(choices.one(&["v", "w"]));
        }
        line
    };
    let count = choices.number(3);
    (1..=count).map(|number| line(number, choices)).collect()
}

fn deals(kind: usize, choices: &mut Choices<'_>) -> (&'static str, String, Value) {
    let (subject, deal) = (choices.one(&SUBJECTS).to_owned(), choices.one(&DEALS));
    let mut data = json!({ "deal": deal });
    let kind = match kind {
        23..=25 => {
            match choices.number(4) {
                0 => data["lead"] = json!(choices.one(&["l-1", "l-2"])),
                1 => data["registration"] = json!(choices.one(&["r-1", "r-2"])),
                _ => {}
            }
            data["lines"] = lines(choices);
            "deal.opened"
        }
        26..=29 => {
            let (from, length) = (choices.number(140), choices.number(60));
            data["termStart"] = json!(date(from));
            if choices.number(2) == 0 {
                data["termEnd"] = json!(date(from + length));
            }
            data["lines"] = lines(choices);
            if kind < 28 { "deal.won" } else { "deal.renewed" }
        }
        30 | 31 => "deal.churned",
        32 => {
            data["lines"] = json!([{"line": "9", "product": choices.one(&PRODUCTS), "kind": "consumption"}]);
            "deal.changed"
        }
        33 => {
            let (offer, agreement) = (choices.one(&["o-1", "o-2"]), choices.one(&["agr-1", "agr-2"]));
            let data = json!({"offer": offer, "deal": deal, "marketplace": "bazaar", "agreement": agreement});
            return ("offer.accepted", subject, data);
        }
        _ => {
            data["partner"] = json!(choices.one(&PARTNERS));
            data["role"] = json!(choices.one(&ROLES));
            if kind < 38 { "deal.role_assigned" } else { "deal.role_removed" }
        }
    };
    (kind, subject, data)
}

fn leads(kind: usize, choices: &mut Choices<'_>) -> (&'static str, String, Value) {
    let (subject, partner) = (choices.one(&SUBJECTS).to_owned(), choices.one(&PARTNERS));
    let (lead, registration) = (choices.one(&["l-1", "l-2"]), choices.one(&["r-1", "r-2", "r-3"]));
    let (kind, data) = match kind {
        40 => {
            let mut data = json!({"lead": lead, "motion": choices.one(&["coSell", "direct", "partnerInfluenced"])});
            if choices.number(3) == 0 {
                data["partner"] = json!(partner);
            }
            ("lead.captured", data)
        }
        41 => match choices.number(3) {
            0 => ("lead.offered", json!({"lead": lead, "partners": [partner]})),
            1 => ("lead.claimed", json!({"lead": lead, "partner": partner})),
            _ => ("lead.assigned", json!({"lead": lead, "partner": partner, "basis": "program"})),
        },
        42..=44 => {
            let mut data = json!({"partner": partner, "kind": choices.one(&["demo", "workshop", "referral"])});
            if choices.number(3) == 0 {
                data["deal"] = json!(choices.one(&DEALS));
            }
            ("touch.recorded", data)
        }
        45 | 46 => {
            let mut data = json!({"registration": registration, "partner": partner});
            if choices.number(3) == 0 {
                data["products"] = json!([choices.one(&PRODUCTS)]);
            }
            ("registration.submitted", data)
        }
        47 | 48 => {
            let kind = choices.one(&["registration.approved", "registration.approved", "registration.extended"]);
            return (
                known_kind(kind),
                subject,
                json!({"registration": registration, "exclusiveUntil": choices.date()}),
            );
        }
        _ => match choices.number(3) {
            0 => ("registration.rejected", json!({"registration": registration})),
            1 => ("registration.withdrawn", json!({"registration": registration})),
            _ => {
                let all = ["r-1", "r-2", "r-3"];
                let data = json!({"registrations": all, "winner": registration, "by": "desk", "reason": "first"});
                ("registration.adjudicated", data)
            }
        },
    };
    (kind, subject, data)
}

fn known_kind(kind: &str) -> &'static str {
    if kind == "registration.extended" { "registration.extended" } else { "registration.approved" }
}

fn partners(kind: usize, choices: &mut Choices<'_>) -> (&'static str, String, Value) {
    let subject = format!("partner/{}", choices.one(&PARTNERS));
    let payout = choices.one(&["pay-1", "pay-2"]);
    let hold = choices.one(&["h-1", "h-2"]);
    let (kind, data) = match kind {
        50 | 51 => {
            let tier = choices.one(&["gold", "silver"]);
            ("partner.enrolled", json!({"kinds": [choices.one(&["msp", "si"])], "tier": tier}))
        }
        52 => {
            let amount = format!("{}.{:02}", choices.number(256), choices.number(100));
            ("payout.issued", json!({"payout": payout, "amount": amount, "currency": choices.one(&CURRENCIES[..3])}))
        }
        53 => ("payout.returned", json!({"payout": payout})),
        54 | 55 => {
            let mut data = json!({"hold": hold, "reason": "unclear"});
            if choices.number(3) > 0 {
                data["deal"] = json!(choices.one(&DEALS));
            }
            ("hold.placed", data)
        }
        _ => ("hold.released", json!({"hold": hold})),
    };
    (kind, subject, data)
}

fn reference(kind: usize, choices: &mut Choices<'_>) -> (&'static str, String, Value) {
    match kind {
        57 => {
            let alias = choices.one(&ALIASES).to_owned();
            match choices.number(4) {
                0 => ("alias.unlinked", alias, json!({})),
                _ => ("alias.linked", alias, json!({"account": choices.one(&ACCOUNTS)})),
            }
        }
        58 => {
            let (base, quote) =
                if choices.number(3) == 0 { ("USD", "EUR") } else { (choices.one(&["EUR", "JPY"]), "USD") };
            let rate = format!("{}.{:03}", choices.number(2), choices.number(256) + 1);
            let data = json!({"base": base, "quote": quote, "date": choices.date(), "rate": rate});
            ("rate.published", "book".to_owned(), data)
        }
        59 => {
            let mut data = json!({
                "timeZone": choices.one(&["UTC", "Asia/Tokyo", "America/New_York"]),
            });
            data["rounding"] = json!(choices.one(&["halfEven", "halfUp"]));
            data["fx"] = json!(choices.one(&["serviceDay", "periodEnd"]));
            ("book.configured", "book".to_owned(), data)
        }
        60 => {
            let markets = [choices.one(&["north", "south"])];
            ("account.opened", format!("account/{}", choices.one(&ACCOUNTS)), json!({ "markets": markets }))
        }
        61 => {
            let period = choices.one(&["2026-01", "2026-02", "2026-03", "2026-04"]);
            let cutoff = format!("{}T00:00:00Z", choices.date());
            ("period.closed", "book".to_owned(), json!({"period": period, "cutoff": cutoff}))
        }
        62 => ("policy.published", "book".to_owned(), json!({"policy": attribution_policy(choices)})),
        _ => ("policy.published", "book".to_owned(), json!({"policy": commission_plan(choices)})),
    }
}

fn attribution_policy(choices: &mut Choices<'_>) -> Value {
    let mut policy = json!({
        "kind": "attribution", "id": choices.one(&["cloud", "other", "extra"]),
        "effectiveFrom": choices.one(&["2025-12-01", "2026-01-15", "2026-02-01"]),
    });
    policy["model"] = model(choices);
    if choices.number(4) == 0 {
        policy["effectiveTo"] = json!("2026-02-20");
    }
    if choices.number(3) == 0 {
        policy["pool"] = json!("quota");
    }
    policy["priority"] = json!(choices.number(2));
    match choices.number(6) {
        0 => policy["match"] = json!({"markets": ["north"]}),
        1 => policy["match"] = json!({"motions": ["coSell", "partnerSourced"]}),
        2 => policy["match"] = json!({"products": ["lake"]}),
        3 => policy["match"] = json!({"vendors": ["v"]}),
        _ => {}
    }
    policy
}

fn model(choices: &mut Choices<'_>) -> Value {
    let share = choices.one(&["0.333333333", "1", "0.5", "0"]);
    match choices.number(8) {
        0 => {
            json!({"roleSplit": {"shares": {"msp": "0.333333333", "si": "0.2", "isv": "0.1"}, "unfilled": "redistribute"}})
        }
        1 => json!({"roleSplit": {"shares": {"msp": share}}}),
        2 => json!({"registrationProtection": {"share": share, "otherwise": model(choices)}}),
        3 => json!({"sourceWins": {"share": share, "otherwise": model(choices)}}),
        4 => json!({"fixed": {"shares": {choices.one(&PARTNERS): share}}}),
        5 => json!({"touch": {"weighting": "decay", "lookbackDays": 40, "halfLifeDays": choices.number(20) + 1}}),
        6 => {
            json!({"touch": {"weighting": "position", "lookbackDays": 60, "first": "0.4", "last": choices.one(&["0.4", "0.35", "0"])}})
        }
        _ => {
            let kinds = if choices.number(2) == 0 { json!([]) } else { json!(["demo"]) };
            json!({"touch": {"weighting": choices.one(&["first", "last", "linear"]), "lookbackDays": 30, "kinds": kinds}})
        }
    }
}

fn commission_plan(choices: &mut Choices<'_>) -> Value {
    let mut plan = json!({
        "kind": "commission", "id": choices.one(&["growth", "seats", "paid", "once"]),
        "effectiveFrom": choices.one(&["2025-12-01", "2026-01-01", "2026-02-01"]),
        "basis": choices.one(&["consumption", "recurring", "bookings", "disbursement"]),
        "measure": choices.one(&["partner", "account"]), "terms": choices.one(&["any", "initial", "renewal"]),
        "schedule": {"mode": choices.one(&["graduated", "volume", "flat"]), "bands": [
            {"from": "0", "rate": "0.1"}, {"from": "33.3", "rate": "0.07"}, {"from": "90", "rate": "0.25"},
        ]},
    });
    match choices.number(8) {
        0 => plan["cap"] = json!("7.77"),
        1 => plan["clawback"] = json!({"withinDays": 45, "share": "0.333"}),
        2 => plan["monthsFromStart"] = json!(1),
        3 => plan["roles"] = json!(["msp", "source", "touch"]),
        4 => plan["partners"] = json!({"tiers": ["gold"]}),
        5 => plan["pool"] = json!("quota"),
        6 => plan["effectiveTo"] = json!("2026-02-28"),
        _ => plan["products"] = json!(["lake", "pond"]),
    }
    if choices.number(3) == 0 {
        let compare = choices.one(&["previousPeriod", "samePeriodLastYear"]);
        plan["accelerator"] = json!({"compare": compare, "bands": [
            {"growth": "0", "multiplier": "1.1"}, {"growth": "0.5", "multiplier": "1.333"},
        ]});
    }
    plan
}
