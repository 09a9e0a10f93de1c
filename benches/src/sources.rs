//! Files of other systems at any size, and what it takes to read and to import them.
//!
//! In reading order: `kind` (which files there are), `written` (how each is written, the same for the same number of rows),
//! `measure` (the floor, reading and mapping alone, the whole import).

pub mod kind;
pub mod measure;
mod written;

pub use kind::{KINDS, Kind};
