//! FOCUS bills that are issued anew, through the binary: files that replace what earlier ones said of a period, and corrections of
//! closed periods in both of the forms that the specification shows.

use std::fs;

#[expect(dead_code, reason = "each test uses its part of the harness")]
mod harness;

use harness::{Book, checkout};
use serde_json::Value;

const APPEND: &str = "source: urn:focus:test\ncost: BilledCost\ncurrency: InvoiceCurrency\nproduct: {column: SkuId}\n\
                      accounts: [{namespace: r, column: ResourceId}]\n";

fn book() -> Book {
    let book = Book::new();
    book.file("append.yaml", APPEND);
    let delivery = "delivery: {overwrite: {scope: [BillingPeriodStart], version: {column: x_ExportDateTime}}}\n";
    book.file("overwrite.yaml", &format!("{APPEND}{delivery}"));
    book
}

/// An excerpt of the specification, with the currency that it does not name.
fn excerpt(name: &str) -> String {
    let path = checkout(&format!("crates/connectors/fixtures/focus/{name}.csv"));
    let text = fs::read_to_string(path).expect("a fixture").replace("\r\n", "\n");
    let text: Vec<String> = text.trim_end().lines().map(|line| format!("{line},USD")).collect();
    text.join("\n").replacen(",USD", ",InvoiceCurrency", 1) + "\n"
}

/// Imports a text as a file; gives what was appended, restated, duplicate and voided.
fn import(book: &Book, mapping: &str, name: &str, text: &str, exit: i32) -> [u64; 4] {
    book.file(name, text);
    let report = book.json(&["import", "--from", "focus", "--mapping", mapping, name], exit);
    ["appended", "restated", "duplicate", "voided"].map(|what| report["files"][0][what].as_u64().unwrap_or(0))
}

/// What stands of each resource.
fn stands(book: &Book) -> Vec<(String, String)> {
    let link = |resource: &str| {
        format!(
            r#"{{"specversion":"1.0","id":"{resource}","source":"t","type":"tributary.alias.linked.v1","subject":"r/{resource}","time":"2025-01-01T00:00:00Z","data":{{"account":"{resource}"}}}}"#
        )
    };
    book.file("links.jsonl", &["R-111", "R-222", "R-333"].map(link).join("\n"));
    book.run(&["import", "links.jsonl"], 0);
    let suspense = book.json(&["suspense"], 0);
    let of = |fact: &Value| ["account", "amount"].map(|name| fact[name].as_str().expect("a text").to_owned());
    let facts = suspense["unattributed"].as_array().expect("facts").iter().map(of);
    let mut facts: Vec<(String, String)> =
        facts.map(|[account, amount]| (account, amount)).filter(|(_, amount)| amount != "0").collect();
    facts.sort();
    facts
}

fn amounts(of: &[(&str, &str)]) -> Vec<(String, String)> {
    of.iter().map(|(account, amount)| ((*account).to_owned(), (*amount).to_owned())).collect()
}

/// Three deliveries of one period: the first, the specification's replacement of it, and a third with other rows.
fn deliveries() -> [String; 3] {
    let original = excerpt("closed_scenario_1_partial_reallocation_original");
    let original = original.replace("2025-06-01T", "2025-08-01T").replace("2025-05-01T", "2025-07-01T");
    let replacement = excerpt("open_current_scenario_1_partial_reallocation_replacement");
    let third = replacement.replace("2025-07-05T", "2025-07-09T").replace("R-222", "R-333").replace("1200", "1000");
    [original.replace("2025-05-04T", "2025-07-04T"), replacement, third]
}

/// A file in files of one row each, the last one first.
fn pieces(text: &str) -> Vec<String> {
    let (header, rows) = text.split_once('\n').expect("a header");
    rows.lines().rev().map(|row| format!("{header}\n{row}\n")).collect()
}

#[test]
fn corrections_of_a_closed_period_come_to_the_same_sums_in_either_form() {
    for form in ["ledger", "delta"] {
        for mapping in ["append.yaml", "overwrite.yaml"] {
            let book = book();
            let original = excerpt("closed_scenario_1_partial_reallocation_original");
            let correction = excerpt(&format!("closed_scenario_1_partial_reallocation_{form}"));
            import(&book, mapping, "original.csv", &original, 0);
            // Of another billing period, so that nothing is replaced.
            let [appended, restated, _, voided] = import(&book, mapping, "correction.csv", &correction, 0);
            assert_eq!((restated, voided), (0, 0));
            assert!(appended >= 2);
            assert_eq!(stands(&book), amounts(&[("R-111", "1200"), ("R-222", "300")]), "{form}");
        }
    }
}

