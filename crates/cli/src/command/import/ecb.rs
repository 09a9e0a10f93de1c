//! The reference rates of the European Central Bank.

use tributary_connectors::ecb::{self, Options};
use tributary_domain::event::Draft;

use super::report::Counts;
use super::{DRAFTS_PER_BATCH, Input, submit};
use crate::error::CliError;
use crate::ledger::Ledger;
use crate::meter::Meter;

/// Imports the rates of a file; what is counted are its cells.
pub(super) fn import(ledger: &Ledger, input: Input, options: &Options, meter: &Meter) -> Result<Counts, CliError> {
    let mut counts = Counts::default();
    let mut rates = match ecb::read(meter.read(input.reader), &input.name, options) {
        Ok(rates) => rates,
        Err(refusal) => {
            meter.say(&refusal);
            return Ok(Counts { refused: 1, ..counts }.summed());
        }
    };
    let mut batch: Vec<(u64, Draft)> = Vec::new();
    let flush = |batch: &mut Vec<(u64, Draft)>, counts: &mut Counts| -> Result<(), CliError> {
        let outcomes = submit(ledger, &input.name, std::mem::take(batch), meter)?;
        outcomes.iter().for_each(|outcome| counts.count(outcome));
        Ok(())
    };
    for rate in rates.by_ref() {
        match rate {
            Ok(rate) => batch.push((rate.line, rate.draft)),
            Err(refusal) => {
                counts.refused += 1;
                meter.say(&refusal);
            }
        }
        if batch.len() >= DRAFTS_PER_BATCH {
            flush(&mut batch, &mut counts)?;
        }
    }
    flush(&mut batch, &mut counts)?;
    let tally = rates.tally();
    counts.leave_out("no rate", tally.absent);
    counts.leave_out("not wanted", tally.left_out);
    counts.leave_out("unknown currency", tally.unknown_currency);
    Ok(counts.summed())
}
