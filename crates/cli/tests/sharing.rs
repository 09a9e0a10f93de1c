//! Several projector processes on a real Kafka: they die, join, are stopped and go on while events come in, and what they have
//! published in the end is what one process publishes that nobody disturbs.

#[expect(dead_code, reason = "each test uses its part of the harness")]
mod harness;

use std::collections::BTreeMap;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use harness::Book;
use harness::on_kafka::OnKafka;
use tributary_events::feed::Topic;
use tributary_log::Topics;
use tributary_log_kafka::KafkaTopics;
use tributary_sim::scenario::{Scenario, Size};

/// Of each topic and key the last value; nothing where it says that nothing is left.
type State = BTreeMap<(&'static str, Vec<u8>), Vec<u8>>;

/// What a reader of the compacted topics ends with.
fn state(topics: &KafkaTopics) -> State {
    let mut state = State::new();
    for topic in Topic::ALL.map(Topic::name) {
        for partition in 0..topics.partitions(topic).expect("a topic") {
            let (mut from, end) =
                (topics.start(topic, partition).expect("a start"), topics.end(topic, partition).expect("an end"));
            while from < end {
                let read = topics.read(topic, partition, from, 4096, Duration::ZERO).expect("a read");
                for stored in read.records {
                    let key = (topic, stored.record.key);
                    match stored.record.value {
                        Some(value) => drop(state.insert(key, value)),
                        None => drop(state.remove(&key)),
                    }
                }
                from = read.next_offset;
            }
        }
    }
    state
}

fn pieces(book: &Book) -> Vec<String> {
    let size = Size { deals: 5, noise: 240, questions: 0 };
    let events = Scenario::events(2, size);
    let piece = |(number, some): (usize, &[serde_json::Value])| {
        let lines: String = some.iter().map(|event| format!("{event}\n")).collect();
        book.file(&format!("piece-{number}.jsonl"), &lines).to_str().expect("UTF-8").to_owned()
    };
    events.chunks(40).enumerate().map(piece).collect()
}

/// Projector processes; those that are left end with the test.
struct Processes(Vec<Child>);

impl Processes {
    fn start(&mut self, ledger: &OnKafka, name: &str) {
        let data = ledger.book.file(name, "").with_extension("data");
        let arguments = ["--quiet", "--data", data.to_str().expect("UTF-8"), "project"];
        self.0.push(ledger.command(&arguments).spawn().expect("starts"));
    }

    fn signal(&self, number: usize, signal: &str) {
        let sent = Command::new("kill").args([signal, &self.0[number].id().to_string()]).status().expect("kill");
        assert!(sent.success());
    }

    fn kill(&mut self, number: usize) {
        self.0[number].kill().expect("kill -9");
        self.0[number].wait().expect("ends");
    }
}

impl Drop for Processes {
    fn drop(&mut self) {
        for child in &mut self.0 {
            // It may have ended already.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

const INIT: &[&str] = &["--partitions", "3", "--trust-recorded-times"];

#[test]
fn processes_that_die_join_and_stop_publish_what_one_publishes_that_nobody_disturbs() {
    let Some(quiet) = OnKafka::new("quiet", INIT) else { return };
    let pieces = pieces(&quiet.book);
    let import = |ledger: &OnKafka, piece: &str| ledger.run(&["import", "--quiet", "--trust-recorded-times", piece], 0);
    pieces.iter().for_each(|piece| drop(import(&quiet, piece)));
    quiet.run(&["--quiet", "project", "--until-end"], 0);
    let expected = state(&quiet.topics());
    for topic in Topic::ALL.map(Topic::name) {
        assert!(expected.keys().any(|(of, _)| *of == topic), "the history says nothing in `{topic}`");
    }

    let Some(disturbed) = OnKafka::new("disturbed", INIT) else { return };
    let mut processes = Processes(Vec::new());
    ["a", "b", "c"].into_iter().for_each(|name| processes.start(&disturbed, name));
    for (number, piece) in pieces.iter().enumerate() {
        import(&disturbed, piece);
        match number {
            1 => processes.kill(0),
            2 => processes.start(&disturbed, "d"),
            3 => processes.signal(1, "-STOP"),
            5 => processes.start(&disturbed, "a"),
            6 => processes.signal(1, "-CONT"),
            _ => {}
        }
    }
    let (topics, deadline) = (disturbed.topics(), Instant::now() + Duration::from_secs(180));
    loop {
        let found = state(&topics);
        if found == expected {
            break;
        }
        let differs = |key: &&(&'static str, Vec<u8>)| found.get(*key) != expected.get(*key);
        let first = expected.keys().chain(found.keys()).find(differs);
        let first = first.map(|(topic, key)| (*topic, String::from_utf8_lossy(key).into_owned()));
        assert!(Instant::now() < deadline, "the topics do not come to say the same: {first:?}");
        std::thread::sleep(Duration::from_millis(200));
    }
}
