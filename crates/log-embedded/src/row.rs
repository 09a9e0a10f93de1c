//! The rows of the log's database, one file for each kind. Written bytes are read for ever: a change is a new format.

pub(crate) mod block;
pub(crate) mod bucket;
pub(crate) mod meta;
pub(crate) mod seal;
