//! Policies and programs against a ledger: said again they say nothing, and what was so before may be so again.

mod book;
mod policies;
mod program;
