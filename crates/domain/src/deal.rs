//! A deal: its terms, lines and team on any day (D1–D4).

use std::collections::BTreeMap;

use crate::book::Book;
use crate::event::{Body, DealOpened, Event, Line, LineKind, Meta, Motion};
use crate::id::{DealId, Identity, LeadId, PartnerId, Product, RegistrationId, Role};
use crate::time::Day;

/// One deal of an account.
#[derive(Debug, Clone)]
pub struct Deal {
    /// Its id.
    pub id: DealId,
    /// What opened it: the earliest opening that resolves (D1).
    pub opened: Meta,
    /// The day of its opening.
    pub opened_on: Day,
    /// How its lead is worked (D1).
    pub motion: Motion,
    /// The lead that it names.
    pub lead: Option<LeadId>,
    /// The registration that it names.
    pub registration: Option<RegistrationId>,
    /// Its terms, by `term_start` (D2).
    pub terms: Vec<Term>,
    /// The day of its earliest `won` event.
    pub first_won_on: Option<Day>,
    /// That event.
    pub first_won_by: Option<Identity>,
    /// The days on which it churned, rising, and the events that say so.
    pub churns: Vec<(Day, Identity)>,
    lines: Vec<LinesFrom>,
    roles: BTreeMap<(PartnerId, Role), Vec<RoleFrom>>,
}

/// A term of a deal (D2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// Its first day.
    pub start: Day,
    /// Its last day as agreed; none: open-ended.
    pub end: Option<Day>,
    /// Its last day after a churn cut it short; before `start` if nothing of it is left.
    pub ended: Option<Day>,
    /// Whether it is the initial one.
    pub kind: TermKind,
    /// The event that gave it.
    pub given_by: Identity,
}

/// Whether a term is the deal's first (D2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the contract's own words")]
pub enum TermKind {
    Initial,
    Renewal,
}

impl TermKind {
    /// The contract's word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Initial => "initial",
            Self::Renewal => "renewal",
        }
    }
}

impl Term {
    /// Its last day, all told; none: open-ended.
    pub fn last_day(&self) -> Option<Day> {
        self.ended.or(self.end)
    }

    /// Whether it contains a day.
    pub fn contains(&self, day: Day) -> bool {
        self.start <= day && self.last_day().is_none_or(|last| day <= last)
    }
}

#[derive(Debug, Clone)]
struct LinesFrom {
    in_force: Day,
    meta: Meta,
    lines: Vec<Line>,
}

#[derive(Debug, Clone)]
struct RoleFrom {
    day: Day,
    identity: Identity,
    held: bool,
}

/// The events of one deal, in the order of T3.
pub(crate) struct DealEvents<'a> {
    pub(crate) opening: (&'a Meta, &'a DealOpened),
    pub(crate) motion: Motion,
    pub(crate) others: &'a [&'a Event],
}

impl Deal {
    /// Folds a deal from its events, which stand in the order of T3.
    pub(crate) fn fold(events: &DealEvents<'_>, book: &Book) -> Self {
        let (opened, opening) = events.opening;
        let churns = churns(events.others, book);
        let first_won = events.others.iter().find(|event| matches!(event.body, Body::DealWon(_)));
        Self {
            id: opening.deal.clone(),
            opened: opened.clone(),
            opened_on: book.day(opened.time),
            motion: events.motion,
            lead: opening.lead.clone(),
            registration: opening.registration.clone(),
            terms: terms(events.others, &churns),
            first_won_on: first_won.map(|event| book.day(event.meta.time)),
            first_won_by: first_won.map(|event| event.meta.identity.clone()),
            churns,
            lines: lines(events, book),
            roles: roles(events.others, book),
        }
    }

    /// The term of a day: of several that contain it the one that starts last (D2).
    pub fn term_on(&self, day: Day) -> Option<&Term> {
        self.terms.iter().rev().find(|term| term.contains(day))
    }

    /// The initial term (D2).
    pub fn initial_term(&self) -> Option<&Term> {
        self.terms.iter().find(|term| term.kind == TermKind::Initial)
    }

    /// The first day of the initial term (D2).
    pub fn initial_start(&self) -> Option<Day> {
        self.initial_term().map(|term| term.start)
    }

    /// The lines on a day (D3); none are known before the first event that has any.
    pub fn lines_on(&self, day: Day) -> &[Line] {
        self.lines.iter().rev().find(|from| from.in_force <= day).map_or(&[], |from| &from.lines)
    }

    /// The event that gave the lines of a day (D3).
    pub fn lines_given_by(&self, day: Day) -> Option<&Identity> {
        self.lines.iter().rev().find(|from| from.in_force <= day).map(|from| &from.meta.identity)
    }

    /// Whether it ever has a line that recurs (F2).
    pub fn recurs(&self) -> bool {
        self.lines.iter().flat_map(|from| &from.lines).any(|line| matches!(line.kind, LineKind::Recurring(_)))
    }

    /// The current consumption line for a product (D5).
    pub fn consumption_line_on(&self, day: Day, product: &Product) -> Option<&Line> {
        self.lines_on(day).iter().find(|line| line.kind == LineKind::Consumption && line.product == *product)
    }

