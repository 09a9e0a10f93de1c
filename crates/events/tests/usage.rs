//! The short way of reading usage says what the long way says, or nothing.

use proptest::prelude::*;
use tributary_domain::event::Body;
use tributary_events::{decode, encode, usage};
use tributary_log::{Envelope, Position, Record};

fn record<'a>(source: &'a str, id: &'a str, subject: &'a str, data: &'a [u8]) -> Record<'a> {
    let event_type = "tributary.usage.recorded.v1";
    let envelope = Envelope { id, source, event_type, subject, time_us: 1, data };
    Record { position: Position { partition: 0, offset: 7 }, recorded_us: 2, envelope }
}

/// Compares the two ways; gives whether the short one had an answer.
fn agrees(record: &Record<'_>) -> bool {
    let Some(read) = usage::read(record) else { return false };
    let event = decode(record).expect("the long way reads what the short way reads");
    let Body::UsageRecorded(used) = event.body else { panic!("not a usage event") };
    assert_eq!(used.product.as_str(), read.product);
    assert_eq!(used.vendor.as_ref().map(|vendor| vendor.as_str()), read.vendor);
    assert_eq!(used.deal.as_ref().map(|deal| deal.as_str()), read.deal);
    assert_eq!((used.money.amount, used.money.currency), (read.amount, read.currency));
    true
}

fn data(product: &str, vendor: &str, amount: &str) -> Vec<u8> {
    let field = |number: u8, text: &str| [&[number << 3 | 2, text.len() as u8][..], text.as_bytes()].concat();
    let mut data = field(1, product);
    if !vendor.is_empty() {
        data.extend(field(2, vendor));
    }
    data.extend([field(6, amount), field(7, "USD")].concat());
    data
}

#[test]
fn an_ordinary_usage_event_is_read_the_short_way() {
    let line = br#"{"specversion":"1.0","id":"u-1","source":"urn:meter","type":"tributary.usage.recorded.v1","subject":"account/acme","time":"2026-01-02T03:04:05Z","data":{"product":"Compute","vendor":"aws","deal":"d-1","quantity":"3","unit":"h","amount":"1.25","currency":"EUR"}}"#;
    let draft = tributary_events::json::read(line).expect("an event");
    let data = encode(&draft.body);
    assert!(agrees(&record("urn:meter", "u-1", "account/acme", &data)));
    assert!(agrees(&record("urn:meter", "u-1", "aws-account/123", &data)));
    for subject in ["book", "partner/p", "account/", "acme", "a/b/c"] {
        assert!(!agrees(&record("urn:meter", "u-1", subject, &data)), "{subject}");
    }
    assert!(!agrees(&record("", "u-1", "account/acme", &data)));
}

proptest! {
    #[test]
    fn the_short_way_never_says_what_the_long_way_does_not(
        source in "\\PC{0,8}|[a-z\u{80}\u{7f}/]{0,9}", id in "[a-z0-9\u{1}]{0,6}", subject in "(account|aws|partner|book)?/?[a-z/\u{7f}]{0,6}",
        product in "[a-z /\u{85}]{0,9}", vendor in "[a-z/]{0,4}", amount in "-?[0-9]{0,4}\\.?[0-9]{0,14}", noise in prop::collection::vec(any::<u8>(), 0..6), cut in 0_usize..9
    ) {
        let mut data = data(&product, &vendor, &amount);
        agrees(&record(&source, &id, &subject, &data));
        data.extend(noise);
        agrees(&record(&source, &id, &subject, &data));
        data.truncate(data.len().saturating_sub(cut));
        agrees(&record(&source, &id, &subject, &data));
    }
}
