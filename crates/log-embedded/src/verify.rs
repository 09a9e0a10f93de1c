//! Verifying: every row of the log is read past the cache and compared with what it must be.
//!
//! The settled part of the identity index is compared as a whole: the sum of a hash of each entry must equal the sum over what
//! the records say it holds. That takes no memory and one pass over each; only if the sums differ are entries looked up one
//! by one. What records say beside their identity is compared with their block's seal.

use tributary_log::{Log, LogError, Position, Record, in_words};
use tributary_store::{Reader, inspect};

use crate::error::storage;
use crate::index;
use crate::log::EmbeddedLog;
use crate::row::block::{self, Block};
use crate::row::bucket::{self, Fingerprint};
use crate::row::seal;

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
        let mut expected = Vec::new();
        for partition in 0..self.partitions() {
            let mut sum = Sum::default();
            let digest = match self.verify_partition(partition, &mut verified, &mut sum, &mut visit) {
                Ok(digest) => Some(digest),
                Err(error) => {
                    verified.findings.push(in_words(&error));
                    None
                }
            };
            verified.digests.push(digest);
            expected.push(sum);
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
        let settled = index::settled(self, partition)?;
        let mut hasher = blake3::Hasher::new();
        let (mut next, mut recorded_us_max) = (0, i64::MIN);
        let mut rows = self.db.scan(&block::partition_prefix(partition));
        while let Some(row) = rows.advance() {
            let position = Position { partition, offset: next };
            let (key, value) = row.map_err(storage(format!("read at `{position}`")))?;
            let block = Block::read(key, value)?;
            if block.first.offset != next {
                return Err(crate::log::missing(position, block.first.offset));
            }
            for record in &block.records() {
                let record = record?;
                verified.records += 1;
                verified.backdated += u64::from(record.recorded_us < recorded_us_max);
                recorded_us_max = recorded_us_max.max(record.recorded_us);
                if record.position.offset < settled {
                    expected.add(entry(&record));
                }
                visit(&record);
            }
            let sealed = self.db.get(&seal::key(block.first)).map_err(storage("read a block's seal"))?;
            if sealed.is_none_or(|sealed| sealed != seal::of(value)) {
                verified.findings.push(format!("the block at `{}` is not what was appended", block.first));
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

    fn verify_identities(&self, verified: &mut Verified, expected: &[Sum]) -> Result<(), LogError> {
        for (partition, expected) in (0..self.partitions()).zip(expected) {
            let mut found = Sum::default();
            let mut rows = self.db.scan(&bucket::all(partition));
            while let Some(row) = rows.advance() {
                let (key, value) = row.map_err(storage("read the identity index"))?;
                let entries = bucket::read_key(key).and_then(|bucket| bucket::entries(bucket, value).collect());
                let entries: Option<Vec<(Fingerprint, u64)>> = entries;
                match entries {
                    Some(entries) => entries.into_iter().for_each(|entry| found.add(entry)),
                    None => verified.findings.push("a bucket of the identity index cannot be read".to_owned()),
                }
            }
            if found != *expected {
                self.name_identities(partition, verified, found.count)?;
            }
        }
        Ok(())
    }

    /// Looks each record up in its bucket, to name those that the index does not have.
    fn name_identities(&self, partition: u32, verified: &mut Verified, entries: u64) -> Result<(), LogError> {
        let settled = index::settled(self, partition)?;
        let (mut missing, mut held) = (0, 0);
        let mut rows = self.db.scan(&block::partition_prefix(partition));
        while let Some(row) = rows.advance() {
            let (key, value) = row.map_err(storage("read the log again"))?;
            for record in &Block::read(key, value)?.records() {
                let record = record?;
                if record.position.offset >= settled {
                    break;
                }
                if self.holds(&record)? {
                    held += 1;
                    continue;
                }
                missing += 1;
                if missing <= NAMED {
                    let (source, id, at) = (record.envelope.source, record.envelope.id, record.position);
                    verified.findings.push(format!("the identity index does not have `{source}` `{id}` at `{at}`"));
                }
            }
        }
        if missing > NAMED {
            verified.findings.push(format!("the identity index does not have {} more events", missing - NAMED));
        }
        if entries > held {
            verified.findings.push(format!("the identity index names {} events that are not there", entries - held));
        }
        Ok(())
    }

    fn holds(&self, record: &Record<'_>) -> Result<bool, LogError> {
        let (fingerprint, offset) = entry(record);
        let key = bucket::key(record.position.partition, fingerprint.bucket());
        let value = self.db.get(&key).map_err(storage("read the identity index"))?.unwrap_or_default();
        Ok(bucket::entries(fingerprint.bucket(), &value).any(|found| found == Some((fingerprint, offset))))
    }
}

/// What the index has of a record.
fn entry(record: &Record<'_>) -> (Fingerprint, u64) {
    (Fingerprint::of(record.envelope.identity_key()), record.position.offset)
}

/// The sum of a hash of each entry, modulo 2^128 in two halves, and how many there are: equal for equal entries in any order.
#[derive(Debug, Default, PartialEq, Eq)]
struct Sum {
    count: u64,
    halves: [u128; 2],
}

impl Sum {
    fn add(&mut self, (fingerprint, offset): (Fingerprint, u64)) {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&fingerprint.hash().to_le_bytes()).update(&offset.to_le_bytes());
        let hash = *hasher.finalize().as_bytes();
        self.count += 1;
        for (sum, half) in self.halves.iter_mut().zip(hash.as_chunks::<16>().0) {
            *sum = sum.wrapping_add(u128::from_le_bytes(*half));
        }
    }
}
