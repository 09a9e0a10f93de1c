//! Corrections on their way to the usage events that they restate (F1): placed there, or waiting until they arrive.

use tributary_domain::event::Meta;
use tributary_domain::id::Identity;
use tributary_log::{IdentityIndex, IdentityKey, Known, Log, ReadLimit, Record};
use tributary_store::Reader;

use super::Filing;
use super::judge::Place;
use crate::correction::{self, Correction};
use crate::error::Result;
use crate::identity::Standing;
use crate::key;

/// A correction on its way to its usage event.
pub(super) struct PendingCorrection {
    pub(super) usage: Identity,
    pub(super) meta: Meta,
    pub(super) correction: Correction,
}

impl PendingCorrection {
    fn usage_key(&self) -> IdentityKey {
        identity_of(&self.usage)
    }
}

impl Filing<'_> {
    /// An event has arrived: if a correction waited for it, the correction is placed. Also at what is no usage, where it says
    /// nothing: which of the two arrived first must not be told from the rows.
    pub(super) fn arrived(&mut self, record: &Record<'_>) -> Result<()> {
        if !self.present.corrected.anything_waits() {
            return Ok(());
        }
        let identity = record.envelope.identity_key();
        if self.present.corrected.arrived(identity) {
            for row in self.store.prefix(&key::correction::waiting_for(identity)) {
                let (key, value) = row?;
                if !self.waits_no_more.contains(&key) {
                    self.batch.put(&key::correction::placed(&key, record.position)?, &value);
                    self.batch.delete(&key);
                }
            }
            self.present.corrected.learn(record.position);
        }
        Ok(())
    }

    /// Places every correction at the usage event that it restates, and marks that one's period. One whose usage event is
    /// not in the log waits for it.
    pub(super) fn place_corrections<L: Log + ?Sized>(&mut self, log: &L) -> Result<()> {
        let corrections = std::mem::take(&mut self.corrections);
        let keys: Vec<_> = corrections.iter().map(PendingCorrection::usage_key).collect();
        let places = match (&self.judge, log.identities()) {
            _ if keys.is_empty() => return Ok(()),
            (Some(judge), _) => judge.places(self.store, &keys)?,
            (None, Some(index)) => places_in(log, index, &keys)?,
            (None, None) => keys.iter().map(|_| None).collect(),
        };
        for ((place, usage), pending) in places.into_iter().zip(keys).zip(&corrections) {
            let value = correction::encode(&pending.correction);
            let Some(place) = place else {
                self.batch.put(&key::correction::waiting(usage, &pending.meta), &value);
                self.present.corrected.wait_for(usage);
                continue;
            };
            self.batch.put(&key::correction::key(place.position, &pending.meta), &value);
            self.present.corrected.learn(place.position);
            if let Some(standing) = place.standing {
                self.mark_usage(&standing.subject, standing.time, pending.meta.recorded);
            }
        }
        Ok(())
    }
}

/// Where the usage events of corrections stand in a log that keeps an index.
fn places_in<L: Log + ?Sized>(log: &L, index: &dyn IdentityIndex, keys: &[IdentityKey]) -> Result<Vec<Option<Place>>> {
    let place = |known: Option<Known>| -> Result<Option<Place>> {
        let Some(known) = known else { return Ok(None) };
        let read = log.read(known.position, ReadLimit { records: 1, bytes: 1 }, std::time::Duration::ZERO)?;
        let standing = read.iter().next().transpose()?.map(|record| Standing::of(&record));
        Ok(Some(Place { position: known.position, standing }))
    };
    index.known(keys)?.into_iter().map(place).collect()
}

/// The key of an identity.
pub(crate) fn identity_of(identity: &Identity) -> IdentityKey {
    IdentityKey::of(identity.source.as_str(), identity.id.as_str())
}
