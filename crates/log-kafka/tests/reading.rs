//! What others write to the topics, and what a reader makes of it: transactions, structured events, records that are none.

mod ground;

use std::time::Duration;

use ground::{OPTIONS, Seen, all, fresh, made, usage};
use rdkafka::config::ClientConfig;
use rdkafka::message::{Header, OwnedHeaders};
use rdkafka::producer::{BaseProducer, BaseRecord, Producer as _};
use tributary_events::framing::frame;
use tributary_log::{Entry, Log as _, LogError, Position, ReadLimit, Recorded, UNREADABLE};
use tributary_log_kafka::{InitOptions, KafkaLog, Settings, init};

const SOON: Duration = Duration::from_secs(30);

fn producer(transactional_id: Option<&str>) -> BaseProducer {
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", tributary_broker::for_tests().expect("a broker"));
    config.set("message.max.bytes", "2000000");
    if let Some(id) = transactional_id {
        config.set("transactional.id", id);
    }
    config.create().expect("a producer")
}

/// The shard, and so the partition of each family, of the account that these tests speak of.
fn shard(log: &KafkaLog) -> i32 {
    log.layout().shard("account/a") as i32
}

fn binary_headers(id: &str) -> OwnedHeaders {
    [
        ("ce_specversion", "1.0"),
        ("ce_id", id),
        ("ce_source", "crm"),
        ("ce_type", "tributary.lead.captured.v1"),
        ("ce_subject", "account/a"),
        ("ce_time", "2026-01-02T03:04:05Z"),
    ]
    .iter()
    .fold(OwnedHeaders::new(), |headers, (key, value)| headers.insert(Header { key, value: Some(*value) }))
}

fn send(producer: &BaseProducer, topic: &str, partition: i32, headers: OwnedHeaders, value: Option<&[u8]>) {
    let mut record = BaseRecord::<str, [u8]>::to(topic).partition(partition).key("account/a").headers(headers);
    record.payload = value;
    producer.send(record).map_err(|(error, _)| error).expect("send");
}

fn leads(log: &KafkaLog) -> Vec<Seen> {
    let partition = log.layout().number(tributary_log::Family::Leads, shard(log) as u32);
    all(log, partition)
}

/// Sends a record to the leads of the account.
fn write(settings: &Settings, log: &KafkaLog, headers: OwnedHeaders, value: Option<&[u8]>) {
    let producer = producer(None);
    send(&producer, &settings.topic("leads"), shard(log), headers, value);
    producer.flush(SOON).expect("flush");
}

#[test]
fn what_a_transaction_took_back_is_never_read_and_its_gaps_are_crossed() {
    let Some(settings) = fresh("transactions") else { return };
    let log = made(&settings);
    let producer = producer(Some(settings.prefix()));
    producer.init_transactions(SOON).expect("init");
    let topic = settings.topic("leads");
    let partition = log.layout().number(tributary_log::Family::Leads, shard(&log) as u32);
    for round in 0..6 {
        producer.begin_transaction().expect("begin");
        for number in 0..5 {
            send(&producer, &topic, shard(&log), binary_headers(&format!("{round}-{number}")), Some(b""));
        }
        producer.flush(SOON).expect("flush");
        let ended = if round % 2 == 0 { producer.commit_transaction(SOON) } else { producer.abort_transaction(SOON) };
        ended.expect("end the transaction");
        // The brokers end a transaction a moment after they have said so.
        let end = 1 + 6 * (round + 1);
        while log.end(partition).expect("ask for the end") < end {
            std::thread::yield_now();
        }
        // The end moves over what was taken back, and reading comes to it.
        let committed: Vec<String> =
            (0..=round).step_by(2).flat_map(|round| (0..5).map(move |number| format!("{round}-{number}"))).collect();
        assert_eq!(leads(&log).into_iter().map(|seen| seen.id).collect::<Vec<_>>(), committed, "round {round}");
    }
    // Of an open transaction nothing can be read, and nothing behind it.
    let before = leads(&log);
    let end = log.end(before[0].position.partition).expect("ask for the end");
    producer.begin_transaction().expect("begin");
    send(&producer, &topic, shard(&log), binary_headers("open"), Some(b""));
    producer.flush(SOON).expect("flush");
    assert_eq!(log.end(before[0].position.partition).expect("ask for the end"), end);
    assert_eq!(log.ends(&[before[0].position.partition]).expect("ask for the ends"), [end]);
    assert_eq!(leads(&log), before);
    let at_end = Position { partition: before[0].position.partition, offset: end };
    let read = log.read(at_end, ReadLimit::default(), Duration::from_millis(200)).expect("read");
    assert_eq!((read.len(), read.next_offset()), (0, end));
    producer.abort_transaction(SOON).expect("abort");
}

