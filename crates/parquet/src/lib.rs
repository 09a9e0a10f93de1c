//! Tables in Parquet, read row by row as the text that a CSV file of them would hold. The one place that knows the `parquet` crate.
//!
//! # How values are written
//! | type | text |
//! |---|---|
//! | `DECIMAL`, of whatever physical type | every digit of it, `-12.50` |
//! | integers with and without sign | in digits |
//! | `FLOAT`, `DOUBLE`, `FLOAT16` | the shortest decimal that is read back as the same number; nothing is rounded, and what a program had rounded badly before it wrote the file stays visible |
//! | `DATE` | `2026-01-31` |
//! | `TIMESTAMP` | `2026-01-31T23:59:59.5Z`; without the `Z` if the file says that it is local |
//! | `INT96` | the same without a `Z`: it says nothing of a zone |
//! | `TIME` | `23:59:59.5` |
//! | `STRING`, `ENUM`, `JSON`, bytes without annotation | as they are, in UTF-8; else the cell is wrong |
//! | `UUID` | `f81d4fae-7dec-11d0-a765-00a0c91e6bf6` |
//! | lists, maps, structs | JSON, its numbers with every digit |
//! | null | nothing |
//!
//! # Memory
//! The file is read by row groups, and of each column one page at a time: what is held are a page of every column as it is when
//! unpacked, its dictionary, and a few hundred rows. The end of a file says where its columns are, so what comes from a pipe is
//! put into a nameless temporary file first.

mod assembly;
mod cell;
mod error;
mod file;
mod leaf;
mod shape;
mod table;
mod time;

pub use cell::{Cell, Wrong};
pub use error::{Broken, OpenError};
pub use table::Table;

/// The bytes with which a file begins.
pub const MAGIC: [u8; 4] = *b"PAR1";
