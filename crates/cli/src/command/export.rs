//! `tributary export`: the log as JSONL, in its order and with its recorded times.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use tributary_events::{decode, json};
use tributary_log::{Log, Position, ReadLimit};
use tributary_log_embedded::EmbeddedLog;

use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::meter::Meter;

const EXAMPLES: &str = "Examples:
  tributary export --output events.jsonl
  tributary export | gzip > events.jsonl.gz
  tributary --data copy import --trust-recorded-times events.jsonl";

/// Write every event as JSONL, in log order with recorded times
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The file; standard output if none
    #[arg(long = "output", alias = "out", value_name = "FILE")]
    out: Option<PathBuf>,
}

/// Streams the log; a record that cannot be read as an event is reported and left out.
pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Exit, CliError> {
    let log = context.log()?;
    let left_out = match &arguments.out {
        Some(path) => {
            let file = File::create(path).map_err(|source| CliError::Input { path: path.clone(), source })?;
            let mut output = BufWriter::new(file);
            let left_out = export(context, &log, &mut output)?;
            let file = output.into_inner().map_err(|error| CliError::Write(error.into_error()))?;
            file.sync_all().map_err(CliError::Write)?;
            left_out
        }
        None => export(context, &log, &mut BufWriter::new(io::stdout().lock()))?,
    };
    Ok(Exit::refused_if(left_out > 0))
}

fn export(context: &Context, log: &EmbeddedLog, output: &mut impl Write) -> Result<u64, CliError> {
    let mut left_out = 0;
    for partition in 0..log.partitions() {
        let meter = Meter::events(context.quiet, "exporting", log.end(partition)?);
        let mut offset = log.start(partition)?;
        loop {
            let batch = log.read(Position { partition, offset }, ReadLimit::default(), Duration::ZERO)?;
            if batch.is_empty() && batch.next_offset() == offset {
                break;
            }
            for record in &batch {
                let record = record?;
                match decode(&record) {
                    Ok(event) => writeln!(output, "{}", json::write(&event)).map_err(CliError::Write)?,
                    Err(refusal) => {
                        left_out += 1;
                        let (at, field, code) = (record.position, refusal.field(), refusal.code());
                        meter.say(&format_args!("{at}: {field}: {refusal} ({code}); left out"));
                    }
                }
            }
            offset = batch.next_offset();
            meter.at(offset);
        }
        meter.finish();
    }
    output.flush().map_err(CliError::Write)?;
    Ok(left_out)
}
