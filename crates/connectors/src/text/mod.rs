//! Text as files hold it: encodings turned into UTF-8, byte order marks left out, tables and JSON taken apart row by row. What is
//! wrong with a text is said in its own lines, and memory is bounded by the longest row.

mod encoding;
mod json;
mod quotes;
mod table;

pub(crate) use encoding::{Encoding, decoded};
pub(crate) use json::{Element, Elements, Json};
pub(crate) use quotes::QuoteWatch;
pub(crate) use table::{Line, Table, TableForm, Wrong};
