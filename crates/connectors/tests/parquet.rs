//! Tables in columns say what the same tables in separated values say: FOCUS, and by a mapping that somebody declares.

use std::fs;

#[expect(dead_code, reason = "each test uses its part of it")]
mod reading;

use reading::{drafts, fixture, refusals, rows};
use tributary_connectors::focus;
use tributary_connectors::mapping::Mapping;
use tributary_connectors::source::Source;
use tributary_connectors::{Row, Said};

const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../demo/data/focus_sample_1.0.csv");
const DEMO: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../demo/focus.yaml");
const CORRECTIONS: &str = "source: urn:focus:test\ncost: BilledCost\ncurrency: InvoiceCurrency\nproduct: {column: SkuId}\n\
                           accounts: [{namespace: r, column: ResourceId}]\n";

/// Any table of usage, the tags kept as they are.
const DECLARED: &str = "
source: urn:test
tables:
  - name: charges
    has: [ChargeCategory]
    key: ['{SubAccountId}', '{SkuPriceId ?? Id}', '{ChargePeriodStart|instant}', '{ResourceId}']
    money: {amount: '{BilledCost|amount}', currency: '{BillingCurrency}'}
    rules:
      - {kind: other, unless: {ChargeCategory: Usage}, leaveOut: is no usage}
      - kind: usage
        events:
          - {type: usage.recorded, subject: 'n/{SubAccountId|id}', time: '{ChargePeriodStart|instant}',
             data: {product: '{ServiceName|id}', amount: '{BilledCost|amount}', currency: '{BillingCurrency}',
                    quantity: '{ConsumedQuantity?|quantity}'}}
";

fn parquet(name: &str) -> Vec<u8> {
    fs::read(fixture(&format!("focus-parquet/{name}.parquet"))).expect("a fixture")
}

/// The first rows of the sample, as the file in columns has them.
fn sample() -> String {
    let mut reader = csv::Reader::from_path(SAMPLE).expect("the sample");
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(reader.headers().expect("a header")).expect("memory");
    for record in reader.records().take(300) {
        writer.write_record(&record.expect("a row")).expect("memory");
    }
    String::from_utf8(writer.into_inner().expect("memory")).expect("UTF-8")
}

fn excerpt(name: &str) -> String {
    let path = fixture(&format!("focus/closed_scenario_1_partial_reallocation_{name}.csv"));
    let text = fs::read_to_string(path).expect("a fixture").replace("\r\n", "\n");
    let text: Vec<String> = text.trim_end().lines().map(|line| format!("{line},USD")).collect();
    text.join("\n").replacen(",USD", ",InvoiceCurrency", 1)
}

/// What rows say and how they are counted, without where they stand.
fn said(rows: &[Row]) -> Vec<(String, Option<tributary_domain::money::Money>, Said)> {
    rows.iter().map(|row| (row.kind.to_string(), row.money, row.said.clone())).collect()
}

fn same(source: &dyn Source, csv: &str, columns: &[u8]) {
    let expected = rows(source, csv.as_bytes(), "f").expect("a header");
    let read = rows(source, columns, "f").expect("a header");
    assert!(!drafts(&expected).is_empty() && refusals(&expected).is_empty());
    assert_eq!(said(&read), said(&expected));
    // Where a row stands is which row it is.
    assert!(read.iter().zip(1..).all(|(row, number)| row.line == number));
}

#[test]
fn a_bill_in_columns_says_the_same_events_as_in_separated_values() {
    let text = fs::read_to_string(DEMO).expect("the demo's mapping");
    same(&focus::Mapping::from_yaml(&text).expect("a mapping"), &sample(), &parquet("sample"));
    let corrections = focus::Mapping::from_yaml(CORRECTIONS).expect("a mapping");
    for name in ["ledger", "delta"] {
        same(&corrections, &excerpt(name), &parquet(name));
    }
}

#[test]
fn a_declared_mapping_takes_either() {
    same(&Mapping::from_yaml(DECLARED).expect("a mapping"), &sample(), &parquet("sample"));
}

#[test]
fn what_is_broken_is_said_with_its_row_group_and_column() {
    let text = fs::read_to_string(DEMO).expect("the demo's mapping");
    let mapping = focus::Mapping::from_yaml(&text).expect("a mapping");
    let whole = parquet("sample");
    let cut = rows(&mapping, &whole[..whole.len() - 1], "bill.parquet").map(|_| ()).expect_err("not whole");
    assert!(cut.starts_with("bill.parquet:1: is not the whole of a Parquet file: "), "{cut}");
    assert!(cut.ends_with(" (parquet)"), "{cut}");
    // The bytes of the first pages of the last row group.
    let mut broken = whole.clone();
    let middle = whole.len() / 2;
    broken[middle..middle + 4000].fill(0);
    let read = rows(&mapping, &broken, "bill.parquet").expect("a header");
    let refused = refusals(&read);
    assert_eq!(refused.len(), 1, "{refused:?}");
    let said = &refused[0];
    assert!(said.starts_with(&format!("bill.parquet:{}: ", read.len())) && said.contains(": row group "), "{said}");
}
