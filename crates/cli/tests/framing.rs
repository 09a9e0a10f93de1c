//! The binary with a schema registry: what it publishes is framed with what it registered, what it computes again is the same,
//! and a registry that is not there is told in a line.

#[expect(dead_code, reason = "each test uses its part of the harness")]
mod harness;

use std::collections::BTreeMap;
use std::net::TcpListener;

use harness::on_kafka::OnKafka;
use tributary_events::feed::Topic;
use tributary_events::framing::unframe;
use tributary_events::message_of;
use tributary_log::{Topics, read_to_end};
use tributary_registry::testing::{Manner, Server};
use tributary_sim::scenario::{Scenario, Size};

const URL: &str = "TRIBUTARY_KAFKA_SCHEMA_REGISTRY_URL";

/// Runs with a registry there; gives standard output and standard error.
fn run(ledger: &OnKafka, url: &str, arguments: &[&str], exit: i32) -> (String, String) {
    let output = ledger.book.command(&ledger.arguments(arguments)).env(URL, url).output().expect("runs");
    let [stdout, stderr] = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    assert_eq!(output.status.code(), Some(exit), "{arguments:?}\n{stdout}\n{stderr}");
    (stdout, stderr)
}

type Values = BTreeMap<(u32, u64), Vec<u8>>;

/// The values of a topic as they stand there, by partition and offset.
fn values(ledger: &OnKafka, topic: &str) -> Values {
    let (topics, mut values) = (ledger.topics(), Values::new());
    for partition in 0..topics.partitions(topic).expect("a topic") {
        for read in read_to_end(&topics, topic, partition, 0).expect("an end") {
            for stored in read.expect("a read").records {
                values.extend(stored.record.value.map(|value| ((partition, stored.offset), value)));
            }
        }
    }
    values
}

/// The topics with their values.
fn published(ledger: &OnKafka) -> BTreeMap<&'static str, Values> {
    Topic::ALL.map(|topic| (topic.name(), values(ledger, topic.name()))).into()
}

#[test]
fn what_is_published_is_framed_as_registered_and_computed_again_it_is_the_same() {
    let Some(ledger) = OnKafka::new("framed", &["--partitions", "3", "--trust-recorded-times"]) else { return };
    let events = Scenario::events(1, Size { deals: 5, noise: 160, questions: 0 });
    let lines: String = events.iter().map(|event| format!("{event}\n")).collect();
    let file = ledger.book.file("events.jsonl", &lines);
    ledger.run(&["import", "--quiet", "--trust-recorded-times", file.to_str().expect("UTF-8")], 0);
    let server = Server::start(Manner::Open);
    let url = format!("http://{}", server.address);
    run(&ledger, &url, &["--quiet", "project", "--until-end"], 0);
    let framed = published(&ledger);
    for topic in ["accruals", "renewals", "suspense", "statements", "digests"] {
        assert!(!framed[topic].is_empty(), "the history says nothing in `{topic}`");
    }
    // From a directory of its own, and without a registry: what is there is known by reading it back.
    let other = ledger.book.data().with_extension("other");
    ledger.run(&["--quiet", "--data", other.to_str().expect("UTF-8"), "project", "--until-end"], 0);
    assert_eq!(published(&ledger), framed, "nothing is said again because there is no registry");
    let held = server.held.lock().expect("nobody panicked").subjects.clone();
    for topic in Topic::ALL {
        let subject = held.iter().find(|(subject, _)| subject.ends_with(&format!(".{}-value", topic.name())));
        let (subject, versions) = subject.unwrap_or_else(|| panic!("`{}` is not registered", topic.name()));
        let message = message_of(topic.event_type()).expect("a message");
        for value in framed[topic.name()].values() {
            let framed = unframe(value).expect("framed");
            assert_eq!((u64::from(framed.schema), framed.message), (versions[0].0, vec![message.index]), "{subject}");
        }
        ledger.run(&["--quiet", "feed", "replay", topic.name()], 0);
    }

    run(&ledger, &url, &["--quiet", "feed", "replay", "statements", "--into", "statements.again"], 0);
    let again = values(&ledger, "statements.again");
    let expected =
        held.iter().find(|(subject, _)| subject.ends_with(".statements-value")).map(|(_, versions)| versions[0].0);
    assert!(!again.is_empty());
    assert!(again.values().all(|value| expected == unframe(value).ok().map(|framed| u64::from(framed.schema))));
}

#[test]
fn a_registry_that_cannot_be_used_is_told_before_anything_is_published() {
    let Some(ledger) = OnKafka::new("registry", &["--partitions", "1"]) else { return };
    // A port that was given away and closed again.
    let closed = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address");
    for (url, exit, expected) in [
        (format!("http://{closed}"), 3, "cannot reach the schema registry at"),
        (format!("http://{}", Server::start(Manner::Guarded).address), 3, "refuses to serve"),
        (format!("http://{}", Server::start(Manner::Page).address), 3, "is no schema registry"),
        ("http://clerk:sesame@localhost".to_owned(), 2, "holds a user or password"),
    ] {
        let (_, said) = run(&ledger, &url, &["--quiet", "project", "--until-end"], exit);
        assert!(said.contains(expected) && !said.contains("sesame"), "{said}");
    }
    assert!(published(&ledger).values().all(Values::is_empty));
}
