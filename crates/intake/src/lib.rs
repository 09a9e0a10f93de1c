//! The one door in: what is said to the ledger is validated, recognised if it is known, and appended.
//!
//! Nothing else appends events. A refused event is an outcome, never an error, and stops no other.

mod error;
pub mod file;
mod in_order;
mod intake;
mod prepared;
mod since;

pub use error::IntakeError;
pub use intake::{Intake, Outcome, Trust};
pub use prepared::Prepared;
