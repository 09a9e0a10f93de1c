//! CSV: a section in each file, its rows turned into the entries that YAML would hold.

use std::collections::BTreeMap;

use csv::StringRecord;
use serde_json::{Map, Value, json};

use super::entry::{self, At};
use super::{Read, Section};
use crate::finding::Finding;

/// What stands between several names in a cell.
const SEPARATOR: char = ';';

/// The columns of a section, and those of them that hold several names.
const fn columns(section: Section) -> (&'static [&'static str], &'static [&'static str]) {
    match section {
        Section::Partners => (&["partner", "name", "kinds", "track", "tier", "markets"], &["kinds", "markets"]),
        Section::Accounts => (&["account", "name", "markets"], &["markets"]),
        Section::Aliases => (&["alias", "account"], &[]),
        Section::Deals => (&["deal", "partner", "role"], &[]),
    }
}

/// The section whose key the header has; `deal` before `partner` and `alias` before `account`, which their rows name too.
fn section_of(header: &StringRecord) -> Option<Section> {
    let order = [Section::Deals, Section::Aliases, Section::Partners, Section::Accounts];
    order.into_iter().find(|section| header.iter().any(|name| name.trim() == section.key()))
}

/// Takes in the rows of a file.
pub(super) fn take(read: &mut Read, file: &str, text: &str) {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut csv = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
    let header = csv.headers().cloned().unwrap_or_default();
    let Some(section) = section_of(&header) else {
        let reason = "the header names none of partner, account, alias, deal";
        return read.findings.push(Finding::error(file, 1, "header", reason, "no-header"));
    };
    let findings = header_findings(&header, section, file);
    if !findings.is_empty() {
        return read.findings.extend(findings);
    }
    let mut teams: BTreeMap<String, (u64, Vec<Value>, Vec<u64>)> = BTreeMap::new();
    for record in csv.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                let line = error.position().map_or(1, csv::Position::line);
                read.findings.push(Finding::error(file, line, "row", error.to_string(), "not-csv"));
                continue;
            }
        };
        let line = record.position().map_or(1, csv::Position::line);
        let fields = row(&header, &record, section);
        if section == Section::Deals {
            member(&mut teams, fields, line);
        } else {
            entry::take(read, section, &Value::Object(fields), &At { file, prefix: "", line: &|_| line });
        }
    }
    for (deal, (first, members, lines)) in teams {
        let line = |path: &str| index(path).and_then(|index| lines.get(index)).copied().unwrap_or(first);
        entry::take(read, section, &json!({"deal": deal, "team": members}), &At { file, prefix: "", line: &line });
    }
}

fn header_findings(header: &StringRecord, section: Section, file: &str) -> Vec<Finding> {
    let (known, _) = columns(section);
    let names: Vec<&str> = header.iter().map(str::trim).collect();
    let mut findings = Vec::new();
    for (at, name) in names.iter().enumerate() {
        if !known.contains(name) {
            let reason = format!("is no column of {}: {}", section.as_str(), known.join(", "));
            findings.push(Finding::error(file, 1, name, reason, "unknown-field"));
        } else if names[..at].contains(name) {
            findings.push(Finding::error(file, 1, name, "the header has this column more than once", "column-twice"));
        }
    }
    // Without the column, every row would unlink its alias or dissolve its team.
    let needed: &[&str] = match section {
        Section::Partners => &["kinds"],
        Section::Accounts => &[],
        Section::Aliases => &["account"],
        Section::Deals => &["partner", "role"],
    };
    for name in needed.iter().filter(|name| !names.contains(name)) {
        findings.push(Finding::error(file, 1, name, "the header has no such column", "column-missing"));
    }
    findings
}

/// A row as the fields of an entry; an empty cell is an absent field, or the account of an alias that is unlinked.
fn row(header: &StringRecord, record: &StringRecord, section: Section) -> Map<String, Value> {
    let (_, several) = columns(section);
    let mut fields = Map::new();
    for (name, cell) in header.iter().map(str::trim).zip(record) {
        let value = match cell.trim() {
            "" if section == Section::Aliases && name == "account" => Value::Null,
            "" => continue,
            cell if several.contains(&name) => {
                cell.split(SEPARATOR).map(str::trim).filter(|name| !name.is_empty()).map(Value::from).collect()
            }
            cell => cell.into(),
        };
        fields.insert(name.to_owned(), value);
    }
    fields
}

/// Adds a row to the team of its deal.
fn member(teams: &mut BTreeMap<String, (u64, Vec<Value>, Vec<u64>)>, mut fields: Map<String, Value>, line: u64) {
    let deal = fields.remove("deal").and_then(|deal| deal.as_str().map(str::to_owned)).unwrap_or_default();
    let (_, members, lines) = teams.entry(deal).or_insert_with(|| (line, Vec::new(), Vec::new()));
    if !fields.is_empty() {
        members.push(Value::Object(fields));
        lines.push(line);
    }
}

/// The index of a member in a path such as `team[2].role`.
fn index(path: &str) -> Option<usize> {
    path.strip_prefix("team[")?.split(']').next()?.parse().ok()
}
