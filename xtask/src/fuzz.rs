//! `cargo xtask fuzz`: libFuzzer looks for bytes that a reader of others' files does not take as it must, one reader after the
//! other (`fuzz/`). Needs cargo-fuzz, and no more than the toolchain that everything else needs.
//!
//! What was found worth keeping, and bytes that break a reader, lie in the target directory: a later run goes on from there.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::workspace::{Failure, Workspace, create_dir, elapsed, failed, output, succeeds};

/// How long a run takes in all, unless it is told.
const MINUTES: u64 = 10;

/// What no input may need more of, whatever it is: MiB in all, MiB at once, seconds, and how long it may be, bytes.
const BOUNDS: [&str; 4] = ["-rss_limit_mb=512", "-malloc_limit_mb=256", "-timeout=20", "-max_len=16384"];

/// How often a run says how far it is.
const SAID_EVERY: Duration = Duration::from_secs(10);

/// The last lines of a reader that failed, which say why.
const LINES_OF_FAILURE: usize = 40;

/// What a run is told.
#[derive(Debug, PartialEq, Eq)]
struct Options {
    minutes: u64,
    only: Option<String>,
}

/// Runs every reader for its part of the time, or stops at the first that fails.
pub(crate) fn run(arguments: &[&str]) -> Result<(), Failure> {
    let options = read(arguments)?;
    let fuzz = Fuzz::new(&Workspace::find()?)?;
    let all = fuzz.subjects()?;
    let chosen: Vec<&String> =
        all.iter().filter(|name| options.only.as_ref().is_none_or(|only| only == *name)).collect();
    if chosen.is_empty() {
        return Err(Failure::Usage(format!("nothing of that name is fuzzed, name one of {}", all.join(", "))));
    }
    let each = Duration::from_secs((options.minutes * 60 / chosen.len() as u64).max(1));
    let mut executions = 0;
    for (at, name) in chosen.iter().enumerate() {
        let after = each * (chosen.len() - at - 1) as u32;
        let last = fuzz.subject(name, each, after)?;
        println!("{name}: {last}; {} of {} done", at + 1, chosen.len());
        executions += last.executions;
    }
    println!("{executions} executions, nothing found");
    Ok(())
}

fn read(arguments: &[&str]) -> Result<Options, Failure> {
    let mut options = Options { minutes: MINUTES, only: None };
    for pair in arguments.chunks(2) {
        match pair {
            ["--minutes", number] => {
                let minutes = number.parse().ok().filter(|minutes| (1..=10_000).contains(minutes));
                options.minutes = minutes
                    .ok_or_else(|| Failure::Usage(format!("`--minutes` takes a number from 1, not `{number}`")))?;
            }
            ["--only", name] => options.only = Some((*name).to_owned()),
            [option @ ("--minutes" | "--only")] => {
                return Err(Failure::Usage(format!("`{option}` needs a value")));
            }
            [option, ..] => {
                let what = format!("`fuzz` has no option `{option}`, give --minutes or --only");
                return Err(Failure::Usage(what));
            }
            [] => {}
        }
    }
    Ok(options)
}

/// The readers, built.
struct Fuzz {
    target: PathBuf,
    binary: PathBuf,
}

impl Fuzz {
    fn new(workspace: &Workspace) -> Result<Self, Failure> {
        if output(Command::new("cargo").args(["fuzz", "--version"])).is_none() {
            return Err(failed("cargo-fuzz is not there; install it: cargo install cargo-fuzz --locked"));
        }
        let about = output(Command::new("rustc").arg("-vV")).unwrap_or_default();
        let host = about.lines().find_map(|line| line.strip_prefix("host: "));
        let host = host.ok_or_else(|| failed("`rustc -vV` does not say for what it builds"))?;
        let target = workspace.target_dir().join("fuzz");
        let mut build = Command::new("cargo");
        build.current_dir(workspace.root.join("fuzz")).args([
            "fuzz",
            "build",
            "--fuzz-dir",
            ".",
            "--sanitizer",
            "none",
        ]);
        build.args(["--target", host, "--target-dir"]).arg(&target).arg("reader");
        println!("building the readers");
        let binary = target.join(host).join("release/reader");
        let built = succeeds(&mut build)?;
        built.then_some(Self { target, binary }).ok_or_else(|| failed("the readers do not build, see above"))
    }

    /// What reads, to be given a name and arguments of libFuzzer.
    fn reader(&self, name: &str) -> Command {
        let mut command = Command::new(&self.binary);
        command.env("TRIBUTARY_FUZZ", name).env("RUST_BACKTRACE", "0");
        command
    }

