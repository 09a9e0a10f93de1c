//! Events in JSON and in protobuf: what is read is written and read again as the same, and its record is what it was.

use tributary_domain::event::Draft;
use tributary_events::{Encoded, batch, decode_draft, json};
use tributary_log::{Position, Record};

/// A draft survives both of its forms.
pub(crate) fn hold_draft(draft: &Draft) {
    let encoded = Encoded::of(draft);
    let decoded = decode_draft(&encoded.envelope()).expect("what is recorded can be read");
    assert_eq!(decoded, Draft { recorded: None, ..draft.clone() }, "as a record");
    let line = json::write_draft(draft);
    let read = json::read(line.as_bytes()).unwrap_or_else(|refusal| panic!("{line} is refused: {refusal}"));
    assert_eq!(read, *draft, "as JSON");
}

/// Each line is an event.
pub(crate) fn hold_json(bytes: &[u8]) {
    for line in bytes.split(|byte| *byte == b'\n') {
        match json::read(line) {
            Ok(draft) => hold_draft(&draft),
            Err(refusal) => hold_refusal(refusal.code(), &refusal.to_string()),
        }
    }
}

/// The bytes are an event, as a batch holds it.
pub(crate) fn hold_protobuf(bytes: &[u8]) {
    let read = batch::read(bytes).and_then(|(envelope, recorded)| {
        let draft = decode_draft(&envelope)?;
        Ok((Draft { recorded, ..draft }, envelope))
    });
    match read {
        Ok((draft, _)) => hold_draft(&draft),
        Err(refusal) => hold_refusal(refusal.code(), &refusal.to_string()),
    }
}

/// A refusal is one line that says something, under a code.
pub(crate) fn hold_refusal(code: &str, said: &str) {
    assert!(!code.is_empty() && !said.is_empty());
    assert!(!said.contains(['\n', '\r']), "a refusal of more than one line: {said:?}");
}

/// An event in JSON as a batch holds it.
pub(crate) fn batch(json: &[u8]) -> Option<Vec<u8>> {
    let encoded = Encoded::of(&json::read(json).ok()?);
    let record =
        Record { position: Position { partition: 0, offset: 0 }, recorded_us: 0, envelope: encoded.envelope() };
    let mut bytes = Vec::new();
    batch::write(&record, &mut bytes);
    // Behind the tag and the length, which is a varint.
    let length = bytes.iter().skip(1).take_while(|byte| **byte >= 0x80).count() + 1;
    Some(bytes.split_off(1 + length))
}
