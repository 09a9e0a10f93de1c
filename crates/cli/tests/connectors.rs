//! Other systems' files through the binary: imported twice, in pieces, in other orders and overlapping; restated, refused, and
//! followed back to their lines.

use std::collections::BTreeSet;

#[expect(dead_code, reason = "each test uses its part of the harness")]
mod harness;

use harness::{Book, checkout};
use serde_json::Value;

const MAPPING: &str = r#"
source: urn:test:crm
tables:
  - name: usage
    has: [Id, Customer]
    key: "{Id}"
    version: "{Changed|instant}"
    first: "{Created|instant}"
    money: {amount: "{Amount|amount}", currency: "{Currency}"}
    rules:
      - {kind: internal use, when: {Customer: us}, leaveOut: is ours}
      - kind: usage
        events:
          - type: usage.recorded
            subject: "crm/{Customer|id}"
            time: "{Day|date}T00:00:00Z"
            data: {product: "{Product|id}", amount: "{Amount|amount}", currency: "{Currency}"}
"#;

const HEADER: &str = "Id,Customer,Product,Day,Amount,Currency,Created,Changed";

fn row(id: u32, amount: &str, changed: u32) -> String {
    format!("{id},acme,p-{},2026-01-15,{amount},USD,2026-01-16T00:00:00Z,2026-01-{changed:02}T00:00:00Z", id % 3)
}

fn table(rows: &[String]) -> String {
    format!("{HEADER}\n{}\n", rows.join("\n"))
}

fn book() -> Book {
    let book = Book::new();
    book.file("mapping.yaml", MAPPING);
    book
}

/// Imports rows as a file; gives what was appended, restated, duplicate, refused and left out.
fn import(book: &Book, name: &str, rows: &[String], exit: i32) -> [u64; 5] {
    book.file(name, &table(rows));
    let report = book.json(&["import", "--from", "csv", "--mapping", "mapping.yaml", name], exit);
    let of = &report["files"][0];
    let left_out = of["leftOut"].as_object().into_iter().flat_map(|reasons| reasons.values());
    let left_out = left_out.filter_map(Value::as_u64).sum();
    let counts = ["appended", "restated", "duplicate", "refused"].map(|what| of[what].as_u64().unwrap_or(0));
    let all = [counts[0], counts[1], counts[2], counts[3], left_out];
    assert_eq!(of["read"].as_u64(), Some(all.iter().sum()), "{report}");
    assert_eq!(all.iter().sum::<u64>(), rows.len() as u64, "{report}");
    all
}

/// What was said, without when it was learned.
fn said(book: &Book) -> BTreeSet<String> {
    let lines = book.run(&["export"], 0);
    let event = |line: &str| {
        let mut event: Value = serde_json::from_str(line).expect("an event");
        event.as_object_mut().expect("an object").remove("recordedtime");
        event.to_string()
    };
    lines.lines().map(event).collect()
}

