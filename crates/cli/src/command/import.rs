//! `tributary import`: files into events. A bad line is reported with its place and stops no other.

mod ecb;
mod events;
mod focus;
mod policy;
mod report;

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::{Args, ValueEnum};
use tributary_domain::currency::Currency;
use tributary_domain::event::Draft;
use tributary_domain::time::Day;
use tributary_intake::{Outcome, Trust};
use tributary_log::Recorded;

use self::report::{FileReport, ImportReport};
use crate::arguments::{currency, day};
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::ledger::Ledger;
use crate::meter::Meter;

/// How many drafts of a connector are submitted at once.
const DRAFTS_PER_BATCH: usize = 4096;

const EXAMPLES: &str = "Examples:
  tributary import program.jsonl
  tributary import usage.pb
  zcat events.jsonl.gz | tributary import -
  tributary import --from focus --mapping focus.yaml bill.csv
  tributary import --from ecb --since 2024-07-01 --currency USD,GBP eurofxref-hist.csv
  tributary import --from policy policies/*.yaml

What is refused is printed to standard error as FILE:LINE: field: reason (code), or with an event's number and offset, and \
everything else is recorded. \
Importing a file again changes nothing; a FOCUS file that was issued anew restates the rows that changed.";

/// Record the events of files
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The files; `-` is standard input
    #[arg(required = true, value_name = "FILES")]
    files: Vec<PathBuf>,
    /// What the files are; by default protobuf if they end in `.pb`, else jsonl
    #[arg(long, value_enum)]
    from: Option<Format>,
    /// jsonl, protobuf: record events at their own `recordedtime`, for a backfill or a test
    #[arg(long)]
    trust_recorded_times: bool,
    /// focus: how the columns become usage
    #[arg(long, value_name = "FILE.yaml", required_if_eq("from", "focus"))]
    mapping: Option<PathBuf>,
    /// ecb: the first day that counts
    #[arg(long, value_name = "DATE", value_parser = day)]
    since: Option<Day>,
    /// ecb: the currencies that count, all if none
    #[arg(long, value_name = "CODE", value_parser = currency, value_delimiter = ',')]
    currency: Vec<Currency>,
}

/// What files may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// CloudEvents, one JSON object on each line
    Jsonl,
    /// CloudEvents in protobuf, as `io.cloudevents.v1.CloudEventBatch`
    Protobuf,
    /// Cost and usage of a cloud bill, FOCUS 1.0 to 1.4 as CSV
    Focus,
    /// The euro reference rates of the European Central Bank as CSV
    Ecb,
    /// Policies as people write them, a YAML or JSON document in each file
    Policy,
}

/// A file to import, opened before anything is changed.
struct Input {
    name: String,
    path: PathBuf,
    reader: Box<dyn Read + Send>,
    length: Option<u64>,
}

/// Imports file after file, then brings the projection up to the log.
pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Exit, CliError> {
    arguments.check()?;
    let inputs = arguments.files.iter().map(|path| Input::open(path)).collect::<Result<Vec<_>, _>>()?;
    let mapping = arguments.mapping.as_deref().map(focus::mapping).transpose()?;
    let ledger = context.ledger_or_new()?;
    if arguments.trust_recorded_times && ledger.log.recorded() == Recorded::ByLog {
        return Err(CliError::RecordedByKafka);
    }
    let mut report = ImportReport::default();
    for input in inputs {
        let started = Instant::now();
        let name = input.name.clone();
        let meter = Meter::bytes(context.quiet, format!("importing {name}"), input.length);
        let counts = match (arguments.format(&input.path), &mapping) {
            (Format::Jsonl, _) => events::lines(&ledger, input, arguments.trust(), &meter)?,
            (Format::Protobuf, _) => events::batches(&ledger, input, arguments.trust(), &meter)?,
            (Format::Focus, Some(mapping)) => focus::import(&ledger, &input, mapping, &meter)?,
            (Format::Focus, None) => return Err(CliError::Usage("--from focus needs --mapping".to_owned())),
            (Format::Ecb, _) => ecb::import(&ledger, input, &arguments.rates(), &meter)?,
            (Format::Policy, _) => policy::import(&ledger, input, &meter)?,
        };
        meter.finish();
        report.files.push(FileReport::new(name, counts, started.elapsed()));
    }
    let meter = Meter::phases(context.quiet);
    ledger.catch_up(|progress| meter.projecting(progress))?;
    meter.finish();
    if context.json || !context.quiet {
        context.answer(&report, ImportReport::readable)?;
    }
    Ok(Exit::refused_if(report.is_refused()))
}

impl Arguments {
    /// An option that would be ignored is a misunderstanding.
    fn check(&self) -> Result<(), CliError> {
        let of_events = matches!(self.from, None | Some(Format::Jsonl | Format::Protobuf));
        let for_another = [
            ("--trust-recorded-times", self.trust_recorded_times, of_events, "jsonl or protobuf"),
            ("--mapping", self.mapping.is_some(), self.from == Some(Format::Focus), "focus"),
            ("--since", self.since.is_some(), self.from == Some(Format::Ecb), "ecb"),
            ("--currency", !self.currency.is_empty(), self.from == Some(Format::Ecb), "ecb"),
        ];
        match for_another.iter().find(|(_, given, fits, _)| *given && !fits) {
            Some((option, .., format)) => Err(CliError::Usage(format!("{option} goes with --from {format} only"))),
            None => Ok(()),
        }
    }

    fn format(&self, path: &Path) -> Format {
        let by_name = if path.extension().is_some_and(|of| of == "pb") { Format::Protobuf } else { Format::Jsonl };
        self.from.unwrap_or(by_name)
    }

    const fn trust(&self) -> Trust {
        if self.trust_recorded_times { Trust::FileTimes } else { Trust::LedgerClock }
    }

    fn rates(&self) -> tributary_connectors::ecb::Options {
        let currencies: BTreeSet<Currency> = self.currency.iter().copied().collect();
        tributary_connectors::ecb::Options { since: self.since, currencies }
    }
}

impl Input {
    fn open(path: &Path) -> Result<Self, CliError> {
        let (name, path) = (path.display().to_string(), path.to_owned());
        if name == "-" {
            return Ok(Self { name, path, reader: Box::new(io::stdin()), length: None });
        }
        let opened = File::open(&path).and_then(|file| file.metadata().map(|about| (file, about)));
        match opened {
            Ok((_, about)) if about.is_dir() => Err(CliError::Usage(format!("`{name}` is a folder, name its files"))),
            Ok((file, about)) => {
                let length = Some(about.len()).filter(|_| about.is_file());
                Ok(Self { name, path, reader: Box::new(file), length })
            }
            Err(source) => Err(CliError::Input { path, source }),
        }
    }
}

/// Submits drafts with their lines; gives the outcomes with them, a refusal already said.
fn submit(ledger: &Ledger, name: &str, drafts: Vec<(u64, Draft)>, meter: &Meter) -> Result<Vec<Outcome>, CliError> {
    // What connectors read has no recorded time of its own.
    let mut door = ledger.intake(Trust::LedgerClock, None);
    let (lines, drafts): (Vec<u64>, Vec<Draft>) = drafts.into_iter().unzip();
    let outcomes = door.submit(drafts)?;
    for (line, outcome) in lines.iter().zip(&outcomes) {
        if let Outcome::Refused(refusal) = outcome {
            meter.say(&format_args!("{name}:{line}: {}: {refusal} ({})", refusal.field(), refusal.code()));
        }
    }
    Ok(outcomes)
}
