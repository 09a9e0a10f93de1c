//! The rules as text tables: events on one side, questions with what is expected last on the other. The grammar of events
//! is `tributary_domain::testing`'s; the questions' is `world`'s, the only place that touches the API.

mod attribution;
mod commission;
mod deals;
mod facts;
mod money;
mod observations;
mod reconciliation;
mod settlement;
mod time;
mod world;

use world::check;
