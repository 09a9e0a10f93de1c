//! What was measured, as pages show it.
//!
//! In reading order: `unit` (numbers as people write them), `row` (what was found, its floor, its target), `rows` (all of them),
//! `tables` (of one size, and of all), `peers` (other engines on the same events), `sources` (files of other systems),
//! `plot` (what grows), `page` (where it goes).

pub mod page;
pub mod peers;
pub mod plot;
pub mod row;
pub mod rows;
pub mod sources;
pub mod tables;
pub mod unit;
