//! The simulator of the ledger: histories made from a seed, and an auditor that answers them without the ledger.

pub mod auditor;
