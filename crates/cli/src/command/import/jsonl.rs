//! CloudEvents, one JSON object on each line.

use std::io::BufReader;

use tributary_intake::Trust;
use tributary_intake::file::{LineRefusal, import_jsonl};

use super::Input;
use super::report::Counts;
use crate::error::CliError;
use crate::ledger::Ledger;
use crate::meter::Meter;

/// What is read from the file at once.
const BUFFER_BYTES: usize = 1 << 20;

/// Imports a file through the one door.
pub(super) fn import(ledger: &Ledger, input: Input, trust: Trust, meter: &Meter) -> Result<Counts, CliError> {
    let reader = BufReader::with_capacity(BUFFER_BYTES, meter.read(input.reader));
    let mut intake = ledger.door(trust)?;
    let refused = |refusal: LineRefusal| meter.say(&refusal);
    let report = import_jsonl(reader, &input.name, &mut intake, refused, |_| {})?;
    Ok(Counts {
        read: report.read,
        appended: report.appended,
        duplicate: report.duplicate,
        refused: report.refused,
        ..Counts::default()
    })
}
