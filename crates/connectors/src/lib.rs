//! Outside formats read into drafts of events. One folder for each format: its reader, its field map, its refusals in
//! the file's own coordinates. Nothing here knows a log, a store or a clock; bytes go in, drafts come out.

pub mod ecb;
pub mod focus;
pub mod policy;
pub mod program;
pub mod yaml;

mod decimal;
mod finding;
mod quotes;
mod refusal;

pub use finding::{Finding, Severity};
pub use refusal::{Reason, Refusal};
