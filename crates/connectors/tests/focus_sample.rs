//! The published FOCUS sample, 1000 rows of real bills, read whole. Sums were computed apart, with Python's decimal.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

#[expect(dead_code, reason = "each test uses its part of it")]
mod reading;

use reading::{drafts, left_out, refusals, statements};
use tributary_connectors::focus::Mapping;
use tributary_connectors::restate::{restatement, version_of_file};
use tributary_connectors::{Restates, Row};
use tributary_domain::event::{Body, Draft, UsageRecorded};
use tributary_domain::money::Amount;

const DEMO: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../demo");

fn mapping(change: impl Fn(String) -> String) -> Mapping {
    let text = fs::read_to_string(format!("{DEMO}/focus.yaml")).expect("the demo's mapping");
    Mapping::from_yaml(&change(text)).expect("a mapping")
}

fn import(file: &str, mapping: &Mapping) -> Vec<Row> {
    let bytes = fs::read(format!("{DEMO}/data/{file}")).expect("the sample");
    let rows = reading::rows(mapping, &bytes, file).expect("a header");
    assert_eq!(refusals(&rows), Vec::<String>::new());
    rows
}

/// The usage that is to be recorded: rows that only restate are not among it.
fn recorded(rows: &[Row]) -> usize {
    statements(rows).iter().filter(|(_, one)| one.restates == (Restates::ByFile { only: None })).count()
}

fn usage(draft: &Draft) -> &UsageRecorded {
    let Body::UsageRecorded(usage) = &draft.body else { panic!("{draft:?} is not usage") };
    usage
}

/// Rows and sum of each vendor.
fn totals(rows: &[Row]) -> BTreeMap<String, (u64, String)> {
    let mut sums: BTreeMap<String, (u64, Amount)> = BTreeMap::new();
    for usage in drafts(rows).into_iter().map(usage) {
        let vendor = usage.vendor.as_ref().expect("a vendor").to_string();
        let sum = sums.entry(vendor).or_default();
        sum.0 += 1;
        sum.1.add(usage.money.amount).expect("in range");
    }
    sums.into_iter().map(|(vendor, (count, sum))| (vendor, (count, sum.to_string()))).collect()
}

fn expected(rows: [(&str, u64, &str); 3]) -> BTreeMap<String, (u64, String)> {
    rows.into_iter().map(|(vendor, count, sum)| (vendor.to_owned(), (count, sum.to_owned()))).collect()
}

#[test]
fn the_sample_imports_whole_and_its_sums_tie_to_the_last_digit() {
    let rows = import("focus_sample_1.0.csv", &mapping(|text| text));
    let sums = [("aws", 941, "20.6203386184"), ("azure", 51, "1.97651418586"), ("oci", 5, "0.26507392473")];
    assert_eq!(totals(&rows), expected(sums));
    assert_eq!((rows.len(), recorded(&rows)), (1000, 668));
    let categories = [("category Adjustment", 2), ("category Credit", 1)];
    assert_eq!(left_out(&rows), categories.map(|(category, count)| (category.to_owned(), count)).into());
    assert_eq!(drafts(&rows).len() - recorded(&rows), 329, "rows that cost nothing");
}

#[test]
fn every_category_and_zero_cost_can_be_kept() {
    let all =
        mapping(|text| text.replace("[Usage]", "[Usage, Purchase, Tax, Credit, Adjustment]").replace("skip", "keep"));
    let rows = import("focus_sample_1.0.csv", &all);
    let sums = [("aws", 942, "18.0066386184"), ("azure", 51, "1.97651418586"), ("oci", 7, "0.53707392473")];
    assert_eq!(totals(&rows), expected(sums));
    assert_eq!((rows.len(), recorded(&rows)), (1000, 1000));
    let negative = drafts(&rows).into_iter().filter(|draft| usage(draft).money.amount < Amount::ZERO).count();
    assert_eq!(negative, 13);
}

#[test]
fn another_cost_column_gives_other_sums() {
    let rows = import("focus_sample_1.0.csv", &mapping(|text| text.replace("BilledCost", "EffectiveCost")));
    assert_eq!(totals(&rows), expected([("aws", 941, "16"), ("azure", 51, "1.97651418586"), ("oci", 5, "0")]));
}

#[test]
fn importing_twice_says_the_same_events_and_every_row_has_its_own() {
    let first = import("focus_sample_1.0.csv", &mapping(|text| text));
    let again = import("focus_sample_1.0.csv", &mapping(|text| text));
    assert_eq!(first, again);
    let ids: BTreeSet<_> = drafts(&first).into_iter().map(|draft| &draft.identity).collect();
    assert_eq!(ids.len(), drafts(&first).len());
    assert!(ids.iter().all(|identity| identity.id.as_str().len() == 32));
}

#[test]
fn a_row_is_read_as_the_field_map_says() {
    let rows = import("focus_sample_1.0.csv", &mapping(|text| text));
    let all = statements(&rows);
    let (_, row) = all.iter().find(|(line, _)| *line == 955).expect("line 955 is usage");
    assert_eq!(row.draft.subject.to_string(), "azure-subscription/ed570627-0265-4620-bb42-bae06bcfa914");
    assert_eq!(row.draft.time.to_string(), "2024-09-19T00:00:00Z");
    let usage = usage(&row.draft);
    assert_eq!(usage.product.as_str(), "Azure Kubernetes Service");
    assert_eq!(usage.vendor.as_ref().map(|vendor| vendor.as_str()), Some("azure"));
    assert_eq!(usage.money.to_string(), "1.58088 USD");
    assert_eq!(usage.quantity.map(|quantity| quantity.to_string()).as_deref(), Some("168"));
    assert_eq!(row.restates, Restates::ByFile { only: None });
}

#[test]
fn a_file_issued_anew_restates_the_rows_it_names_under_their_own_identities() {
    let sample = import("focus_sample_1.0.csv", &mapping(|text| text));
    let reissued = import("focus_reissued.csv", &mapping(|text| text));
    assert_eq!((statements(&reissued).len(), recorded(&reissued)), (4, 3));
    let mut restated = Vec::new();
    for (_, row) in statements(&reissued) {
        let before =
            drafts(&sample).into_iter().find(|known| known.identity == row.draft.identity).expect("the row is known");
        if usage(before).money == usage(&row.draft).money {
            continue;
        }
        let version = version_of_file("0123456789abcdef0123456789abcdef");
        let draft = restatement(&row.draft, &version).expect("usage");
        assert_eq!(draft.identity.id.as_str(), format!("{}:0123456789abcdef", row.draft.identity.id));
        assert_eq!((draft.time, &draft.subject), (row.draft.time, &row.draft.subject));
        let Body::UsageCorrected(corrected) = draft.body else { panic!("not a correction") };
        assert_eq!(corrected.corrects, row.draft.identity);
        restated.push((row.restates != (Restates::ByFile { only: None }), corrected.amount.to_string()));
    }
    let expected = [(false, "1.932"), (false, "0.65"), (true, "0")].map(|(zero, amount)| (zero, amount.to_owned()));
    assert_eq!(restated, expected);
}
