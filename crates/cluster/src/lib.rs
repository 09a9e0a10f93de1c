//! Several projector processes on one log. Each owns some shards, derives the accounts of those, and says what they come to;
//! barriers tell all of them when enough was said to compute statements. `docs/cluster.md` has the protocol.
//!
//! In reading order: `barrier` (what is said, and what follows from it), `topic` (reading and writing the topics between the
//! processes), `feeding` (the feed's publisher with a node's shards), `node` (one turn of the loop).

mod barrier;
mod error;
mod feeding;
mod node;
mod topic;

pub use barrier::{Barriers, Epoch};
pub use error::{ClusterError, Result};
pub use feeding::Feeding;
pub use node::{Node, Options, Stage, Step};
pub use topic::{BARRIERS, CARRIED, FINALS};