/// The usage that has no deal, by product: what stands, whatever was restated in between.
fn stands(book: &Book) -> Vec<(String, String)> {
    book.file("link.jsonl", r#"{"specversion":"1.0","id":"link","source":"t","type":"tributary.alias.linked.v1","subject":"crm/acme","time":"2026-01-01T00:00:00Z","data":{"account":"acme"}}"#);
    book.run(&["import", "link.jsonl"], 0);
    let suspense = book.json(&["suspense"], 0);
    let of = |fact: &Value| ["product", "amount"].map(|name| fact[name].as_str().expect("a text").to_owned());
    let facts = suspense["unattributed"].as_array().expect("facts").iter().map(of);
    facts.map(|[product, amount]| (product, amount)).collect()
}

#[test]
fn again_in_pieces_shuffled_and_overlapping_adds_nothing() {
    let rows: Vec<String> = (1..=9).map(|id| row(id, &format!("{id}.5"), 16)).collect();
    let whole = book();
    assert_eq!(import(&whole, "all.csv", &rows, 0), [9, 0, 0, 0, 0]);
    assert_eq!(import(&whole, "all.csv", &rows, 0), [0, 0, 9, 0, 0]);
    let backwards: Vec<String> = rows.iter().rev().cloned().collect();
    assert_eq!(import(&whole, "backwards.csv", &backwards, 0), [0, 0, 9, 0, 0]);

    let pieces = book();
    assert_eq!(import(&pieces, "late.csv", &rows[5..], 0), [4, 0, 0, 0, 0]);
    assert_eq!(import(&pieces, "overlap.csv", &rows[2..7], 0), [3, 0, 2, 0, 0]);
    assert_eq!(import(&pieces, "early.csv", &rows[..3], 0), [2, 0, 1, 0, 0]);
    assert_eq!(said(&pieces), said(&whole));
    assert_eq!(stands(&pieces), stands(&whole));
}

#[test]
fn f1_the_latest_version_stands_in_whatever_order_files_bring_them() {
    let versions = [row(1, "100", 16), row(1, "80", 20), row(1, "90", 25)];
    let expected = vec![("p-1".to_owned(), "90".to_owned())];
    for order in [[0, 1, 2], [1, 0, 2], [1, 2, 0], [2, 1, 0]] {
        let book = book();
        for at in order {
            import(&book, &format!("{at}.csv"), &versions[at..=at], 0);
        }
        assert_eq!(stands(&book), expected, "{order:?}");
        for at in order {
            let [appended, restated, ..] = import(&book, &format!("{at}.csv"), &versions[at..=at], 0);
            assert_eq!((appended, restated), (0, 0), "{order:?}, again");
        }
        // All of them in one file, in any order of its lines.
        let in_one = order.map(|at| versions[at].clone());
        let [appended, restated, ..] = import(&book, "one.csv", &in_one, 0);
        assert_eq!((appended, restated), (0, 0), "{order:?}, in one");
        let fresh = self::book();
        import(&fresh, "one.csv", &in_one, 0);
        assert_eq!(stands(&fresh), expected, "{order:?}, in one at first");
    }
}

#[test]
fn an_event_is_followed_back_to_the_lines_that_said_it() {
    let book = book();
    import(&book, "one.csv", &[row(1, "1", 16), row(2, "2", 16)], 0);
    import(&book, "two.csv", &[row(3, "3", 16), row(2, "2", 16)], 0);
    let explained = book.json(&["explain", "event", "0:1"], 0);
    assert_eq!(explained["event"]["id"], "2");
    let origins = explained["origins"].as_array().expect("origins");
    let of = |origin: &Value| (origin["file"].as_str().map(str::to_owned), origin["line"].as_u64());
    assert_eq!(
        origins.iter().map(of).collect::<Vec<_>>(),
        [(Some("one.csv".to_owned()), Some(3)), (Some("two.csv".to_owned()), Some(3))]
    );
    let page = book.run(&["explain", "event", "0:0"], 0);
    assert!(page.contains("\nfrom      one.csv:2 (blake3 "), "{page}");
    book.run(&["explain", "event", "0:99"], 1);

    // Explanations that end at the event say so too.
    let deal = |event: &str, id: &str, data: &str| {
        format!(
            r#"{{"specversion":"1.0","id":"{id}","source":"t","type":"tributary.{event}.v1","subject":"account/acme","time":"2026-01-01T00:00:00Z","data":{data}}}"#
        )
    };
    let linked = deal("alias.linked", "a", r#"{"account":"acme"}"#).replace("account/acme", "crm/acme");
    let lines = r#"{"deal":"d","lines":[{"line":"1","product":"p-2","kind":"consumption"}]}"#;
    let policy = r#"{"policy":{"kind":"attribution","id":"x","effectiveFrom":"2026-01-01","model":{"fixed":{"shares":{"p":"1"}}}}}"#;
    let events = [
        linked,
        deal("deal.opened", "o", lines),
        deal("deal.won", "w", r#"{"deal":"d","termStart":"2026-01-01"}"#),
        deal("partner.enrolled", "p", r#"{"kinds":["msp"]}"#).replace("account/acme", "partner/p"),
        deal("policy.published", "x", policy).replace("account/acme", "book"),
    ];
    book.file("program.jsonl", &events.join("\n"));
    book.run(&["import", "program.jsonl"], 0);
    let page = book.run(&["explain", "credit", "p", "2026-01"], 0);
    assert!(page.contains("at 0:1, from one.csv:3 and 1 more"), "{page}");
}

#[test]
fn rows_that_cannot_be_used_are_kept_until_the_file_or_the_mapping_is_mended() {
    let book = book();
    let rows = [row(1, "1", 16), row(2, "two", 16), row(3, "3", 16).replace("acme", "us")];
    assert_eq!(import(&book, "x.csv", &rows, 1), [1, 0, 0, 1, 1]);
    let kept = book.json(&["quarantine", "rows"], 0);
    let of = &kept[0]["rows"][0];
    assert_eq!(
        (&of["line"], &of["column"], &of["code"], &of["row"]),
        (&Value::from(3), &Value::from("Amount"), &Value::from("decimal"), &Value::from(rows[1].as_str()))
    );
    let page = book.run(&["quarantine", "rows"], 0);
    assert!(page.contains("x.csv:3") && page.contains("Amount: \"two\" is not a decimal"), "{page}");

    // A mapping that takes them.
    book.file("mapping.yaml", &MAPPING.replace("{Customer: us}", "{Amount: two}"));
    assert_eq!(import(&book, "x.csv", &rows, 0), [1, 0, 1, 0, 1]);
    assert_eq!(book.json(&["quarantine", "rows"], 0), Value::Array(Vec::new()));

    // A file of another table, forgotten.
    book.file("y.csv", "a,b\n1,2\n");
    let report = book.json(&["import", "--from", "csv", "--mapping", "mapping.yaml", "y.csv"], 1);
    assert_eq!(report["files"][0]["refused"], 1);
    let hash = book.json(&["quarantine", "rows"], 0)[0]["hash"].as_str().expect("a hash").to_owned();
    book.run(&["quarantine", "rows", "--forget", &hash[..8]], 0);
    assert_eq!(book.json(&["quarantine", "rows"], 0), Value::Array(Vec::new()));
    book.run(&["quarantine", "rows", "--forget", &hash[..8]], 1);
}

#[test]
fn rows_and_amounts_are_printed_by_kind_and_add_up() {
    let book = book();
    let rows = [row(1, "1.5", 16), row(2, "2", 16), row(2, "2", 16), row(3, "-4", 16).replace("acme", "us")];
    book.file("x.csv", &table(&rows));
    let arguments = ["import", "--from", "csv", "--mapping", "mapping.yaml", "x.csv"];
    let report = book.json(&arguments, 0);
    let kinds = report["files"][0]["kinds"].as_array().expect("kinds");
    let of =
        |kind: &Value, what: &str| format!("{} {}", kind[what]["rows"], kind[what]["amount"].as_str().unwrap_or("-"));
    let figures = |kind: &Value| ["read", "accepted", "duplicate", "quarantined", "leftOut"].map(|what| of(kind, what));
    assert_eq!(
        kinds.iter().map(figures).collect::<Vec<_>>(),
        [
            ["1 -4", "0 0", "0 0", "0 0", "1 -4"].map(str::to_owned),
            ["3 5.5", "2 3.5", "1 2", "0 0", "0 0"].map(str::to_owned)
        ]
    );
    let page = book.run(&arguments, 0);
    assert!(page.contains("internal use") && page.contains("left out"), "{page}");
}

/// The files of every source, with what its fixtures lay over its mapping.
fn fixtures() -> Vec<(String, String, Vec<String>)> {
    let folder = checkout("crates/connectors/fixtures");
    let read = |path: &str| {
        let entries = std::fs::read_dir(path).expect("a folder").map(|entry| entry.expect("an entry").path());
        let mut paths: Vec<String> = entries.map(|path| path.display().to_string()).collect();
        paths.sort();
        paths
    };
    let of = |path: String| {
        let format = path.rsplit('/').next()?.to_owned();
        let overlay = format!("{path}/overlay.yaml");
        let files = read(&path).into_iter().filter(|file| *file != overlay && !file.ends_with(".txt")).collect();
        std::fs::exists(&overlay).ok()?.then_some((format, overlay, files))
    };
    read(&folder).into_iter().filter(|path| std::path::Path::new(path).is_dir()).filter_map(of).collect()
}

#[test]
fn every_source_again_in_another_order_leaves_the_digest_as_it_is() {
    let book = Book::new();
    let sources = fixtures();
    assert!(sources.len() >= 7, "{sources:?}");
    let import = |(format, overlay, files): &(String, String, Vec<String>)| {
        let arguments = ["--json", "import", "--from", format, "--mapping", overlay];
        let files: Vec<&str> = files.iter().map(String::as_str).collect();
        let output = book.command(&[&arguments, files.as_slice()].concat()).output().expect("runs");
        // Some of what is in the files cannot be used.
        assert!(matches!(output.status.code(), Some(0 | 1)), "{format}: {output:?}");
        let report: Value = serde_json::from_slice(&output.stdout).expect("a report");
        let files = report["files"].as_array().expect("files").clone();
        let sum = |what: &str| files.iter().filter_map(|file| file[what].as_u64()).sum::<u64>();
        (sum("appended") + sum("restated"), sum("duplicate"))
    };
    let digest = || {
        let status = book.run(&["status", "--digest"], 0);
        status.lines().find(|line| line.starts_with("digest of the state")).expect("a digest").to_owned()
    };
    let appended: u64 = sources.iter().map(|source| import(source).0).sum();
    assert!(appended > 300, "{appended}");
    let before = digest();
    for (format, overlay, files) in sources.iter().rev() {
        let backwards = files.iter().rev().cloned().collect();
        let (appended, duplicate) = import(&(format.clone(), overlay.clone(), backwards));
        assert!(appended == 0 && duplicate > 0, "{format}");
    }
    assert_eq!(digest(), before);
}

#[test]
fn f4_marketplace_legs_arrive_once_and_a_restated_one_stands_as_it_was_said_last() {
    let book = Book::new();
    let fixture = |name: &str| checkout(&format!("crates/connectors/fixtures/aws-marketplace/{name}"));
    let (overlay, billing) = (fixture("overlay.yaml"), fixture("billing-edges.csv"));
    let arguments = ["import", "--from", "aws-marketplace", "--mapping", &overlay, &billing];
    let first = book.json(&arguments, 1);
    // M1 to M3, R1 and R2, X1 and its restatement, G1 without a currency and U1 of no kind that is known; payments, one of
    // which came back.
    assert_eq!(first["files"][0]["appended"], 6, "{first}");
    assert_eq!((&first["files"][0]["restated"], &first["files"][0]["refused"]), (&Value::from(2), &Value::from(2)));
    let again = book.json(&arguments, 1);
    assert_eq!((&again["files"][0]["appended"], &again["files"][0]["duplicate"]), (&Value::from(0), &Value::from(8)));
    let accounts = fixture("accounts.csv");
    book.run(&["import", "--from", "aws-marketplace", "--mapping", &overlay, &accounts], 0);
    let suspense = book.json(&["suspense"], 0);
    let of = |fact: &Value| (fact["basis"].as_str() == Some("disbursement")).then(|| fact["amount"].clone());
    let amounts: Vec<Value> = suspense["unattributed"].as_array().expect("facts").iter().filter_map(of).collect();
    // The refund of 40, with its fee of 1.2 back; the payment of X1 came back.
    assert_eq!(amounts, [Value::from("-38.8")]);
}

#[test]
fn one_person_under_two_addresses_is_merged_and_unmerged_by_what_the_source_says() {
    let book = Book::new();
    let capture = |id: &str, address: &str| {
        format!(
            r#"{{"specversion":"1.0","id":"{id}","source":"web","type":"tributary.lead.captured.v1","subject":"email/{address}","time":"2026-01-02T00:00:00Z","data":{{"lead":"{id}","motion":"direct"}}}}"#
        )
    };
    let leads = format!("{}\n{}\n", capture("l-old", "ada@old.example"), capture("l-new", "ada@new.example"));
    book.file("leads.jsonl", &leads);
    book.run(&["import", "leads.jsonl"], 0);
    let overlay = "names: {accounts: {0015g00000BBBBB: acme}, contacts: {\"003000000000012\": ada}}\n";
    book.file("overlay.yaml", overlay);
    let contacts =
        std::fs::read_to_string(checkout("crates/connectors/fixtures/salesforce/contacts.csv")).expect("a file");
    let rows: Vec<&str> = contacts.lines().collect();
    // Which leads stand in an account's history.
    let of = |account: &str| -> Vec<String> {
        let timeline = book.json(&["timeline", account], 0);
        let entries = timeline["entries"].as_array().expect("entries");
        let of_leads = entries.iter().filter(|entry| entry["type"] == "tributary.lead.captured.v1");
        let subjects: BTreeSet<String> =
            of_leads.map(|of| of["subject"].as_str().expect("a text").to_owned()).collect();
        subjects.into_iter().collect()
    };
    let (old, new) = ("email/ada@old.example", "email/ada@new.example");
    // Two persons; the first merged into the second; restored.
    for (until, acme, ada) in [(2, &[old][..], &[new][..]), (3, &[], &[new, old]), (4, &[old], &[new])] {
        book.file("contacts.csv", &format!("{}\n{}\n", rows[0], rows[1..=until].join("\n")));
        book.run(&["import", "--from", "salesforce", "--mapping", "overlay.yaml", "contacts.csv"], 0);
        assert_eq!(
            (of("acme"), of("ada")),
            (acme.iter().map(|of| (*of).to_owned()).collect(), ada.iter().map(|of| (*of).to_owned()).collect()),
            "{until}"
        );
    }
    // Neither order nor repetition changes what stands.
    book.file("contacts.csv", &format!("{}\n{}\n{}\n", rows[0], rows[4], rows[3]));
    book.run(&["import", "--from", "salesforce", "--mapping", "overlay.yaml", "contacts.csv"], 0);
    assert_eq!((of("acme"), of("ada")), (vec![old.to_owned()], vec![new.to_owned()]));
}

#[test]
fn what_changed_at_the_source_is_listed_once_and_newest_first_to_be_read_again() {
    let book = Book::new();
    let fixture = |name: &str| checkout(&format!("crates/connectors/fixtures/{name}"));
    let events = fixture("aws-partner-central/eventbridge_events.ndjson");
    let report = book.json(&["import", "--from", "aws-partner-central", &events, &events], 0);
    let again: Vec<&Value> = report["readAgain"].as_array().expect("a list").iter().collect();
    assert_eq!(
        again[0],
        &serde_json::json!({"from": "aws-partner-central", "what": "opportunity/O5465588", "at": "2025-02-19T04:20:25Z"})
    );
    let things: BTreeSet<&str> = again.iter().map(|one| one["what"].as_str().expect("a text")).collect();
    assert_eq!(things.len(), again.len(), "{again:?}");
    let (page, said) = book.both(&["import", "--from", "google", &fixture("google/messages.ndjson")], 1);
    let end = page.split("read again at the source").nth(1).expect("a table");
    assert_eq!(end.lines().filter(|line| line.starts_with("google")).count(), 2, "{page}");
    assert!(end.find("entitlement/c0ffee00") < end.find("account/acc-1"), "{page}");
    assert!(said.contains("messages.ndjson:4: is not JSON: `message.data` is not Base64 (not-json)"), "{said}");
}
