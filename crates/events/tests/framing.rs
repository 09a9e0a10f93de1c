//! The framing against values that Confluent's own Python serialiser framed: `tests/confluent/framing.py` made them.

use serde_json::Value;
use tributary_events::framing::{Framed, frame, unframe};

#[test]
fn values_are_framed_as_confluents_own_serialiser_frames_them() {
    let cases: Vec<Value> = serde_json::from_str(include_str!("confluent/framing.json")).expect("cases");
    assert!(cases.len() > 10);
    for case in &cases {
        let schema = case["schema"].as_u64().and_then(|schema| u32::try_from(schema).ok()).expect("an id");
        let indexes = case["message"].as_array().expect("a way").iter();
        let message: Vec<u32> = indexes.map(|index| index.as_u64().expect("an index") as u32).collect();
        let (value, framed) = (bytes(&case["value"]), bytes(&case["framed"]));
        assert_eq!(frame(schema, &message, &value), framed, "{case}");
        assert_eq!(unframe(&framed), Ok(Framed { schema, message, value: &value }), "{case}");
    }
}

fn bytes(hex: &Value) -> Vec<u8> {
    let hex = hex.as_str().expect("hex").as_bytes();
    let digit = |digit: u8| char::from(digit).to_digit(16).expect("a digit") as u8;
    hex.chunks(2).map(|pair| digit(pair[0]) << 4 | digit(pair[1])).collect()
}
