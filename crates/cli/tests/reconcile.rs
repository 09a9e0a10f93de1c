//! From a marketplace's feed to `reconcile`: what was billed, what was paid out, what failed and was paid again, and how long the
//! rest has been waiting; in whatever order and pieces the files come.

#[expect(dead_code, reason = "each test uses its part of the harness")]
mod harness;

use harness::{Book, checkout};
use serde_json::Value;

const FEED: &str = "crates/connectors/fixtures/aws-marketplace/billing-reconciled.csv";
const OVERLAY: &str = "crates/connectors/fixtures/aws-marketplace/overlay.yaml";
const LINKS: [(&str, &str); 2] = [("buyer", "acme"), ("buyer2", "bolt")];

fn linked() -> Book {
    let book = Book::new();
    let link = |(alias, account): (&str, &str)| {
        format!(
            r#"{{"specversion":"1.0","id":"{alias}","source":"t","type":"tributary.alias.linked.v1","subject":"aws-sdds-account/{alias}","time":"2026-01-01T00:00:00Z","recordedtime":"2026-01-01T00:00:00Z","data":{{"account":"{account}"}}}}"#
        )
    };
    book.file("links.jsonl", &LINKS.map(link).join("\n"));
    book.run(&["import", "--trust-recorded-times", "links.jsonl"], 0);
    book
}

fn import(book: &Book, file: &str, exit: i32) -> Value {
    book.json(&["import", "--from", "aws-marketplace", "--mapping", &checkout(OVERLAY), file], exit)["files"][0].clone()
}

/// How many rows of a report came to this.
fn count(report: &Value, what: &str) -> u64 {
    report[what].as_u64().unwrap_or(0)
}

fn reconciled(book: &Book) -> Value {
    let mut answer = book.json(&["reconcile", "--as-of", "2026-03-31", "--all"], 0);
    answer.as_object_mut().expect("an object").remove("knownAt");
    answer
}

/// The page without the instant at which it is known.
fn page(book: &Book, arguments: &[&str]) -> String {
    let page = book.run(arguments, 0);
    let (title, rest) = page.split_once('\n').expect("a title");
    format!("{}\n{rest}", title.split(", as known").next().expect("a title"))
}

/// What people read is compared with a page that was looked at; `UPDATE_PAGES=1` rewrites it.
#[track_caller]
fn check_page(name: &str, found: &str) {
    let path = checkout(&format!("crates/cli/tests/pages/{name}.txt"));
    if std::env::var_os("UPDATE_PAGES").is_some() {
        std::fs::write(&path, found).expect("write a page");
    }
    assert_eq!(found, std::fs::read_to_string(&path).unwrap_or_default(), "{path}; set UPDATE_PAGES=1");
}

/// The lines of the feed, and its header.
fn feed() -> (String, Vec<String>) {
    let text = std::fs::read_to_string(checkout(FEED)).expect("a fixture");
    let (header, rows) = text.split_once('\n').expect("a header");
    (header.to_owned(), rows.lines().map(str::to_owned).collect())
}

#[test]
fn r6_a_feed_becomes_a_reconciliation_with_ages_and_reasons() {
    let book = linked();
    let report = import(&book, &checkout(FEED), 0);
    let sum = |what: &str| count(&report, what);
    let left_out: u64 = report["leftOut"].as_object().expect("reasons").values().filter_map(Value::as_u64).sum();
    assert_eq!(sum("read"), sum("appended") + sum("restated") + sum("duplicate") + sum("refused") + left_out);
    // B1 is restated, and a payment came back; of the rest an invoiced tax and the four payments say nothing.
    assert_eq!((sum("restated"), left_out, sum("refused")), (2, 5, 0), "{report}");
    check_page("reconcile", &page(&book, &["reconcile", "--as-of", "2026-03-31"]));
    check_page(
        "reconcile-account",
        &page(&book, &["reconcile", "--as-of", "2026-03-31", "--account", "bolt", "--all"]),
    );
    check_page("attribution-rate", &page(&book, &["suspense", "--rate"]));

    let answer = reconciled(&book);
    let of = |list: &str, name: &str, id: &str| {
        let all = answer[list].as_array().expect("a list");
        all.iter().find(|one| one[name] == id).unwrap_or_else(|| panic!("`{id}`: {answer}")).clone()
    };
    // The failed payment's legs move nothing, and those paid again settle.
    assert_eq!(of("lines", "disbursement", "PAY1:A11")["code"], "moves-nothing");
    assert_eq!(of("charges", "charge", "A1")["status"], "settled");
    // What was forgiven before it was paid is set off.
    assert_eq!(of("charges", "charge", "C1")["setOff"]["net"], "200");
    // The journal knows nothing of charges, and of the failed payment what was taken back.
    let journal = book.run(&["journal", "--json"], 0);
    assert!(!journal.contains("charge"), "{journal}");
    let trial = book.json(&["trial-balance"], 0);
    let cash = trial["accounts"].as_array().expect("accounts").iter().find(|row| row["account"] == "cash:aws");
    assert_eq!(
        cash.expect("cash")["balance"],
        "1517.95",
        "1432 and 19.8 and 66.15: the nets, without tax that passes through"
    );
}