    /// Who holds which role on a day, by partner and role (D4).
    pub fn team_on(&self, day: Day) -> impl Iterator<Item = (&PartnerId, &Role)> {
        self.roles.iter().filter(move |(_, changes)| held_on(changes, day)).map(|((partner, role), _)| (partner, role))
    }

    /// The event that says who holds a role on a day: an explanation's source.
    pub fn role_given_by(&self, partner: &PartnerId, role: &Role, day: Day) -> Option<&Identity> {
        let changes = self.roles.get(&(partner.clone(), role.clone()))?;
        changes.iter().rev().find(|change| change.day <= day).map(|change| &change.identity)
    }

    /// The events that took a role from whoever held it before and does not on a day, by partner: an explanation's source.
    pub fn roles_removed_by<'a>(
        &'a self,
        role: &'a Role,
        day: Day,
    ) -> impl Iterator<Item = (&'a PartnerId, &'a Identity)> {
        let of_role = self.roles.iter().filter(move |((_, of), _)| of == role);
        of_role.filter_map(move |((partner, _), changes)| {
            let latest = changes.iter().rev().find(|change| change.day <= day)?;
            (!latest.held).then_some((partner, &latest.identity))
        })
    }

    /// How many days after the initial term's start the deal first churned (M7).
    pub fn churned_after_days(&self) -> Option<u32> {
        let (churned, _) = self.first_churn()?;
        u32::try_from((*churned - self.initial_start()?).num_days()).ok()
    }

    /// The first churn on or after the initial term's start (M7), and the event that says it.
    pub fn first_churn(&self) -> Option<&(Day, Identity)> {
        let start = self.initial_start()?;
        self.churns.iter().find(|(day, _)| *day >= start)
    }
}

fn held_on(changes: &[RoleFrom], day: Day) -> bool {
    changes.iter().rev().find(|change| change.day <= day).is_some_and(|change| change.held)
}

fn churns(events: &[&Event], book: &Book) -> Vec<(Day, Identity)> {
    let mut churns: Vec<(Day, Identity)> = events
        .iter()
        .filter(|event| matches!(event.body, Body::DealChurned(_)))
        .map(|event| (book.day(event.meta.time), event.meta.identity.clone()))
        .collect();
    churns.sort_by_key(|(day, _)| *day); // of one day the first in the order of T3
    churns
}

/// D2: of several terms with one start the latest event's stands; the first churn within a term cuts it.
fn terms(events: &[&Event], churns: &[(Day, Identity)]) -> Vec<Term> {
    let mut initial_start = None;
    let mut by_start = BTreeMap::new();
    for event in events {
        let (given, won) = match &event.body {
            Body::DealWon(given) => (given, true),
            Body::DealRenewed(given) => (given, false),
            _ => continue,
        };
        if won && initial_start.is_none() {
            initial_start = Some(given.term_start);
        }
        by_start.insert(given.term_start, (given.term_end, event.meta.identity.clone()));
    }
    let term = |(start, (end, given_by)): (Day, (Option<Day>, Identity))| {
        let agreed = |day: &&Day| start <= **day && end.is_none_or(|end| **day <= end);
        let churned = churns.iter().map(|(day, _)| day).find(agreed);
        Term {
            start,
            end,
            ended: churned.and_then(Day::pred_opt),
            kind: if initial_start == Some(start) { TermKind::Initial } else { TermKind::Renewal },
            given_by,
        }
    };
    by_start.into_iter().map(term).collect()
}

/// D3: what gives lines, by (in-force date, T3).
fn lines(events: &DealEvents<'_>, book: &Book) -> Vec<LinesFrom> {
    let (opened, opening) = events.opening;
    let mut all = Vec::new();
    let mut give = |in_force: Day, meta: &Meta, lines: &[Line]| {
        all.push(LinesFrom { in_force, meta: meta.clone(), lines: lines.to_vec() });
    };
    if !opening.lines.is_empty() {
        give(book.day(opened.time), opened, &opening.lines);
    }
    for event in events.others {
        let day = book.day(event.meta.time);
        match &event.body {
            Body::DealWon(won) if !won.lines.is_empty() => give(day, &event.meta, &won.lines),
            Body::DealRenewed(renewed) if !renewed.lines.is_empty() => {
                give(renewed.term_start, &event.meta, &renewed.lines);
            }
            Body::DealChanged(changed) => give(day, &event.meta, &changed.lines),
            _ => {}
        }
    }
    all.sort_by(|a, b| (a.in_force, &a.meta).cmp(&(b.in_force, &b.meta)));
    all
}

/// D4: the changes of each (partner, role), in the order of T3.
fn roles(events: &[&Event], book: &Book) -> BTreeMap<(PartnerId, Role), Vec<RoleFrom>> {
    let mut roles: BTreeMap<_, Vec<RoleFrom>> = BTreeMap::new();
    for event in events {
        let (change, held) = match &event.body {
            Body::DealRoleAssigned(change) => (change, true),
            Body::DealRoleRemoved(change) => (change, false),
            _ => continue,
        };
        let day = book.day(event.meta.time);
        let identity = event.meta.identity.clone();
        let key = (change.partner.clone(), change.role.clone());
        roles.entry(key).or_default().push(RoleFrom { day, identity, held });
    }
    roles
}
