//! The European Central Bank's own files, the whole history and one day.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use tributary_connectors::Reason;
use tributary_connectors::ecb::{self, Options, Rate, Tally};
use tributary_domain::event::{Body, RatePublished};
use tributary_domain::time::parse_day;

const HISTORY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../demo/data/eurofxref-hist.csv");
const DAILY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/ecb/eurofxref.csv");

fn import(file: &str, options: &Options) -> (Vec<Rate>, Tally) {
    let bytes = fs::read(file).expect("the file");
    let mut rates = ecb::read(bytes.as_slice(), "rates.csv", options).expect("a header");
    let read = rates.by_ref().collect::<Result<_, _>>().expect("no cell is refused");
    (read, rates.tally().clone())
}

fn published(rate: &Rate) -> &RatePublished {
    let Body::RatePublished(published) = &rate.draft.body else { panic!("{rate:?} is not a rate") };
    published
}

fn options(since: &str, currencies: &[&str]) -> Options {
    Options {
        since: Some(parse_day(since).expect("a date")),
        currencies: currencies.iter().map(|code| code.parse().expect("a currency")).collect(),
    }
}

#[test]
fn the_whole_history_is_read_and_every_cell_is_counted() {
    let (rates, tally) = import(HISTORY, &Options::default());
    assert_eq!(tally.rows, 7126);
    assert_eq!(tally.used + tally.absent, 7126 * 41);
    assert_eq!((tally.left_out, tally.unknown_currency, tally.refused), (0, 0, 0));
    assert_eq!(rates.len() as u64, tally.used);
    let ids: BTreeSet<_> = rates.iter().map(|rate| &rate.draft.identity).collect();
    assert_eq!(ids.len(), rates.len());
    let by_id: BTreeMap<_, _> = rates.iter().map(|rate| (rate.draft.identity.id.as_str(), rate)).collect();
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
    let (history, _) = import(HISTORY, &options("2026-10-30", &[]));
    let (daily, tally) = import(DAILY, &Options::default());
    assert_eq!((tally.rows, tally.used), (1, 29));
    let drafts = |rates: &[Rate]| {
        rates.iter().map(|rate| (rate.draft.identity.clone(), rate.draft.clone())).collect::<BTreeMap<_, _>>()
    };
    assert_eq!(drafts(&history), drafts(&daily));
    assert_eq!(daily.first().map(|rate| rate.draft.time.to_string()).as_deref(), Some("2026-10-30T00:00:00Z"));
    assert!(daily.iter().all(|rate| rate.draft.subject.to_string() == "book"));
}

#[test]
fn only_the_wanted_days_and_currencies_are_read_and_the_others_counted() {
    let (rates, tally) = import(HISTORY, &options("2024-09-01", &["USD", "GBP"]));
    assert!(rates.iter().all(|rate| ["USD", "GBP"].contains(&published(rate).quote.as_str())));
    assert_eq!(rates.last().map(|rate| rate.draft.identity.id.as_str()), Some("EUR-GBP-2024-09-02"));
    assert_eq!(tally.used + tally.left_out, 7126 * 41);
}

#[test]
fn what_is_wrong_is_refused_where_it_stands_and_the_rest_is_read() {
    let text = "Date,USD,XX1,GBP,\n2024-09-30,1.1196,5,0.8,\n30/09/2024,1,1,1,\n2024-09-27,0,N/A,-1,\n2024-09-26,1\n\
                2024-09-25,1.1,N/A,abc,\n";
    let mut rates = ecb::read(text.as_bytes(), "rates.csv", &Options::default()).expect("a header");
    let refusals: Vec<_> = rates.by_ref().filter_map(Result::err).map(|refusal| refusal.to_string()).collect();
    assert_eq!(
        refusals,
        [
            "rates.csv:1: XX1: \"XX1\" is not an ISO 4217 currency code such as USD (currency)",
            "rates.csv:3: Date: \"30/09/2024\" is not a date such as 2026-10-30 or 30 October 2026 (date)",
            "rates.csv:4: USD: \"0\" is not a rate: it must be greater than zero (rate-not-positive)",
            "rates.csv:4: GBP: \"-1\" is not a rate: it must be greater than zero (rate-not-positive)",
            "rates.csv:5: the row has 2 fields and the header 5; the file may be cut short (field-count)",
            "rates.csv:6: GBP: \"abc\" is not a decimal such as \"12.5\" (decimal)",
        ]
    );
    assert_eq!((rates.tally().used, rates.tally().unknown_currency, rates.tally().refused), (3, 3, 6));
    let refused = ecb::read("Day,USD\n".as_bytes(), "rates.csv", &Options::default()).map(|_| ());
    assert_eq!(refused.map_err(|refusal| refusal.reason), Err(Reason::ColumnMissing));
}
