//! Making topics, and which topics are refused: real ones, on a real broker.

mod ground;

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use ground::{OPTIONS, all, fresh, made, usage};
use rdkafka::admin::{AdminClient, AdminOptions, AlterConfig, NewTopic, ResourceSpecifier, TopicReplication};
use rdkafka::client::DefaultClientContext;
use rdkafka::config::ClientConfig;
use rdkafka::producer::{BaseProducer, BaseRecord, Producer as _};
use tributary_log::{Log as _, Recorded};
use tributary_log_kafka::{InitOptions, KafkaError, KafkaLog, Settings, TopicReport, TopicState, check, init};

/// How long a broker may take to learn of a change.
const SOON: Duration = Duration::from_secs(30);

fn client() -> ClientConfig {
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", tributary_broker::for_tests().expect("a broker"));
    config
}

fn administration() -> AdminClient<DefaultClientContext> {
    client().create().expect("a client")
}

/// Runs an answer of the client to its end.
fn done<T>(answer: impl Future<Output = T>) -> T {
    let mut answer = std::pin::pin!(answer);
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    loop {
        match answer.as_mut().poll(&mut context) {
            std::task::Poll::Ready(answer) => return answer,
            std::task::Poll::Pending => std::thread::yield_now(),
        }
    }
}

fn states(reports: &[TopicReport]) -> BTreeSet<String> {
    reports.iter().map(|report| format!("{:?}", report.state)).collect()
}

/// Waits until the broker has learned of a topic that the controller made.
fn wait_for(topic: &str) {
    let (administration, until) = (administration(), Instant::now() + SOON);
    let known = || administration.inner().fetch_metadata(None, SOON).expect("ask for the topics");
    while !known().topics().iter().any(|one| one.name() == topic && !one.partitions().is_empty()) {
        assert!(Instant::now() < until, "the broker does not learn of `{topic}`");
    }
}

/// What is unsafe, as `topic what`, without the prefix.
fn unsafe_about<T: std::fmt::Debug>(settings: &Settings, refused: Result<T, KafkaError>) -> BTreeSet<String> {
    match refused {
        Err(KafkaError::Unsafe { reports }) => findings(settings, &reports),
        other => panic!("{other:?}"),
    }
}

fn findings(settings: &Settings, reports: &[TopicReport]) -> BTreeSet<String> {
    let of = |report: &TopicReport| {
        let topic = report.topic[settings.prefix().len()..].to_owned();
        report.findings.iter().map(move |finding| format!("{topic} {}", finding.what)).collect::<Vec<_>>()
    };
    reports.iter().flat_map(of).collect()
}

fn names<const COUNT: usize>(names: [&str; COUNT]) -> BTreeSet<String> {
    names.map(str::to_owned).into()
}

#[test]
fn topics_are_made_once_and_making_them_again_changes_nothing() {
    let Some(settings) = fresh("making") else { return };
    let first = init(&settings, &OPTIONS).expect("make the topics");
    assert_eq!(states(&first), names(["Created"]));
    let log = KafkaLog::open(&settings).expect("open the log");
    assert_eq!((log.layout().per_family, log.recorded()), (3, Recorded::ByLog));
    log.append_routed(&[usage("1", "account/a")]).expect("append");
    let second = init(&settings, &OPTIONS).expect("make the topics again");
    assert_eq!(states(&second), names(["Unchanged"]));
    assert_eq!(KafkaLog::open(&settings).expect("open the log").id(), log.id());
    let checked = check(&settings).expect("check the topics");
    assert_eq!(findings(&settings, &checked), BTreeSet::new());
}

#[test]
fn more_copies_than_there_are_brokers_are_refused_with_what_to_say_instead() {
    let Some(settings) = fresh("copies") else { return };
    let refused = init(&settings, &InitOptions { replication: 3, ..OPTIONS }).expect_err("a refusal");
    assert!(matches!(refused, KafkaError::TooFewBrokers { replication: 3 }), "{refused:?}");
    init(&settings, &OPTIONS).expect("make the topics");
}

#[test]
fn making_that_was_cut_off_is_completed() {
    let Some(settings) = fresh("completing") else { return };
    // As an earlier run left it: two topics, without their markers.
    let safe = [("message.timestamp.type", "LogAppendTime"), ("retention.ms", "-1"), ("max.message.bytes", "2097152")];
    for (name, partitions) in [("reference", 1), ("leads", 3)] {
        let name = settings.topic(name);
        let topic = NewTopic::new(&name, partitions, TopicReplication::Fixed(1));
        let topic = safe.iter().fold(topic, |topic, (name, value)| topic.set(name, value));
        done(administration().create_topics(&[topic], &AdminOptions::new())).expect("make it")[0]
            .as_ref()
            .expect("made");
        wait_for(&name);
    }
    assert!(KafkaLog::open(&settings).is_err(), "half of the topics are no log");
    let reports = init(&settings, &OPTIONS).expect("complete the topics");
    let state = |name: &str| reports.iter().find(|report| report.topic == settings.topic(name)).map(|one| one.state);
    assert_eq!(state("leads"), Some(TopicState::Completed));
    assert_eq!(state("deals"), Some(TopicState::Created));
    KafkaLog::open(&settings).expect("open the log");
}

