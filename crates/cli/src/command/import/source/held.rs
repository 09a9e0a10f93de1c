//! What the ledger holds of the rows of a batch, and what the batch itself is about to say.

use std::time::Duration;

use rustc_hash::{FxHashMap, FxHashSet};
use tributary_connectors::restate::{Held, News, restatement, version_in};
use tributary_connectors::{Restates, Statement, Version};
use tributary_domain::event::{Body, Draft, Event};
use tributary_domain::id::Identity;
use tributary_events::{Encoded, decode};
use tributary_log::{ContentHash, IdentityKey, Known, Position, ReadLimit};
use tributary_projector::Filed;

use super::keys;
use crate::error::CliError;
use crate::ledger::Ledger;

/// What stands for a row of which the file imported last is right.
pub(super) enum Stands {
    /// The ledger does not know it.
    Nothing,
    /// What the row says.
    Same,
    /// Another amount or quantity.
    Differs,
    /// Under its identity the ledger holds something else: saying the row is refused as the conflict that it is.
    Other,
}

/// What the ledger holds under the identities of a batch.
pub(super) struct Lookup<'a> {
    ledger: &'a Ledger,
    known: FxHashMap<IdentityKey, Known>,
}

impl<'a> Lookup<'a> {
    pub(super) fn of<'s>(
        ledger: &'a Ledger,
        statements: impl Iterator<Item = &'s Statement>,
    ) -> Result<Self, CliError> {
        // The door looks up what nothing restates.
        let can_restate = statements.filter(|statement| statement.restates != Restates::Nothing);
        let keys: Vec<IdentityKey> = can_restate.flat_map(keys).collect();
        let known = ledger.index().known(&keys)?;
        let known = keys.into_iter().zip(known).filter_map(|(key, known)| Some((key, known?))).collect();
        Ok(Self { ledger, known })
    }

    /// Whether the ledger holds anything of the batch.
    pub(super) fn knows_any(&self) -> bool {
        !self.known.is_empty()
    }

    /// Where the event of a draft's identity stands.
    pub(super) fn position(&self, draft: &Draft) -> Option<Position> {
        self.known.get(&key(draft)).map(|known| known.position)
    }

    /// What stands for a row without versions.
    pub(super) fn stands(&self, row: &Draft) -> Result<Stands, CliError> {
        let Some(known) = self.known.get(&key(row)) else { return Ok(Stands::Nothing) };
        let said = match &row.body {
            Body::UsageRecorded(said) => said,
            Body::ChargeBilled(_) | Body::DisbursementReported(_) => {
                let standing = self.learned_last(row)?;
                return Ok(match standing.map(|filed| filed.event.body == row.body) {
                    None => Stands::Other,
                    Some(true) => Stands::Same,
                    Some(false) => Stands::Differs,
                });
            }
            _ => return Ok(Stands::Other),
        };
        let held = match self.ledger.projection.correction(known.position)? {
            Some(correction) => Some((correction.amount, correction.quantity)),
            None if known.content == content(row) => return Ok(Stands::Same),
            None => event(self.ledger, known.position)?.and_then(|event| match event.body {
                Body::UsageRecorded(usage) => Some((usage.money.amount, usage.quantity)),
                _ => None,
            }),
        };
        Ok(match held {
            None => Stands::Other,
            Some(held) if held == (said.money.amount, said.quantity) => Stands::Same,
            Some(_) => Stands::Differs,
        })
    }

    /// What is held of the key of a row that has versions.
    pub(super) fn held(&self, row: &Draft, version: &Version, first: bool) -> Result<Option<Held>, CliError> {
        let Some(known) = self.known.get(&key(row)) else { return Ok(None) };
        let said = restatement(row, version).is_some_and(|restated| self.known.contains_key(&key(&restated)));
        if said || (first && known.content == content(row)) {
            // Enough to know that there is nothing to say.
            return Ok(Some(Held { first: row.clone(), standing: None, said: true }));
        }
        let Some(event) = event(self.ledger, known.position)? else { return Ok(None) };
        let standing = self.standing(row, known.position)?.and_then(|of| version_in(&row.identity, &of));
        Ok(Some(Held { first: draft(event), standing, said }))
    }

    /// What identifies the restatement that stands.
    fn standing(&self, row: &Draft, first: Position) -> Result<Option<Identity>, CliError> {
        Ok(match &row.body {
            Body::UsageRecorded(_) => match self.ledger.projection.correction(first)? {
                Some(correction) => event(self.ledger, correction.position)?.map(|event| event.meta.identity),
                None => None,
            },
            _ => self.learned_last(row)?.map(|filed| filed.event.meta.identity),
        })
    }

    /// The event that stands for what a row bills or pays out.
    fn learned_last(&self, row: &Draft) -> Result<Option<Filed>, CliError> {
        let projection = &self.ledger.projection;
        Ok(match &row.body {
            Body::ChargeBilled(billed) => projection.charge(&row.subject, &billed.charge)?,
            Body::DisbursementReported(report) => projection.disbursement(&row.subject, &report.disbursement)?,
            _ => None,
        })
    }
}

/// The event at a position, if it can be read.
pub(super) fn event(ledger: &Ledger, position: Position) -> Result<Option<Event>, CliError> {
    let limit = ReadLimit { records: 1, ..ReadLimit::default() };
    let batch = ledger.log.read(position, limit, Duration::ZERO)?;
    let record = batch.iter().next().transpose()?;
    Ok(record.and_then(|record| decode(&record).ok()))
}

/// What the batch says of rows with versions, before it is said.
#[derive(Default)]
pub(super) struct Batch {
    held: FxHashMap<IdentityKey, Held>,
    said: FxHashSet<(IdentityKey, String)>,
}

impl Batch {
    /// What is held of a row's key once the batch is said, if it says anything of it.
    pub(super) fn held(&self, row: &Draft, version: &Version) -> Option<Held> {
        let key = key(row);
        let held = self.held.get(&key)?.clone();
        Some(Held { said: self.said.contains(&(key, version.as_str().to_owned())), ..held })
    }

    /// Takes in what was decided for a row.
    pub(super) fn learn(&mut self, row: &Draft, version: &Version, before: Option<Held>, news: &News) {
        let key = key(row);
        let standing = match (news, before) {
            (News::New(drafts), _) => {
                let standing = (drafts.len() > 1).then(|| version.clone());
                self.held.insert(key, Held { first: row.clone(), standing: standing.clone(), said: false });
                standing
            }
            (News::Restated(_), Some(held)) => {
                self.held.insert(key, Held { standing: Some(version.clone()), said: false, ..held });
                Some(version.clone())
            }
            _ => None,
        };
        self.said.extend(standing.map(|version| (key, version.as_str().to_owned())));
    }
}

/// An event as it was said.
pub(super) fn draft(event: Event) -> Draft {
    let Event { meta, subject, body } = event;
    Draft { time: meta.time, recorded: None, identity: meta.identity, subject, body }
}

/// What identifies a draft.
pub(super) fn key(draft: &Draft) -> IdentityKey {
    IdentityKey::of(draft.identity.source.as_str(), draft.identity.id.as_str())
}

fn content(draft: &Draft) -> ContentHash {
    Encoded::of(draft).envelope().content_hash()
}
