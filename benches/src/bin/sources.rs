//! Measures the files of other systems: `sources --tributary PATH [--rows N] [--only KIND] [--dir DIR] [--results FILE]`.
//!
//! PATH is the built binary. Of each kind of file so many rows are written into a temporary directory, then parsed (the floor),
//! read and mapped, and imported into a fresh ledger, each in a process of its own. `--write KIND --dir DIR` writes a file and
//! leaves it; `--step floor|map --kind KIND --file FILE` runs a step alone: what a profiler wants.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "the table is what this program is for")]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tributary_benches::figures::Figures;
use tributary_benches::report::sources::of_one;
use tributary_benches::results::circumstances;
use tributary_benches::sources::{KINDS, Kind, measure};
use tributary_benches::{Failure, Result};

struct Arguments {
    rows: u64,
    binary: Option<PathBuf>,
    only: Option<String>,
    dir: PathBuf,
    results: Option<PathBuf>,
    write: Option<String>,
    step: Option<String>,
    kind: Option<String>,
    file: Option<PathBuf>,
}

fn main() -> Result<()> {
    let arguments = arguments(std::env::args().skip(1))?;
    if let Some(name) = &arguments.write {
        println!("{}", Kind::named(name)?.write(&arguments.dir, arguments.rows)?.0.display());
        return Ok(());
    }
    if let (Some(step), Some(kind), Some(file)) = (&arguments.step, &arguments.kind, &arguments.file) {
        let kind = Kind::named(kind)?;
        let found = if step == "floor" { measure::floor(kind, file)? } else { measure::map(kind, file)? };
        print!("{}", found.to_lines());
        return Ok(());
    }
    let binary = arguments
        .binary
        .as_ref()
        .ok_or("`--tributary` names the binary: build it with `cargo build --release -p tributary-cli`")?;
    let binary = std::fs::canonicalize(binary)?;
    let mut results = circumstances(format!("cargo xtask bench --sources --rows {}", arguments.rows));
    results.events = arguments.rows;
    let wanted = |kind: &&Kind| arguments.only.as_ref().is_none_or(|only| only == kind.name);
    for kind in KINDS.iter().filter(wanted) {
        results.figures.take(kind.name, measured(&arguments, &binary, kind)?);
        // Kept as they are found: a run that is stopped has taken its time all the same.
        if let Some(path) = &arguments.results {
            results.write(path)?;
        }
    }
    println!("{}", of_one(&results));
    Ok(())
}

/// Everything of a kind, in a directory of its own.
fn measured(arguments: &Arguments, binary: &Path, kind: &Kind) -> Result<Figures> {
    let dir = tempfile::Builder::new().prefix("tributary-sources-").tempdir_in(&arguments.dir)?;
    eprintln!("{} …", kind.name);
    let (file, mapping) = kind.write(dir.path(), arguments.rows)?;
    let mut figures = Figures::default();
    figures.set("file_bytes", file.metadata()?.len() as f64);
    for step in ["floor", "map"] {
        figures.extend(step_of(step, kind, &file)?);
    }
    figures.extend(measure::import(binary, kind, &file, mapping.as_deref(), &dir.path().join("data"))?);
    eprint!("{}", figures.to_lines());
    Ok(figures)
}

/// Runs a step in a process of its own.
fn step_of(step: &str, kind: &Kind, file: &Path) -> Result<Figures> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["--step", step, "--kind", kind.name, "--file"]).arg(file);
    let output = command.stderr(Stdio::inherit()).output()?;
    if !output.status.success() {
        return Err(format!("`{step}` of `{}` failed: {}", kind.name, output.status).into());
    }
    Figures::from_lines(&String::from_utf8(output.stdout)?)
}

fn arguments(mut given: impl Iterator<Item = String>) -> Result<Arguments> {
    let mut arguments = Arguments {
        rows: 1_000_000,
        binary: None,
        only: None,
        dir: std::env::temp_dir(),
        results: None,
        write: None,
        step: None,
        kind: None,
        file: None,
    };
    while let Some(name) = given.next() {
        let value = given.next().ok_or_else(|| format!("`{name}` wants a value"))?;
        match name.as_str() {
            "--rows" => arguments.rows = value.parse()?,
            "--tributary" => arguments.binary = Some(value.into()),
            "--only" => arguments.only = Some(value),
            "--dir" => arguments.dir = value.into(),
            "--results" => arguments.results = Some(value.into()),
            "--write" => arguments.write = Some(value),
            "--step" => arguments.step = Some(value),
            "--kind" => arguments.kind = Some(value),
            "--file" => arguments.file = Some(value.into()),
            _ => return Err(Failure::from(format!("there is no argument `{name}`"))),
        }
    }
    Ok(arguments)
}
