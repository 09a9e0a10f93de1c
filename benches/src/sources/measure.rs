//! What is measured of a file, each in a process of its own: the floor (parsing it, making nothing of it), reading and mapping
//! it, and importing it into a fresh ledger with the binary that is shipped.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tributary_connectors::Said;
use tributary_connectors::source::{Format, Settings};

use super::kind::{Form, Kind};
use crate::Result;
use crate::figures::{Figures, memory_peak_bytes, timed_with_cpu};

/// How often a running import is looked at.
const LOOK: Duration = Duration::from_millis(10);

/// Parses a file with what everybody has, and makes nothing of it.
pub fn floor(kind: &Kind, file: &Path) -> Result<Figures> {
    let (rows, taken, spent) = timed_with_cpu(|| match kind.form {
        Form::Csv => parse_csv(file),
        Form::Lines => parse_lines(file),
    });
    let mut figures = Figures::default();
    figures.set("floor_rows", rows? as f64);
    figures.time_with_cpu("floor", taken, spent);
    figures.set("floor_memory_bytes", memory_peak_bytes().unwrap_or(f64::NAN));
    Ok(figures)
}

fn parse_csv(file: &Path) -> Result<u64> {
    let mut reader = csv::Reader::from_reader(File::open(file)?);
    let (mut record, mut rows) = (csv::ByteRecord::new(), 0);
    while reader.read_byte_record(&mut record)? {
        rows += 1;
    }
    Ok(rows)
}

fn parse_lines(file: &Path) -> Result<u64> {
    let mut rows = 0;
    for line in BufReader::with_capacity(1 << 16, File::open(file)?).split(b'\n') {
        let _: serde_json::Value = serde_json::from_slice(&line?)?;
        rows += 1;
    }
    Ok(rows)
}

/// Reads a file and maps its rows to drafts, as an import does, and drops them.
pub fn map(kind: &Kind, file: &Path) -> Result<Figures> {
    let settings = Settings { mapping: kind.mapping.map(str::to_owned), ..Settings::default() };
    let format = Format::named(kind.format).ok_or_else(|| format!("no format `{}`", kind.format))?;
    let source = format.open(&settings)?;
    let (counted, taken, spent) = timed_with_cpu(|| -> Result<(u64, u64)> {
        let (mut rows, mut events) = (0, 0);
        let name = file.display().to_string();
        for row in source.rows(Box::new(File::open(file)?), &name).map_err(|refusal| refusal.to_string())? {
            rows += 1;
            match row.said {
                Said::Events(said) => events += said.len() as u64,
                Said::LeftOut(_) | Said::Changed(_) | Said::TakesBack { .. } => {}
                Said::Refused(unusable) => return Err(unusable.refusal.to_string().into()),
            }
        }
        Ok((rows, events))
    });
    let (rows, events) = counted?;
    let mut figures = Figures::default();
    figures.set("rows", rows as f64);
    figures.set("events", events as f64);
    figures.time_with_cpu("map", taken, spent);
    figures.set("map_memory_bytes", memory_peak_bytes().unwrap_or(f64::NAN));
    Ok(figures)
}

/// Imports a file into a fresh ledger with the binary.
pub fn import(binary: &Path, kind: &Kind, file: &Path, mapping: Option<&Path>, data: &Path) -> Result<Figures> {
    let mut command = Command::new(binary);
    command.args(["--quiet", "--data"]).arg(data).args(["import", "--from", kind.format]).arg(file);
    if let Some(mapping) = mapping {
        command.arg("--mapping").arg(mapping);
    }
    let began = Instant::now();
    let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::inherit()).spawn()?;
    let (cpu, memory) = watch(child)?;
    let mut figures = Figures::default();
    figures.time("import_s", began.elapsed());
    figures.set("import_cpu_s", cpu);
    figures.set("import_memory_bytes", memory);
    Ok(figures)
}

/// Waits for a process; gives the processor time that it took and the most memory that it had, as they were last seen.
fn watch(mut child: Child) -> Result<(f64, f64)> {
    let (mut cpu, mut memory) = (f64::NAN, f64::NAN);
    loop {
        if let Some(status) = child.try_wait()? {
            return if status.success() {
                Ok((cpu, memory))
            } else {
                Err(format!("the import failed: {status}").into())
            };
        }
        cpu = cpu_s(child.id()).unwrap_or(cpu);
        memory = memory_bytes(child.id()).unwrap_or(memory);
        std::thread::sleep(LOOK);
    }
}

fn cpu_s(process: u32) -> Option<f64> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11).take(2);
    let ticks: u64 = fields.map(|field| field.parse::<u64>().ok()).sum::<Option<u64>>()?;
    Some(ticks as f64 / 100.0)
}

fn memory_bytes(process: u32) -> Option<f64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches("kB").trim().parse::<f64>().ok().map(|kib| kib * 1024.0)
}

#[cfg(test)]
mod tests {
    use super::super::KINDS;
    use super::*;

    #[test]
    fn every_row_of_every_kind_of_file_is_one_that_can_be_used() {
        let folder = tempfile::tempdir().expect("a folder");
        for kind in KINDS {
            let (file, _) = kind.write(folder.path(), 2_000).expect("written");
            let mapped = map(kind, &file).unwrap_or_else(|error| panic!("{}: {error}", kind.name));
            assert!(mapped.get("rows") >= 2_000.0 && mapped.get("events") >= 1_000.0, "{}: {mapped:?}", kind.name);
            assert!(floor(kind, &file).expect("parsed").get("floor_rows") > 0.0);
        }
    }

    #[test]
    fn a_file_follows_from_the_number_of_its_rows() {
        let [one, other] = [(); 2].map(|()| tempfile::tempdir().expect("a folder"));
        for kind in KINDS {
            let read = |folder: &tempfile::TempDir| {
                std::fs::read(kind.write(folder.path(), 300).expect("written").0).expect("read")
            };
            assert_eq!(read(&one), read(&other), "{}", kind.name);
        }
    }
}