#[test]
fn settings_that_lose_events_are_refused_by_name() {
    let Some(settings) = fresh("judging") else { return };
    made(&settings);
    let deals = settings.topic("deals");
    let unsafe_settings =
        [("retention.ms", "1000"), ("cleanup.policy", "compact"), ("message.timestamp.type", "CreateTime")];
    let change = unsafe_settings
        .iter()
        .fold(AlterConfig::new(ResourceSpecifier::Topic(&deals)), |change, (name, value)| change.set(name, value));
    done(administration().alter_configs(&[change], &AdminOptions::new())).expect("change it")[0]
        .as_ref()
        .expect("changed");
    // What the controller has acknowledged the broker learns a little later.
    let until = Instant::now() + SOON;
    while findings(&settings, &check(&settings).expect("check the topics")).is_empty() {
        assert!(Instant::now() < until, "the broker does not learn of the change");
    }
    let expected = names([
        "deals cleanup.policy",
        "deals max.message.bytes",
        "deals message.timestamp.type",
        "deals retention.ms",
    ]);
    assert_eq!(unsafe_about(&settings, init(&settings, &OPTIONS)), expected);
    assert_eq!(findings(&settings, &check(&settings).expect("check the topics")), expected);
}

#[test]
fn another_number_of_partitions_or_another_mode_is_refused() {
    let Some(settings) = fresh("counting") else { return };
    made(&settings);
    let other = InitOptions { partitions: 4, ..OPTIONS };
    let refused = unsafe_about(&settings, init(&settings, &other));
    assert!(refused.contains("deals partitions") && refused.contains("credits partitions"), "{refused:?}");
    let other = InitOptions { recorded: Recorded::ByEvents, ..OPTIONS };
    let refused = unsafe_about(&settings, init(&settings, &other));
    assert!(refused.contains("deals marker"), "{refused:?}");
}

#[test]
fn a_topic_that_holds_other_records_is_refused() {
    let Some(settings) = fresh("foreign") else { return };
    let leads = settings.topic("leads");
    let topic = NewTopic::new(&leads, 3, TopicReplication::Fixed(1));
    done(administration().create_topics(&[topic], &AdminOptions::new())).expect("make it")[0].as_ref().expect("made");
    let producer: BaseProducer = client().create().expect("a producer");
    producer.send(BaseRecord::to(&leads).partition(1).key("k").payload("something else")).expect("send");
    producer.flush(std::time::Duration::from_secs(30)).expect("flush");
    let refused = unsafe_about(&settings, init(&settings, &OPTIONS));
    assert!(refused.contains("leads marker"), "{refused:?}");
}

#[test]
fn a_topic_that_was_taken_away_or_made_again_is_refused() {
    let Some(settings) = fresh("again") else { return };
    let log = made(&settings);
    log.append_routed(&[usage("1", "account/a")]).expect("append");
    assert_eq!((0..log.partitions()).map(|partition| all(&log, partition).len()).sum::<usize>(), 1);
    let leads = settings.topic("leads");
    done(administration().delete_topics(&[&leads], &AdminOptions::new())).expect("delete it")[0]
        .as_ref()
        .expect("deleted");
    let refused = loop {
        match KafkaLog::open(&settings) {
            Err(refused) => break refused,
            // Until every broker knows that it is gone.
            Ok(_) => std::thread::yield_now(),
        }
    };
    assert!(matches!(&refused, KafkaError::NoTopic { topic } if *topic == leads), "{refused:?}");
    assert!(unsafe_about(&settings, init(&settings, &OPTIONS)).contains("leads topic"));

    // Made again, with markers of another log.
    let elsewhere = fresh("elsewhere").expect("a broker");
    made(&elsewhere);
    let topic = NewTopic::new(&leads, 3, TopicReplication::Fixed(1));
    done(administration().create_topics(&[topic], &AdminOptions::new())).expect("make it")[0].as_ref().expect("made");
    let producer: BaseProducer = client().create().expect("a producer");
    for partition in 0..3 {
        let said = format!("1 {} cluster=other partitions=3 at=leads/{partition} recorded=log", "00".repeat(16));
        let headers = rdkafka::message::OwnedHeaders::new()
            .insert(rdkafka::message::Header { key: "tributary_log", value: Some(&said) });
        producer.send(BaseRecord::<(), ()>::to(&leads).partition(partition).headers(headers)).expect("send");
    }
    producer.flush(std::time::Duration::from_secs(30)).expect("flush");
    let refused = unsafe_about(&settings, KafkaLog::open(&settings));
    assert!(!refused.is_empty() && refused.iter().all(|finding| finding.ends_with(" marker")), "{refused:?}");
}
