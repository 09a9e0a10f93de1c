//! The simulator of the ledger: histories made from a seed, and those who answer them without the ledger.
//!
//! `auditor` reads the contract on its own, `pure` uses the domain's rules without any of the machinery around them. `soak`
//! drives the real thing with what `scenario` makes up, and holds it against both.

pub mod auditor;
pub mod pure;
pub mod question;
pub mod scenario;
pub mod soak;
