//! A program as the ledger knows it on a day, and what would have to be said to make it another one. Known is what is recorded
//! now: of an alias whatever its time (I3), of everything else what is in force on the day (D4, M1).

mod change;
mod standing;

use std::collections::BTreeSet;

use tributary_domain::id::{DealId, PartnerId, Role};
use tributary_domain::program::Program;
use tributary_domain::time::{Day, Instant};
use tributary_projector::{ProjectorError, View};

pub use change::Change;
use change::{Effective, account_opened, alias, partner_enrolled, role_changes};
use standing::{account_on, aliases, partners_on};

/// The program as it is on a day: every partner and account with a state by then, every alias that is linked, every deal that
/// is opened by then with its team.
pub fn present(view: &View<'_>, day: Day) -> Result<Program, ProjectorError> {
    let mut program = Program::default();
    for (partner, (_, state)) in partners_on(view, day) {
        program.partners.insert(partner.clone(), state.clone());
    }
    for (alias, (_, account)) in aliases(view) {
        if account.is_some() {
            program.aliases.insert(alias, account.cloned());
        }
    }
    for id in view.accounts()? {
        let folded = view.account(&id)?;
        if let Some((_, state)) = account_on(view, &folded, day) {
            program.accounts.insert(id, state.clone());
        }
        for deal in folded.account.deals.values().filter(|deal| deal.opened_on <= day) {
            let team = deal.team_on(day).map(|(partner, role)| (partner.clone(), role.clone()));
            program.teams.insert(deal.id.clone(), team.collect());
        }
    }
    Ok(program)
}

/// The deals of a program that are not opened: nobody can say whose history their teams belong to.
pub fn unknown_deals(view: &View<'_>, program: &Program) -> Result<Vec<DealId>, ProjectorError> {
    let mut unknown = Vec::new();
    for deal in program.teams.keys() {
        if view.owner(deal)?.is_none() {
            unknown.push(deal.clone());
        }
    }
    Ok(unknown)
}

/// What would have to be said at an instant so that the ledger knows the program as it should be. Parts that it knows so
/// already need nothing, nor does a deal that is not opened.
pub fn changes(view: &View<'_>, program: &Program, effective: Instant) -> Result<Vec<Change>, ProjectorError> {
    let at = Effective::new(view, effective);
    let mut changes = Vec::new();
    let known = partners_on(view, at.day);
    for (partner, state) in &program.partners {
        changes.extend(partner_enrolled(&at, partner, state, known.get(partner).copied()));
    }
    for (id, state) in &program.accounts {
        let folded = view.account(id)?;
        changes.extend(account_opened(&at, id, state, account_on(view, &folded, at.day)));
    }
    let known = aliases(view);
    for (id, account) in &program.aliases {
        changes.extend(alias(&at, id, account.as_ref(), known.get(id).copied()));
    }
    for (deal, team) in &program.teams {
        changes.extend(team_changes(view, &at, deal, team)?);
    }
    Ok(changes)
}

fn team_changes(
    view: &View<'_>,
    at: &Effective<'_>,
    deal: &DealId,
    team: &BTreeSet<(PartnerId, Role)>,
) -> Result<Vec<Change>, ProjectorError> {
    let Some(owner) = view.owner(deal)? else { return Ok(Vec::new()) };
    let folded = view.account(&owner)?;
    let held: BTreeSet<(PartnerId, Role)> = folded.account.deals.get(deal).map_or_else(BTreeSet::new, |of| {
        of.team_on(at.day).map(|(partner, role)| (partner.clone(), role.clone())).collect()
    });
    Ok(role_changes(at, &folded, deal, &held, team))
}
