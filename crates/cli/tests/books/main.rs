//! The books through the binary: what the journal exports, other people's programs read, and they come to the same balances.

#[expect(dead_code, reason = "each test uses its part of the harness")]
#[path = "../harness/mod.rs"]
mod harness;

mod nasty;
mod programs;

use std::collections::BTreeSet;

use harness::{Book, cases};
use programs::{Balances, by_beancount, by_hledger};
use serde_json::Value;

/// What our own trial balance says, without accounts at zero.
fn by_ourselves(book: &Book) -> Balances {
    let trial = book.json(&["trial-balance"], 0);
    let text = |row: &Value, field: &str| row[field].as_str().expect("a text").to_owned();
    let rows = trial["accounts"].as_array().expect("rows").iter();
    let balances = rows.map(|row| ((text(row, "account"), text(row, "currency")), text(row, "balance")));
    balances.filter(|(_, balance)| balance != "0").collect()
}

fn by_csv(book: &Book) -> Balances {
    let exported = book.run(&["journal", "--format", "csv"], 0);
    let mut reader = csv::Reader::from_reader(exported.as_bytes());
    let mut balances = programs::Sums::default();
    for row in reader.records() {
        let row = row.expect("a row");
        let (account, debit, credit, currency) = (&row[5], &row[6], &row[7], &row[8]);
        assert!(debit.is_empty() != credit.is_empty(), "{row:?}");
        balances.add(account, currency, debit, false);
        balances.add(account, currency, credit, true);
    }
    balances.finish()
}

/// Everybody comes to the same balances, and finds the same entries.
fn everybody_agrees(book: &Book, what: &str) {
    let expected = by_ourselves(book);
    let journal = book.json(&["journal"], 0);
    let entries = journal["entries"].as_array().expect("entries").iter();
    let ids: BTreeSet<String> = entries.map(|entry| entry["id"].as_str().expect("an id").to_owned()).collect();
    assert_eq!(by_csv(book), expected, "{what}, CSV");
    assert_eq!(by_hledger(book), (expected.clone(), ids.clone()), "{what}, hledger");
    assert_eq!(by_beancount(book), (expected, ids), "{what}, beancount");
}

#[test]
fn p2_hledger_and_beancount_balance_the_worked_cases_as_we_do() {
    for case in cases() {
        let book = Book::new();
        book.run(&["import", "--trust-recorded-times", &format!("{case}/events.jsonl")], 0);
        everybody_agrees(&book, &case);
    }
}

#[test]
fn p2_hledger_and_beancount_balance_a_ledger_whose_ids_are_any_text() {
    let book = nasty::book();
    let trial = book.json(&["trial-balance"], 0);
    assert_eq!(trial["accounts"].as_array().expect("rows").len(), nasty::ACCOUNTS, "{trial:#}");
    everybody_agrees(&book, "nasty ids");
}

#[test]
fn p1_the_journal_is_narrowed_by_day_and_account_and_each_entry_shown_whole() {
    let book = Book::new();
    book.run(&["import", "--trust-recorded-times", &format!("{}/events.jsonl", cases()[0])], 0);
    let count = |arguments: &[&str]| {
        let journal = book.json(&[&["journal"], arguments].concat(), 0);
        let entries = journal["entries"].as_array().expect("entries").clone();
        for entry in &entries {
            let sides = entry["postings"].as_array().expect("postings").iter().map(|posting| posting["side"].as_str());
            assert_eq!(sides.collect::<BTreeSet<_>>().len(), 2, "{entry}");
        }
        entries.len()
    };
    let all = count(&[]);
    assert_eq!(count(&["--to", "2026-02-28"]) + count(&["--from", "2026-03-01"]), all);
    assert_eq!(count(&["--account", "cash:payouts"]), 1);
    assert_eq!(count(&["--account", "payable:p-reg", "--from", "2026-02-20", "--to", "2026-02-20"]), 1);
    assert_eq!(count(&["--known-at", "2026-02-02T00:00:00Z"]), 0);
    let page = book.run(&["journal"], 0);
    assert!(page.contains("payout pay-1 to p-reg") && page.contains("expense:commission:growth"), "{page}");
    book.run(&["journal", "--format", "hledger", "--output", "out.journal"], 0);
    let written = std::fs::read_to_string(book.data().with_file_name("out.journal")).expect("the file");
    assert_eq!(written, book.run(&["journal", "--format", "hledger"], 0));
    book.both(&["journal", "--output", "no-such-folder/out"], 2);
    book.both(&["journal", "--from", "yesterday"], 2);
}

#[test]
fn a_statement_is_handed_out_in_every_format_and_all_of_them_with_an_index() {
    let book = Book::new();
    book.run(&["import", "--trust-recorded-times", &format!("{}/events.jsonl", cases()[0])], 0);
    let folder = book.data().with_file_name("");
    for (format, beginning) in [
        ("md", "# Statement of p-msp for 2026-02"),
        ("csv", "section,period,"),
        ("html", "<!DOCTYPE html>"),
        ("xlsx", "PK"),
    ] {
        let file = format!("one.{format}");
        book.run(&["statement", "p-msp", "2026-02", "--format", format, "--output", &file], 0);
        let written = std::fs::read(folder.join(&file)).expect("the document");
        assert!(written.starts_with(beginning.as_bytes()), "{format}");
        if format != "xlsx" {
            let said = book.run(&["statement", "p-msp", "2026-02", "--format", format], 0);
            assert_eq!(said.as_bytes(), written, "{format}");
        }
        let (_, said) = book.both(&["statement", "--all", "2026-02", "--format", format, "--output", format], 0);
        assert!(said.starts_with("wrote 3 statements and `index."), "{said}");
        let together = folder.join(format).join(format!("statement-2026-02-p-msp.{format}"));
        assert_eq!(std::fs::read(together).expect("the document"), written, "{format}");
    }
    let at = ["--known-at", "2026-03-03T00:00:01Z", "--format", "md"];
    let open = book.run(&[&["statement", "p-msp", "2026-03"], &at[..]].concat(), 0);
    assert!(open.contains("open: it may still change") && open.contains("nothing proves this statement yet"), "{open}");
    for arguments in [
        &["statement", "p-msp", "2026-02", "--format", "xlsx"][..],
        &["statement", "--all", "2026-02", "--format", "md"],
        &["statement", "p-msp", "2026-02", "--output", "one.md"],
        &["statement", "p-msp", "2026-02", "--format", "docx"],
    ] {
        book.both(arguments, 2);
    }
}
