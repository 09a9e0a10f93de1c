//! Files of the formats. A file may stand behind a mapping of its own and a line of three percent signs; else the mapping of the
//! fixtures is taken.

use std::cell::RefCell;
use std::fs;

use tributary_connectors::source::{Format, Given, Settings, Source};
use tributary_connectors::{Fate, Row, Said, Tally, Unusable};

use crate::events::{hold_draft, hold_refusal};
use crate::pieces::Pieces;
use crate::{fixtures, root};

/// What stands between a mapping and the file.
const BETWEEN: &[u8] = b"\n%%%\n";

/// The most rows that are held at once: in columns, a few bytes say how many rows hold nothing.
const ROWS_MAX: usize = 20_000;

thread_local! {
    /// What reads by the mapping of the fixtures, made once.
    static GIVEN: RefCell<Option<Box<dyn Source>>> = const { RefCell::new(None) };
}

/// Reads a file and panics where something is not as it must be.
pub(crate) fn hold(format: &'static Format, input: &[u8]) {
    let Some(at) = input.windows(BETWEEN.len()).position(|bytes| bytes == BETWEEN) else {
        return GIVEN.with_borrow_mut(|given| {
            let source = given.get_or_insert_with(|| format.open(&settings(mapping(format))).expect("a mapping"));
            hold_file(&**source, input);
        });
    };
    let text = String::from_utf8_lossy(&input[..at]).into_owned();
    match format.open(&settings(Some(text))) {
        Ok(source) => hold_file(&*source, &input[at + BETWEEN.len()..]),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

fn settings(mapping: Option<String>) -> Settings {
    Settings { mapping, ..Settings::default() }
}

/// The mapping of the fixtures, if they have one.
fn mapping(format: &Format) -> Option<String> {
    let folder = root().join("crates/connectors/fixtures").join(format.name).join("overlay.yaml");
    let own = root().join("fuzz/mappings").join(format!("{}.yaml", format.name));
    fs::read_to_string(folder).or_else(|_| fs::read_to_string(own)).ok()
}

/// The fixtures of a format, and where a mapping says it all, each once more behind that; to read one takes longer than the file.
pub(crate) fn seeds(format: &Format) -> Vec<Vec<u8>> {
    let files = fixtures(&root().join("crates/connectors/fixtures").join(format.name));
    let columns = if format.name == "focus" { "focus-parquet" } else { "none" };
    let files = files.into_iter().chain(fixtures(&root().join("crates/connectors/fixtures").join(columns)));
    let files: Vec<_> = files.chain(fixtures(&root().join("fuzz/seeds").join(format.name))).collect();
    let mapping = mapping(format).filter(|_| format.mapping == Given::Needed);
    let mapped = mapping
        .iter()
        .flat_map(|mapping| files.iter().map(move |file| [mapping.as_bytes(), BETWEEN, file.as_slice()].concat()));
    files.iter().cloned().chain(mapped).collect()
}

fn hold_file(source: &dyn Source, bytes: &[u8]) {
    let json = bytes.iter().find(|byte| !byte.is_ascii_whitespace()).is_some_and(|byte| b"{[".contains(byte));
    let name = if json { "f.json" } else { "f.csv" };
    let whole = source.rows(Box::new(bytes), name).map(|rows| rows.take(ROWS_MAX).collect::<Vec<Row>>());
    let pieces = source.rows(Box::new(Pieces::of(bytes)), name).map(|rows| rows.take(ROWS_MAX).collect::<Vec<Row>>());
    assert_eq!(whole, pieces, "the same bytes in pieces");
    match whole {
        Err(refusal) => hold_refusal(refusal.reason.code(), &refusal.to_string()),
        Ok(rows) => hold_rows(&rows, if bytes.starts_with(b"PAR1") { usize::MAX } else { bytes.len() }, name),
    }
}

fn hold_rows(rows: &[Row], bytes: usize, name: &str) {
    assert!(rows.len() <= bytes, "more rows than bytes");
    assert!(rows.iter().zip(rows.iter().skip(1)).all(|(one, next)| one.line <= next.line), "lines go back");
    let mut tally = Tally::default();
    for row in rows {
        assert!(row.line >= 1);
        let fate = match &row.said {
            Said::Events(statements) => {
                assert!(!statements.is_empty(), "says neither an event nor why not");
                statements.iter().for_each(|statement| hold_draft(&statement.draft));
                Fate::Accepted
            }
            Said::LeftOut(reason) => {
                assert!(!reason.is_empty());
                Fate::LeftOut
            }
            Said::Changed(changed) => {
                assert!(!changed.reason.is_empty());
                Fate::LeftOut
            }
            Said::TakesBack { payment, .. } => {
                assert!(!payment.is_empty());
                Fate::Accepted
            }
            Said::Refused(unusable) => {
                let Unusable { refusal, text } = &**unusable;
                assert_eq!((refusal.line, refusal.file.as_str()), (row.line, name));
                assert!(text.len() <= Unusable::TEXT_BYTES_MAX);
                hold_refusal(refusal.reason.code(), &refusal.to_string());
                Fate::Quarantined
            }
        };
        tally.count(&row.kind, row.money, fate);
    }
    let counted: u64 = Fate::ALL.into_iter().map(|fate| tally.rows(fate)).sum();
    assert_eq!(counted, rows.len() as u64, "rows in are rows accepted, refused and left out");
}