#[test]
fn an_event_says_the_same_in_structured_and_in_binary_mode() {
    let Some(settings) = fresh("structured") else { return };
    let log = made(&settings);
    let line = r#"{"specversion":"1.0","id":"7","source":"crm","type":"tributary.lead.captured.v1","subject":"account/a","time":"2026-01-02T03:04:05Z","data":{"lead":"l-1","motion":"direct"}}"#;
    let headers = OwnedHeaders::new()
        .insert(Header { key: "content-type", value: Some("application/cloudevents+json; charset=UTF-8") });
    write(&settings, &log, headers, Some(line.as_bytes()));
    let structured = leads(&log).remove(0);
    assert_eq!((&*structured.id, &*structured.source), ("7", "crm"), "{}", String::from_utf8_lossy(&structured.data));
    write(&settings, &log, binary_headers("7"), Some(&structured.data));
    let binary = leads(&log).remove(1);
    assert_eq!(binary.content, structured.content);
    assert_eq!(
        (binary.id, binary.source, binary.event_type),
        (structured.id, structured.source, structured.event_type)
    );
}

#[test]
fn i1_an_event_says_the_same_with_and_without_the_framing_of_a_schema_registry() {
    let Some(settings) = fresh("framed") else { return };
    let log = made(&settings);
    let data = b"\x0a\x03l-1";
    for value in [&data[..], &frame(7, &[0], data), &frame(300, &[1, 2], data)] {
        write(&settings, &log, binary_headers("7"), Some(value));
    }
    write(&settings, &log, binary_headers("8"), Some(&frame(7, &[0], b"")));
    let seen = leads(&log);
    assert_eq!(seen.iter().map(|seen| &*seen.data).collect::<Vec<_>>(), [&data[..], data, data, b""]);
    assert!(seen[..3].iter().all(|seen| seen.event_type == "tributary.lead.captured.v1"), "{seen:?}");
    assert!(seen[..3].iter().all(|again| again.content == seen[0].content));
}

