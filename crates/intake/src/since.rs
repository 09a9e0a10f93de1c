//! What was appended to a log that keeps no index, since the index that is asked instead was brought up to it: remembered
//! here, so that the index need not follow every append.

use std::collections::HashMap;

use tributary_log::{Cause, Entry, IdentityKey, Known, Position};

use crate::IntakeError;

/// How many events are remembered before the index has to follow.
const EVENTS_MAX: usize = 256 * 1024;

type CatchUp<'l> = Box<dyn FnMut() -> Result<(), Cause> + 'l>;

#[derive(Default)]
pub(crate) struct Since<'l> {
    events: HashMap<IdentityKey, Known>,
    /// An append failed, and how much of it is in the log is known by the log alone.
    uncertain: bool,
    catch_up: Option<CatchUp<'l>>,
}

impl<'l> Since<'l> {
    pub(crate) fn catching_up(&mut self, catch_up: CatchUp<'l>) {
        self.catch_up = Some(catch_up);
    }

    /// Brings the index up to the log if it must follow, and forgets what it knows then.
    pub(crate) fn make_room(&mut self) -> Result<(), IntakeError> {
        if !self.uncertain && self.events.len() < EVENTS_MAX {
            return Ok(());
        }
        let catch_up = self.catch_up.as_mut().ok_or(IntakeError::Behind)?;
        catch_up().map_err(|source| IntakeError::CatchUp { source })?;
        self.events.clear();
        self.uncertain = false;
        Ok(())
    }

    pub(crate) fn known(&self, key: IdentityKey) -> Option<Known> {
        self.events.get(&key).copied()
    }

    /// Remembers what was appended; without positions, that it is not known what was.
    pub(crate) fn appended(
        &mut self,
        entries: &[Entry<'_>],
        identities: &[IdentityKey],
        positions: Option<&[Position]>,
    ) {
        let Some(positions) = positions else {
            self.uncertain = true;
            return;
        };
        for ((entry, identity), position) in entries.iter().zip(identities).zip(positions) {
            let known = Known { position: *position, content: entry.envelope.content_hash() };
            self.events.insert(*identity, known);
        }
    }
}
