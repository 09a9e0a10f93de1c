//! Outside formats read into drafts of events, and files that people write read into policies and programs. One folder for
//! each format: its reader, its field map, what is wrong in the file's own coordinates. Nothing here knows a log, a store or a
//! clock; bytes go in, values come out.

pub mod ecb;
pub mod focus;
pub mod mapping;
pub mod policy;
pub mod program;
pub mod restate;
pub mod source;
pub mod yaml;

mod aws_marketplace;
mod aws_partner_central;
mod cell;
mod cloudevents;
mod decimal;
mod finding;
mod google;
mod hubspot;
mod microsoft;
mod refusal;
mod row;
mod salesforce;
mod tally;
mod text;

pub use finding::{Finding, Severity};
pub use refusal::{Reason, Refusal};
pub use row::{Changed, Restates, Row, Said, Scope, Statement, Unusable, Version};
pub use tally::{Fate, Sum, Tally};
