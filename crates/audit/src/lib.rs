//! What auditors read: who was attributed to what on a day, as known at an instant; what differs between two such
//! coordinates; and an account's events on both axes of time.

mod attribution;
mod diff;
pub mod policy;
pub mod program;
mod timeline;

pub use attribution::{AttributedDeal, Attribution, ShareAnswer, SplitAnswer, attribution};
pub use diff::{AttributionDiff, Between, Coordinates, DealDiff, How, Presence, ShareTurned, Turned, attribution_diff};
pub use timeline::{Axis, Entry, Timeline, timeline};
