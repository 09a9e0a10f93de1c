//! `tributary export`: what a ledger holds as JSONL or as protobuf messages, by recorded time. Imported elsewhere with its recorded times it gives the
//! same answers and the same digest.

mod merge;

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use self::merge::{Line, Merge};
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::ledger::Ledger;
use crate::log::AnyLog;
use crate::meter::Meter;

const EXAMPLES: &str = "Examples:
  tributary export --output events.jsonl
  tributary export --output events.pb
  tributary export | gzip > events.jsonl.gz
  tributary --data copy import --trust-recorded-times events.jsonl

A log of one partition is written in its order. The partitions of a log on Kafka are merged by recorded time, and what was \
recorded again under an identity that stands already is left out.";

/// Write every event as JSONL or protobuf, in log order with recorded times
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The file; standard output if none
    #[arg(long = "output", alias = "out", value_name = "FILE")]
    out: Option<PathBuf>,
    /// What is written; by default protobuf if the file ends in `.pb`, else jsonl
    #[arg(long = "as", value_enum)]
    form: Option<Form>,
}

/// What is written; each can be imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Form {
    /// CloudEvents, one JSON object on each line
    Jsonl,
    /// CloudEvents in protobuf, as `io.cloudevents.v1.CloudEventBatch`
    Protobuf,
}

impl Arguments {
    fn form(&self) -> Form {
        let is_batch = self.out.as_ref().is_some_and(|path| path.extension().is_some_and(|of| of == "pb"));
        self.form.unwrap_or(if is_batch { Form::Protobuf } else { Form::Jsonl })
    }
}

/// Streams the log; a record that cannot be read as an event is reported and left out.
pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Exit, CliError> {
    let (source, form) = (Source::open(context)?, arguments.form());
    let left_out = match &arguments.out {
        Some(path) => {
            let file = File::create(path).map_err(|source| CliError::Input { path: path.clone(), source })?;
            let mut output = BufWriter::new(file);
            let left_out = export(context, &source, form, &mut output)?;
            let file = output.into_inner().map_err(|error| CliError::Write(error.into_error()))?;
            file.sync_all().map_err(CliError::Write)?;
            left_out
        }
        None => export(context, &source, form, &mut BufWriter::new(io::stdout().lock()))?,
    };
    Ok(Exit::refused_if(left_out > 0))
}

/// What is exported: a log that has judged what it holds, or a ledger that has.
enum Source {
    Judged(AnyLog),
    Judging(Box<Ledger>),
}

impl Source {
    /// A log that keeps no index needs the projection to tell what stands (I1).
    fn open(context: &Context) -> Result<Self, CliError> {
        if context.is_on_kafka() {
            return Ok(Self::Judging(Box::new(context.ledger()?)));
        }
        Ok(Self::Judged(context.log()?.log))
    }

    fn log(&self) -> &AnyLog {
        match self {
            Self::Judged(log) => log,
            Self::Judging(ledger) => &ledger.log,
        }
    }

    /// Which of the lines stand: of an identity the one that was recorded first.
    fn stand(&self, lines: &[Line]) -> Result<Vec<bool>, CliError> {
        let Self::Judging(ledger) = self else { return Ok(vec![true; lines.len()]) };
        let keys: Vec<_> = lines.iter().map(|line| line.identity).collect();
        let known = ledger.index().known(&keys)?;
        Ok(lines
            .iter()
            .zip(known)
            .map(|(line, known)| known.is_none_or(|known| known.position == line.position))
            .collect())
    }
}

/// How many lines are judged at once.
const LINES_PER_BATCH: usize = 4096;

fn export(context: &Context, source: &Source, form: Form, output: &mut impl Write) -> Result<u64, CliError> {
    let log = source.log();
    let mut merge = Merge::new(&**log, form)?;
    let meter = Meter::events(context.quiet, "exporting", merge.total());
    let (mut done, mut left_out) = (0, 0);
    loop {
        let mut lines = Vec::new();
        while lines.len() < LINES_PER_BATCH
            && let Some(line) = merge.next()?
        {
            lines.push(line);
        }
        if lines.is_empty() {
            break;
        }
        done += lines.len() as u64;
        for (line, stands) in lines.iter().zip(source.stand(&lines)?) {
            match &line.event {
                _ if !stands => {}
                Ok(event) => output.write_all(event).map_err(CliError::Write)?,
                Err(why) => {
                    left_out += 1;
                    meter.say(&format_args!("{}: {why}; left out", log.place(line.position)));
                }
            }
        }
        meter.at(done);
    }
    meter.finish();
    output.flush().map_err(CliError::Write)?;
    Ok(left_out)
}
