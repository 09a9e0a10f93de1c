//! Measures of the whole ledger, on a workload of any size.
//!
//! In reading order: `workload` (what is recorded, the same for the same seed; as tables: `tables`), `figures` (what a phase
//! found), `phase` (one file each), `results` (all figures of a run as a file), `report` (the pages that are made from them).
//! `bin/scale` runs each phase in a process of its own, so that one's peak of memory is not another's; `bin/pages` makes the
//! pages. Files of other systems: `sources`. On a real Kafka: `kafka` (draining and rebuilding), `latency`, `faults`; the last two run the binary (`processes`).

/// That of the ledger, so that what is measured is what runs.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

pub mod faults;
pub mod figures;
pub mod kafka;
pub mod latency;
pub mod phase;
mod processes;
pub mod random;
pub mod report;
pub mod results;
pub mod sources;
pub mod tables;
pub mod workload;

/// Why a measure could not be taken.
pub type Failure = Box<dyn std::error::Error>;

/// What this crate's operations give.
pub type Result<T, E = Failure> = std::result::Result<T, E>;
