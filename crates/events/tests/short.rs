//! The short way into the log says what the long way says, or nothing: for what is written as usual it says it, and for anything
//! else never anything of its own.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use tributary_domain::event::{
    AccountOpened, Body, DealOpened, DealStaged, Draft, Line, LineKind, RegistrationSubmitted, RoleChange, Subject,
    TermGiven, UsageRecorded,
};
use tributary_domain::id::{
    AccountId, DealId, EventId, ExternalId, IdError, Identity, LineId, Market, Namespace, Product, RegistrationId,
    Role, Source, Stage, Vendor,
};
use tributary_domain::money::{Amount, Money};
use tributary_domain::time::{Day, Instant, months_after};
use tributary_events::{Encoded, batch, decode_draft, encode, json, short};
use tributary_log::{Envelope, Position, Record};

fn id<T: std::fmt::Debug>(new: fn(&str) -> Result<T, IdError>) -> impl Strategy<Value = T> {
    "[a-zA-Z0-9 äß._-]{1,20}".prop_map(move |text| new(&text).expect("an identifier"))
}

fn amount() -> impl Strategy<Value = Amount> {
    let scale = prop::sample::select(vec![1, 10_i128.pow(6), 10_i128.pow(11), 10_i128.pow(12)]);
    (-1_000_000_i128..1_000_000_000_000, scale).prop_map(|(units, scale)| Amount::from_units(units * scale))
}

fn money() -> impl Strategy<Value = Money> {
    let code = prop::sample::select(vec!["USD", "EUR", "JPY"]);
    (amount(), code).prop_map(|(amount, code)| Money { amount, currency: code.parse().expect("a code") })
}

fn lines() -> impl Strategy<Value = Vec<Line>> {
    let kind = prop_oneof![
        Just(LineKind::Consumption),
        money().prop_map(LineKind::Recurring),
        money().prop_map(LineKind::License)
    ];
    let line = (id(LineId::new), id(Product::new), option::of(id(Vendor::new)), kind);
    vec(line.prop_map(|(line, product, vendor, kind)| Line { line, product, vendor, kind }), 0..4)
}

fn usage() -> impl Strategy<Value = Body> {
    let named = (id(Product::new), option::of(id(Vendor::new)), option::of(id(DealId::new)));
    (named, option::of(amount()), option::of("[a-z ä]{0,9}"), money()).prop_map(
        |((product, vendor, deal), quantity, unit, money)| {
            Body::UsageRecorded(UsageRecorded { product, vendor, deal, quantity, unit, money })
        },
    )
}

fn term() -> impl Strategy<Value = TermGiven> {
    let day = (1..9000_i32, 1..366_u32).prop_map(|(year, day)| Day::from_yo_opt(year, day).expect("a day"));
    let term = (day, option::of(0..40_u32));
    (id(DealId::new), term, lines()).prop_map(|(deal, (term_start, months), lines)| {
        let term_end = months.map(|months| months_after(term_start, months));
        TermGiven { deal, term_start, term_end, lines }
    })
}

/// What is read the short way, all of it.
fn body() -> impl Strategy<Value = Body> {
    let role = || {
        let named = (id(DealId::new), id(tributary_domain::id::PartnerId::new), id(Role::new));
        named.prop_map(|(deal, partner, role)| RoleChange { deal, partner, role })
    };
    let account = (option::of("[a-z ä]{0,9}"), vec(id(Market::new), 0..3));
    let opened = (id(DealId::new), option::of(id(tributary_domain::id::LeadId::new)), lines());
    let submitted = (id(RegistrationId::new), id(tributary_domain::id::PartnerId::new), vec("[a-z ä]{0,200}", 0..3));
    prop_oneof![
        4 => usage().boxed(),
        1 => account.prop_map(|(name, markets)| Body::AccountOpened(AccountOpened { name, markets })).boxed(),
        1 => id(AccountId::new).prop_map(|account| Body::AliasLinked { account }).boxed(),
        1 => opened.prop_map(|(deal, lead, lines)| {
            Body::DealOpened(DealOpened { deal, lead, registration: None, lines })
        }).boxed(),
        1 => (id(DealId::new), id(Stage::new))
            .prop_map(|(deal, stage)| Body::DealStaged(DealStaged { deal, stage })).boxed(),
        1 => role().prop_map(Body::DealRoleAssigned).boxed(),
        1 => role().prop_map(Body::DealRoleRemoved).boxed(),
        2 => term().prop_map(Body::DealWon).boxed(),
        1 => term().prop_map(Body::DealRenewed).boxed(),
        1 => (submitted, vec(id(Product::new), 0..3)).prop_map(|((registration, partner, evidence), products)| {
            Body::RegistrationSubmitted(RegistrationSubmitted { registration, partner, products, evidence })
        }).boxed(),
    ]
}

