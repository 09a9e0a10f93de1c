//! The ledger as a whole: events through the door into a log, projected, closed and asked. Rules that live between the
//! crates as text tables, and what must hold of any history.

mod any_history;
mod any_replay;
mod book;
mod cases;
mod closing;
mod explaining;
mod journal;
mod knowledge;
mod out_of_range;
mod reconciling;
mod replay;
mod resolving;
mod unjudged;
mod what_if;
mod working;

use book::check;
