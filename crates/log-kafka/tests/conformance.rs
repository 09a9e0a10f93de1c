//! The log and the topics on a real broker pass the suites that every log and all topics pass.

mod ground;

use std::sync::{Arc, Mutex};

use ground::{OPTIONS, fresh};
use tributary_log::conformance::{self, LogUnderTest, OpenLog};
use tributary_log::{Clock, Topics};
use tributary_log_kafka::{KafkaLog, KafkaTopics, Settings, init};

/// Topics of their own, made when they are opened first.
struct Made {
    settings: Settings,
    made: Mutex<bool>,
}

impl LogUnderTest for Made {
    fn open(&self, _: Clock) -> OpenLog {
        let mut made = self.made.lock().expect("the lock");
        if !*made {
            init(&self.settings, &OPTIONS).expect("make the topics");
            *made = true;
        }
        OpenLog { log: Arc::new(KafkaLog::open(&self.settings).expect("open the log")), identities: None }
    }
}

fn factory() -> Option<impl Fn() -> Box<dyn LogUnderTest>> {
    fresh("conformance")?;
    Some(|| -> Box<dyn LogUnderTest> {
        Box::new(Made { settings: fresh("conformance").expect("a broker"), made: Mutex::default() })
    })
}

#[test]
fn the_log_on_kafka_is_a_log() {
    let Some(make) = factory() else { return };
    conformance::check_log(&make);
}

#[test]
fn the_log_on_kafka_has_a_partition_for_every_subject_of_every_family() {
    let Some(make) = factory() else { return };
    conformance::check_routes(&make);
}

#[test]
fn the_log_on_kafka_keeps_everything_when_it_is_closed() {
    let Some(make) = factory() else { return };
    conformance::check_reopening(&make);
}

#[test]
fn the_topics_on_kafka_are_topics() {
    if fresh("topics").is_none() {
        return;
    }
    conformance::check_topics(&|| -> Box<dyn Topics> {
        let settings = fresh("topics").expect("a broker");
        init(&settings, &OPTIONS).expect("make the topics");
        Box::new(KafkaTopics::connect(&settings).expect("connect"))
    });
}