#[test]
fn a_file_that_replaces_a_period_voids_what_it_no_longer_has() {
    let book = book();
    let [first, second, third] = deliveries();
    assert_eq!(import(&book, "overwrite.yaml", "1.csv", &first, 0), [1, 0, 0, 0]);
    assert_eq!(stands(&book), amounts(&[("R-111", "1500")]));
    // Its rows have another description, so they are other charges.
    assert_eq!(import(&book, "overwrite.yaml", "2.csv", &second, 0), [2, 0, 0, 1]);
    assert_eq!(stands(&book), amounts(&[("R-111", "1200"), ("R-222", "300")]));
    assert_eq!(import(&book, "overwrite.yaml", "3.csv", &third, 0), [1, 1, 0, 1]);
    assert_eq!(stands(&book), amounts(&[("R-111", "1000"), ("R-333", "300")]));
    // A void is followed back to the file, which has no line of it.
    let export = book.run(&["export"], 0);
    let void = export.lines().position(|line| line.contains(":void\"")).expect("a void");
    let explained = book.json(&["explain", "event", &format!("0:{void}")], 0);
    assert_eq!(
        (explained["origins"][0]["file"].as_str(), explained["origins"][0]["line"].as_u64()),
        (Some("2.csv"), Some(0))
    );
}

#[test]
fn i1_the_latest_delivery_stands_in_whatever_order_pieces_and_repetitions_they_come() {
    let deliveries = deliveries();
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        for in_pieces in [false, true] {
            let book = book();
            let files: Vec<(String, String)> = order
                .iter()
                .flat_map(|at| {
                    let pieces = if in_pieces { pieces(&deliveries[*at]) } else { vec![deliveries[*at].clone()] };
                    pieces.into_iter().enumerate().map(move |(piece, text)| (format!("{at}-{piece}.csv"), text))
                })
                .collect();
            let expected = amounts(&[("R-111", "1000"), ("R-333", "300")]);
            for (name, text) in &files {
                import(&book, "overwrite.yaml", name, text, 0);
            }
            assert_eq!(stands(&book), expected, "{order:?}, in pieces: {in_pieces}");
            for (name, text) in &files {
                let [appended, restated, _, voided] = import(&book, "overwrite.yaml", name, text, 0);
                assert_eq!((appended, restated, voided), (0, 0, 0), "{order:?}, in pieces: {in_pieces}, {name} again");
            }
            assert_eq!(stands(&book), expected, "{order:?}, again");
        }
    }
}

#[test]
fn what_is_kept_beside_the_log_is_made_anew_by_importing_again() {
    let book = book();
    let [first, second, third] = deliveries();
    import(&book, "overwrite.yaml", "1.csv", &first, 0);
    import(&book, "overwrite.yaml", "3.csv", &third, 0);
    fs::remove_dir_all(book.data().join("origins")).expect("origins");
    // Nothing says now that a later one was there: it is right again once that is imported again.
    import(&book, "overwrite.yaml", "2.csv", &second, 0);
    import(&book, "overwrite.yaml", "1.csv", &first, 0);
    import(&book, "overwrite.yaml", "3.csv", &third, 0);
    assert_eq!(stands(&book), amounts(&[("R-111", "1000"), ("R-333", "300")]));
}

#[test]
fn a_file_with_a_row_that_cannot_be_used_voids_nothing() {
    let book = book();
    let [first, second, _] = deliveries();
    import(&book, "overwrite.yaml", "1.csv", &first, 0);
    let broken = second.replacen(",300,300,300,", ",300,?,300,", 1);
    assert_ne!(broken, second);
    assert_eq!(import(&book, "overwrite.yaml", "2.csv", &broken, 1)[3], 0);
    assert_eq!(import(&book, "overwrite.yaml", "2.csv", &second, 0)[3], 1);
    assert_eq!(stands(&book), amounts(&[("R-111", "1200"), ("R-222", "300")]));
}
