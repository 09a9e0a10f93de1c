//! What auditors read: who was attributed to what on a day, as known at an instant; what differs between two such
//! coordinates; an account's events on both axes of time; and what each system says of a deal.

mod attribution;
mod deal_record;
mod diff;
pub mod policy;
pub mod program;
mod timeline;

pub use attribution::{AttributedDeal, Attribution, ShareAnswer, SplitAnswer, attribution};
pub use deal_record::{DealRecord, Drift, DriftingField, FieldAnswer, RightfulAnswer, SaidAnswer, deal_record, drift};
pub use diff::{AttributionDiff, Between, Coordinates, DealDiff, How, Presence, ShareTurned, Turned, attribution_diff};
pub use timeline::{Axis, Entry, Timeline, timeline};
