//! The partner stage: accruals of whose credits or own history may have changed, statements and digests of what was closed.

use std::collections::BTreeSet;

use tributary_domain::event::Subject;
use tributary_domain::id::PartnerId;
use tributary_domain::time::{Instant, Period};
use tributary_events::feed::Topic;
use tributary_finance::close_recorded;
use tributary_projector::{Change, Changed, ClosedPeriod, Told, View};

use super::outgoing::{Outgoing, known_then};
use super::{Ledger, Published, Publisher};
use crate::error::Result;
use crate::partner;
use crate::record::Said;

/// Partners that are looked at through one view: each reads the credits of many accounts.
const PARTNERS_PER_VIEW: usize = 32;

const TOPICS: [Topic; 4] = [Topic::Credits, Topic::Accruals, Topic::Statements, Topic::Digests];

/// What the stage has to look at.
struct Agenda {
    /// Whose accruals.
    accruals: BTreeSet<PartnerId>,
    /// Whose statements of every closed period.
    statements: BTreeSet<PartnerId>,
    /// Of everybody, the statements of these closes.
    closed: Vec<ClosedPeriod>,
    /// Periods that are not closed any more.
    reopened: BTreeSet<Period>,
    /// Everybody.
    everybody: BTreeSet<PartnerId>,
}

impl Publisher {
    /// Says what has changed of the partners of its shards, and what was closed, as known at an instant. Every account stage has
    /// said what was known then, and what it said of accounts of other shards is learned by the projection.
    pub fn publish_partner_stage(&self, ledger: Ledger<'_>, known_at: Instant) -> Result<Published> {
        close_recorded(ledger.projection, known_at, |_, _, _| {})?;
        self.read_back(ledger, &TOPICS)?;
        let told = self.told(ledger)?;
        let changes = self.changes_beside_accounts(ledger)?;
        let credited = self.held.credited()?;
        let view = ledger.projection.view(Some(known_at))?;
        let closed = partner::closed(&view);
        let whole = self.whole((&told.partners, told.known_at), &view);
        let agenda = self.agenda(&view, &told, &closed, &changes, &credited, &whole)?;
        drop(view);
        let mut published = self.tell_partners(ledger, known_at, &closed, &agenda)?;
        let all = !self.held.buried(Topic::Digests)?.is_empty()
            || whole.contains(&self.layout.shard(&Subject::Book.to_string()));
        let some = closed.iter().filter(|close| all || agenda.closed.contains(close)).copied().collect::<Vec<_>>();
        published += self.tell_digests(ledger, known_at, &some, &agenda.reopened)?;
        ledger.projection.unmark(&changes, known_at)?;
        self.held.settle(&credited, |subject| self.owns(subject))?;
        let partners = if known_at >= told.since { self.scope.clone() } else { told.partners };
        ledger.projection.tell(Told { partners, known_at, closed, ..told })?;
        Ok(published)
    }

    fn changes_beside_accounts(&self, ledger: Ledger<'_>) -> Result<Vec<Change>> {
        let mut all = Vec::new();
        let mut after = None;
        loop {
            let some = ledger.projection.changes(after.as_ref(), super::accounts::SUBJECTS_PER_VIEW)?;
            let Some(last) = some.last() else { return Ok(all) };
            after = Some(last.what.clone());
            let beside = |change: &Change| matches!(change.what, Changed::Partner(_) | Changed::Reference);
            all.extend(some.into_iter().filter(beside));
        }
    }

    fn agenda(
        &self,
        view: &View<'_>,
        told: &Told,
        closed: &[ClosedPeriod],
        changes: &[Change],
        credited: &[String],
        whole: &BTreeSet<u32>,
    ) -> Result<Agenda> {
        let mut everybody = view.partners()?;
        for topic in [Topic::Accruals, Topic::Statements] {
            everybody.extend(self.held.subjects(topic)?.iter().filter_map(|subject| partner::partner_of(subject)));
        }
        let buried = |topic| self.held.buried(topic);
        let named = |names: &mut dyn Iterator<Item = &String>| -> BTreeSet<PartnerId> {
            names.filter_map(|name| partner::partner_of(name)).collect()
        };
        let mut accruals = named(&mut credited.iter().chain(&buried(Topic::Accruals)?));
        accruals.extend(changes.iter().filter_map(|change| match &change.what {
            Changed::Partner(partner) => Some(partner.clone()),
            _ => None,
        }));
        // What was closed, and reference data, may change what everybody accrues.
        let all = changes.iter().any(|change| change.what == Changed::Reference) || told.closed != closed;
        let is_whole = |partner: &&PartnerId| whole.contains(&self.shard_of(partner));
        accruals.extend(everybody.iter().filter(|partner| all || is_whole(partner)).cloned());
        let mut statements = named(&mut buried(Topic::Statements)?.iter());
        statements.extend(everybody.iter().filter(is_whole).cloned());
        Ok(Agenda {
            accruals,
            statements,
            closed: closed.iter().filter(|close| !told.closed.contains(close)).copied().collect(),
            reopened: self.reopened(closed)?,
            everybody,
        })
    }

