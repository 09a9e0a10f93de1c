//! The European Central Bank's own files, the whole history and one day.

use std::collections::BTreeMap;
use std::fs;

#[expect(dead_code, reason = "each test uses its part of it")]
mod reading;

use reading::{drafts, left_out, refusals};
use tributary_connectors::Row;
use tributary_connectors::ecb::Options;
use tributary_domain::event::{Body, Draft, RatePublished};
use tributary_domain::time::parse_day;

const HISTORY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../demo/data/eurofxref-hist.csv");
const DAILY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/ecb/eurofxref.csv");

fn import(file: &str, options: &Options) -> Vec<Row> {
    let bytes = fs::read(file).expect("the file");
    let rows = reading::rows(options, &bytes, "rates.csv").expect("a header");
    assert_eq!(refusals(&rows), Vec::<String>::new());
    rows
}

fn published(draft: &Draft) -> &RatePublished {
    let Body::RatePublished(published) = &draft.body else { panic!("{draft:?} is not a rate") };
    published
}

fn cells_left_out(rows: &[Row], why: &str) -> usize {
    left_out(rows).get(why).copied().unwrap_or_default() as usize
}

fn options(since: &str, currencies: &[&str]) -> Options {
    Options {
        since: Some(parse_day(since).expect("a date")),
        currencies: currencies.iter().map(|code| code.parse().expect("a currency")).collect(),
    }
}

#[test]
fn the_whole_history_is_read_and_every_cell_is_counted() {
    let cells = import(HISTORY, &Options::default());
    let rates = drafts(&cells);
    assert_eq!(cells.len(), 7126 * 41);
    assert_eq!(rates.len() + cells_left_out(&cells, "no rate"), 7126 * 41);
    let by_id: BTreeMap<_, _> = rates.iter().map(|rate| (rate.identity.id.as_str(), *rate)).collect();
    assert_eq!(by_id.len(), rates.len());
    for (id, price) in [
        ("EUR-USD-1999-01-04", "1.1789"),
        ("EUR-USD-2024-09-30", "1.1196"),
        ("EUR-ISK-2026-10-30", "136"),
        ("EUR-CYP-1999-01-04", "0.58231"),
        ("EUR-IDR-2026-10-30", "20275.17"),
    ] {
        assert_eq!(by_id.get(id).map(|rate| published(rate).rate.to_string()).as_deref(), Some(price), "{id}");
    }
    assert!(!by_id.contains_key("EUR-CYP-2026-10-30"));
}

#[test]
fn both_files_say_the_same_event_where_they_overlap() {
    let (history, daily) = (import(HISTORY, &options("2026-10-30", &[])), import(DAILY, &Options::default()));
    let by_identity = |rows: &[Row]| {
        drafts(rows).into_iter().map(|draft| (draft.identity.clone(), draft.clone())).collect::<BTreeMap<_, _>>()
    };
    assert_eq!(by_identity(&history), by_identity(&daily));
    let rates = drafts(&daily);
    assert_eq!(rates.len(), 29);
    assert_eq!(rates.first().map(|rate| rate.time.to_string()).as_deref(), Some("2026-10-30T00:00:00Z"));
    assert!(rates.iter().all(|rate| rate.subject.to_string() == "book"));
}

#[test]
fn only_the_wanted_days_and_currencies_are_read_and_the_others_counted() {
    let cells = import(HISTORY, &options("2024-09-01", &["USD", "GBP"]));
    let rates = drafts(&cells);
    assert!(rates.iter().all(|rate| ["USD", "GBP"].contains(&published(rate).quote.as_str())));
    assert_eq!(rates.last().map(|rate| rate.identity.id.as_str()), Some("EUR-GBP-2024-09-02"));
    assert_eq!(rates.len() + cells_left_out(&cells, "not wanted"), 7126 * 41);
}

#[test]
fn what_is_wrong_is_refused_where_it_stands_and_the_rest_is_read() {
    let text = "Date,USD,XX1,GBP,\n2024-09-30,1.1196,5,0.8,\n30/09/2024,1,1,1,\n2024-09-27,0,N/A,-1,\n2024-09-26,1\n\
                2024-09-25,1.1,N/A,abc,\n";
    let cells = reading::rows(&Options::default(), text.as_bytes(), "rates.csv").expect("a header");
    assert_eq!(
        refusals(&cells),
        [
            "rates.csv:1: XX1: \"XX1\" is not an ISO 4217 currency code such as USD (currency)",
            "rates.csv:3: Date: \"30/09/2024\" is not a date such as 2026-10-30 or 30 October 2026 (date)",
            "rates.csv:4: USD: \"0\" is not a rate: it must be greater than zero (rate-not-positive)",
            "rates.csv:4: GBP: \"-1\" is not a rate: it must be greater than zero (rate-not-positive)",
            "rates.csv:5: the row has 2 fields and the header 5; the file may be cut short (field-count)",
            "rates.csv:6: GBP: \"abc\" is not a decimal such as \"12.5\" (decimal)",
        ]
    );
    assert_eq!((drafts(&cells).len(), cells_left_out(&cells, "unknown currency")), (3, 3));
    let refused = reading::rows(&Options::default(), b"Day,USD\n", "rates.csv").map(|_| ());
    assert_eq!(refused, Err("rates.csv:1: Date: the header has no such column (column-missing)".to_owned()));
}
