//! CloudEvents: one JSON object on each line, or protobuf messages one after another.

use std::io::BufReader;

use tributary_intake::Trust;
use tributary_intake::file::{LineRefusal, Report, import_batches, import_jsonl};

use super::Input;
use super::report::Counts;
use crate::error::CliError;
use crate::ledger::Ledger;
use crate::meter::Meter;

/// What is read from the file at once.
const BUFFER_BYTES: usize = 1 << 20;

/// Imports lines of JSON through the one door.
pub(super) fn lines(ledger: &Ledger, input: Input, trust: Trust, meter: &Meter) -> Result<Counts, CliError> {
    let reader = BufReader::with_capacity(BUFFER_BYTES, meter.read(input.reader));
    let refused = |refusal: LineRefusal| meter.say(&refusal);
    Ok(counts(import_jsonl(reader, &input.name, &mut ledger.door(trust)?, refused, |_| {})?))
}

/// Imports protobuf messages through the one door.
pub(super) fn batches(ledger: &Ledger, input: Input, trust: Trust, meter: &Meter) -> Result<Counts, CliError> {
    let reader = BufReader::with_capacity(BUFFER_BYTES, meter.read(input.reader));
    let refused = |refusal: LineRefusal| meter.say(&refusal);
    Ok(counts(import_batches(reader, &input.name, &mut ledger.door(trust)?, refused, |_| {})?))
}

fn counts(report: Report) -> Counts {
    let Report { read, appended, duplicate, refused } = report;
    Counts { read, appended, duplicate, refused, ..Counts::default() }
}
