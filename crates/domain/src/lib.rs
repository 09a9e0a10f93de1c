//! The rules of the ledger, pure: every answer is a function of a set of events and two coordinates, *as of* and *known at*.
//!
//! Nothing here reads a clock, a file or a random number; time, ids and policies are arguments.

pub mod currency;
pub mod event;
pub mod id;
pub mod money;
pub mod policy;
pub mod time;