#[test]
fn r3_a_payment_that_came_back_is_taken_back_whatever_came_first() {
    let whole = linked();
    import(&whole, &checkout(FEED), 0);
    let expected = reconciled(&whole);
    let again = import(&whole, &checkout(FEED), 0);
    assert_eq!((count(&again, "appended"), count(&again, "restated")), (0, 0), "{again}");
    assert_eq!(reconciled(&whole), expected);

    let (header, rows) = feed();
    let file = |book: &Book, name: &str, rows: &[&String]| {
        let rows: Vec<&str> = rows.iter().map(|row| row.as_str()).collect();
        book.file(name, &format!("{header}\n{}\n", rows.join("\n")));
    };
    let is = |row: &&String, start: &str| row.starts_with(start);

    // All in one file, the other way round: the failure stands before its legs.
    let backwards = linked();
    file(&backwards, "backwards.csv", &rows.iter().rev().collect::<Vec<_>>());
    import(&backwards, "backwards.csv", 0);
    assert_eq!(reconciled(&backwards), expected);

    // Some of the legs, then the failure, then the other legs, then everything again.
    let pieces = linked();
    let late = |row: &&String| is(row, "A12,") || is(row, "A13,");
    file(&pieces, "early.csv", &rows.iter().filter(|row| !late(row) && !is(row, "FAIL1,")).collect::<Vec<_>>());
    file(&pieces, "failure.csv", &rows.iter().filter(|row| is(row, "FAIL1,")).collect::<Vec<_>>());
    file(&pieces, "late.csv", &rows.iter().filter(late).collect::<Vec<_>>());
    import(&pieces, "early.csv", 0);
    assert_eq!(count(&import(&pieces, "failure.csv", 0), "restated"), 1);
    assert_eq!(count(&import(&pieces, "late.csv", 0), "appended"), 2);
    assert_eq!(reconciled(&pieces), expected);
    assert_eq!(count(&import(&pieces, "failure.csv", 0), "duplicate"), 1);
    assert_eq!(count(&import(&pieces, &checkout(FEED), 0), "appended"), 0);
    assert_eq!(reconciled(&pieces), expected);

    // The failure before anything else waits in the quarantine, and says what to do.
    let first = linked();
    file(&first, "failure.csv", &rows.iter().filter(|row| is(row, "FAIL1,")).collect::<Vec<_>>());
    file(&first, "rest.csv", &rows.iter().filter(|row| !is(row, "FAIL1,")).collect::<Vec<_>>());
    assert_eq!(count(&import(&first, "failure.csv", 1), "refused"), 1);
    assert_eq!(first.json(&["quarantine", "rows"], 0)[0]["rows"][0]["code"], "nothing-to-take-back");
    import(&first, "rest.csv", 0);
    assert_eq!(count(&import(&first, "failure.csv", 0), "restated"), 1);
    assert_eq!(reconciled(&first), expected);
    assert_eq!(first.json(&["quarantine", "rows"], 0), Value::Array(Vec::new()));

    // A leg that is restated after its payment came back stays taken back.
    let restated = rows.iter().find(|row| is(row, "A11,")).expect("a leg").replacen(
        "2026-03-02T00:00:00Z,2026-03-02T00:00:00Z,2026-03-02T00:00:00Z",
        "2026-03-02T00:00:00Z,2026-03-02T00:00:00Z,2026-03-20T00:00:00Z",
        1,
    );
    file(&whole, "restated.csv", &[&restated]);
    assert_eq!(import(&whole, "restated.csv", 0)["leftOut"]["superseded"], 1);
    assert_eq!(reconciled(&whole), expected);
}

#[test]
fn r1_questions_about_the_reconciliation_are_answered_like_the_command() {
    let book = linked();
    import(&book, &checkout(FEED), 0);
    book.file(
        "questions.json",
        r#"[{"ask": "reconciliation", "asOf": "2026-03-31", "all": true}, {"ask": "attributionRate", "period": "2026-03"},
            {"ask": "reconciliation", "asOf": "March"}]"#,
    );
    let answers = book.json(&["ask", "questions.json"], 1);
    let mut first = answers[0].clone();
    first.as_object_mut().expect("an object").remove("knownAt");
    assert_eq!(first, reconciled(&book));
    assert_eq!(answers[1]["rates"][0]["basis"], "disbursement");
    assert_eq!(answers[2]["error"]["code"], "bad-parameter");
}

#[test]
fn r3_microsofts_earnings_settle_its_revenue_lines_and_a_refund_takes_back() {
    let book = Book::new();
    let link = |alias: &str| {
        format!(
            r#"{{"specversion":"1.0","id":"{alias}","source":"t","type":"tributary.alias.linked.v1","subject":"{alias}","time":"2026-01-01T00:00:00Z","data":{{"account":"acme"}}}}"#
        )
    };
    book.file("links.jsonl", &["microsoft-tenant/tenant-1", "microsoft-customer/c-1"].map(link).join("\n"));
    book.run(&["import", "links.jsonl"], 0);
    let fixture = |name: &str| checkout(&format!("crates/connectors/fixtures/microsoft/{name}"));
    let overlay = fixture("overlay.yaml");
    // A revenue line without a currency is refused.
    for (name, exit) in [("revenue.csv", 1), ("payouts.csv", 0)] {
        book.run(&["import", "--from", "microsoft", "--mapping", &overlay, &fixture(name)], exit);
    }
    let answer = book.json(&["reconcile", "--as-of", "2026-03-31", "--all"], 0);
    let rows = |list: &str, of: &[&str]| {
        let row = |row: &Value| {
            of.iter().map(|name| row[name].as_str().unwrap_or("-").to_owned()).collect::<Vec<_>>().join(" ")
        };
        answer[list].as_array().expect("a list").iter().map(row).collect::<Vec<_>>()
    };
    assert_eq!(
        rows("charges", &["owner", "charge", "status", "age"]),
        ["acme o-1:l-1 settled -", "acme o-1:l-2 open late-1-30", "microsoft-order/o-2 o-2:l-1 open late-1-30"]
    );
    assert_eq!(
        rows("lines", &["disbursement", "status", "code"]),
        ["e-1 matched charge-named", "e-3 matched takes-back"]
    );
    assert_eq!(answer["totals"][0]["takenBack"]["net"], "-19.4");
}
