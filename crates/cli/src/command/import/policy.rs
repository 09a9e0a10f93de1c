//! Policies as people write them, into `policy.published` that takes force with its `effectiveFrom`.

use std::io::Read;

use serde_json::Value;
use tributary_domain::event::{Body, Draft, Event, Subject};
use tributary_domain::id::{EventId, Identity, Source};
use tributary_domain::policy::Policy;
use tributary_domain::time::Day;
use tributary_events::policy;

use super::report::Counts;
use super::{Input, submit};
use crate::error::CliError;
use crate::ledger::{Ledger, now};
use crate::meter::Meter;

/// Who says the policies that this command says.
const SOURCE: &str = "urn:tributary:policy";

/// How many hex digits of the hash of its words go into a policy's event id.
const WORDS_DIGITS: usize = 16;

/// Imports the one document of a file. The words that stand for a version already are known; other words correct it.
pub(super) fn import(ledger: &Ledger, mut input: Input, meter: &Meter) -> Result<Counts, CliError> {
    let (name, mut text) = (input.name.clone(), String::new());
    let read = input.reader.read_to_string(&mut text);
    read.map_err(|source| CliError::Read { name: name.clone(), source })?;
    let mut counts = Counts { read: 1, ..Counts::default() };
    let document: Value = match serde_saphyr::from_str(&text) {
        Ok(document) => document,
        Err(error) => {
            meter.say(&format_args!(
                "{name}:1: policy: is neither YAML nor JSON: {} (not-yaml)",
                error.without_snippet()
            ));
            return Ok(Counts { refused: 1, ..counts });
        }
    };
    let policy = match policy::read(&document) {
        Ok(policy) => policy,
        Err(refusal) => {
            meter.say(&format_args!("{name}:1: {}: {refusal} ({})", refusal.field(), refusal.code()));
            return Ok(Counts { refused: 1, ..counts });
        }
    };
    if stands(ledger, &policy)? {
        counts.duplicate = 1;
        return Ok(counts);
    }
    let outcomes = submit(ledger, &name, vec![(1, draft(policy))], meter)?;
    outcomes.iter().for_each(|outcome| counts.count(outcome));
    // The next file may correct this one.
    ledger.projection.file(&ledger.log, |_| {})?;
    Ok(counts)
}

/// Whether the ledger holds these words as the latest ones of this version.
fn stands(ledger: &Ledger, policy: &Policy) -> Result<bool, CliError> {
    let view = ledger.projection.view(None)?;
    let published = |event: &Event| match &event.body {
        Body::PolicyPublished(published) if version(published) == version(policy) => Some(policy::write(published)),
        _ => None,
    };
    let versions = view.reference_events().filter_map(|filed| Some((&filed.event.meta, published(&filed.event)?)));
    let latest = versions.max_by(|(a, _), (b, _)| a.cmp(b));
    Ok(latest.is_some_and(|(_, words)| words == policy::write(policy)))
}

/// Kind, id and first day: what makes two documents the same version.
fn version(policy: &Policy) -> (&'static str, &str, Day) {
    match policy {
        Policy::Attribution(policy) => ("attribution", policy.id.as_str(), policy.effective_from),
        Policy::Commission(plan) => ("commission", plan.id.as_str(), plan.effective_from),
    }
}

fn draft(policy: Policy) -> Draft {
    let words: String = blake3::hash(policy::write(&policy).as_bytes()).to_hex().chars().take(WORDS_DIGITS).collect();
    let (kind, id, from) = version(&policy);
    let id = EventId::new(&format!("{kind}/{id}/{from}/{words}"));
    Draft {
        time: now(),
        recorded: None,
        identity: Identity { source: Source::new(SOURCE), id },
        subject: Subject::Book,
        body: Body::PolicyPublished(Box::new(policy)),
    }
}