fn draft() -> impl Strategy<Value = Draft> {
    let times = (0..253_402_300_799_999_999_i64, option::of(0..253_402_300_799_999_999_i64));
    let texts = ("urn:[a-z/ä]{1,9}", "[a-z0-9/-]{1,12}", id(AccountId::new));
    (body(), times, texts, any::<bool>()).prop_map(|(body, (time, recorded), (source, event, account), known)| {
        let external = ExternalId::new(account.as_str()).expect("a name");
        let alias = Subject::Alias(Namespace::new("aws-buyer").expect("a name"), external);
        let is_alias = matches!(body, Body::AliasLinked { .. });
        let is_own = matches!(body, Body::AccountOpened(_));
        Draft {
            time: Instant::from_micros(time),
            recorded: recorded.map(Instant::from_micros),
            identity: Identity { source: Source::new(&source), id: EventId::new(&event) },
            subject: if !is_alias && (is_own || known) { Subject::Account(account) } else { alias },
            body,
        }
    })
}

/// What stands in the buffer before.
const BEFORE: &[u8] = b"before";

/// Holds what was read the short way to what the long way makes of it; gives whether there was anything.
fn is_same(short: Option<short::Read<'_>>, data: &[u8], long: impl FnOnce() -> Draft) -> bool {
    let Some(read) = short else {
        assert_eq!(data, BEFORE, "nothing is left behind");
        return false;
    };
    let draft = long();
    let encoded = Encoded::of(&draft);
    let found = Envelope {
        id: read.id,
        source: read.source,
        event_type: read.event_type,
        subject: read.subject,
        time_us: read.time.micros(),
        data: data.strip_prefix(BEFORE).expect("what stood before"),
    };
    assert_eq!((found, read.recorded), (encoded.envelope(), draft.recorded));
    true
}

fn line_agrees(line: &[u8]) -> bool {
    let mut data = BEFORE.to_vec();
    let read = short::line(line, &mut data);
    is_same(read, &data, || json::read(line).expect("the long way reads what the short way reads"))
}

fn message_agrees(event: &[u8]) -> bool {
    let mut data = BEFORE.to_vec();
    let read = short::message(event, &mut data);
    is_same(read, &data, || {
        let (envelope, recorded) = batch::read(event).expect("the long way reads what the short way reads");
        Draft { recorded, ..decode_draft(&envelope).expect("the long way takes what the short way takes") }
    })
}

/// The draft as an event of a batch, recorded then.
fn message(draft: &Draft, recorded_us: i64) -> Vec<u8> {
    let encoded = Encoded::of(draft);
    let (mut bytes, position) = (Vec::new(), Position { partition: 0, offset: 0 });
    batch::write(&Record { position, recorded_us, envelope: encoded.envelope() }, &mut bytes);
    let (_, event) = tributary_log::varint::read(&bytes[1..]).expect("a length");
    event.to_vec()
}

/// What a change puts at a place, and what it removes there.
type Change = (prop::sample::Index, Vec<u8>, usize);

fn changes() -> impl Strategy<Value = Vec<Change>> {
    let bytes = prop_oneof![
        vec(any::<u8>(), 0..3),
        prop::sample::select(vec![
            &b"\""[..],
            b"\\u0061",
            b" ",
            b",",
            b"null",
            b"0",
            b".",
            b"-",
            b"/",
            b"[]",
            b"{}",
            b"\"id\":\"x\",",
            b"\x12\x00",
            b"\x80\x00",
            b"\x2a",
            b"Z",
            b"\"x\":\"y\",",
            b"\"data_base64\":\"\",",
            b"\xc3",
            b"\x7f",
        ])
        .prop_map(<[u8]>::to_vec),
    ];
    vec((any::<prop::sample::Index>(), bytes, 0..3_usize), 1..4)
}

fn changed(mut bytes: Vec<u8>, changes: &[Change]) -> Vec<u8> {
    for (at, put, removed) in changes {
        let from = at.index(bytes.len() + 1);
        let to = (from + removed).min(bytes.len());
        bytes.splice(from..to, put.iter().copied());
    }
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn an_event_written_as_usual_is_read_the_short_way(draft in draft(), recorded_us in 0..253_402_300_799_999_999_i64) {
        prop_assert!(line_agrees(json::write_draft(&draft).as_bytes()));
        prop_assert!(message_agrees(&message(&draft, recorded_us)));
    }

    #[test]
    fn a_line_changed_anywhere_is_read_as_the_long_way_reads_it_or_left_to_it(draft in draft(), changes in changes()) {
        line_agrees(&changed(json::write_draft(&draft).into_bytes(), &changes));
    }

    #[test]
    fn a_message_changed_anywhere_is_read_as_the_long_way_reads_it_or_left_to_it(draft in draft(), changes in changes()) {
        message_agrees(&changed(message(&draft, 7), &changes));
    }

    #[test]
    fn data_changed_anywhere_is_read_as_the_long_way_reads_it_or_left_to_it(draft in draft(), changes in changes()) {
        let encoded = Encoded::of(&draft);
        let data = changed(encode(&draft.body), &changes);
        let (mut event, position) = (Vec::new(), Position { partition: 0, offset: 0 });
        batch::write(&Record { position, recorded_us: 7, envelope: Envelope { data: &data, ..encoded.envelope() } }, &mut event);
        let (_, event) = tributary_log::varint::read(&event[1..]).expect("a length");
        message_agrees(event);
    }
}

