//! What was set aside, for whoever watches over it: each record once, under its place, with the reason.

use tributary_log::{Family, Keyed, UNREADABLE};
use tributary_projector::Quarantined;

use super::{Ledger, Publisher};
use crate::error::Result;

/// The topic of records that count for nothing. It has one partition and keeps everything.
pub const QUARANTINE: &str = "quarantine";

/// Records that are published at a time.
const RECORDS_MAX: usize = 512;

impl Publisher {
    /// Says which records of its shards were set aside and not said yet; gives how many. A record that somebody else of the
    /// same shard was saying meanwhile may come twice, under the same key.
    pub fn publish_quarantine(&self, ledger: Ledger<'_>) -> Result<u64> {
        self.held.read_back_places(ledger.topics, QUARANTINE)?;
        let mut said = 0;
        let mut records = Vec::new();
        for aside in ledger.projection.quarantined()? {
            let place = ledger.log.place(aside.position);
            if self.owns_partition(aside.position.partition) && !self.held.knows_place(&place)? {
                records.push((0, record(ledger, &aside, place)?));
            }
            if records.len() == RECORDS_MAX {
                said += ledger.topics.publish(QUARANTINE, &std::mem::take(&mut records))?.len() as u64;
            }
        }
        if !records.is_empty() {
            said += ledger.topics.publish(QUARANTINE, &records)?.len() as u64;
        }
        Ok(said)
    }

    /// Whether what lies in a partition of the log is for this publisher to say.
    fn owns_partition(&self, partition: u32) -> bool {
        match self.layout.place(partition) {
            None | Some((Family::Reference, _)) => self.scope.contains(&0),
            Some((_, shard)) => self.scope.contains(&shard),
        }
    }
}

fn record(ledger: Ledger<'_>, aside: &Quarantined, place: String) -> Result<Keyed> {
    let header = |name: &str, value: &str| (name.to_owned(), value.as_bytes().to_vec());
    let mut headers = vec![header("code", &aside.code), header("field", &aside.field), header("reason", &aside.reason)];
    // What a log could not read says nothing of itself.
    let is_event = aside.event_type != UNREADABLE;
    if is_event {
        let said =
            [("type", &aside.event_type), ("source", &aside.source), ("id", &aside.id), ("subject", &aside.subject)];
        headers.extend(said.map(|(name, value)| header(name, value)));
    }
    let data = if is_event { ledger.projection.quarantined_data(aside.position)? } else { Some(Vec::new()) };
    Ok(Keyed { key: place.into_bytes(), headers, value: Some(data.unwrap_or_default()) })
}
