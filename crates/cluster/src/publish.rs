//! What a node needs of whoever publishes to the projected topics.

use std::collections::BTreeSet;

use tributary_domain::time::Instant;
use tributary_projector::Projection;

use crate::Result;

/// Publishes what a projection comes to. Every record must be a pure function of the log, its key and the instant at which it
/// is known: two who publish the same may both do it.
pub trait Publish {
    /// Reads back what was published since, by whomever: teaches the projection the credits
    /// ([`Projection::learn_credits`]), and publishes the newest record of a key again where an older one came to lie above
    /// it, if its shard is among `shards`.
    fn read_back(&mut self, projection: &Projection, shards: &BTreeSet<u32>) -> Result<()>;

    /// Publishes what the accounts of shards come to as known at an instant, where it differs from what was published last:
    /// credits, suspense, renewals. Durable when it returns.
    fn publish_accounts(
        &mut self,
        projection: &Projection,
        known_at: Instant,
        epoch: u64,
        shards: &BTreeSet<u32>,
    ) -> Result<()>;

    /// The same for the partners of shards: accruals, statements of closes recorded by then, digests. Everybody's credits are
    /// learned.
    fn publish_partners(
        &mut self,
        projection: &Projection,
        known_at: Instant,
        epoch: u64,
        shards: &BTreeSet<u32>,
    ) -> Result<()>;
}
