//! Scenes that hardly come by chance, on a log whose past may be added to: somebody tells of an epoch when the log holds more
//! than the epoch knows.

use std::sync::atomic::Ordering;

use tributary_cluster::{Epoch, FINALS, Stage};

use super::{Process, World};

impl World {
    /// So many events are known to an epoch that is under way, and who is about to tell of it is held up. Then comes the rest.
    pub(crate) fn hold_one_up(&mut self, first: usize) {
        self.append(first);
        self.start(None);
        self.assign(false);
        while self.processes[0].node.barriers().under_way().and_then(Epoch::known_at).is_none() {
            self.turn(0);
        }
        self.processes[0].wire.dying.store(true, Ordering::SeqCst);
        self.append(usize::MAX);
        while self.dead.is_empty() {
            self.turn(0);
        }
        self.run_quietly();
        self.dead.drain(..).for_each(|wire| wire.deliver());
        self.turn_until_idle();
    }

    /// So many events are told of; then comes the rest, and who has read it for the next epoch starts again with its disk.
    pub(crate) fn restart_one_that_has_read_on(&mut self, first: usize) {
        self.append(first);
        self.start(None);
        self.run_quietly();
        let told = self.processes[0].disk.projection.counts().events;
        self.append(usize::MAX);
        while self.processes[0].disk.projection.counts().events == told {
            self.turn(0);
        }
        let Process { disk, .. } = self.processes.remove(0);
        self.start(Some(disk));
        self.run_quietly();
    }

    /// Somebody takes a shard whose owner does not know that it is its no more. That one is behind by an epoch when what the next
    /// one knows is carried to the shard.
    pub(crate) fn carry_to_one_that_is_behind(&mut self, shard: u32, first: usize) {
        let (other, behind, taker) = (0, 1, 2);
        self.append(first);
        self.start_as_owner(1 - shard);
        self.start_as_owner(shard);
        self.turn_until_idle();
        self.append(1);
        self.start_as_owner(shard);
        while [other, taker].map(|number| self.turn(number)).contains(&true) {}
        self.append(usize::MAX);
        while self.turn(other) {}
        while self.turn(behind) {}
        self.run_quietly();
    }

    /// The owner of a shard is held up as it says finals. They come when others were said, and are all that compaction leaves to
    /// who comes then.
    pub(crate) fn leave_late_finals(&mut self, shard: u32, first: usize) {
        self.append(first);
        self.start_as_owner(shard);
        self.start_as_owner(1 - shard);
        self.did.clear();
        while !self.did.contains(&Stage::PublishedAccounts) {
            self.turn(1);
            self.did.clear();
            self.turn(0);
        }
        self.processes[0].wire.dying.store(true, Ordering::SeqCst);
        self.turn(0);
        self.processes[1].owned = [shard].into();
        self.turn_until_idle();
        self.append(usize::MAX);
        self.turn_until_idle();
        self.dead.drain(..).for_each(|wire| wire.deliver());
        self.topics.compact(FINALS);
        self.processes.remove(0);
        self.start_as_owner(1 - shard);
        self.turn_until_idle();
    }

    fn start_as_owner(&mut self, shard: u32) {
        self.start(None);
        self.processes.last_mut().expect("the one that was started").owned = [shard].into();
    }
}
