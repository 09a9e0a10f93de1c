//! The published FOCUS sample, 1000 rows of real bills, read whole. Sums were computed apart, with Python's decimal.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use tributary_connectors::focus::{self, Category, Mapping, Row, Tally};
use tributary_domain::event::{Body, Draft, UsageRecorded};
use tributary_domain::money::Amount;

const DEMO: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../demo");

fn mapping(change: impl Fn(String) -> String) -> Mapping {
    let text = fs::read_to_string(format!("{DEMO}/focus.yaml")).expect("the demo's mapping");
    Mapping::from_yaml(&change(text)).expect("a mapping")
}

fn import(file: &str, mapping: &Mapping) -> (Vec<Row>, Tally) {
    let bytes = fs::read(format!("{DEMO}/data/{file}")).expect("the sample");
    let mut rows = focus::read(bytes.as_slice(), file, mapping).expect("a header");
    let read: Vec<Row> = rows.by_ref().collect::<Result<_, _>>().expect("no row is refused");
    (read, rows.tally().clone())
}

fn usage(draft: &Draft) -> &UsageRecorded {
    let Body::UsageRecorded(usage) = &draft.body else { panic!("{draft:?} is not usage") };
    usage
}

/// Rows and sum of each vendor.
fn totals(rows: &[Row]) -> BTreeMap<String, (u64, String)> {
    let mut sums: BTreeMap<String, (u64, Amount)> = BTreeMap::new();
    for usage in rows.iter().map(|row| usage(&row.draft)) {
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
    let (rows, tally) = import("focus_sample_1.0.csv", &mapping(|text| text));
    let sums = [("aws", 941, "20.6203386184"), ("azure", 51, "1.97651418586"), ("oci", 5, "0.26507392473")];
    assert_eq!(totals(&rows), expected(sums));
    assert_eq!(
        tally,
        Tally {
            rows: 1000,
            used: 668,
            zero_cost: 329,
            category: BTreeMap::from([(Category::Credit, 1), (Category::Adjustment, 2)]),
            refused: 0
        }
    );
    assert_eq!(tally.rows, tally.used + tally.skipped() + tally.refused);
}

#[test]
fn every_category_and_zero_cost_can_be_kept() {
    let all =
        mapping(|text| text.replace("[Usage]", "[Usage, Purchase, Tax, Credit, Adjustment]").replace("skip", "keep"));
    let (rows, tally) = import("focus_sample_1.0.csv", &all);
    let sums = [("aws", 942, "18.0066386184"), ("azure", 51, "1.97651418586"), ("oci", 7, "0.53707392473")];
    assert_eq!(totals(&rows), expected(sums));
    assert_eq!((tally.rows, tally.used, tally.skipped()), (1000, 1000, 0));
    let negative = rows.iter().filter(|row| usage(&row.draft).money.amount < Amount::ZERO).count();
    assert_eq!(negative, 13);
}

#[test]
fn another_cost_column_gives_other_sums() {
    let (rows, _) = import("focus_sample_1.0.csv", &mapping(|text| text.replace("BilledCost", "EffectiveCost")));
    assert_eq!(totals(&rows), expected([("aws", 941, "16"), ("azure", 51, "1.97651418586"), ("oci", 5, "0")]));
}

#[test]
fn importing_twice_says_the_same_events_and_every_row_has_its_own() {
    let (first, _) = import("focus_sample_1.0.csv", &mapping(|text| text));
    let (again, _) = import("focus_sample_1.0.csv", &mapping(|text| text));
    assert_eq!(first, again);
    let ids: BTreeSet<_> = first.iter().map(|row| &row.draft.identity).collect();
    assert_eq!(ids.len(), first.len());
    assert!(first.iter().all(|row| row.draft.identity.id.as_str().len() == 32));
}

#[test]
fn a_row_is_read_as_the_field_map_says() {
    let (rows, _) = import("focus_sample_1.0.csv", &mapping(|text| text));
    let row = rows.iter().find(|row| row.line == 955).expect("line 955 is usage");
    assert_eq!(row.draft.subject.to_string(), "azure-subscription/ed570627-0265-4620-bb42-bae06bcfa914");
    assert_eq!(row.draft.time.to_string(), "2024-09-19T00:00:00Z");
    let usage = usage(&row.draft);
    assert_eq!(usage.product.as_str(), "Azure Kubernetes Service");
    assert_eq!(usage.vendor.as_ref().map(|vendor| vendor.as_str()), Some("azure"));
    assert_eq!(usage.money.to_string(), "1.58088 USD");
    assert_eq!(usage.quantity.map(|quantity| quantity.to_string()).as_deref(), Some("168"));
    assert!(!row.only_restates);
}

#[test]
fn a_file_issued_anew_restates_the_rows_it_names_under_their_own_identities() {
    let (sample, _) = import("focus_sample_1.0.csv", &mapping(|text| text));
    let (reissued, tally) = import("focus_reissued.csv", &mapping(|text| text));
    assert_eq!((reissued.len(), tally.used, tally.zero_cost), (4, 3, 1));
    let mut restated = Vec::new();
    for row in &reissued {
        let before = sample.iter().find(|known| known.draft.identity == row.draft.identity).expect("the row is known");
        if usage(&before.draft).money == usage(&row.draft).money {
            continue;
        }
        let draft = focus::restate(&row.draft, "0123456789abcdef0123456789abcdef");
        assert_eq!(draft.identity.id.as_str(), format!("{}:0123456789abcdef", row.draft.identity.id));
        assert_eq!((draft.time, &draft.subject), (row.draft.time, &row.draft.subject));
        let Body::UsageCorrected(corrected) = draft.body else { panic!("not a correction") };
        assert_eq!(corrected.corrects, row.draft.identity);
        restated.push((row.only_restates, corrected.amount.to_string()));
    }
    let expected = [(false, "1.932"), (false, "0.65"), (true, "0")].map(|(zero, amount)| (zero, amount.to_owned()));
    assert_eq!(restated, expected);
}