    /// The periods that the topics of its shards say statements or the digest of, and that are not closed.
    fn reopened(&self, closed: &[ClosedPeriod]) -> Result<BTreeSet<Period>> {
        let mut periods = BTreeSet::new();
        for topic in [Topic::Statements, Topic::Digests] {
            let said = self.held.said_in(topic)?.into_iter().filter(|(subject, _)| self.owns(subject));
            periods.extend(said.filter_map(|(_, key)| key.rsplit('/').next()?.parse::<Period>().ok()));
        }
        periods.retain(|period| closed.iter().all(|close| close.period != *period));
        Ok(periods)
    }

    fn tell_partners(
        &self,
        ledger: Ledger<'_>,
        known_at: Instant,
        closed: &[ClosedPeriod],
        agenda: &Agenda,
    ) -> Result<Published> {
        let mut outgoing = Outgoing::new(self, ledger);
        let everybody = !agenda.closed.is_empty() || !agenda.reopened.is_empty();
        let beside = if everybody { &agenda.everybody } else { &agenda.statements };
        let partners: BTreeSet<&PartnerId> = agenda.accruals.iter().chain(beside).chain(&agenda.statements).collect();
        let partners: Vec<&PartnerId> =
            partners.into_iter().filter(|partner| self.scope.contains(&self.shard_of(partner))).collect();
        for some in partners.chunks(PARTNERS_PER_VIEW) {
            let view = ledger.projection.view(Some(known_at))?;
            for partner in some {
                if agenda.accruals.contains(partner) {
                    tell_accrual(&view, partner, &mut outgoing)?;
                }
                let every = agenda.statements.contains(partner);
                for close in if every { closed } else { &agenda.closed } {
                    say(&view, &partner::of_closed(&view, partner, close)?, &mut outgoing)?;
                }
                for period in &agenda.reopened {
                    say(&view, &partner::of_reopened(&view, partner, *period), &mut outgoing)?;
                }
            }
        }
        outgoing.finish()
    }

    /// Digests come last: a reader who sees one has every statement of its shard's publisher before it.
    fn tell_digests(
        &self,
        ledger: Ledger<'_>,
        known_at: Instant,
        closed: &[ClosedPeriod],
        reopened: &BTreeSet<Period>,
    ) -> Result<Published> {
        let mut outgoing = Outgoing::new(self, ledger);
        let view = ledger.projection.view(Some(known_at))?;
        for close in closed {
            let said = partner::digest(close, partner::statements(&view, close)?);
            if self.owns(&said.subject) {
                say(&view, &said, &mut outgoing)?;
            }
        }
        for period in reopened {
            let said = partner::no_digest(&view, period.to_string());
            if self.owns(&said.subject) {
                say(&view, &said, &mut outgoing)?;
            }
        }
        outgoing.finish()
    }

    fn shard_of(&self, partner: &PartnerId) -> u32 {
        self.layout.shard(&Subject::Partner(partner.clone()).to_string())
    }
}

fn tell_accrual(view: &View<'_>, partner: &PartnerId, outgoing: &mut Outgoing<'_>) -> Result<()> {
    let said = partner::accrual(view, partner)?;
    outgoing.say(&said, |known_at| known_then(view, known_at, |then| partner::due(then, &said)))
}

/// Says what is closed, and that it is not any more.
fn say(view: &View<'_>, said: &Said, outgoing: &mut Outgoing<'_>) -> Result<()> {
    outgoing.say(said, |known_at| match &said.content {
        // Due to its close, which was recorded after the cutoff.
        Some(_) => partner::due(view, said),
        None => known_then(view, known_at, |then| partner::due(then, said)),
    })
}
