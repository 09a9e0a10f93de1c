//! Policies as people write them, published as `tributary policy publish` does; here a bad document stops no other.

use std::io::Read as _;

use tributary_audit::policy::plan;
use tributary_connectors::policy::Read;
use tributary_domain::event::Draft;

use super::report::Counts;
use super::{Input, Received, submit};
use crate::error::CliError;
use crate::ledger::{Ledger, now};
use crate::meter::Meter;

/// Imports the documents of a file. The words that stand for a version already are known; other words correct it.
pub(super) fn import(ledger: &Ledger, mut input: Input, received: Received, meter: &Meter) -> Result<Counts, CliError> {
    let (name, mut text) = (input.name.clone(), String::new());
    let read = input.reader.read_to_string(&mut text);
    read.map_err(|source| CliError::Read { name: name.clone(), source })?;
    let mut files = Read::default();
    files.take(&name, &text);
    files.findings.iter().for_each(|finding| meter.say(finding));
    let mut counts = Counts { refused: files.refused as u64, ..Counts::default() };
    let mut drafts: Vec<(u64, Draft)> = Vec::new();
    {
        let view = ledger.projection.view(None)?;
        for document in &files.documents {
            match plan(&view, &document.policy, received.at.unwrap_or_else(now)).draft {
                Some(draft) => drafts.push((document.line(""), draft)),
                None => counts.duplicate += 1,
            }
        }
    }
    submit(ledger, &name, drafts, received, meter)?.iter().for_each(|outcome| counts.count(outcome));
    // The next file may correct this one.
    ledger.projection.file(&*ledger.log, |_| {})?;
    Ok(counts.summed())
}
