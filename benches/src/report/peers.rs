//! Other engines that were given the same events and asked for the same month's commission by partner.

use super::tables::{heading, line};
use super::unit::{Unit, short};
use crate::results::Results;

/// The engines: what their figures are called, and what they are.
pub const PEERS: [(&str, &str); 4] = [
    ("tributary", "tributary: statements of all partners"),
    ("duckdb", "DuckDB, over Parquet"),
    ("polars", "Polars, over Parquet"),
    ("postgres", "PostgreSQL, no index"),
];

/// What each takes to load the month and to answer, at every size at which it was asked.
pub fn table(all: &[Results]) -> String {
    let columns = ["usage events", "engine", "load", "answer", "memory at its peak"];
    let mut text = heading(&columns.map(str::to_owned));
    for results in all {
        for (name, what) in PEERS {
            let get = |of: &str| match (name, of) {
                // The ledger has loaded the month before, with all others.
                ("tributary", "load_s") => {
                    results.figures.get("record.taken_s") + results.figures.get("rebuild.taken_s")
                }
                ("tributary", "memory_bytes") => results.figures.get("rebuild.memory_peak_bytes"),
                _ => results.figures.get(&format!("peers.{name}_{of}")),
            };
            if get("query_s").is_finite() {
                let seconds = |of: &str| Unit::Seconds.write(get(of));
                let memory = Unit::Bytes.write(get("memory_bytes"));
                text += &line(&[short(results.events), what.to_owned(), seconds("load_s"), seconds("query_s"), memory]);
            }
        }
    }
    text
}
