//! Verifying: every row of the log is read past the cache and compared with what it must be.
//!
//! The identity index is compared as a whole: the sum of a hash of each entry must equal the sum over what the records say
//! it holds. That takes no memory and one pass over each; only if the sums differ are entries looked up one by one.

use tributary_log::{IdentityIndex, Known, Log, LogError, Position, Record, in_words};
use tributary_store::inspect;

use crate::error::storage;
use crate::log::EmbeddedLog;
use crate::row::block::{self, Block};
use crate::row::identity;

/// What was found in a log.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verified {
    /// Records that could be read.
    pub records: u64,
    /// Bytes of their frames.
    pub bytes: u64,
    /// Records recorded before one that stands before them: only a trusted import does that (I2).
    pub backdated: u64,
    /// BLAKE3 over the stored frames of each partition, as they stand; none if one cannot be read.
    pub digests: Vec<Option<blake3::Hash>>,
    /// What is wrong, in words; empty if nothing is.
    pub findings: Vec<String>,
    /// What is odd and harmless.
    pub notes: Vec<String>,
}

/// How many entries of the index are named one by one.
const NAMED: usize = 10;

impl EmbeddedLog {
    /// Reads everything. `visit` is given each record in order, to look at what records mean.
    pub fn verify(&self, mut visit: impl FnMut(&Record<'_>)) -> Verified {
        let mut verified = Verified::default();
        self.verify_files(&mut verified);
        let mut expected = Sum::default();
        for partition in 0..self.partitions() {
            let digest = match self.verify_partition(partition, &mut verified, &mut expected, &mut visit) {
                Ok(digest) => Some(digest),
                Err(error) => {
                    verified.findings.push(in_words(&error));
                    None
                }
            };
            verified.digests.push(digest);
        }
        if verified.digests.iter().all(Option::is_some)
            && let Err(error) = self.verify_identities(&mut verified, &expected)
        {
            verified.findings.push(in_words(&error));
        }
        verified
    }

    fn verify_files(&self, verified: &mut Verified) {
        match inspect(self.db.path()) {
            // It could be opened, so all that was acknowledged is there (`open.rs`).
            Ok(damages) => damages.iter().for_each(|damage| match damage.is_of_write_ahead_log() {
                true if self.is_marked() => verified.notes.push(format!("{damage}; nothing acknowledged stood there")),
                _ => verified.findings.push(damage.to_string()),
            }),
            Err(error) => verified.findings.push(in_words(&error)),
        }
        if !self.is_marked() {
            verified.findings.push("file `END` is damaged: how far the log was acknowledged is unknown".to_owned());
        }
    }

    fn verify_partition(
        &self,
        partition: u32,
        verified: &mut Verified,
        expected: &mut Sum,
        visit: &mut impl FnMut(&Record<'_>),
    ) -> Result<blake3::Hash, LogError> {
        let mut hasher = blake3::Hasher::new();
        let (mut next, mut recorded_us_max) = (0, i64::MIN);
        let mut rows = self.db.scan(&block::partition_prefix(partition));
        while let Some(row) = rows.advance() {
            let position = Position { partition, offset: next };
            let (key, value) = row.map_err(storage(format!("read at `{position}`")))?;
            let block = Block::read(partition, key, value)?;
            if block.first.offset != next {
                return Err(crate::log::missing(position, block.first.offset));
            }
            for record in &block.records() {
                let record = record?;
                verified.records += 1;
                verified.backdated += u64::from(record.recorded_us < recorded_us_max);
                recorded_us_max = recorded_us_max.max(record.recorded_us);
                expected.add(record.envelope.identity_key(), &known(&record));
                visit(&record);
            }
            if block.recorded_us_max != recorded_us_max {
                verified.findings.push(format!("the block at `{}` names another last recorded time", block.first));
            }
            hasher.update(block.frames);
            verified.bytes += block.frames.len() as u64;
            next = block.end();
        }
        Ok(hasher.finalize())
    }

    fn verify_identities(&self, verified: &mut Verified, expected: &Sum) -> Result<(), LogError> {
        let mut found = Sum::default();
        let mut rows = self.db.scan(&identity::all());
        while let Some(row) = rows.advance() {
            let (key, value) = row.map_err(storage("read the identity index"))?;
            match (identity::read_key(key), identity::read(value)) {
                (Some(key), Some(known)) => found.add(key, &known),
                _ => verified.findings.push("an entry of the identity index cannot be read".to_owned()),
            }
        }
        if found == *expected { Ok(()) } else { self.name_identities(verified, found.count) }
    }

    /// Looks the identity of each record up, to name what the index says wrongly.
    fn name_identities(&self, verified: &mut Verified, entries: u64) -> Result<(), LogError> {
        let (mut wrong, mut first) = (0, 0);
        for partition in 0..self.partitions() {
            let mut rows = self.db.scan(&block::partition_prefix(partition));
            while let Some(row) = rows.advance() {
                let (key, value) = row.map_err(storage("read the log again"))?;
                for record in &Block::read(partition, key, value)?.records() {
                    let record = record?;
                    let indexed = self.known(&[record.envelope.identity_key()])?.pop().flatten();
                    first += u64::from(indexed.is_some_and(|indexed| indexed.position == record.position));
                    // A repetition is found at what was recorded first (I1).
                    if indexed.is_some_and(|indexed| indexed == known(&record) || indexed.position < record.position) {
                        continue;
                    }
                    wrong += 1;
                    if wrong <= NAMED {
                        let (source, id) = (record.envelope.source, record.envelope.id);
                        let at = record.position;
                        verified
                            .findings
                            .push(format!("the identity index is wrong about `{source}` `{id}` at `{at}`"));
                    }
                }
            }
        }
        if wrong > NAMED {
            verified.findings.push(format!("the identity index is wrong about {} more events", wrong - NAMED));
        }
        if entries > first {
            verified.findings.push(format!("the identity index names {} events that are not there", entries - first));
        }
        Ok(())
    }
}

fn known(record: &Record<'_>) -> Known {
    Known { position: record.position, content: record.envelope.content_hash() }
}

/// The sum of a hash of each entry, modulo 2^128 in two halves, and how many there are: equal for equal entries in any order.
#[derive(Debug, Default, PartialEq, Eq)]
struct Sum {
    count: u64,
    halves: [u128; 2],
}

impl Sum {
    fn add(&mut self, key: tributary_log::IdentityKey, known: &Known) {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&key.0).update(&known.content.0);
        hasher.update(&known.position.partition.to_le_bytes()).update(&known.position.offset.to_le_bytes());
        let hash = *hasher.finalize().as_bytes();
        self.count += 1;
        for (sum, half) in self.halves.iter_mut().zip(hash.as_chunks::<16>().0) {
            *sum = sum.wrapping_add(u128::from_le_bytes(*half));
        }
    }
}
