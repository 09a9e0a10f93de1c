//! Measures of the whole ledger, on a workload of any size.
//!
//! In reading order: `workload` (what is recorded, the same for the same seed), `figures` (what a phase found), `phase` (one
//! file each: recording, the floor, rebuilding, closing, asking, restarting), `report` (the table). `bin/scale` runs each
//! phase in a process of its own, so that one's peak of memory is not another's. On a real Kafka: `kafka` (draining and
//! rebuilding), `latency`, `faults`; the last two run the binary (`processes`).

pub mod faults;
pub mod figures;
pub mod kafka;
pub mod latency;
pub mod phase;
mod processes;
pub mod random;
pub mod report;
pub mod workload;

/// Why a measure could not be taken.
pub type Failure = Box<dyn std::error::Error>;

/// What this crate's operations give.
pub type Result<T, E = Failure> = std::result::Result<T, E>;
