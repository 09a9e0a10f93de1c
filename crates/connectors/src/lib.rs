//! Outside formats read into drafts of events, and files that people write read into policies and programs. One folder for
//! each format: its reader, its field map, what is wrong in the file's own coordinates. Nothing here knows a log, a store or a
//! clock; bytes go in, values come out.

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
