//! Makes the pages from the results that were measured: `pages [FOLDER]`, by default `docs`.

use std::path::PathBuf;

fn main() -> tributary_benches::Result<()> {
    let documents = std::env::args().nth(1).map_or_else(|| PathBuf::from("docs"), PathBuf::from);
    tributary_benches::report::page::write_all(&documents)
}
