//! Files that replace what earlier ones said of a scope. Which came before and what they said is kept beside the log
//! (`tributary_origins`); which version spoke of a row last stands in the ledger, in the ids of corrections.

use std::collections::{BTreeMap, BTreeSet};

use tributary_connectors::restate::{version_in, voided};
use tributary_connectors::{Scope, Version};
use tributary_domain::event::Draft;
use tributary_intake::Outcome;
use tributary_log::Position;
use tributary_origins::{Import, Origins};

use super::super::{DRAFTS_PER_BATCH, Received};
use super::held::{draft, event};
use crate::error::CliError;
use crate::ledger::Ledger;

/// The scopes that files say.
pub(super) struct Deliveries {
    origins: Origins,
    /// The greatest version of each scope among the files before this one; looked up where a row asks for it.
    greatest: Option<BTreeMap<[u8; 16], String>>,
    /// What this file says: its version of each scope, and where the events stand.
    said: BTreeMap<Scope, (Version, BTreeSet<Position>)>,
    /// What of that is not noted yet, with the lines.
    fresh: BTreeMap<Scope, Vec<(Position, u64)>>,
}

impl Deliveries {
    pub(super) const fn of(origins: Origins) -> Self {
        Self { origins, greatest: None, said: BTreeMap::new(), fresh: BTreeMap::new() }
    }

    /// Takes in that the file speaks of a scope; true if a file of a later version has replaced what it says.
    pub(super) fn is_superseded(&mut self, scope: Scope, version: &Version) -> Result<bool, CliError> {
        let greatest = match &mut self.greatest {
            Some(greatest) => greatest,
            none => none.insert(self.origins.versions()?),
        };
        if greatest.get(&scope.0).is_some_and(|greatest| greatest.as_str() > version.as_str()) {
            return Ok(true);
        }
        self.said.entry(scope).or_insert_with(|| (version.clone(), BTreeSet::new()));
        Ok(false)
    }

    /// Takes in where the event of a row stands, whoever said it first.
    pub(super) fn say(&mut self, scope: Scope, position: Position, line: u64) {
        if let Some((_, said)) = self.said.get_mut(&scope) {
            said.insert(position);
            self.fresh.entry(scope).or_default().push((position, line));
        }
    }

    /// Whether the file replaces anything.
    pub(super) fn any(&self) -> bool {
        !self.said.is_empty()
    }

    /// Notes what was taken in since the last time.
    pub(super) fn note(&mut self, import: &mut Import) -> Result<(), CliError> {
        for (scope, said) in std::mem::take(&mut self.fresh) {
            if let Some((version, _)) = self.said.get(&scope) {
                import.deliver(&scope.0, version.as_str(), &said)?;
            }
        }
        Ok(())
    }

    /// Voids what earlier files said of this file's scopes and neither it nor another file of its version says; gives where.
    pub(super) fn void(&self, ledger: &Ledger, received: Received) -> Result<Vec<Position>, CliError> {
        let mut positions = Vec::new();
        for (scope, (version, said)) in &self.said {
            let gone: Vec<Position> = self.gone(scope, version, said)?.into_iter().collect();
            for gone in gone.chunks(DRAFTS_PER_BATCH) {
                let drafts = gone.iter().map(|position| void_at(ledger, *position, version));
                let drafts = drafts.filter_map(Result::transpose).collect::<Result<Vec<_>, _>>()?;
                for outcome in received.outcomes(ledger, &received.mark(drafts))? {
                    if let Outcome::Appended(position) = outcome {
                        positions.push(position);
                    }
                }
            }
        }
        Ok(positions)
    }

    fn gone(
        &self,
        scope: &Scope,
        version: &Version,
        said: &BTreeSet<Position>,
    ) -> Result<BTreeSet<Position>, CliError> {
        let (mut earlier, mut still) = (BTreeSet::new(), BTreeSet::new());
        for (of, positions) in self.origins.said(&scope.0)? {
            if of.as_str() < version.as_str() { &mut earlier } else { &mut still }.extend(positions);
        }
        Ok(earlier.into_iter().filter(|at| !still.contains(at) && !said.contains(at)).collect())
    }
}

/// What voids the usage at a position; none if nothing of it stands, or a later version has spoken of it.
fn void_at(ledger: &Ledger, position: Position, version: &Version) -> Result<Option<Draft>, CliError> {
    let Some(first) = event(ledger, position)?.map(draft) else { return Ok(None) };
    let standing = match ledger.projection.correction(position)? {
        Some(correction) if correction.amount.is_zero() => return Ok(None),
        Some(correction) => event(ledger, correction.position)?,
        None => None,
    };
    let standing = standing.and_then(|event| version_in(&first.identity, &event.meta.identity));
    Ok(voided(&first, version, standing.as_ref()))
}
