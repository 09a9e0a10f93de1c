//! Reading files with a source, and holding what comes out to a page that people review.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use tributary_connectors::source::{Format, Settings, Source};
use tributary_connectors::{Changed, Restates, Row, Said, Statement};
use tributary_domain::event::Draft;

/// A file beside the tests.
pub(crate) fn fixture(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(path)
}

/// What reads files of a format, with a mapping.
pub(crate) fn source(format: &str, mapping: Option<&str>) -> Box<dyn Source> {
    let settings = Settings { mapping: mapping.map(str::to_owned), ..Settings::default() };
    Format::named(format).expect("a format").open(&settings).expect("a mapping")
}

/// Every row of a file; of a header that is refused, the refusal.
pub(crate) fn rows(source: &dyn Source, bytes: &[u8], name: &str) -> Result<Vec<Row>, String> {
    source.rows(Box::new(bytes), name).map(Iterator::collect).map_err(|refusal| refusal.to_string())
}

/// What rows say, with the lines on which they stand.
pub(crate) fn statements(rows: &[Row]) -> Vec<(u64, &Statement)> {
    let events = rows.iter().filter_map(|row| match &row.said {
        Said::Events(statements) => Some(statements.iter().map(|statement| (row.line, statement))),
        _ => None,
    });
    events.flatten().collect()
}

/// The events of rows.
pub(crate) fn drafts(rows: &[Row]) -> Vec<&Draft> {
    statements(rows).into_iter().map(|(_, statement)| &statement.draft).collect()
}

/// Why rows cannot be used.
pub(crate) fn refusals(rows: &[Row]) -> Vec<String> {
    let refused = rows.iter().filter_map(|row| match &row.said {
        Said::Refused(unusable) => Some(unusable.refusal.to_string()),
        _ => None,
    });
    refused.collect()
}

/// How many rows are left out, by reason.
pub(crate) fn left_out(rows: &[Row]) -> BTreeMap<String, u64> {
    let mut reasons = BTreeMap::new();
    for row in rows {
        let reason = match &row.said {
            Said::LeftOut(reason) => reason,
            Said::Changed(changed) => &changed.reason,
            _ => continue,
        };
        *reasons.entry(reason.to_string()).or_insert(0) += 1;
    }
    reasons
}

/// Every row as people review it: its line, its kind, its amount, and what it says.
pub(crate) fn page(rows: &[Row]) -> String {
    let mut page = String::new();
    for row in rows {
        let money = row.money.map(|money| format!(" {money}")).unwrap_or_default();
        let _ = writeln!(page, "{} {}{money}", row.line, row.kind);
        match &row.said {
            Said::LeftOut(reason) => drop(writeln!(page, "  left out: {reason}")),
            Said::Changed(changed) => {
                let Changed { reason, things, at } = &**changed;
                let _ = writeln!(page, "  left out: {reason}: {}, at {at}", things.join(", "));
            }
            Said::Refused(unusable) => drop(writeln!(page, "  refused: {}", unusable.refusal)),
            Said::TakesBack { payment, .. } => drop(writeln!(page, "  takes back payment {payment}")),
            Said::Events(statements) => {
                for Statement { draft, restates } in statements {
                    let how = match restates {
                        Restates::Nothing => String::new(),
                        Restates::ByFile { only: None } => " (the file imported last is right)".to_owned(),
                        Restates::ByFile { only: Some(reason) } => format!(" (only to take back: {reason})"),
                        Restates::ByDelivery { version, .. } => format!(" (delivery {})", version.as_str()),
                        Restates::ByVersion { version, first } => {
                            format!(" (version {}{})", version.as_str(), if *first { ", the first" } else { "" })
                        }
                    };
                    let _ = writeln!(page, "  {}{how}", tributary_events::json::write_draft(draft));
                }
            }
        }
    }
    page
}

/// Holds what comes out to the page beside the fixtures; `UPDATE_PAGES=1` rewrites that.
pub(crate) fn golden(path: &str, page: &str) {
    let path = fixture(path);
    if std::env::var_os("UPDATE_PAGES").is_some() {
        fs::write(&path, page).expect("a page");
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(page, expected, "{}: review the difference, then UPDATE_PAGES=1", path.display());
}
