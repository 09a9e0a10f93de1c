//! What a FOCUS file can get wrong, a line for each: the text of the file, and the refusal as people read it.

use std::fs;

#[expect(dead_code, reason = "each test uses its part of it")]
mod reading;

use reading::{drafts, refusals, statements};
use tributary_connectors::focus::Mapping;
use tributary_connectors::{Reason, Row, Said};
use tributary_domain::event::Body;

const MAPPING: &str = "
source: urn:focus:test
cost: BilledCost
product: {column: ServiceName}
accounts:
  - {provider: A, namespace: a, column: SubAccountId}
  - {provider: A, namespace: a-billing, column: BillingAccountId}
";

const HEADER: &str = "ProviderName,BillingAccountId,SubAccountId,ServiceName,ChargeCategory,ChargePeriodStart,\
                      BillingCurrency,BilledCost,ConsumedQuantity,ConsumedUnit";

fn rows(text: &str) -> Result<Vec<Row>, String> {
    reading::rows(&Mapping::from_yaml(MAPPING).expect("a mapping"), text.as_bytes(), "bill.csv")
}

fn read(text: &str) -> (Vec<Row>, Vec<String>) {
    let rows = rows(text).expect("a header");
    let refusals = refusals(&rows);
    (rows, refusals)
}

#[test]
fn a_bad_row_is_refused_with_its_line_column_and_reason_and_the_others_are_read() {
    let good = "A,1,2,compute,Usage,2024-09-18 22:00:00,USD,1.5,3,Hours";
    for (row, refusal) in [
        ("A,1,2,compute,Usage,2024-09-18 22:00:00,USD,NULL,3,Hours", "BilledCost: has no value (value-missing)"),
        (
            "A,1,2,compute,Usage,2024-09-18 22:00:00,USD,\"$10,100.00 \",3,Hours",
            "BilledCost: \"$10,100.00\" is not a decimal such as \"12.5\" (decimal)",
        ),
        (
            "A,1,2,compute,Usage,2024-09-18 22:00:00,USD,0.0000000000001,3,Hours",
            "BilledCost: \"0.0000000000001\" has more than 12 fractional digits (decimal)",
        ),
        (
            "A,1,2,compute,Usage,2024-09-18 22:00:00,USD,1.5,lots,Hours",
            "ConsumedQuantity: \"lots\" is not a decimal such as \"12.5\" (decimal)",
        ),
        (
            "A,1,2,compute,Usage,2024-09-18 22:00:00,Token,1.5,3,Hours",
            "BillingCurrency: \"Token\" is not an ISO 4217 currency code such as USD (currency)",
        ),
        (
            "A,1,2,compute,Usage,9/18/24,USD,1.5,3,Hours",
            "ChargePeriodStart: \"9/18/24\" is not a time such as 2024-09-18T22:00:00Z or 2024-09-18 22:00:00 (time)",
        ),
        (
            "A,1,2,compute,Fee,2024-09-18 22:00:00,USD,1.5,3,Hours",
            "ChargeCategory: \"Fee\" is not a charge category: Usage, Purchase, Tax, Credit or Adjustment (category)",
        ),
        ("A,1,2,(null),Usage,2024-09-18 22:00:00,USD,1.5,3,Hours", "ServiceName: has no value (value-missing)"),
        (
            "B,1,2,compute,Usage,2024-09-18 22:00:00,USD,1.5,3,Hours",
            "SubAccountId: no rule of `accounts` gives this row an account (provider \"B\") (no-account)",
        ),
        (
            "A,1,2,compute,Usage,2024-09-18 22:00:00",
            "the row has 6 fields and the header 10; the file may be cut short (field-count)",
        ),
    ] {
        let (rows, refusals) = read(&format!("{HEADER}\n{good}\n{row}\n{good}\n"));
        assert_eq!(refusals, [format!("bill.csv:3: {refusal}")], "{row}");
        assert_eq!(statements(&rows).iter().map(|(line, _)| *line).collect::<Vec<_>>(), [2, 4], "{row}");
    }
}

#[test]
fn a_file_cut_off_inside_a_quoted_field_is_refused_where_the_row_began() {
    let text =
        format!("{HEADER}\nA,1,2,compute,Usage,2024-09-18,USD,1,1,Hours\nA,1,2,compute,Usage,2024-09-18,USD,1,1,\"Hou");
    let (rows, refusals) = read(&text);
    assert_eq!(drafts(&rows).len(), 1);
    let reason = "the file ends inside a quoted field; it is cut short, or a quote is not doubled (quote-open)";
    assert_eq!(refusals, [format!("bill.csv:3: {reason}")]);
}

#[test]
fn bytes_that_are_not_utf_8_are_refused_and_the_rows_after_them_read() {
    let good = b"\nA,1,2,compute,Usage,2024-09-18,USD,1,1,Hours".as_slice();
    let text = [HEADER.as_bytes(), b"\nA,1,2,comp\xffute,Usage,2024-09-18,USD,1,1,Hours", good].concat();
    let mapping = Mapping::from_yaml(MAPPING).expect("a mapping");
    let rows = reading::rows(&mapping, &text, "bill.csv").expect("a header");
    let reason = |row: &Row| match &row.said {
        Said::Refused(unusable) => Some((unusable.refusal.reason.clone(), unusable.text.clone())),
        _ => None,
    };
    let kept = "A,1,2,comp\u{fffd}ute,Usage,2024-09-18,USD,1,1,Hours".to_owned();
    assert_eq!(rows.iter().map(reason).collect::<Vec<_>>(), [Some((Reason::Encoding, kept)), None]);
}

