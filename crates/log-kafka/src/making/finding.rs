//! What is wrong with a topic, in words that say what it would lose and what mends it.

use std::fmt;

use serde::Serialize;

use crate::marker::Marker;

/// How a topic was found, or what became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum TopicState {
    /// It is not there.
    Missing,
    /// It was made.
    Created,
    /// It was there, and has got what it lacked.
    Completed,
    /// It was there, and nothing of it was changed.
    Unchanged,
}

/// A topic, and what is unsafe about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TopicReport {
    /// Its name, prefix and all.
    pub topic: String,
    /// How it was found, or what became of it.
    pub state: TopicState,
    /// What is unsafe about it; empty if nothing is.
    pub findings: Vec<Finding>,
}

impl TopicReport {
    pub(crate) fn of(topic: String, findings: Vec<Finding>) -> Self {
        Self { topic, state: TopicState::Unchanged, findings }
    }
}

/// Something unsafe about a topic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The setting, or `partitions`, `marker`, `start`, `topic`.
    pub what: String,
    /// What it is.
    pub found: String,
    /// What it has to be.
    pub wanted: String,
    /// What would go wrong.
    pub loses: String,
    /// What mends it: a command, or what to do.
    pub mend: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, found, wanted, loses, mend } = self;
        write!(f, "{what} is {found}, must be {wanted}: {loses}; {mend}")
    }
}

const ANEW: &str = "take another `tributary.prefix`, or delete the topics and make them with `tributary kafka init`";
const RESTORE: &str =
    "restore all of the log's topics from a copy, or import the events again under another `tributary.prefix`";

impl Finding {
    fn new(
        what: &str,
        found: impl Into<String>,
        wanted: impl Into<String>,
        loses: &str,
        mend: impl Into<String>,
    ) -> Self {
        let (found, wanted, mend) = (found.into(), wanted.into(), mend.into());
        Self { what: what.to_owned(), found, wanted, loses: loses.to_owned(), mend }
    }

    pub(crate) fn setting(topic: &str, name: &str, found: &str, wanted: &str, loses: &str) -> Self {
        let mend =
            format!("kafka-configs.sh --alter --entity-type topics --entity-name {topic} --add-config {name}={wanted}");
        Self::new(name, found, wanted, loses, mend)
    }

    pub(crate) fn partitions(found: u32, wanted: u32) -> Self {
        let loses = "a subject's events would lie in different shards, and nobody would see all of them";
        let mend = format!("give {found} partitions if that is what the log was made with, else {ANEW}");
        Self::new("partitions", found.to_string(), wanted.to_string(), loses, mend)
    }

    pub(crate) fn missing() -> Self {
        let loses = "what belongs into it has no place";
        Self::new("topic", "missing", "there", loses, "make it with `tributary kafka init`")
    }

    pub(crate) fn taken_away() -> Self {
        let loses = "its events are lost, and making it again would hide that";
        Self::new("topic", "missing or empty while others hold events", "whole", loses, RESTORE)
    }

    pub(crate) fn unmarked(partition: u32) -> Self {
        let loses = "making the topics was cut off";
        let mend = "complete them with `tributary kafka init`";
        Self::new("marker", format!("missing in partition {partition}"), "there", loses, mend)
    }

    pub(crate) fn foreign(partition: u32) -> Self {
        let found = format!("missing in partition {partition}, which holds other records");
        let loses = "these records were not written to this ledger's log";
        Self::new("marker", found, "the first record", loses, ANEW)
    }

    pub(crate) fn gone(partition: u32, start: u64) -> Self {
        let found = format!("offset {start} in partition {partition}");
        let loses = "the events before it are gone, deleted by retention or by hand";
        Self::new("start", found, "offset 0", loses, RESTORE)
    }

    pub(crate) fn other_log(partition: u32, found: &Marker, wanted: &Marker) -> Self {
        let loses = "the topic was mirrored, made again, or made by another command than its siblings";
        Self::new(
            "marker",
            format!("`{found}` in partition {partition}"),
            format!("of the log `{wanted}`"),
            loses,
            ANEW,
        )
    }
}
