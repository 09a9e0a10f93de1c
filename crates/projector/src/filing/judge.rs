//! Judging (I1): what stands under an identity where the log does not say. Of a log that keeps an index nothing is judged.

use rustc_hash::FxHashMap;
use tributary_log::{Filter, IdentityKey, Position, Record};
use tributary_store::{Batch, Db};

use crate::error::Result;
use crate::identity::{self, Said};
use crate::key;

/// Knows what stands, over the writes of one catching up.
pub(crate) struct Judge {
    /// What may be in the store; none: anything.
    filter: Option<Filter>,
    /// What the records of this write made stand.
    pending: FxHashMap<IdentityKey, Said>,
    /// What stood in the store when it was last looked up.
    found: FxHashMap<IdentityKey, Said>,
}

/// The usage event of a correction.
pub(super) struct Place {
    pub(super) position: Position,
    /// Its row; none if it is filed in this write, which makes its account dirty anyway.
    pub(super) standing: Option<identity::Standing>,
}

impl Judge {
    /// For a store that is empty, about to read so many records.
    pub(crate) fn of_empty(records: u64) -> Self {
        Self { filter: Some(Filter::sized_for(records)), ..Self::of_filled() }
    }

    /// For a store that holds anything.
    pub(crate) fn of_filled() -> Self {
        Self { filter: None, pending: FxHashMap::default(), found: FxHashMap::default() }
    }

    /// Looks up what stands under the identities of the records that are filed next.
    pub(super) fn look_up(&mut self, store: &Db, keys: &[IdentityKey]) -> Result<()> {
        self.found.clear();
        let may_stand = |key: &IdentityKey| self.filter.as_ref().is_none_or(|filter| filter.may_hold(key.leading()));
        let keys: Vec<IdentityKey> =
            keys.iter().filter(|key| !self.pending.contains_key(key) && may_stand(key)).copied().collect();
        if !keys.is_empty() {
            let standing = identity::standing(store, &keys)?;
            let found = keys.into_iter().zip(standing).filter_map(|(key, standing)| Some((key, standing?.said)));
            self.found.extend(found);
        }
        Ok(())
    }

    /// What stands under an identity that was looked up.
    pub(super) fn standing(&self, identity: IdentityKey) -> Option<Said> {
        self.pending.get(&identity).or_else(|| self.found.get(&identity)).copied()
    }

    /// A record stands for its identity from now on.
    pub(super) fn stands(&mut self, identity: IdentityKey, said: &Said, record: &Record<'_>, batch: &mut Batch) {
        if let Some(filter) = &mut self.filter {
            filter.insert(identity.leading());
        }
        self.pending.insert(identity, *said);
        batch.put(&key::identity::key(identity), &identity::encode(said, record));
    }

    /// What was pending is in the store now.
    pub(super) fn written(&mut self) {
        self.found.extend(self.pending.drain());
    }

    /// Where the usage events of corrections stand.
    pub(super) fn places(&self, store: &Db, keys: &[IdentityKey]) -> Result<Vec<Option<Place>>> {
        let stored = identity::standing(store, keys)?;
        let place = |(key, standing): (&IdentityKey, Option<identity::Standing>)| match self.pending.get(key) {
            Some(said) => Some(Place { position: said.position, standing: None }),
            None => standing.map(|standing| Place { position: standing.said.position, standing: Some(standing) }),
        };
        Ok(keys.iter().zip(stored).map(place).collect())
    }
}
