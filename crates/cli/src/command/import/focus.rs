//! FOCUS bills: rows that the ledger does not know are recorded, rows that changed are restated.
//!
//! The file imported last says what is true of a row (see the connector). What the ledger holds is the correction that
//! stands, else the event as it was recorded; the projection is filed between batches so that it knows the last one.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;
use std::time::Duration;

use tributary_connectors::focus::{self, Mapping, Row};
use tributary_domain::event::{Body, Draft, UsageRecorded};
use tributary_domain::money::Amount;
use tributary_events::{decode, encode};
use tributary_intake::Outcome;
use tributary_log::{Envelope, IdentityKey, Known, ReadLimit};

use super::report::Counts;
use super::{DRAFTS_PER_BATCH, Input, submit};
use crate::error::CliError;
use crate::ledger::Ledger;
use crate::meter::Meter;

/// Why rows that cost nothing are not recorded.
const ZERO_COST: &str = "zero cost";

/// Reads the mapping that people write.
pub(super) fn mapping(path: &Path) -> Result<Mapping, CliError> {
    let text = std::fs::read_to_string(path).map_err(|source| CliError::Input { path: path.to_owned(), source })?;
    Mapping::from_yaml(&text).map_err(|error| CliError::Document {
        name: path.display().to_string(),
        expected: "a mapping of FOCUS columns",
        reason: error.to_string(),
    })
}

/// Imports a bill. It is read twice: first for its hash, by which corrections are told apart.
pub(super) fn import(ledger: &Ledger, input: &Input, mapping: &Mapping, meter: &Meter) -> Result<Counts, CliError> {
    if input.length.is_none() {
        let what = format!("`{}` cannot be read twice, as --from focus needs: save it to a file first", input.name);
        return Err(CliError::Usage(what));
    }
    let hash = hash(input)?;
    let reader = meter.read(open(input)?);
    let mut rows = match focus::read(BufReader::new(reader), &input.name, mapping) {
        Ok(rows) => rows,
        Err(refusal) => {
            meter.say(&refusal);
            return Ok(Counts { refused: 1, ..Counts::default() }.summed());
        }
    };
    let mut bill = Bill { ledger, name: &input.name, hash, meter, counts: Counts::default() };
    let mut batch = Vec::new();
    for row in rows.by_ref() {
        match row {
            Ok(row) => batch.push(row),
            Err(refusal) => {
                bill.counts.refused += 1;
                meter.say(&refusal);
            }
        }
        if batch.len() >= DRAFTS_PER_BATCH {
            bill.take(std::mem::take(&mut batch))?;
        }
    }
    bill.take(batch)?;
    let categories: &BTreeMap<_, u64> = &rows.tally().category;
    categories
        .iter()
        .for_each(|(category, count)| bill.counts.leave_out(&format!("category {}", category.as_str()), *count));
    Ok(bill.counts.summed())
}

fn open(input: &Input) -> Result<File, CliError> {
    File::open(&input.path).map_err(|source| CliError::Input { path: input.path.clone(), source })
}

fn hash(input: &Input) -> Result<String, CliError> {
    let (mut file, mut hasher, mut buffer) = (open(input)?, blake3::Hasher::new(), vec![0; 1 << 16]);
    loop {
        let read = file.read(&mut buffer).map_err(|source| CliError::Read { name: input.name.clone(), source })?;
        if read == 0 {
            return Ok(hasher.finalize().to_hex().to_string());
        }
        hasher.update(&buffer[..read]);
    }
}

/// A bill on its way into the ledger.
struct Bill<'a> {
    ledger: &'a Ledger,
    name: &'a str,
    hash: String,
    meter: &'a Meter,
    counts: Counts,
}

/// What a row is to the ledger.
enum News {
    /// A charge that it does not know.
    New,
    /// What it holds already.
    Nothing,
    /// Another amount or quantity than it holds.
    Restated,
    /// A charge of nothing that it does not know.
    ZeroCost,
}

impl Bill<'_> {
    fn take(&mut self, rows: Vec<Row>) -> Result<(), CliError> {
        let keys: Vec<IdentityKey> = rows.iter().map(|row| key(&row.draft)).collect();
        let known = self.ledger.index().known(&keys)?;
        let (mut drafts, mut restates) = (Vec::new(), Vec::new());
        for (row, known) in rows.into_iter().zip(known) {
            match self.news(&row, known)? {
                News::New => {
                    drafts.push((row.line, row.draft));
                    restates.push(false);
                }
                News::Restated => {
                    drafts.push((row.line, focus::restate(&row.draft, &self.hash)));
                    restates.push(true);
                }
                News::Nothing => self.counts.duplicate += 1,
                News::ZeroCost => self.counts.leave_out(ZERO_COST, 1),
            }
        }
        let outcomes = submit(self.ledger, self.name, drafts, self.meter)?;
        for (outcome, restates) in outcomes.iter().zip(restates) {
            match outcome {
                Outcome::Appended(_) if restates => self.counts.restated += 1,
                outcome => self.counts.count(outcome),
            }
        }
        self.ledger.projection.file(&*self.ledger.log, |_| {})?;
        Ok(())
    }

    fn news(&self, row: &Row, known: Option<Known>) -> Result<News, CliError> {
        let Some(known) = known else {
            return Ok(if row.only_restates { News::ZeroCost } else { News::New });
        };
        let Body::UsageRecorded(said) = &row.draft.body else { return Ok(News::New) };
        let held = match self.ledger.projection.correction(known.position)? {
            Some(correction) => Some((correction.amount, correction.quantity)),
            None if known.content == content(&row.draft) => return Ok(News::Nothing),
            None => self.recorded(known)?.map(|usage| (usage.money.amount, usage.quantity)),
        };
        Ok(match held {
            // The identity is no usage: recording the row is refused as the conflict that it is.
            None => News::New,
            Some(held) if held == stated(said) => News::Nothing,
            Some(_) => News::Restated,
        })
    }

    /// The usage as it was recorded, if the record is one.
    fn recorded(&self, known: Known) -> Result<Option<UsageRecorded>, CliError> {
        let limit = ReadLimit { records: 1, ..ReadLimit::default() };
        let batch = self.ledger.log.read(known.position, limit, Duration::ZERO)?;
        let Some(record) = batch.iter().next().transpose()? else { return Ok(None) };
        Ok(match decode(&record).map(|event| event.body) {
            Ok(Body::UsageRecorded(usage)) => Some(usage),
            _ => None,
        })
    }
}

fn stated(usage: &UsageRecorded) -> (Amount, Option<Amount>) {
    (usage.money.amount, usage.quantity)
}

fn key(draft: &Draft) -> IdentityKey {
    envelope(draft, "", &[]).identity_key()
}

fn content(draft: &Draft) -> tributary_log::ContentHash {
    envelope(draft, &draft.subject.to_string(), &encode(&draft.body)).content_hash()
}

fn envelope<'a>(draft: &'a Draft, subject: &'a str, data: &'a [u8]) -> Envelope<'a> {
    Envelope {
        id: draft.identity.id.as_str(),
        source: draft.identity.source.as_str(),
        event_type: draft.body.event_type(),
        subject,
        time_us: draft.time.micros(),
        data,
    }
}
