//! Whatever the bytes, reading them ends, panics nowhere and accounts for every row.

#[expect(dead_code, reason = "each test uses its part of it")]
mod reading;

use proptest::prelude::*;
use tributary_connectors::ecb::Options;
use tributary_connectors::focus::Mapping;
use tributary_connectors::source::{FORMATS, Source};

const MAPPING: &str = "source: s\ncost: C\ncurrency: U\nproduct: {column: P}\naccounts: [{namespace: n, column: A}]\n";
const HEADER: &[u8] = b"A,P,C,U,ChargeCategory,ChargePeriodStart\n";

/// Maps a table and JSON, so that more than the refusal of a header is tried.
const DECLARED: &str = "
source: s
lists: [records]
tables:
  - name: usage
    has: [A]
    key: ['{A}', '{ChargePeriodStart|instant}']
    version: '{P?}'
    first: '{U}'
    money: {amount: '{C|money}', currency: '{U}'}
    rules:
      - kind: '{ChargeCategory}'
        unless: {ChargeCategory: null}
        events:
          - {type: usage.recorded, subject: 'n/{A|id}', time: '{ChargePeriodStart|instant}',
             data: {product: '{P|id}', amount: '{C|amount}', currency: '{U}', quantity: '{C|quantity}'}}
";

/// Reads bytes to their end.
fn check(source: &dyn Source, bytes: &[u8], name: &str) {
    let Ok(rows) = reading::rows(source, bytes, name) else { return };
    assert!(rows.len() <= bytes.len());
    assert!(rows.iter().zip(rows.iter().skip(1)).all(|(one, next)| one.line <= next.line));
}

fn check_focus(bytes: &[u8]) {
    check(&Mapping::from_yaml(MAPPING).expect("a mapping"), bytes, "f");
}

fn check_declared(bytes: &[u8]) {
    let mapping = tributary_connectors::mapping::Mapping::from_yaml(DECLARED).expect("a mapping");
    ["f.csv", "f.json"].iter().for_each(|name| check(&mapping, bytes, name));
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
            check(&Options::default(), &text, "e");
            check_declared(&text);
        }
        // The mapping too is somebody else's file.
        let text = String::from_utf8_lossy(&bytes);
        Mapping::from_yaml(&text).ok();
        tributary_connectors::mapping::Mapping::from_yaml(&text).ok();
    }

    #[test]
    fn rows_that_are_nearly_right_never_panic(rows in proptest::collection::vec([cell(), cell(), cell(), cell(), cell(), cell()], 0..8)) {
        let rows: String = rows.iter().map(|row| row.join(",") + "\n").collect();
        check_focus(&[HEADER, rows.as_bytes()].concat());
        let rates = format!("Date,USD,GBP,SEK,JPY,CHF\n{rows}");
        check(&Options::default(), rates.as_bytes(), "e");
        check_declared(&[HEADER, rows.as_bytes()].concat());
    }

    #[test]
    fn json_that_is_nearly_right_never_panics(
        values in proptest::collection::vec([cell(), cell(), cell(), cell()], 0..6),
        cut in 0_usize..400,
    ) {
        let text = |value: &String| serde_json::Value::from(value.as_str());
        let object = |[a, p, c, time]: &[String; 4]| {
            serde_json::json!({"A": text(a), "P": text(p), "C": text(c), "U": "USD", "ChargeCategory": "Usage",
                               "ChargePeriodStart": text(time)})
        };
        let list: Vec<_> = values.iter().map(object).collect();
        let wrapped = serde_json::json!({"records": list, "total": list.len()}).to_string();
        check_declared(wrapped.as_bytes());
        check_declared(&wrapped.as_bytes()[..cut.min(wrapped.len())]);
    }

    #[test]
    fn every_format_ends_on_arbitrary_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        for format in FORMATS.iter().filter(|format| format.mapping != tributary_connectors::source::Given::Needed) {
            let source = reading::source(format.name, None);
            ["f.csv", "f.json"].iter().for_each(|name| check(&*source, &bytes, name));
        }
    }
}
