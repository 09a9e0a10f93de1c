//! Whatever the bytes, reading them ends, panics nowhere and accounts for every row.

use proptest::prelude::*;
use tributary_connectors::ecb;
use tributary_connectors::focus::{self, Mapping};

const MAPPING: &str = "source: s\ncost: C\ncurrency: U\nproduct: {column: P}\naccounts: [{namespace: n, column: A}]\n";
const HEADER: &[u8] = b"A,P,C,U,ChargeCategory,ChargePeriodStart\n";

fn check_focus(bytes: &[u8]) {
    let mapping = Mapping::from_yaml(MAPPING).expect("a mapping");
    let Ok(mut rows) = focus::read(bytes, "f", &mapping) else { return };
    let count = rows.by_ref().count() as u64;
    let tally = rows.tally();
    assert_eq!(tally.rows, tally.used + tally.skipped() + tally.refused);
    assert!(count <= tally.rows);
}

/// Bytes that come near to a row, so that more than the field count is tried.
fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("Usage".to_owned()),
        Just("USD".to_owned()),
        Just("2024-09-18 22:00:00".to_owned()),
        Just("NULL".to_owned()),
        "-?[0-9]{0,30}\\.?[0-9]{0,30}([eE]-?[0-9]{1,12})?",
        "\\PC{0,12}",
        "[\"\r\n,/%]{0,4}",
    ]
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        check_focus(&bytes);
        check_focus(&[HEADER, &bytes].concat());
        for text in [bytes.clone(), [b"Date,USD,GBP,\n".as_slice(), &bytes].concat()] {
            if let Ok(rates) = ecb::read(text.as_slice(), "e", &ecb::Options::default()) {
                prop_assert!(rates.count() <= text.len());
            }
        }
        // The mapping too is somebody else's file.
        Mapping::from_yaml(&String::from_utf8_lossy(&bytes)).ok();
    }

    #[test]
    fn rows_that_are_nearly_right_never_panic(rows in proptest::collection::vec([cell(), cell(), cell(), cell(), cell(), cell()], 0..8)) {
        let rows: String = rows.iter().map(|row| row.join(",") + "\n").collect();
        check_focus(&[HEADER, rows.as_bytes()].concat());
        let rates = format!("Date,USD,GBP,SEK,JPY,CHF\n{rows}");
        if let Ok(rates) = ecb::read(rates.as_bytes(), "e", &ecb::Options::default()) {
            rates.for_each(drop);
        }
    }
}
