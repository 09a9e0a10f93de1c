//! The binary on a real Kafka: topics of a test's own, and a data directory.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::Value;
use tributary_broker::{for_tests, topic_prefix};
use tributary_log_kafka::{KafkaTopics, Settings};

use super::Book;

/// A ledger whose log is on Kafka.
pub(crate) struct OnKafka {
    /// Its files and its projection.
    pub(crate) book: Book,
    settings: PathBuf,
}

impl OnKafka {
    /// Makes the topics; none if tests with a broker are left out.
    pub(crate) fn new(test: &str, init: &[&str]) -> Option<Self> {
        let book = Book::new();
        let text = format!("bootstrap.servers={}\ntributary.prefix={}\n", for_tests()?, topic_prefix(test));
        let settings = book.file("kafka.properties", &text);
        let ledger = Self { book, settings };
        ledger.run(&[&["kafka", "init", "--replication", "1"], init].concat(), 0);
        Some(ledger)
    }

    pub(crate) fn arguments<'a>(&'a self, arguments: &[&'a str]) -> Vec<&'a str> {
        [&["--kafka", self.settings.to_str().expect("UTF-8")], arguments].concat()
    }

    pub(crate) fn run(&self, arguments: &[&str], exit: i32) -> (String, String) {
        self.book.both(&self.arguments(arguments), exit)
    }

    pub(crate) fn json(&self, arguments: &[&str], exit: i32) -> Value {
        self.book.json(&self.arguments(arguments), exit)
    }

    pub(crate) fn answers(&self, case: &str) -> Value {
        let questions = format!("{case}/questions.json");
        let output = self.book.command(&self.arguments(&["ask", &questions])).output().expect("runs");
        serde_json::from_slice(&output.stdout).expect("answers")
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.book.command(&self.arguments(arguments));
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command
    }

    /// The topics beside the log.
    pub(crate) fn topics(&self) -> KafkaTopics {
        KafkaTopics::connect(&Settings::load(Some(&self.settings), []).expect("settings")).expect("a broker")
    }
}
