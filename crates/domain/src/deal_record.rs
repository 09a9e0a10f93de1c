//! The record of a deal: what each system says of each field on a day, who is right about it, and where they differ (O1–O4).

use std::collections::BTreeMap;

use crate::account::Account;
use crate::currency::Currency;
use crate::event::{Body, DealField, DisbursementReported, Event, FieldValue, Meta, SystemKind};
use crate::id::{DealId, PolicyId, System};
use crate::money::{Amount, Overflow};
use crate::policy::FieldAuthority;
use crate::reference::Reference;
use crate::time::{Day, Instant};

/// What a system says of a field (O2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// Which system.
    pub system: System,
    /// What kind of system, as it said last.
    pub kind: SystemKind,
    /// What it says; none: that the field is empty.
    pub value: Option<FieldValue>,
    /// The event from which on it says so without a break.
    pub first: Meta,
    /// The event that said so last.
    pub last: Meta,
}

impl Said {
    /// Since when it says so.
    pub const fn since(&self) -> Instant {
        self.first.time
    }
}

/// Who is right about a field (O3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Authority {
    /// The first of these that ever said anything of it.
    Systems {
        /// The policy that names them.
        policy: PolicyId,
        /// The first day of its version.
        effective_from: Day,
        /// In order.
        systems: Vec<System>,
    },
    /// The system of this kind that said something of it last: no policy names the field.
    Kind(SystemKind),
}

/// A field of a deal that some system said something of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldRecord {
    /// Which.
    pub field: DealField,
    /// Who is right about it.
    pub authority: Authority,
    /// What every system says of it, by system.
    pub said: Vec<Said>,
    same: Vec<Vec<String>>,
}

impl FieldRecord {
    /// What the authority says of it; none while it has said nothing (O3).
    pub fn resolved(&self) -> Option<&Said> {
        match &self.authority {
            Authority::Systems { systems, .. } => {
                systems.iter().find_map(|system| self.said.iter().find(|said| said.system == *system))
            }
            Authority::Kind(kind) => {
                self.said.iter().filter(|said| said.kind == *kind).max_by(|one, other| one.last.cmp(&other.last))
            }
        }
    }

    /// The systems that say something else than the authority; while that is silent, all of them if they do not agree (O4).
    pub fn drifting(&self) -> Vec<&Said> {
        let differs = |from: &Said| self.said.iter().any(|said| !self.says_the_same(from, said));
        match self.resolved() {
            Some(held) => self.said.iter().filter(|said| !self.says_the_same(held, said)).collect(),
            None if self.said.iter().any(differs) => self.said.iter().collect(),
            None => Vec::new(),
        }
    }

    fn says_the_same(&self, one: &Said, other: &Said) -> bool {
        match (&one.value, &other.value) {
            (Some(FieldValue::Text(one)), Some(FieldValue::Text(other))) if one != other => {
                self.same.iter().any(|texts| texts.contains(one) && texts.contains(other))
            }
            (one, other) => one == other,
        }
    }
}

/// The fields of a deal on a day, in their order; those of which nothing was said are left out.
///
/// `events` are those of the account as known, in any order, each once; others than observations and accepted offers say
/// nothing here, and what was disbursed is the account's.
pub fn deal_record<'e>(
    account: &Account,
    deal: &DealId,
    events: impl IntoIterator<Item = &'e Event>,
    reference: &Reference,
    day: Day,
) -> Result<Vec<FieldRecord>, Overflow> {
    let is_about = |event: &&Event| {
        let named = match &event.body {
            Body::DealObserved(observed) => &observed.deal,
            Body::OfferAccepted(offer) => &offer.deal,
            _ => return false,
        };
        named == deal && reference.book.day(event.meta.time) <= day
    };
    let mut ordered: Vec<&Event> = events.into_iter().filter(is_about).collect();
    ordered.sort_by(|one, other| one.meta.cmp(&other.meta));
    let mut fields = Fields::default();
    for event in ordered {
        match &event.body {
            Body::DealObserved(observed) => {
                for (field, value) in &observed.fields {
                    fields.say(*field, &observed.system, observed.kind, value.clone(), &event.meta);
                }
            }
            Body::OfferAccepted(offer) => {
                let value = Some(FieldValue::Text(offer.agreement.to_string()));
                fields.say(DealField::Agreement, &ledger(), SystemKind::Marketplace, value, &event.meta);
            }
            _ => {}
        }
    }
    paid(account, deal, day, &mut fields)?;
    let of_field = |(field, said): (DealField, BTreeMap<System, Said>)| {
        let (authority, same) = authority(field, reference, day);
        FieldRecord { field, authority, said: said.into_values().collect(), same }
    };
    Ok(fields.0.into_iter().map(of_field).collect())
}

#[derive(Default)]
struct Fields(BTreeMap<DealField, BTreeMap<System, Said>>);

impl Fields {
    /// Takes in what a system says, in the order of T3.
    fn say(&mut self, field: DealField, system: &System, kind: SystemKind, value: Option<FieldValue>, meta: &Meta) {
        let of_field = self.0.entry(field).or_default();
        let said = Said { system: system.clone(), kind, value, first: meta.clone(), last: meta.clone() };
        match of_field.get_mut(system) {
            Some(before) if before.value == said.value => *before = Said { first: before.first.clone(), ..said },
            _ => _ = of_field.insert(system.clone(), said),
        }
    }
}

/// What marketplaces' reports say was paid for a deal by a day, added up (F4).
fn paid(account: &Account, deal: &DealId, day: Day, fields: &mut Fields) -> Result<(), Overflow> {
    let is_for = |report: &DisbursementReported| {
        report.disbursed_on <= day && account.disbursed_for(report).is_some_and(|(of, _)| of == deal)
    };
    let mut amounts: BTreeMap<Currency, Amount> = BTreeMap::new();
    let mut last: Option<&Meta> = None;
    for (meta, report) in account.disbursements.standing().filter(|(_, report)| is_for(report)) {
        amounts.entry(report.currency).or_insert(Amount::ZERO).add(report.net)?;
        last = last.max(Some(meta));
    }
    let Some(last) = last else { return Ok(()) };
    amounts.retain(|_, amount| !amount.is_zero());
    let value = (!amounts.is_empty()).then_some(FieldValue::Money(amounts));
    fields.say(DealField::Paid, &ledger(), SystemKind::Disbursements, value, last);
    Ok(())
}

/// What the ledger is called among the systems: it says the agreement and what was paid.
pub const LEDGER: &str = "ledger";

fn ledger() -> System {
    match System::new(LEDGER) {
        Ok(system) => system,
        Err(_) => unreachable!("`{LEDGER}` is an identifier"),
    }
}

/// Who is right about a field on a day: of the policies in force that name it the highest priority, then the smallest id (O3).
fn authority(field: DealField, reference: &Reference, day: Day) -> (Authority, Vec<Vec<String>>) {
    let mut decides: Option<(i32, Authority, &FieldAuthority)> = None;
    for policy in reference.policies.authority_on(day) {
        let Some(named) = policy.fields.get(&field) else { continue };
        if decides.as_ref().is_none_or(|(priority, _, _)| *priority < policy.priority) {
            let systems = named.systems.clone();
            let authority =
                Authority::Systems { policy: policy.id.clone(), effective_from: policy.effective_from, systems };
            decides = Some((policy.priority, authority, named));
        }
    }
    match decides {
        Some((_, authority, named)) => (authority, named.same.clone()),
        None => (Authority::Kind(field.owner()), Vec::new()),
    }
}
