//! YAML and JSON that people write: documents with the line of every field, and values written so that they read well.
//!
//! JSON is read as the YAML that it is. A file may hold several documents, each after a line `---`; empty ones are skipped.

mod read;
mod write;

pub use read::{Document, NotYaml, documents};
pub use write::write;
