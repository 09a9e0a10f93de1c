//! The sources that are declared: their mappings against the schema, and what they make of real files and of the pitfalls that
//! are documented.

use std::collections::BTreeSet;
use std::fs;

#[expect(dead_code, reason = "each test uses its part of it")]
mod reading;

use reading::{drafts, fixture, page, refusals, rows};
use serde_json::Value;
use tributary_connectors::mapping;
use tributary_connectors::source::Source;
use tributary_connectors::{Row, Said};

/// The mappings that the program has.
const OWN: [(&str, &str); 7] = [
    ("aws-marketplace", include_str!("../src/aws_marketplace/mapping.yaml")),
    ("aws-partner-central", include_str!("../src/aws_partner_central/mapping.yaml")),
    ("cloudevents", include_str!("../src/cloudevents/mapping.yaml")),
    ("google", include_str!("../src/google/mapping.yaml")),
    ("hubspot", include_str!("../src/hubspot/mapping.yaml")),
    ("microsoft", include_str!("../src/microsoft/mapping.yaml")),
    ("salesforce", include_str!("../src/salesforce/mapping.yaml")),
];

/// What the fixtures of a source lay over its mapping.
fn overlay(format: &str) -> Option<String> {
    fs::read_to_string(fixture(&format!("{format}/overlay.yaml"))).ok()
}

fn open(format: &str) -> Box<dyn Source> {
    reading::source(format, overlay(format).as_deref())
}

fn read(source: &dyn Source, format: &str, file: &str) -> Vec<Row> {
    let bytes = fs::read(fixture(&format!("{format}/{file}"))).expect("a fixture");
    rows(source, &bytes, file).expect("a header")
}

/// The files of a source, by name.
fn files(format: &str) -> Vec<String> {
    let entries = fs::read_dir(fixture(format)).expect("fixtures");
    let names = entries.map(|entry| entry.expect("a file").file_name().into_string().expect("a name"));
    let mut names: Vec<String> = names.filter(|name| !name.starts_with("overlay") && !name.ends_with(".txt")).collect();
    names.sort();
    names
}

#[test]
fn every_mapping_is_what_the_schema_says() {
    let schema: Value = serde_json::from_str(mapping::SCHEMA).expect("a schema");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    for (format, own) in OWN {
        let document = tributary_connectors::yaml::documents(own).expect("YAML").remove(0);
        let wrong: Vec<String> = validator.iter_errors(&document.value).map(|error| error.to_string()).collect();
        assert_eq!(wrong, Vec::<String>::new(), "{format}");
    }
}

#[test]
fn what_real_files_and_pitfalls_become_is_as_was_reviewed() {
    for (format, _) in OWN {
        let source = open(format);
        for file in files(format) {
            let rows = read(&*source, format, &file);
            assert!(!rows.is_empty(), "{file}");
            reading::golden(&format!("{format}/{file}.txt"), &page(&rows));
        }
    }
}

/// The rows of a table, each with its quoted line ends.
fn records(body: &str) -> Vec<&str> {
    let (mut records, mut begun, mut quotes) = (Vec::new(), 0, 0);
    for (at, byte) in body.bytes().enumerate() {
        quotes += usize::from(byte == b'"');
        if byte == b'\n' && quotes % 2 == 0 {
            records.push(&body[begun..at]);
            begun = at + 1;
        }
    }
    records
}

#[test]
fn a_file_again_in_pieces_or_in_another_order_says_the_same_events() {
    for (format, _) in OWN {
        let source = open(format);
        for file in files(format).iter().filter(|file| file.ends_with(".csv")) {
            let text = fs::read_to_string(fixture(&format!("{format}/{file}"))).expect("a fixture");
            let (header, body) = text.split_once('\n').expect("a header");
            let said = |lines: &[&str]| {
                let text = format!("{header}\n{}\n", lines.join("\n"));
                let rows = rows(&*source, text.as_bytes(), file).expect("a header");
                let events = drafts(&rows).into_iter().map(tributary_events::json::write_draft);
                events.collect::<BTreeSet<String>>()
            };
            let lines = records(body);
            let all = said(&lines);
            let backwards: Vec<&str> = lines.iter().rev().copied().collect();
            assert_eq!(said(&backwards), all, "{file}");
            let pieces: BTreeSet<String> = lines.chunks(2).flat_map(said).collect();
            assert_eq!(pieces, all, "{file}");
        }
    }
}

#[test]
fn windows_line_ends_and_a_byte_order_mark_change_nothing_and_a_cut_is_noticed() {
    for (format, _) in OWN {
        let source = open(format);
        for file in files(format) {
            let bytes = fs::read(fixture(&format!("{format}/{file}"))).expect("a fixture");
            let text = String::from_utf8(bytes).expect("UTF-8").replace("\r\n", "\n");
            let plain = rows(&*source, text.as_bytes(), &file).expect("a header");
            let windows = format!("\u{feff}{}", text.replace('\n', "\r\n"));
            let events = |rows: &[Row]| drafts(rows).into_iter().cloned().collect::<Vec<_>>();
            let read = rows(&*source, windows.as_bytes(), &file).expect("a header");
            assert_eq!(events(&read), events(&plain), "{file}");
            let utf16: Vec<u8> = windows.encode_utf16().flat_map(u16::to_le_bytes).collect();
            assert_eq!(events(&rows(&*source, &utf16, &file).expect("a header")), events(&plain), "{file}");
            if file.ends_with("json") {
                let cut = text.trim_end();
                let read = rows(&*source, &cut.as_bytes()[..cut.len() - 1], &file).expect("values");
                assert!(refusals(&read).iter().any(|said| said.ends_with("(cut-off)")), "{file}: {read:?}");
            }
        }
    }
}

#[test]
fn another_table_is_refused_with_what_is_known() {
    let source = open("aws-marketplace");
    let refused = rows(&*source, b"a,b\n1,2\n", "x.csv").map(|_| ()).expect_err("no table");
    assert!(refused.starts_with("x.csv:1: is none of billing event (which has billing_event_id, "), "{refused}");
    assert!(refused.ends_with("(no-table)"), "{refused}");
}

#[test]
fn the_legs_of_a_disbursement_add_up_to_the_payment() {
    let source = open("aws-marketplace");
    for (file, payment, amount) in [("billing-documented.csv", "I14", "19.8"), ("billing-edges.csv", "D1", "72.65")] {
        let rows = read(&*source, "aws-marketplace", file);
        let mut cash = tributary_domain::money::Amount::ZERO;
        for draft in drafts(&rows) {
            let tributary_domain::event::Body::DisbursementReported(report) = &draft.body else { continue };
            let of_payment = report.disbursement.as_str().starts_with(&format!("{payment}:"));
            if of_payment {
                // What passes through arrives too.
                cash.add(report.net).and_then(|()| cash.add(report.tax)).expect("in range");
            }
        }
        assert_eq!(cash.to_string(), amount, "{file}");
        let left_out = rows.iter().find(|row| row.kind.ends_with(" DISBURSEMENT")).expect("the payment");
        assert_eq!(
            (left_out.money.map(|money| money.amount.to_string()).as_deref(), &left_out.said),
            (Some(amount), &Said::LeftOut("the payment itself".into()))
        );
    }
}