#[test]
fn a_header_without_what_the_mapping_needs_is_refused() {
    for (text, refusal) in [
        (String::new(), "bill.csv:1: the file is empty, a header line is needed (no-header)"),
        (
            HEADER.replace("BilledCost", "Cost"),
            "bill.csv:1: BilledCost: the header has no such column (column-missing)",
        ),
        (
            format!("{HEADER},BilledCost"),
            "bill.csv:1: BilledCost: the header has this column more than once (column-twice)",
        ),
    ] {
        let refused = rows(&text).map(|_| ());
        assert_eq!(refused, Err(refusal.to_owned()));
    }
}

#[test]
fn a_byte_order_mark_crlf_quoted_newlines_and_nulls_are_read() {
    let text = format!(
        "\u{feff}{HEADER}\r\nA,1,NULL,\"multi\nline/name\",Usage,2024-09-18T22:00:00+02:00,USD,1.20E-05,,\r\n\
         A,1,2,compute,usage,2024-09-18,USD,-4,0.0000000000005,Hours\r\n"
    );
    let (rows, refusals) = read(&text);
    assert_eq!(refusals, Vec::<String>::new());
    let said: Vec<_> = statements(&rows)
        .iter()
        .map(|(line, row)| {
            let Body::UsageRecorded(usage) = &row.draft.body else { panic!("not usage") };
            let quantity = usage.quantity.map(|quantity| quantity.to_string());
            format!("{} {} {} {} {} {quantity:?}", line, row.draft.subject, row.draft.time, usage.product, usage.money)
        })
        .collect();
    assert_eq!(
        said,
        [
            "2 a-billing/1 2024-09-18T20:00:00Z multi%0Aline%2Fname 0.000012 USD None",
            "4 a/2 2024-09-18T00:00:00Z compute -4 USD Some(\"0\")"
        ]
    );
}

#[test]
fn the_specifications_own_examples_are_read_or_refused_for_what_they_hold() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/focus");
    let corrections = "source: urn:focus:test\ncost: BilledCost\ncurrency: InvoiceCurrency\n\
                       product: {column: SkuId}\naccounts: [{namespace: r, column: ResourceId}]\n";
    let mapping = Mapping::from_yaml(corrections).expect("a mapping");
    for (file, amounts, refused) in [
        ("closed_scenario_1_partial_reallocation_original.csv", vec!["1500"], 0),
        ("closed_scenario_1_partial_reallocation_ledger.csv", vec!["-1500", "1200", "300"], 0),
        ("closed_scenario_1_partial_reallocation_delta.csv", vec!["-300", "300"], 0),
        ("closed_scenario_2_late_arriving_usage_ledger.csv", vec![], 1),
        ("open_current_scenario_1_partial_reallocation_replacement.csv", vec!["1200", "300"], 0),
    ] {
        // These excerpts name no currency: one is put beside them.
        let text = fs::read_to_string(format!("{folder}/{file}")).expect("a fixture").replace("\r\n", "\n");
        let text: Vec<String> = text.trim_end().lines().map(|line| format!("{line},USD")).collect();
        let text = text.join("\n").replacen(",USD", ",InvoiceCurrency", 1);
        let rows = reading::rows(&mapping, text.as_bytes(), file).expect("a header");
        let read = drafts(&rows).into_iter().map(|draft| match &draft.body {
            Body::UsageRecorded(usage) => usage.money.amount.to_string(),
            other => panic!("{other:?}"),
        });
        assert_eq!(read.collect::<Vec<_>>(), amounts, "{file}");
        assert_eq!(refusals(&rows).len(), refused, "{file}");
    }
    let saas = "source: urn:focus:test\ncost: BilledCost\nproduct: {column: ServiceName}\n\
                accounts: [{namespace: b, column: BillingAccountId}]\n";
    let mapping = Mapping::from_yaml(saas).expect("a mapping");
    for file in ["simple_saas_agreements_c.csv", "virtual_currency_pricing_model_a2.csv"] {
        let bytes = fs::read(format!("{folder}/{file}")).expect("a fixture");
        let rows = reading::rows(&mapping, &bytes, file).expect("a header");
        let times = |row: &Row| match &row.said {
            Said::Refused(unusable) => matches!(unusable.refusal.reason, Reason::Time { .. }),
            _ => false,
        };
        assert!(!rows.is_empty() && rows.iter().all(times), "{file}: {rows:?}");
    }
}

#[test]
fn the_other_data_sets_are_counted_and_left_out_for_what_they_are() {
    for (header, row, reason) in [
        ("ContractId,ContractCommitmentId,BillingCurrency", "c-1,cc-1,USD", "data set contract commitment"),
        ("InvoiceDetailId,InvoiceId,BilledCost", "d-1,i-1,3", "data set invoice detail"),
        ("InvoiceIssuerName,BillingPeriodStart,BillingPeriodStatus", "A,2026-01-01,Open", "data set billing period"),
    ] {
        let (rows, refusals) = read(&format!("{header}\n{row}\n{row}\n"));
        assert_eq!(refusals, Vec::<String>::new());
        assert_eq!(reading::left_out(&rows).into_iter().collect::<Vec<_>>(), [(reason.to_owned(), 2)]);
    }
}
