//! Replaying, supposing, and what differs between two states of knowledge, as people read it (L6).

#[expect(dead_code, reason = "each test uses its part of the harness")]
mod harness;

use harness::{Book, checkout};

/// One account, one partner who gets half of it; January is closed, then things turn up.
const EVENTS: [&str; 12] = [
    r#"book.configured|book|2026-01-01|2026-01-01|{"currency": "USD", "timeZone": "UTC"}"#,
    r#"partner.enrolled|partner/p-msp|2026-01-01|2026-01-01|{"kinds": ["msp"]}"#,
    r#"policy.published|book|2026-01-01|2026-01-01|{"policy": {"kind": "attribution", "id": "half", "effectiveFrom": "2026-01-01", "model": {"roleSplit": {"shares": {"msp": "0.5"}}}}}"#,
    r#"policy.published|book|2026-01-01|2026-01-01|{"policy": {"kind": "commission", "id": "tenth", "effectiveFrom": "2026-01-01", "basis": "consumption", "schedule": {"mode": "flat", "bands": [{"from": "0", "rate": "0.1"}]}}}"#,
    r#"deal.opened|account/acme|2026-01-02|2026-01-02|{"deal": "d-1", "lines": [{"line": "1", "product": "lake", "kind": "consumption"}]}"#,
    r#"deal.won|account/acme|2026-01-02|2026-01-02|{"deal": "d-1", "termStart": "2026-01-02"}"#,
    r#"deal.role_assigned|account/acme|2026-01-02|2026-01-02|{"deal": "d-1", "partner": "p-msp", "role": "msp"}"#,
    r#"usage.recorded|account/acme|2026-01-10|2026-01-10|{"product": "lake", "amount": "1000", "currency": "USD"}"#,
    r#"period.closed|book|2026-02-02|2026-02-02|{"period": "2026-01", "cutoff": "2026-02-01T00:00:00Z"}"#,
    r#"usage.recorded|account/acme|2026-01-12|2026-02-10|{"product": "lake", "amount": "60", "currency": "USD"}"#,
    r#"usage.recorded|account/acme|2026-01-13|2026-02-10|{"product": "lake", "amount": "40", "currency": "USD"}"#,
    r#"usage.corrected|account/acme|2026-01-10|2026-02-11|{"corrects": {"source": "test", "id": "e7"}, "amount": "400"}"#,
];

fn book() -> Book {
    let book = Book::new();
    let event = |(number, text): (usize, &&str)| {
        let parts: Vec<&str> = text.splitn(5, '|').collect();
        let [name, subject, time, recorded, data] = parts[..] else { panic!("an event `{text}`") };
        format!(
            r#"{{"specversion": "1.0", "source": "test", "id": "e{number}", "type": "tributary.{name}.v1", "subject": "{subject}", "time": "{time}T00:00:00Z", "recordedtime": "{recorded}T00:00:00Z", "data": {data}}}"#
        )
    };
    let lines: Vec<String> = EVENTS.iter().enumerate().map(event).collect();
    book.file("events.jsonl", &lines.join("\n"));
    book.run(&["import", "--trust-recorded-times", "events.jsonl"], 0);
    book
}

/// The page without what every terminal may show otherwise: rules, and runs of blanks.
fn words(page: &str) -> Vec<String> {
    let words = page.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    words.filter(|line| !line.is_empty() && !line.starts_with('─')).collect()
}

#[test]
fn l6_a_replay_verifies_closed_months_and_refuses_open_ones() {
    let book = book();
    let page = words(&book.run(&["replay", "2026-01"], 0));
    assert_eq!(page[0], "period cutoff statements digest attested verdict");
    let digest = book.json(&["replay", "2026-01"], 0)["periods"][0]["digest"].clone();
    let digest = digest.as_str().expect("a digest");
    assert_eq!(page[1], format!("2026-01 2026-02-01T00:00:00Z 1 {digest} no as it was closed"));
    let (_, said) = book.both(&["replay", "2026-01..2026-02"], 1);
    assert!(said.contains("period 2026-02 is not closed"), "{said}");

    let wrong = format!(
        r#"{{"specversion": "1.0", "source": "test", "id": "a", "type": "tributary.period.attested.v1", "subject": "book", "time": "2026-02-12T00:00:00Z", "data": {{"period": "2026-01", "digest": "{}"}}}}"#,
        "ab".repeat(32)
    );
    book.file("attested.jsonl", &wrong);
    book.run(&["import", "attested.jsonl"], 0);
    let page = book.run(&["replay", "2026-01"], 1);
    assert!(page.contains("otherwise") && page.contains("at `0:12`"), "{page}");
}

