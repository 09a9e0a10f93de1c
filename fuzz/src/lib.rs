//! What reads bytes of others, each with what must be true whatever the bytes: it ends, says the same of the same bytes however
//! they come, accounts for every row, and says only what can be said again.

mod columns;
mod documents;
mod events;
mod files;
mod pieces;

use std::fs;
use std::path::{Path, PathBuf};

use tributary_connectors::source::{FORMATS, Format};

/// Something that reads bytes.
#[derive(Debug)]
pub struct Subject {
    /// What it is asked for by: the name of a format, or of what the program reads itself.
    pub name: &'static str,
    reader: Reader,
}

#[derive(Debug, Clone, Copy)]
enum Reader {
    Files(&'static Format),
    EventJson,
    EventProtobuf,
    Columns,
    Policies,
    Program,
}

/// All of them; a format that is new is among them by itself.
pub fn subjects() -> Vec<Subject> {
    let own = [
        ("event-json", Reader::EventJson),
        ("event-protobuf", Reader::EventProtobuf),
        ("parquet", Reader::Columns),
        ("policies", Reader::Policies),
        ("program", Reader::Program),
    ];
    let formats = FORMATS.iter().map(|format| (format.name, Reader::Files(format)));
    formats.chain(own).map(|(name, reader)| Subject { name, reader }).collect()
}

impl Subject {
    /// Reads the bytes and panics where something is not as it must be.
    pub fn hold(&self, bytes: &[u8]) {
        match self.reader {
            Reader::Files(format) => files::hold(format, bytes),
            Reader::EventJson => events::hold_json(bytes),
            Reader::EventProtobuf => events::hold_protobuf(bytes),
            Reader::Columns => columns::hold(bytes),
            Reader::Policies => documents::hold_policies(bytes),
            Reader::Program => documents::hold_program(bytes),
        }
    }

    /// Bytes to begin from: the fixtures, where they may be mapped also behind their mapping.
    pub fn seeds(&self) -> Vec<Vec<u8>> {
        let below = |path: &str| root().join(path);
        match self.reader {
            Reader::Files(format) => files::seeds(format),
            Reader::EventJson => fixtures(&below("schemas/fixtures")),
            Reader::EventProtobuf => {
                fixtures(&below("schemas/fixtures")).iter().filter_map(|one| events::batch(one)).collect()
            }
            Reader::Columns => fixtures(&below("crates/parquet/fixtures")),
            Reader::Policies => {
                fixtures(&below("tests/cases")).into_iter().chain(fixtures(&below("examples"))).collect()
            }
            Reader::Program => fixtures(&below("crates/connectors/fixtures/program")),
        }
    }
}

/// The checkout.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The most bytes of a seed: larger ones are cut, so that what is tried stays quick.
const SEED_BYTES_MAX: usize = 16 * 1024;

/// The files of a folder and of those in it, in the order of their names; pages that tests compare with are none.
fn fixtures(folder: &Path) -> Vec<Vec<u8>> {
    let mut paths: Vec<PathBuf> =
        fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    paths.sort();
    let mut seeds = Vec::new();
    for path in paths {
        if path.is_dir() {
            seeds.extend(fixtures(&path));
        } else if path.extension().is_none_or(|ending| ending != "txt" && ending != "md") {
            let mut bytes = fs::read(&path).unwrap_or_default();
            bytes.truncate(SEED_BYTES_MAX);
            seeds.push(bytes);
        }
    }
    seeds
}