#[test]
fn a_record_that_is_no_event_is_handed_on_with_the_reason_and_its_place() {
    let Some(settings) = fresh("poison") else { return };
    let log = made(&settings);
    let large = vec![0; 1_200_000];
    let other_subject = OwnedHeaders::new().insert(Header { key: "x", value: Some("y") });
    let structured =
        |content_type: &str| OwnedHeaders::new().insert(Header { key: "content-type", value: Some(content_type) });
    let cases: [(OwnedHeaders, Option<&[u8]>, &str); 9] = [
        (OwnedHeaders::new(), Some(b"?"), "`ce_specversion` is missing"),
        (other_subject, Some(b"?"), "`ce_specversion` is missing"),
        (binary_headers("1"), None, "no value"),
        (binary_headers("1"), Some(&large), "at most 1000000 are allowed"),
        (binary_headers("1"), Some(&[0, 0, 0, 1]), "its value ends within the framing of its schema"),
        (binary_headers("1"), Some(&[0, 0, 0, 0, 1, 3]), "its value says that its message lies at an index"),
        (structured("application/cloudevents+json"), Some(b"{"), "is not JSON"),
        (structured("application/cloudevents-batch+json"), Some(b"[]"), "of structured modes only JSON"),
        (
            binary_headers("1").insert(Header { key: "ce_subject", value: Some("account/b") }),
            Some(b""),
            "it belongs to leads/",
        ),
    ];
    assert_ne!(log.layout().shard("account/b") as i32, shard(&log));
    for (headers, value, _) in &cases {
        write(&settings, &log, headers.clone(), *value);
    }
    // What comes after is read all the same.
    write(&settings, &log, binary_headers("2"), Some(b""));
    let mut seen = leads(&log);
    assert_eq!(seen.pop().map(|seen| seen.id), Some("2".to_owned()));
    assert_eq!(seen.len(), cases.len());
    for (seen, (_, _, reason)) in seen.iter().zip(&cases) {
        assert_eq!((&*seen.event_type, &*seen.source), (UNREADABLE, "kafka"));
        assert_eq!(seen.id, log.place(seen.position));
        assert_eq!(seen.id, format!("leads/{}:{}", shard(&log), seen.position.offset));
        let said = String::from_utf8_lossy(&seen.data);
        assert!(said.contains(reason), "{said:?} has {reason:?}");
    }
}

#[test]
fn i2_recorded_times_are_the_brokers_unless_the_log_was_made_to_trust_events() {
    let Some(settings) = fresh("recorded") else { return };
    let claims = |log: &KafkaLog| log.append_routed(&[Entry { recorded_us: Some(5), ..usage("1", "account/a") }]);
    let by_log = made(&settings);
    assert!(matches!(claims(&by_log), Err(LogError::RecordedNotKept)));
    let claiming =
        binary_headers("1").insert(Header { key: "ce_recordedtime", value: Some("1970-01-01T00:00:00.000005Z") });
    write(&settings, &by_log, claiming, Some(b""));
    assert!(leads(&by_log)[0].recorded_us > 1_000_000_000_000_000, "a claim that is not trusted is not looked at");

    let settings = fresh("trusting").expect("a broker");
    init(&settings, &InitOptions { recorded: Recorded::ByEvents, ..OPTIONS }).expect("make the topics");
    let by_events = KafkaLog::open(&settings).expect("open the log");
    let position = claims(&by_events).expect("append")[0];
    by_events.append_routed(&[usage("2", "account/a")]).expect("append");
    let seen = all(&by_events, position.partition);
    assert_eq!(seen[0].recorded_us, 5);
    assert!(seen[1].recorded_us > 1_000_000_000_000_000, "the log's own time where nobody claims another");
}

#[test]
fn what_was_deleted_is_missed_when_the_log_is_opened_and_when_it_is_read() {
    let Some(settings) = fresh("trimmed") else { return };
    let log = made(&settings);
    let position = log.append_routed(&[usage("1", "account/a"), usage("2", "account/a")]).expect("append")[0];
    let topic = settings.topic("consumption");
    let mut offsets = rdkafka::TopicPartitionList::new();
    offsets.add_partition_offset(&topic, shard(&log), rdkafka::Offset::Offset(2)).expect("an offset");
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", tributary_broker::for_tests().expect("a broker"));
    let admin: rdkafka::admin::AdminClient<_> = config.create().expect("a client");
    let mut deleted =
        std::pin::pin!(async { admin.delete_records(&offsets, &Default::default()).await.expect("delete") });
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    while deleted.as_mut().poll(&mut context).is_pending() {
        std::thread::yield_now();
    }
    assert_eq!(log.start(position.partition).expect("ask for the start"), 2);
    let read = log.read(Position { offset: 0, ..position }, ReadLimit::default(), Duration::ZERO);
    assert!(matches!(read, Err(LogError::Trimmed { start: 2, .. })), "{read:?}");
    let refused = KafkaLog::open(&settings).expect_err("a refusal");
    assert!(refused.to_string().contains("start is offset 2"), "{refused}");
}
