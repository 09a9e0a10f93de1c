//! `tributary import`: files into events. A bad line is reported with its place and stops no other.

mod changes;
mod events;
mod policy;
mod report;
mod source;

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::Instant as Clock;

use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use tributary_connectors::Tally;
use tributary_connectors::source::{FORMATS, Given, Settings, Source};
use tributary_domain::currency::Currency;
use tributary_domain::event::Draft;
use tributary_domain::time::{Day, Instant};
use tributary_intake::{Outcome, Prepared, Trust};
use tributary_log::Recorded;

use self::changes::Changes;
use self::report::{Counts, FileReport, ImportReport};
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
  tributary import --from csv --mapping deals.yaml deals.csv
  tributary import --from policy policies/*.yaml

What is refused is printed to standard error as FILE:LINE: field: reason (code), or with an event's number and offset, and \
everything else is recorded. \
Importing a file again changes nothing; one that was issued anew restates the rows that changed. Rows of other systems' files \
that cannot be used are kept too: `tributary quarantine rows`.";

/// Record the events of files
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The files; `-` is standard input
    #[arg(required = true, value_name = "FILES")]
    files: Vec<PathBuf>,
    /// What the files are; by default protobuf if they end in `.pb`, else jsonl
    #[arg(long, value_name = "FORMAT", value_parser = formats())]
    from: Option<Format>,
    /// jsonl, protobuf: record events at their own `recordedtime`, for a backfill or a test
    #[arg(long)]
    trust_recorded_times: bool,
    /// Other systems' files, policies: record what they say at this instant, when it was received; for a backfill
    #[arg(long, value_name = "INSTANT")]
    received_at: Option<Instant>,
    /// Other systems' files: which rows say which events, `docs/connectors/README.md`
    #[arg(long, value_name = "FILE.yaml")]
    mapping: Option<PathBuf>,
    /// ecb: the first day that counts
    #[arg(long, value_name = "DATE", value_parser = day)]
    since: Option<Day>,
    /// ecb: the currencies that count, all if none
    #[arg(long, value_name = "CODE", value_parser = currency, value_delimiter = ',')]
    currency: Vec<Currency>,
}

/// What files may be.
#[derive(Debug, Clone, Copy)]
enum Format {
    Jsonl,
    Protobuf,
    Policy,
    Of(&'static source::Of),
}

/// What files may be by themselves, without another system.
const OWN: [(&str, &str, Format); 3] = [
    ("jsonl", "CloudEvents, one JSON object on each line", Format::Jsonl),
    ("protobuf", "CloudEvents in protobuf, as `io.cloudevents.v1.CloudEventBatch`", Format::Protobuf),
    ("policy", "Policies as people write them, a YAML or JSON document in each file", Format::Policy),
];

/// Reads the name of a format.
fn formats() -> impl TypedValueParser<Value = Format> {
    let own = OWN.map(|(name, about, _)| PossibleValue::new(name).help(about));
    let others = FORMATS.iter().map(|format| PossibleValue::new(format.name).help(format.about));
    PossibleValuesParser::new(own.into_iter().chain(others)).try_map(|name| {
        let own = OWN.iter().find(|(own, ..)| *own == name).map(|(.., format)| *format);
        own.or_else(|| source::Of::named(&name).map(Format::Of)).ok_or("is no format")
    })
}

/// What became of a file.
#[derive(Debug, Default)]
struct Imported {
    counts: Counts,
    tally: Tally,
    changes: Changes,
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
    let source = arguments.source()?;
    let ledger = context.ledger_or_new()?;
    let past = arguments.trust_recorded_times || arguments.received_at.is_some();
    if past && ledger.log.recorded() == Recorded::ByLog {
        return Err(CliError::RecordedByKafka);
    }
    let received = Received::of(&ledger, arguments.received_at)?;
    let mut report = ImportReport::default();
    for input in inputs {
        let started = Clock::now();
        let name = input.name.clone();
        let meter = Meter::bytes(context.quiet, format!("importing {name}"), input.length);
        let of_events = |counts| Imported { counts, ..Imported::default() };
        let Imported { counts, tally, changes } = match (arguments.format(&input.path), &source) {
            (Format::Of(of), Some(source)) => {
                source::import(context, &ledger, input, (of, &**source), received, &meter)?
            }
            (Format::Protobuf, _) => of_events(events::batches(&ledger, input, arguments.trust(), &meter)?),
            (Format::Policy, _) => of_events(policy::import(&ledger, input, received, &meter)?),
            (Format::Jsonl | Format::Of(_), _) => of_events(events::lines(&ledger, input, arguments.trust(), &meter)?),
        };
        meter.finish();
        report.changes.add(changes);
        report.tally.add(&tally);
        report.files.push(FileReport::new(name, counts, &tally, started.elapsed()));
    }
    let meter = Meter::phases(context.quiet);
    ledger.catch_up(|progress| meter.projecting(progress))?;
    meter.finish();
    if context.json || !context.quiet {
        context.answer(&report.document(), |_| report.readable())?;
    }
    Ok(Exit::refused_if(report.is_refused()))
}

impl Arguments {
    /// An option that would be ignored is a misunderstanding.
    fn check(&self) -> Result<(), CliError> {
        let of_events = matches!(self.from, None | Some(Format::Jsonl | Format::Protobuf));
        let of = |name: &str| matches!(self.from, Some(Format::Of(of)) if of.name == name);
        let given = |given: Given| matches!(self.from, Some(Format::Of(of)) if of.mapping == given);
        let maps = given(Given::Needed) || given(Given::Optional);
        let for_another = [
            ("--trust-recorded-times", self.trust_recorded_times, of_events, "--from jsonl or protobuf"),
            ("--received-at", self.received_at.is_some(), !of_events, "other systems' files and policies"),
            ("--mapping", self.mapping.is_some(), maps, "the formats that a mapping tells apart"),
            ("--since", self.since.is_some(), of("ecb"), "--from ecb"),
            ("--currency", !self.currency.is_empty(), of("ecb"), "--from ecb"),
        ];
        if let Some((option, .., format)) = for_another.iter().find(|(_, given, fits, _)| *given && !fits) {
            return Err(CliError::Usage(format!("{option} goes with {format} only")));
        }
        match self.from {
            Some(Format::Of(of)) if of.mapping == Given::Needed && self.mapping.is_none() => {
                Err(CliError::Usage(format!("--from {} needs --mapping", of.name)))
            }
            _ => Ok(()),
        }
    }

    /// What reads the files, if they are another system's.
    fn source(&self) -> Result<Option<Box<dyn Source>>, CliError> {
        let Some(Format::Of(of)) = self.from else { return Ok(None) };
        let read = |path: &PathBuf| {
            std::fs::read_to_string(path).map_err(|source| CliError::Input { path: path.clone(), source })
        };
        let mapping = self.mapping.as_ref().map(read).transpose()?;
        let settings = Settings { mapping, since: self.since, currencies: self.currency.iter().copied().collect() };
        let opened = of.open(&settings).map_err(|error| CliError::Document {
            name: self.mapping.as_deref().unwrap_or(Path::new(of.name)).display().to_string(),
            expected: "a mapping",
            reason: error.to_string(),
        });
        opened.map(Some)
    }

    fn format(&self, path: &Path) -> Format {
        let by_name = if path.extension().is_some_and(|of| of == "pb") { Format::Protobuf } else { Format::Jsonl };
        self.from.unwrap_or(by_name)
    }

    const fn trust(&self) -> Trust {
        if self.trust_recorded_times { Trust::FileTimes } else { Trust::LedgerClock }
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

/// When what has no recorded time of its own is recorded: by the log's clock, or when a file was received (I2).
#[derive(Debug, Clone, Copy)]
struct Received {
    at: Option<Instant>,
    /// Nothing may be recorded by then.
    sealed: Option<Instant>,
}

impl Received {
    fn of(ledger: &Ledger, at: Option<Instant>) -> Result<Self, CliError> {
        let sealed = if at.is_some() { ledger.projection.view(None)?.sealed() } else { None };
        Ok(Self { at, sealed })
    }

    /// Drafts that have no recorded time of their own, with the one that they are to have.
    fn mark(self, mut drafts: Vec<Draft>) -> Vec<Draft> {
        drafts.iter_mut().for_each(|draft| draft.recorded = self.at);
        drafts
    }

    /// Submits marked drafts.
    fn outcomes(self, ledger: &Ledger, drafts: &[Draft]) -> Result<Vec<Outcome>, CliError> {
        let trust = if self.at.is_some() { Trust::FileTimes } else { Trust::LedgerClock };
        Ok(ledger.intake(trust, self.sealed).take(&Prepared::of(drafts))?)
    }
}

/// Submits drafts with their lines; gives the outcomes with them, a refusal already said.
fn submit(
    ledger: &Ledger,
    name: &str,
    drafts: Vec<(u64, Draft)>,
    received: Received,
    meter: &Meter,
) -> Result<Vec<Outcome>, CliError> {
    let (lines, drafts): (Vec<u64>, Vec<Draft>) = drafts.into_iter().unzip();
    let drafts = received.mark(drafts);
    let outcomes = received.outcomes(ledger, &drafts)?;
    for (line, outcome) in lines.iter().zip(&outcomes) {
        if let Outcome::Refused(refusal) = outcome {
            meter.say(&format_args!("{name}:{line}: {}: {refusal} ({})", refusal.field(), refusal.code()));
        }
    }
    Ok(outcomes)
}
