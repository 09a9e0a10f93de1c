//! The feed: what the ledger says to others in projected topics, each record a pure function of the log, its key and when it
//! is known.
//!
//! In reading order: `record` (a record, its id and its attributes), `account` and `partner` (what there is to say of one),
//! `held` (what the topics say already, learned by reading them back), `publisher` (what differs is published, in two stages),
//! `replay` (a topic computed again).

mod account;
mod error;
mod held;
mod key;
mod partner;
mod publisher;
mod record;
mod replay;

pub use error::{FeedError, Result};
pub use publisher::{Ledger, Published, Publisher, QUARANTINE};
pub use record::{Headers, Said, headers};
pub use replay::{Difference, How, Replayed, replay};
