//! What is encoded decodes to itself, whatever it says.

use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use tributary_domain::currency::Currency;
use tributary_domain::event::{Body, DealChanged, Draft, Line, LineKind, Motion, Subject, UsageRecorded};
use tributary_domain::id::{
    AccountId, DealId, EventId, ExternalId, Identity, LineId, Namespace, PolicyId, Pool, Product, Role, Source, Vendor,
};
use tributary_domain::money::{Amount, Money, Ratio};
use tributary_domain::policy::{AttributionPolicy, Match, Model, Policy, TouchModel, Unfilled, Weighting};
use tributary_domain::time::{Instant, parse_day};
use tributary_events::{Encoded, binary, decode_draft, encode, json, policy};
use tributary_log::Envelope;

const NANO: i128 = 1_000_000_000;

fn name() -> impl Strategy<Value = String> {
    "[a-zA-Z0-9 äß._\"\\\\-]{1,20}"
}

fn amount() -> impl Strategy<Value = Amount> {
    (-10_i128.pow(27) + 1..10_i128.pow(27)).prop_map(Amount::from_units)
}

fn money() -> impl Strategy<Value = Money> {
    let currency = prop::sample::select(vec!["USD", "EUR", "JPY", "KWD"]);
    (amount(), currency)
        .prop_map(|(amount, code)| Money { amount, currency: code.parse::<Currency>().expect("a code") })
}

fn usage() -> impl Strategy<Value = Body> {
    let texts = (name(), option::of(name()), option::of(name()), option::of(".{0,20}"));
    (texts, option::of(amount()), money()).prop_map(|((product, vendor, deal, unit), quantity, money)| {
        Body::UsageRecorded(UsageRecorded {
            product: Product::new(&product).expect("a name"),
            vendor: vendor.map(|text| Vendor::new(&text).expect("a name")),
            deal: deal.map(|text| DealId::new(&text).expect("a name")),
            quantity,
            unit,
            money,
        })
    })
}

fn line() -> impl Strategy<Value = Line> {
    let kind = prop_oneof![
        Just(LineKind::Consumption),
        money().prop_map(LineKind::Recurring),
        money().prop_map(LineKind::License)
    ];
    (name(), name(), option::of(name()), kind).prop_map(|(line, product, vendor, kind)| Line {
        line: LineId::new(&line).expect("a name"),
        product: Product::new(&product).expect("a name"),
        vendor: vendor.map(|text| Vendor::new(&text).expect("a name")),
        kind,
    })
}

fn changed() -> impl Strategy<Value = Body> {
    (name(), vec(line(), 1..5))
        .prop_map(|(deal, lines)| Body::DealChanged(DealChanged { deal: DealId::new(&deal).expect("a name"), lines }))
}

fn share() -> impl Strategy<Value = Ratio> {
    (0..=NANO).prop_map(Ratio::from_units)
}

fn model() -> impl Strategy<Value = Model> {
    let shares = prop::collection::btree_map(name(), 0..=NANO / 4, 1..4).prop_map(|shares| {
        let ratio = |(role, share): (String, i128)| (Role::new(&role).expect("a name"), Ratio::from_units(share));
        shares.into_iter().map(ratio).collect::<BTreeMap<_, _>>()
    });
    let unfilled = prop::sample::select(vec![Unfilled::Retain, Unfilled::Redistribute]);
    let weighting = prop_oneof![
        Just(Weighting::Linear),
        (1..1000_u32).prop_map(|half_life_days| Weighting::Decay { half_life_days }),
        (0..=NANO).prop_map(|first| {
            Weighting::Position { first: Ratio::from_units(first), last: Ratio::from_units(NANO - first) }
        }),
    ];
    let leaf = prop_oneof![
        Just(Model::None),
        (shares, unfilled).prop_map(|(shares, unfilled)| Model::RoleSplit { shares, unfilled }),
        (weighting, any::<u32>()).prop_map(|(weighting, lookback_days)| {
            Model::Touch(TouchModel { weighting, lookback_days, kinds: Vec::new() })
        }),
    ];
    leaf.prop_recursive(4, 8, 1, |rest| {
        prop_oneof![
            (share(), rest.clone()).prop_map(|(share, rest)| Model::SourceWins { share, otherwise: Box::new(rest) }),
            (share(), rest)
                .prop_map(|(share, rest)| Model::RegistrationProtection { share, otherwise: Box::new(rest) }),
        ]
    })
}

