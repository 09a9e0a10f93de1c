//! Tables: one size with every row, its floor and its target; all sizes beside each other.

use super::row::{Bound, Row};
use super::rows::{Section, sections};
use super::unit::{grouped, short};
use crate::figures::Figures;
use crate::results::Results;

/// A line of a table.
pub(super) fn line(cells: &[String]) -> String {
    format!("| {} |\n", cells.join(" | "))
}

/// A heading with so many columns of numbers after the first.
pub(super) fn heading(cells: &[String]) -> String {
    line(cells) + "|---|" + &"---:|".repeat(cells.len() - 1) + "\n"
}

/// Everything that one run found, as a page of its own.
pub fn of_one(results: &Results) -> String {
    let Results { events, accounts, partners, runs, machine, load, date, commit, command, figures } = results;
    let mut text = format!(
        "# {} usage events, {} accounts, {} partners\n\n\
         {date}, commit {commit}, {machine}; a load of {load:.2} at the start; medians of {runs} where a phase repeats.\n\n\
         ```sh\n{command}\n```\n",
        grouped(*events as f64),
        grouped(*accounts as f64),
        grouped(*partners as f64),
    );
    for section in sections() {
        text += &section_of_one(&section, figures);
    }
    text
}

fn section_of_one(section: &Section, figures: &Figures) -> String {
    let measured: Vec<&Row> = section.rows.iter().filter(|row| row.found(figures).is_some()).collect();
    if measured.is_empty() {
        return String::new();
    }
    let with_floor = measured.iter().any(|row| row.floor(figures).is_some());
    let mut text = format!("\n## {}{}\n", section.heading[..1].to_uppercase(), &section.heading[1..]);
    if with_floor {
        text += &format!("Floor: {}.\n", section.floor);
    }
    let columns: &[&str] =
        if with_floor { &["", "found", "floor", "ratio", "target"] } else { &["", "found", "target"] };
    text += "\n";
    text += &heading(&columns.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
    for row in measured {
        let mut cells = vec![row.what.clone(), found(row, figures)];
        if with_floor {
            cells.push(row.floor(figures).map_or_else(String::new, |floor| row.unit.write(floor)));
            cells.push(ratio(row, figures).unwrap_or_default());
        }
        cells.push(row.target());
        text += &line(&cells);
    }
    text
}

/// What was found, in bold where it misses its target.
fn found(row: &Row, figures: &Figures) -> String {
    let written = row.unit.write(row.found(figures).unwrap_or(f64::NAN));
    if row.met(figures) == Some(false) { format!("**{written}**") } else { written }
}

fn ratio(row: &Row, figures: &Figures) -> Option<String> {
    row.ratio(figures).map(|ratio| format!("{ratio:.2}×"))
}

/// What the design asks for, what was found at every size, and the verdict at the largest one that was measured.
pub fn targets(all: &[Results]) -> String {
    let mut text = heading(&columns("", all, &["target", "verdict"]));
    for section in sections() {
        for row in section.rows.iter().filter(|row| row.bound.is_some()) {
            let Some(met) = all.iter().rev().find_map(|results| row.met(&results.figures)) else { continue };
            let mut cells = vec![row.what.clone()];
            cells.extend(all.iter().map(|results| against_floor(row, &results.figures)));
            cells.extend([row.target(), if met { "met" } else { "**missed**" }.to_owned()]);
            text += &line(&cells);
        }
    }
    text
}

/// With how many times the floor that is, where that is what the design asks about or there is a floor to tell.
fn against_floor(row: &Row, figures: &Figures) -> String {
    let written = found(row, figures);
    match (ratio(row, figures), row.bound) {
        (None, _) => written,
        (Some(ratio), Some(Bound::TimesFloor(_))) => format!("{written}, {ratio}"),
        (Some(ratio), _) => format!("{written} ({ratio})"),
    }
}

/// What grows: the rows without a target too, at every size.
pub fn growth(all: &[Results]) -> String {
    let mut text = heading(&columns("", all, &[]));
    for section in sections() {
        for row in section.rows.iter().filter(|row| row.grows && all.iter().any(|of| row.found(&of.figures).is_some()))
        {
            let cells = all.iter().map(|results| row.unit.write(row.found(&results.figures).unwrap_or(f64::NAN)));
            text += &line(&[row.what.clone()].into_iter().chain(cells).collect::<Vec<_>>());
        }
    }
    text
}

/// Where and when each size was measured, and how to do it again.
pub fn runs(all: &[Results]) -> String {
    let mut text = heading(&columns("usage events", &[], &["date", "commit", "machine", "load", "everything found"]));
    for results in all {
        let Results { events, machine, load, date, commit, .. } = results;
        let page = format!("[tables](performance/{events}.md)");
        let cells = [short(*events), date.clone(), commit.clone(), machine.clone(), format!("{load:.2}"), page];
        text += &line(&cells);
    }
    text + "\n" + &all.iter().map(|results| format!("    {}\n", results.command)).collect::<String>()
}

fn columns(first: &str, all: &[Results], last: &[&str]) -> Vec<String> {
    let sizes = all.iter().map(|results| short(results.events));
    [first.to_owned()].into_iter().chain(sizes).chain(last.iter().map(|name| (*name).to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::testing::results;

    #[test]
    fn a_size_that_was_not_measured_is_left_out_and_a_missed_target_stands_out() {
        let small = results(1_000_000, &[("import.events", 900e3), ("import.taken_s", 2.0), ("import.parse_s", 1.5)]);
        let large = results(10_000_000, &[("import.events", 900e3), ("import.taken_s", 3.0)]);
        let table = targets(&[small.clone(), large.clone()]);
        let expected = "| events of a JSONL file imported | 450 k/s (1.33×) | **300 k/s** | ≥ 400 k/s | **missed** |\n";
        assert!(table.contains(expected), "{table}");
        assert!(table.starts_with("|  | 1 M | 10 M | target | verdict |\n|---|---:|---:|---:|---:|\n"), "{table}");
        assert!(targets(&[small, results(10_000_000, &[])]).contains("| 450 k/s (1.33×) | – | ≥ 400 k/s | met |"));
        assert!(!table.contains("restart"));
    }

    #[test]
    fn the_page_of_a_run_has_no_section_without_figures() {
        let page = of_one(&results(10, &[("import.events", 900e3), ("import.taken_s", 2.0)]));
        assert!(page.contains("## Recording\n\n|  | found | target |\n"), "{page}");
        assert!(!page.contains("## Disk"));
    }
}
