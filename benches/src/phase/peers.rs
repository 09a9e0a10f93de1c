//! Peers: other engines get the workload as tables and compute the same month's commission by partner. Their scripts stand in
//! `benches/peers`; this writes the tables, asks the ledger the same, runs each engine and compares, to the cent.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use tributary_domain::money::Amount;
use tributary_domain::time::Period;
use tributary_finance::{close_pending, statement};

use super::Setting;
use crate::figures::{Figures, timed};
use crate::tables;
use crate::workload::Workload;
use crate::{Failure, Result};

/// The month, open and not yet adjusted: what is recognised of it is what one computation gives.
const MONTH: &str = "2026-03";
/// A cent in units of an amount.
const CENT: i128 = 10_i128.pow(10);
/// What a script exits with when its engine is not there, having said what to install.
const NOT_THERE: i32 = 3;

/// Engines, each a script `with_<name>.py`, and the most events that it is given.
const ENGINES: [(&str, u64); 3] = [
    ("duckdb", u64::MAX),
    ("polars", u64::MAX),
    // It takes ten times as long and as much room: beyond this a run would wait for nothing else.
    ("postgres", 10_000_000),
];

/// Cents by partner and plan.
type Paid = BTreeMap<(String, String), i128>;

/// Writes the tables and asks everyone.
pub(super) fn peers(setting: &Setting) -> Result<Figures> {
    let mut figures = Figures::default();
    let Some(scripts) = &setting.peers else { return Ok(figures) };
    let (paid, taken) = paid(setting)?;
    figures.time("tributary_query_s", taken);
    let folder = setting.beside("peers")?;
    let rows = tables::write(&Workload::new(setting.size), folder.path())?;
    figures.set("rows", rows as f64);
    let python = python(scripts)?;
    for (name, _) in ENGINES.iter().filter(|(_, events_max)| setting.size.usage <= *events_max) {
        let Some(found) = run(&python, scripts, name, folder.path())? else { continue };
        compare(name, &paid, &read(&folder.path().join(format!("{name}.csv")))?)?;
        figures.extend(found);
    }
    figures.set("parquet_bytes", figures.get("duckdb_parquet_bytes"));
    Ok(figures)
}

/// What the ledger's statements of all partners accrue for the month, and how long it took to ask for them.
fn paid(setting: &Setting) -> Result<(Paid, Duration)> {
    let workload = Workload::new(setting.size);
    let log = setting.log()?;
    let projection = setting.projection(&log)?;
    close_pending(&projection, |_, _, _| {})?;
    let month: Period = MONTH.parse()?;
    let (statements, taken) = timed(|| {
        let view = projection.view(None)?;
        let of = |number| Ok::<_, Failure>(statement(&view, &workload.partner(number), month)?);
        (0..setting.size.partners).map(of).collect::<Result<Vec<_>>>()
    });
    let mut paid = Paid::new();
    for statement in statements? {
        for line in statement.lines.into_iter().filter(|line| line.period == MONTH) {
            let cents = line.amount.parse::<Amount>()?.units() / CENT;
            if cents != 0 {
                paid.insert((statement.partner.clone(), line.plan), cents);
            }
        }
    }
    Ok((paid, taken))
}

/// The Python that has the engines' packages, made where it is missing. Where it cannot be, the system's: its scripts say what
/// is not there, and the others are asked all the same.
fn python(scripts: &Path) -> Result<String> {
    let environment = scripts.join("../../examples/python/environment.sh");
    let mut command = Command::new(environment);
    let output = command.arg(scripts.join("requirements.txt")).stderr(Stdio::inherit()).output()?;
    if !output.status.success() {
        return Ok("python3".to_owned());
    }
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}

/// Runs an engine; none if it is not there.
fn run(python: &str, scripts: &Path, name: &str, folder: &Path) -> Result<Option<Figures>> {
    let script = scripts.join(format!("with_{name}.py"));
    let mut command = Command::new(python);
    let output =
        command.env("PYTHONDONTWRITEBYTECODE", "1").arg(script).arg(folder).stderr(Stdio::inherit()).output()?;
    match output.status.code() {
        Some(0) => Figures::from_lines(&String::from_utf8(output.stdout)?).map(Some),
        Some(NOT_THERE) => Ok(None),
        _ => Err(format!("`{name}` failed: {}", output.status).into()),
    }
}

fn read(path: &Path) -> Result<Paid> {
    let row = |line: &str| {
        let mut cells = line.split(',');
        let [Some(partner), Some(plan), Some(cents), None] = std::array::from_fn(|_| cells.next()) else {
            return Err(Failure::from(format!("`{line}` is no row of partner, plan and cents")));
        };
        Ok(((partner.to_owned(), plan.to_owned()), cents.parse()?))
    };
    fs::read_to_string(path)?.lines().map(row).collect()
}

/// Every partner's amount under every plan is the same, or the comparison is void.
fn compare(name: &str, ours: &Paid, theirs: &Paid) -> Result<()> {
    let keys = ours.keys().chain(theirs.keys());
    match keys.into_iter().find(|key| ours.get(*key) != theirs.get(*key)) {
        None if ours.is_empty() => Err("nobody is paid anything, so nothing is compared".into()),
        None => Ok(()),
        Some(key) => Err(format!(
            "`{name}` is not compared: {key:?} gets {:?} cents of the ledger and {:?} of it",
            ours.get(key),
            theirs.get(key)
        )
        .into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cent_of_difference_voids_the_comparison() {
        let paid = |cents: &[i128]| -> Paid {
            (0..).zip(cents).map(|(number, cents)| ((format!("p-{number}"), "plan".to_owned()), *cents)).collect()
        };
        assert!(compare("it", &paid(&[1, 2]), &paid(&[1, 2])).is_ok());
        for theirs in [&[1, 3][..], &[1], &[1, 2, 3]] {
            assert!(compare("it", &paid(&[1, 2]), &paid(theirs)).is_err(), "{theirs:?}");
        }
        assert!(compare("it", &paid(&[]), &paid(&[])).is_err());
    }
}