fn attribution() -> impl Strategy<Value = Policy> {
    let motions = prop::sample::subsequence(Motion::ALL.to_vec(), 0..4);
    (name(), name(), any::<i32>(), motions, model()).prop_map(|(id, pool, priority, motions, model)| {
        Policy::Attribution(AttributionPolicy {
            id: PolicyId::new(&id).expect("a name"),
            effective_from: parse_day("2026-01-01").expect("a day"),
            effective_to: None,
            pool: Pool::new(&pool).expect("a name"),
            priority,
            matching: Match { motions, ..Match::default() },
            model,
        })
    })
}

fn draft() -> impl Strategy<Value = Draft> {
    let published = prop_oneof![usage().boxed(), changed().boxed()];
    let times = (0..253_402_300_799_999_999_i64, option::of(0..253_402_300_799_999_999_i64));
    (published, times, name(), name(), name(), any::<bool>()).prop_map(
        |(body, (time, recorded), id, source, subject, known)| {
            let external = || ExternalId::new(&subject).expect("a name");
            Draft {
                time: Instant::from_micros(time),
                recorded: recorded.map(Instant::from_micros),
                identity: Identity { source: Source::new(&format!("urn:{source}/x")), id: EventId::new(&id) },
                subject: match known {
                    true => Subject::Account(AccountId::new(&subject).expect("a name")),
                    false => Subject::Alias(Namespace::new("aws-buyer").expect("a name"), external()),
                },
                body,
            }
        },
    )
}

proptest! {
    #[test]
    fn an_event_in_json_reads_back_as_written(draft in draft()) {
        prop_assert_eq!(json::read(json::write_draft(&draft).as_bytes()), Ok(draft));
    }

    #[test]
    fn an_event_in_binary_mode_reads_back_as_written(draft in draft()) {
        let encoded = Encoded::of(&draft);
        let envelope = encoded.envelope();
        let headers = binary::headers(&envelope);
        let read = binary::read(headers.iter().map(|(name, value)| (*name, value.as_bytes())), envelope.data);
        prop_assert_eq!(read.as_ref(), Ok(&envelope));
        prop_assert_eq!(decode_draft(&envelope), Ok(Draft { recorded: None, ..draft }));
    }

    #[test]
    fn a_policy_reads_back_as_written_on_every_wire(published in attribution()) {
        let text = policy::write(&published);
        let value = serde_json::from_str(&text).expect("JSON");
        prop_assert_eq!(policy::read(&value), Ok(published.clone()));
        let body = Body::PolicyPublished(Box::new(published));
        let data = encode(&body);
        let envelope = Envelope {
            id: "1", source: "s", event_type: body.event_type(), subject: "book", time_us: 0, data: &data,
        };
        prop_assert_eq!(decode_draft(&envelope).map(|draft| draft.body), Ok(body.clone()));
        prop_assert_eq!(encode(&body), data);
    }

    #[test]
    fn bytes_of_any_kind_are_read_or_refused_and_never_panic(bytes in any::<Vec<u8>>(), line in ".*") {
        let _ = json::read(line.as_bytes());
        for event_type in ["tributary.usage.recorded.v1", "tributary.policy.published.v1", "tributary.deal.opened.v1"] {
            let envelope = Envelope { id: "1", source: "s", event_type, subject: "account/a", time_us: 0, data: &bytes };
            let _ = decode_draft(&envelope);
        }
    }
}

#[test]
fn binary_mode_refuses_what_is_missing_or_of_another_version() {
    let good: Vec<(&str, &[u8])> = vec![
        ("ce_specversion", b"1.0"),
        ("ce_id", b"1"),
        ("ce_source", b"s"),
        ("ce_type", b"t"),
        ("ce_subject", b"book"),
        ("ce_time", b"2026-01-01T00:00:00Z"),
        ("content-type", b"application/protobuf"),
        ("trace", b"\xff"),
    ];
    assert!(binary::read(good.clone(), b"").is_ok());
    for (name, value, code) in [
        ("ce_specversion", &b"0.3"[..], "wrong-specversion"),
        ("ce_id", b"", "missing-attribute"),
        ("ce_time", b"now", "bad-instant"),
        ("ce_source", b"\xff", "bad-attribute"),
        ("content-type", b"application/json", "wrong-content-type"),
    ] {
        let changed = good.iter().map(|(key, held)| (*key, if *key == name { value } else { *held }));
        let refusal = binary::read(changed, b"").expect_err(name);
        assert_eq!((refusal.code(), refusal.field()), (code, name));
    }
}
