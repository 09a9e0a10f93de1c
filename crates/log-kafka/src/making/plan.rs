//! Which topics a ledger has, and the settings under which none of them loses anything.

use std::collections::BTreeMap;

use tributary_log::{Family, Layout};

use super::Finding;

/// A topic as it has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Planned {
    /// Its name after the prefix.
    pub(super) name: &'static str,
    pub(super) partitions: u32,
    keeps: Keeps,
}

/// What a topic keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Keeps {
    /// Every record, for ever.
    Everything,
    /// The last record of each key.
    Latest,
}

/// The most bytes of a batch of records, compressed: more than the largest event takes.
const BATCH_BYTES: u64 = 2 * 1024 * 1024;

/// For how long a reader of a compacted topic may be away without missing that something is gone.
const TOMBSTONES_MS: &str = "2592000000";

/// Every topic, the input topics first and in the families' order.
pub(super) fn topics(layout: Layout) -> Vec<Planned> {
    let shared = layout.per_family;
    let of = |name, partitions, keeps| Planned { name, partitions, keeps };
    let inputs = Family::ALL.map(|family| {
        let partitions = if family == Family::Reference { 1 } else { shared };
        of(family.name(), partitions, Keeps::Everything)
    });
    let projected = ["credits", "accruals", "statements", "renewals", "suspense", "digests"];
    let between = [
        ("shards.carried", shared, Keeps::Latest),
        ("shards.finals", shared, Keeps::Latest),
        ("shards.barriers", 1, Keeps::Everything),
    ];
    let mut topics = Vec::from(inputs);
    topics.push(of("quarantine", 1, Keeps::Everything));
    topics.extend(projected.map(|name| of(name, shared, Keeps::Latest)));
    topics.extend(between.map(|(name, partitions, keeps)| of(name, partitions, keeps)));
    topics
}

/// A topic like the projected ones; its name is given when it is made.
pub(super) fn projected(partitions: u32) -> Planned {
    Planned { name: "", partitions, keeps: Keeps::Latest }
}

impl Planned {
    /// The settings that it is made with.
    pub(super) fn settings(&self, replication: u16) -> Vec<(&'static str, String)> {
        let mut settings = vec![
            ("message.timestamp.type", "LogAppendTime".to_owned()),
            ("min.insync.replicas", in_sync(replication).to_string()),
            ("unclean.leader.election.enable", "false".to_owned()),
            ("max.message.bytes", BATCH_BYTES.to_string()),
            ("compression.type", "producer".to_owned()),
        ];
        match self.keeps {
            Keeps::Everything => settings.extend([
                ("cleanup.policy", "delete".to_owned()),
                ("retention.ms", "-1".to_owned()),
                ("retention.bytes", "-1".to_owned()),
            ]),
            Keeps::Latest => settings
                .extend([("cleanup.policy", "compact".to_owned()), ("delete.retention.ms", TOMBSTONES_MS.to_owned())]),
        }
        settings
    }

    /// What of the settings that a topic has would lose something.
    pub(super) fn judge(&self, topic: &str, replication: u16, held: &BTreeMap<String, String>) -> Vec<Finding> {
        let mut findings = Vec::new();
        let mut expect = |name: &str, wanted: &str, holds: &dyn Fn(&str) -> bool, loses: &str| {
            let found = held.get(name).map_or("unknown", String::as_str);
            if !holds(found) {
                findings.push(Finding::setting(topic, name, found, wanted, loses));
            }
        };
        let at_least = |least: u64| move |found: &str| found.parse::<u64>().is_ok_and(|found| found >= least);
        match self.keeps {
            Keeps::Everything => {
                let compacted = "compaction deletes every event of a subject but the last";
                expect("cleanup.policy", "delete", &|found| found == "delete", compacted);
                expect("retention.ms", "-1", &|found| found == "-1", "older events would be deleted");
                expect("retention.bytes", "-1", &|found| found == "-1", "events would be deleted as others come in");
            }
            Keeps::Latest => {
                let deleted = "without `compact` alone, what was published long ago is deleted, or kept twice";
                expect("cleanup.policy", "compact", &|found| found == "compact", deleted);
            }
        }
        let claimed = "producers would say themselves when an event was recorded (I2)";
        expect("message.timestamp.type", "LogAppendTime", &|found| found == "LogAppendTime", claimed);
        let behind = "a replica that lags may become the leader, and what it lacks is lost";
        expect("unclean.leader.election.enable", "false", &|found| found == "false", behind);
        let replicas = in_sync(replication);
        let alone = "an append would be acknowledged that only one broker has";
        expect("min.insync.replicas", &replicas.to_string(), &at_least(replicas.into()), alone);
        let large = "large events would be refused by the broker";
        expect("max.message.bytes", &BATCH_BYTES.to_string(), &at_least(BATCH_BYTES), large);
        findings
    }
}

/// How many brokers have to have what was acknowledged: two, where there are more than two.
fn in_sync(replication: u16) -> u16 {
    if replication > 2 { 2 } else { 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(planned: &Planned) -> BTreeMap<String, String> {
        planned.settings(3).into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }

    #[test]
    fn a_topic_made_as_planned_is_safe_and_every_setting_that_loses_something_is_named() {
        for planned in topics(Layout { per_family: 3 }) {
            assert_eq!(planned.judge("t", 3, &held(&planned)), [], "{planned:?}");
            for (name, unsafe_value) in [
                ("cleanup.policy", "compact,delete"),
                ("message.timestamp.type", "CreateTime"),
                ("unclean.leader.election.enable", "true"),
                ("min.insync.replicas", "1"),
                ("max.message.bytes", "1048588"),
            ] {
                let mut held = held(&planned);
                held.insert(name.to_owned(), unsafe_value.to_owned());
                let findings = planned.judge("t", 3, &held);
                assert_eq!(findings.len(), 1, "{planned:?} {name}");
                assert_eq!((&*findings[0].what, &*findings[0].found), (name, unsafe_value));
                assert!(findings[0].mend.contains(name));
            }
        }
    }

    #[test]
    fn an_input_topic_that_forgets_is_unsafe() {
        let deals = topics(Layout { per_family: 3 })[3];
        for (name, value) in [("retention.ms", "604800000"), ("retention.bytes", "1"), ("cleanup.policy", "compact")] {
            let mut held = held(&deals);
            held.insert(name.to_owned(), value.to_owned());
            assert_eq!(deals.judge("t", 3, &held).len(), 1, "{name}");
        }
    }
}
