//! What auditors read: who was attributed to what on a day, as known at an instant, and why an amount is what it is.

mod attribution;
pub mod policy;
pub mod program;

pub use attribution::{AttributedDeal, Attribution, ShareAnswer, SplitAnswer, attribution};