    fn subjects(&self) -> Result<Vec<String>, Failure> {
        let names = output(&mut self.reader(""));
        let names = names.ok_or_else(|| failed("the readers do not say their names"))?;
        Ok(names.lines().map(str::to_owned).collect())
    }

    /// Runs one for so long, with so much to come after it.
    fn subject(&self, name: &str, time: Duration, after: Duration) -> Result<Progress, Failure> {
        let (corpus, seeds) = (self.folder("corpus", name)?, self.folder("seeds", name)?);
        let found = self.folder("found", name)?;
        if output(self.reader(name).env("TRIBUTARY_FUZZ_SEEDS", &seeds)).is_none() {
            return Err(failed(format!("no seeds for `{name}` could be written to `{}`", seeds.display())));
        }
        let mut command = self.reader(name);
        command.arg(&corpus).arg(&seeds).args(BOUNDS).arg("-print_final_stats=1");
        command.arg(format!("-max_total_time={}", time.as_secs()));
        command.arg(format!("-artifact_prefix={}/", found.display())).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(|error| failed(format!("cannot start `{name}`: {error}")))?;
        let (progress, lines) = follow(name, child.stderr.take(), time, after);
        let status = child.wait().map_err(|error| failed(format!("cannot wait for `{name}`: {error}")))?;
        if status.success() {
            return Ok(progress);
        }
        eprintln!("{}", lines.join("\n"));
        let input = lines.iter().find_map(|line| line.split("Test unit written to ").nth(1)).unwrap_or_default();
        let again = format!("TRIBUTARY_FUZZ={name} {} {input}", self.binary.display());
        Err(failed(format!("`{name}` does not hold; the bytes are in `{input}`; again with: {again}")))
    }

    fn folder(&self, of: &str, name: &str) -> Result<PathBuf, Failure> {
        let folder = Path::new(&self.target).join(of).join(name);
        create_dir(&folder)?;
        Ok(folder)
    }
}

/// How far libFuzzer is.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Progress {
    executions: u64,
    per_second: u64,
    edges: u64,
}

impl Progress {
    /// Reads a line such as `#4096 pulse  cov: 345 ft: 789 corp: 12/3Kb lim: 64 exec/s: 2048 rss: 40Mb`.
    fn of(line: &str) -> Option<Self> {
        let mut words = line.strip_prefix('#')?.split_whitespace();
        let executions = words.next()?.parse().ok()?;
        let after = |name: &str| {
            let mut words = line.split_whitespace().skip_while(|word| *word != name);
            words.nth(1).and_then(|number| number.parse().ok()).unwrap_or_default()
        };
        Some(Self { executions, per_second: after("exec/s:"), edges: after("cov:") })
    }
}

impl std::fmt::Display for Progress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} executions, {} a second, {} edges", self.executions, self.per_second, self.edges)
    }
}

/// Says now and then how far it is; gives how far it came, and its last lines.
fn follow(name: &str, stderr: Option<impl Read>, time: Duration, after: Duration) -> (Progress, Vec<String>) {
    let (mut progress, mut lines) = (Progress::default(), Vec::new());
    let (started, mut said) = (Instant::now(), Instant::now());
    for line in stderr.map(BufReader::new).into_iter().flat_map(BufRead::lines).map_while(Result::ok) {
        match Progress::of(&line) {
            Some(now) => progress = now,
            None => lines.push(line),
        }
        if lines.len() > LINES_OF_FAILURE {
            lines.remove(0);
        }
        if said.elapsed() >= SAID_EVERY {
            said = Instant::now();
            let left = time.saturating_sub(started.elapsed());
            println!("{name}: {progress}; {} left, {} in all", elapsed(left), elapsed(left + after));
        }
    }
    (progress, lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_known_and_have_values() {
        assert_eq!(read(&[]), Ok(Options { minutes: MINUTES, only: None }));
        let only = Some("focus".to_owned());
        assert_eq!(read(&["--minutes", "3", "--only", "focus"]), Ok(Options { minutes: 3, only }));
        for wrong in [&["--minutes"][..], &["--minutes", "0"], &["--fast", "1"], &["focus"]] {
            assert!(matches!(read(wrong), Err(Failure::Usage(_))), "{wrong:?}");
        }
    }

    #[test]
    fn how_far_it_is_is_read_from_what_libfuzzer_says() {
        let line = "#4096\tpulse  cov: 345 ft: 789 corp: 12/3Kb lim: 64 exec/s: 2048 rss: 40Mb";
        assert_eq!(Progress::of(line), Some(Progress { executions: 4096, per_second: 2048, edges: 345 }));
        assert_eq!(Progress::of("stat::number_of_executed_units: 5"), None);
    }
}
