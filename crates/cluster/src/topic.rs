//! The topics between the processes: what stands in their records, reading them to their ends.

use serde::{Deserialize, Serialize};
use tributary_domain::id::{AccountId, PartnerId};
use tributary_domain::time::{Instant, Period};
use tributary_log::{Keyed, Log, Stored, Topics, read_to_end, read_until};
use tributary_projector::{CreditLearned, Kind, Outgoing, Projection};

use crate::barrier::Said;
use crate::{Barriers, ClusterError, Epoch, Result};

/// One partition: when what is published.
pub const BARRIERS: &str = "shards.barriers";
/// A partition for each shard: usage and corrections from other shards. Compacted by the record's place in the log.
pub const CARRIED: &str = "shards.carried";
/// A partition for each shard: what its accounts came to at each close, where that differs from the close before. Compacted by
/// what they are of and the epoch.
pub const FINALS: &str = "shards.finals";

/// Hears everything that was said since `next`.
pub(crate) fn hear(topics: &dyn Topics, next: &mut u64, barriers: &mut Barriers) -> Result<()> {
    for read in read_to_end(topics, BARRIERS, 0, *next)? {
        let read = read?;
        for stored in &read.records {
            let unreadable = || ClusterError::Unreadable { topic: BARRIERS, offset: stored.offset };
            let value = stored.record.value.as_deref().ok_or_else(unreadable)?;
            let said = serde_json::from_slice(value).map_err(|_| unreadable())?;
            barriers.hear(stored.offset, stored.appended_us, said);
        }
        *next = read.next_offset;
    }
    Ok(())
}

/// Says something to all.
pub(crate) fn say(topics: &dyn Topics, said: &Said) -> Result<()> {
    let value = serde_json::to_vec(said).map_err(|source| ClusterError::Unwritable { topic: BARRIERS, source })?;
    let record = Keyed { key: Vec::new(), headers: Vec::new(), value: Some(value) };
    topics.publish(BARRIERS, &[(0, record)])?;
    Ok(())
}

/// Sends records to the shards that need them.
pub(crate) fn send(topics: &dyn Topics, outgoing: &[Outgoing]) -> Result<()> {
    let record = |one: &Outgoing| {
        let key = [one.position.partition.to_be_bytes().as_slice(), &one.position.offset.to_be_bytes()].concat();
        Keyed { key, headers: Vec::new(), value: Some(one.bytes.clone()) }
    };
    let sent: Vec<(u32, Keyed)> =
        outgoing.iter().flat_map(|one| one.shards.iter().map(move |shard| (*shard, record(one)))).collect();
    topics.publish(CARRIED, &sent)?;
    Ok(())
}

/// Files what was carried to a shard of what an epoch knows. The rest is left: from there on it is read again.
pub(crate) fn receive(
    topics: &dyn Topics,
    log: &dyn Log,
    projection: &Projection,
    shard: u32,
    epoch: &Epoch,
) -> Result<()> {
    let mut left = None;
    for read in read_to_end(topics, CARRIED, shard, projection.next_beside(CARRIED, shard)?)? {
        let read = read?;
        let mut carried = Vec::with_capacity(read.records.len());
        for stored in read.records {
            let unreadable = || ClusterError::Unreadable { topic: CARRIED, offset: stored.offset };
            let (partition, offset) = position(&stored.record.key).ok_or_else(unreadable)?;
            if epoch.end(partition).is_none_or(|end| offset < end) {
                carried.extend(stored.record.value);
            } else {
                left = left.or(Some(stored.offset));
            }
        }
        projection.file_carried(log, (CARRIED, shard), left.unwrap_or(read.next_offset), &carried)?;
    }
    Ok(())
}

/// Where a carried record stands in the log: its partition, and its offset there.
fn position(key: &[u8]) -> Option<(u32, u64)> {
    let (partition, offset) = key.split_first_chunk()?;
    Some((u32::from_be_bytes(*partition), u64::from_be_bytes(offset.try_into().ok()?)))
}

/// The key of a final credit: cutoff, partner, period, account, and the epoch that it was said at. Where the past was added to, the
/// later epoch's stands: one that comes late must not be all that compaction leaves.
#[derive(Debug, Serialize, Deserialize)]
struct FinalKey(i64, String, String, String, #[serde(default)] u64);

/// Says final credits of accounts of a shard.
pub(crate) fn say_finals(topics: &dyn Topics, shard: u32, epoch: u64, finals: &[CreditLearned]) -> Result<()> {
    let record = |one: &CreditLearned| {
        let account = one.account.to_string();
        let key = FinalKey(one.known_at.micros(), one.partner.to_string(), one.period.to_string(), account, epoch);
        let key = serde_json::to_vec(&key).map_err(|source| ClusterError::Unwritable { topic: FINALS, source })?;
        let headers = vec![("epoch".to_owned(), epoch.to_string().into_bytes())];
        Ok((shard, Keyed { key, headers, value: Some(one.encode()) }))
    };
    let said = finals.iter().map(record).collect::<Result<Vec<_>>>()?;
    topics.publish(FINALS, &said)?;
    Ok(())
}

/// Learns the final credits of every shard.
pub(crate) fn learn_finals(topics: &dyn Topics, projection: &Projection) -> Result<()> {
    learn(topics, projection, FINALS, Kind::Final, read_final)
}

fn read_final(stored: &Stored) -> Option<CreditLearned> {
    let FinalKey(cutoff_us, partner, period, account, _) = serde_json::from_slice(&stored.record.key).ok()?;
    let account = AccountId::new(&account).ok()?;
    Some(CreditLearned {
        partner: PartnerId::new(&partner).ok()?,
        period: period.parse::<Period>().ok()?,
        credits: CreditLearned::decode(&account, stored.record.value.as_deref()?).ok()?,
        account,
        known_at: Instant::from_micros(cutoff_us),
        epoch: stored.record.header("epoch")?.parse().ok()?,
    })
}

/// Learns the credits that were said in a topic since.
pub(crate) fn learn(
    topics: &dyn Topics,
    projection: &Projection,
    topic: &'static str,
    kind: Kind,
    credit: impl Fn(&Stored) -> Option<CreditLearned>,
) -> Result<()> {
    for (partition, end) in (0..).zip(topics.ends(topic)?) {
        for read in read_until(topics, topic, (partition, projection.next_beside(topic, partition)?), end)? {
            let read = read?;
            let unreadable = |stored: &Stored| ClusterError::Unreadable { topic, offset: stored.offset };
            let learned = read.records.iter().map(|stored| credit(stored).ok_or_else(|| unreadable(stored)));
            let learned = learned.collect::<Result<Vec<_>>>()?;
            projection.learn_credits(kind, (topic, partition), read.next_offset, &learned)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_final_that_an_earlier_program_said_is_read() {
        let key: FinalKey = serde_json::from_str(r#"[1000000,"p-1","2026-01","acme"]"#).expect("a key");
        assert_eq!((key.0, key.3.as_str(), key.4), (1_000_000, "acme", 0));
    }
}