#[test]
fn l6_pending_adjustments_stand_line_by_line_with_the_events_that_cause_them() {
    let book = book();
    let page = words(&book.run(&["replay", "2026-01", "--pending"], 0));
    let expected = "\
adjustments of 2026-01 that the next close would book, as known at 2026-02-11T00:00:00Z, amounts in USD; -25 in all
period partner plan deal account recognised target now adjustment of base
2026-01 p-msp tenth d-1 acme 50 25 -25 -250
what moved `p-msp` in 2026-01
+5 recorded 2026-02-10T00:00:00Z
+5 deal `d-1` under `tenth`, its base +50
← 2 usage events of `lake`, together 100 USD (account/acme, at 0:9 to 0:10)
-30 recorded 2026-02-11T00:00:00Z
-30 deal `d-1` under `tenth`, its base -300
← usage of `lake` on 2026-01-10 restated: 1000 → 400 USD (account/acme, at 0:11)";
    assert_eq!(page.join("\n"), expected);
    let then = book.run(&["replay", "2026-01", "--known-at", "2026-02-05T00:00:00Z"], 0);
    assert!(then.contains("none, nothing was learned since the last cutoff 2026-02-01T00:00:00Z"), "{then}");

    let differs = words(&book.run(&["diff", "partner", "p-msp", "2026-01", "--from", "2026-02-10T00:00:00Z"], 0));
    assert!(differs[0].ends_with("55 → 25, -30 USD"), "{differs:?}");
    let pending = book.json(&["replay", "2026-01", "--pending"], 0);
    let closed = book.json(&["close", "2026-02"], 0);
    assert_eq!(closed["statements"][0]["balance"]["adjusted"], pending["amount"]);
}

#[test]
fn l6_a_what_if_shows_what_differs_by_partner_and_deal_and_records_nothing() {
    let book = book();
    book.file(
        "all.yaml",
        "kind: attribution\nid: half\neffectiveFrom: 2026-01-01\nmodel: {roleSplit: {shares: {msp: \"1\"}}}\n",
    );
    let before = book.json(&["status"], 0);
    let page = words(&book.run(&["replay", "2026-01..2026-12", "--with", "all.yaml"], 0));
    let expected = "\
what 2026-01..2026-12 would come to with attribution policy `half` from 2026-01-01 (a correction),
as known at 2026-02-11T00:00:00Z, amounts in USD
partner as it is would be difference
p-msp 25 50 +25
all 25 50 +25
partner period plan deal account as it is would be difference of base
p-msp 2026-01 tenth d-1 acme 25 50 +25 +250";
    assert_eq!(page.join("\n"), expected);
    assert_eq!(book.json(&["status"], 0)["events"], before["events"]);
    book.file(
        "wrong.yaml",
        "kind: attribution\nid: half\neffectiveFrom: 2026-01-01\nmodel: {fixed: {shares: {p-msp: \"2\"}}}\n",
    );
    let (_, said) = book.both(&["replay", "2026-01", "--with", "wrong.yaml"], 1);
    assert!(said.contains("wrong.yaml:4") && said.contains("model.fixed.shares"), "{said}");
}

#[test]
fn t1_a_timeline_and_a_diff_of_attribution_are_read_as_tables() {
    let book = book();
    let page = words(&book.run(&["timeline", "acme", "--from", "2026-01-10"], 0));
    let expected = "\
timeline of `acme` by effective time, as known at 2026-02-11T00:00:00Z
day recorded late history at says
2026-01-10 2026-01-10T00:00:00Z account/acme 0:7 `lake` used for 1000 USD
2026-01-10 2026-02-11T00:00:00Z 32 days late account/acme 0:11 usage of `lake` restated: 1000 → 400 USD
2026-01-12 2026-02-10T00:00:00Z 29 days late account/acme 0:9 `lake` used for 60 USD
2026-01-13 2026-02-10T00:00:00Z 28 days late account/acme 0:10 `lake` used for 40 USD";
    assert_eq!(page.join("\n"), expected);
    let page = words(&book.run(&["diff", "account", "acme", "--from", "2026-01-01", "--to", "2026-01-31"], 0));
    assert!(page.contains(&"deal `d-1` is new".to_owned()), "{page:?}");
    assert!(page.contains(&"`p-msp` as `msp` in revenue for lake 0 0.5".to_owned()), "{page:?}");
    let same = book.run(&["diff", "account", "acme", "--from", "2026-01-20", "--to", "2026-01-31"], 0);
    assert!(same.contains("nothing differs"), "{same}");
}

#[test]
fn l6_the_demos_closed_month_is_replayed_and_its_late_facts_are_cited() {
    let book = Book::new();
    book.run(&["import", &checkout("demo/program.jsonl")], 0);
    for policy in ["growth-2024", "influence-2024", "managed-services-2024", "program-2024"] {
        book.run(&["import", "--from", "policy", &checkout(&format!("demo/policies/{policy}.yaml"))], 0);
    }
    let [rates, mapping, sample] =
        ["demo/data/eurofxref-hist.csv", "demo/focus.yaml", "demo/data/focus_sample_1.0.csv"].map(checkout);
    book.run(&["import", "--from", "ecb", "--since", "2024-07-01", &rates], 0);
    book.run(&["import", "--from", "focus", "--mapping", &mapping, &sample], 0);
    book.run(&["close", "2024-08"], 0);
    book.run(&["close", "2024-09"], 0);
    book.run(&["import", &checkout("demo/late.jsonl")], 0);
    assert!(book.run(&["replay", "2024-08..2024-09"], 0).contains("as it was closed"));
    let page = book.run(&["replay", "2024-09", "--pending"], 0);
    assert!(page.contains("what moved `p-delta-si` in 2024-09") && page.contains("← `p-delta-si` is `si`"), "{page}");
}
