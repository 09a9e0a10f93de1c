//! The soak: scenarios by the thousand through the real ledger, each held to every property.
//!
//! In reading order: `ledger` (intake, log, projection, answers), `property` (what must hold, one file each), `shrink` (a
//! failing scenario without what it does not need), `report` (what was seen), `run` (all of it on every processor).

mod ledger;
mod property;
mod report;
mod run;
mod shrink;

pub use ledger::{Ledger, SimError};
pub use property::{Broken, Case, PROPERTIES, Property};
pub use report::Report;
pub use run::{Failed, Plan, run, run_one, smallest};
pub use shrink::shrunk;
