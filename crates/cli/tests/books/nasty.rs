//! A ledger whose ids are what nobody expects and the contract allows.

use serde_json::{Value, json};

use crate::harness::Book;

const IDS: [&str; 26] = [
    "plain",
    "Plain",
    "two  blanks",
    " before",
    "after ",
    "a:b",
    "a;b",
    "a,b",
    "semi; date:2026-13-45",
    "[2026-99-99]",
    "type:Z",
    "\"quoted\" \\back\\",
    "株式会社",
    "Ünï çødé",
    "wide\u{3000}\u{a0} blank",
    "🦀",
    "-dash-",
    "a--b",
    "%41",
    "(paren)",
    "* star",
    "=1+1",
    "#hash|pipe",
    "9 lives",
    "Assets:Cash",
    "payouts",
];

/// Seven accounts for each id; the payouts' cash is that of the marketplace of the same name, in another currency.
pub(crate) const ACCOUNTS: usize = 27 * 7 + 1;

/// The ids, and one as long as they may be.
fn ids() -> Vec<String> {
    let long = "株".repeat(66) + "ab";
    IDS.iter().map(|id| (*id).to_owned()).chain([long]).collect()
}

/// A month of it, closed: every id is a partner, a plan, a deal, a marketplace, a disbursement, a payout and an event.
pub(crate) fn book() -> Book {
    let mut events = Events::default();
    let roles = json!({"roleSplit": {"shares": {"msp": "1"}}});
    let shares = json!({"kind": "attribution", "id": "all", "effectiveFrom": "2026-01-01", "model": roles});
    events.say("book", "policy.published", json!({"policy": shares}));
    for (number, id) in ids().iter().enumerate() {
        let bands = json!({"mode": "flat", "bands": [{"from": "0", "rate": "0.1"}]});
        let plan = json!({"kind": "commission", "id": id, "effectiveFrom": "2026-01-01", "basis": "consumption",
            "partners": {"ids": [id]}, "schedule": bands});
        events.say("book", "policy.published", json!({"policy": plan}));
        let partner = format!("partner/{id}");
        events.say(&partner, "partner.enrolled", json!({"kinds": ["msp"], "name": format!("<b>{id}</b>")}));
        let account = format!("account/{id}");
        let lines = json!([{"line": "1", "product": id, "kind": "consumption"}]);
        events.say(&account, "deal.opened", json!({"deal": id, "lines": lines}));
        events.say(&account, "deal.won", json!({"deal": id, "termStart": "2026-01-01"}));
        events.say(&account, "deal.role_assigned", json!({"deal": id, "partner": id, "role": "msp"}));
        events.say(&account, "usage.recorded", json!({"product": id, "amount": "123.45678901234", "currency": "USD"}));
        let currency = ["USD", "EUR", "JPY", "KWD"][number % 4];
        events.say(
            &account,
            "disbursement.reported",
            json!({"disbursement": id, "marketplace": id, "gross": "100000000000000.123456789012", "fee": "3.000000000001",
                "tax": "-2.5", "refund": "0.000000000011", "net": "99999999999999.623456789", "currency": currency,
                "disbursedOn": "2026-01-20", "deal": id}),
        );
        events.say(&partner, "payout.issued", json!({"payout": id, "amount": "1.01", "currency": "USD"}));
    }
    let mut text = events.lines.join("\n");
    text.push('\n');
    let close = json!({"period": "2026-01", "cutoff": "2026-02-01T00:00:00Z"});
    text.push_str(&event("close", "book", "period.closed", "2026-02-02T00:00:00Z", close).to_string());
    let book = Book::new();
    book.file("events.jsonl", &text);
    book.run(&["import", "--trust-recorded-times", "events.jsonl"], 0);
    book
}

#[derive(Default)]
struct Events {
    lines: Vec<String>,
}

impl Events {
    fn say(&mut self, subject: &str, kind: &str, data: Value) {
        let beginning: String = subject.chars().take(20).collect();
        let id = format!("{} of {beginning}", self.lines.len());
        self.lines.push(event(&id, subject, kind, "2026-01-15T12:00:00Z", data).to_string());
    }
}

fn event(id: &str, subject: &str, kind: &str, time: &str, data: Value) -> Value {
    json!({"specversion": "1.0", "id": id, "source": "https://nasty.example/a%2Fb", "type": format!("tributary.{kind}.v1"),
        "subject": subject, "time": time, "recordedtime": time, "data": data})
}