const LINE: &str = r#"{"specversion":"1.0","id":"u-1","source":"urn:meter","type":"tributary.usage.recorded.v1","subject":"account/acme","time":"2026-01-02T03:04:05Z","data":{"product":"Compute","amount":"1.25","currency":"EUR"}}"#;

#[test]
fn order_blanks_extensions_and_zeros_that_can_be_left_out_are_read_the_short_way() {
    for (found, put) in [
        ("", ""),
        (":", " : "),
        (",", " ,\t"),
        (r#""amount":"1.25","currency":"EUR""#, r#""currency":"EUR","amount":"01.250""#),
        (r#""id":"u-1","#, r#""traceparent":"00-1","id":"u-1","#),
        (r#""id":"u-1","#, r#""datacontenttype":"application/json","id":"u-1","#),
        ("05Z", "05.120Z"),
        ("acme", "ä"),
    ] {
        let line = if found.is_empty() { LINE.to_owned() } else { LINE.replace(found, put) };
        // A blank in a time makes it none; every colon was meant.
        let line = line.replace("03 : 04 : 05", "03:04:05").replace("urn : ", "urn:");
        assert!(line_agrees(line.as_bytes()), "{line}");
    }
}

#[test]
fn what_is_unusual_or_wrong_is_left_to_the_long_way() {
    for (found, put) in [
        ("u-1", r"\u0075-1"),
        ("05Z", "05+01:00"),
        ("05Z", "60Z"),
        ("05Z", "05.1234567Z"),
        ("2026-01-02", "2026-02-30"),
        ("account/acme", "book"),
        ("account/acme", "a/b/c"),
        ("1.25", "1e3"),
        ("1.25", "0.0000000000001"),
        ("EUR", "EURO"),
        (r#""id":"u-1""#, r#""id":"u-1","id":"u-1""#),
        (r#""id":"u-1""#, r#""id":null"#),
        (r#""id":"u-1""#, r#""data_base64":"","id":"u-1""#),
        (r#""product":"Compute""#, r#""product":"Compute","unknown":"x""#),
        ("usage.recorded", "usage.corrected"),
        ("}}", "}} x"),
    ] {
        assert!(!line_agrees(LINE.replace(found, put).as_bytes()), "{put}");
    }
}

#[test]
fn what_fields_must_say_together_is_left_to_the_long_way_where_they_do_not() {
    let won = |data: &str| {
        let rest = r#""subject":"account/acme","time":"2026-01-02T03:04:05Z""#;
        let line = format!(
            r#"{{"specversion":"1.0","id":"w-1","source":"urn:crm","type":"tributary.deal.won.v1",{rest},"data":{data}}}"#
        );
        line_agrees(line.as_bytes())
    };
    let of = |end: &str, line: &str| {
        let line = format!(r#"{{"line":"l","product":"p",{line}}}"#);
        won(&format!(r#"{{"deal":"d-1","termStart":"2026-01-02","termEnd":"{end}","lines":[{line}]}}"#))
    };
    assert!(of("2026-01-02", r#""kind":"consumption""#));
    assert!(of("2026-02-01", r#""currency":"USD","kind":"recurring","amount":"5.10""#));
    assert!(won(r#"{"lines":[],"termStart":"2026-01-02","deal":"d-1"}"#));
    for (end, line) in [
        ("2026-01-01", r#""kind":"consumption""#),
        ("2026-02-30", r#""kind":"consumption""#),
        ("2026-02-01", r#""kind":"consumption","amount":"1""#),
        ("2026-02-01", r#""kind":"consumption","currency":"USD""#),
        ("2026-02-01", r#""kind":"recurring","amount":"1""#),
        ("2026-02-01", r#""kind":"license","currency":"USD""#),
        ("2026-02-01", r#""kind":"loan","amount":"1","currency":"USD""#),
    ] {
        assert!(!of(end, line), "{end} {line}");
    }
    assert!(!won(r#"{"deal":"d-1","lines":[]}"#));
}
