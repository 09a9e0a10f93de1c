//! Registrations, and which one protects a deal (A4).

use std::collections::{BTreeMap, BTreeSet};

use crate::book::Book;
use crate::deal::Deal;
use crate::event::{Body, Event, Meta};
use crate::id::{PartnerId, Product, RegistrationId};
use crate::time::Day;

/// The registrations of an account.
#[derive(Debug, Clone, Default)]
pub struct Registrations {
    by_id: BTreeMap<RegistrationId, Registration>,
    lost: BTreeSet<RegistrationId>,
}

/// One registration.
#[derive(Debug, Clone, Default)]
pub struct Registration {
    /// The earliest submission; without one nobody claims anything.
    pub submitted: Option<Submission>,
    approved_on: Vec<Day>,
    /// (day, until) of approvals and extensions, in the order of T3.
    exclusive: Vec<(Day, Day)>,
    refused_on: Vec<Day>,
}

/// A partner's claim.
#[derive(Debug, Clone)]
pub struct Submission {
    /// The event that says it.
    pub meta: Meta,
    /// Whose claim it is.
    pub partner: PartnerId,
    /// For which products; none: all.
    pub products: Vec<Product>,
}

impl Registrations {
    /// Folds an account's events, which stand in the order of T3.
    pub(crate) fn fold(ordered: &[&Event], book: &Book) -> Self {
        let mut registrations = Self::default();
        for event in ordered {
            registrations.learn(event, book.day(event.meta.time));
        }
        registrations
    }

    fn learn(&mut self, event: &Event, day: Day) {
        match &event.body {
            Body::RegistrationSubmitted(submitted) => {
                self.entry(&submitted.registration).submitted.get_or_insert_with(|| Submission {
                    meta: event.meta.clone(),
                    partner: submitted.partner.clone(),
                    products: submitted.products.clone(),
                });
            }
            Body::RegistrationApproved(approved) => {
                let registration = self.entry(&approved.registration);
                registration.approved_on.push(day);
                registration.exclusive.push((day, approved.exclusive_until));
            }
            Body::RegistrationExtended(extended) => {
                self.entry(&extended.registration).exclusive.push((day, extended.exclusive_until));
            }
            Body::RegistrationRejected(refused) | Body::RegistrationWithdrawn(refused) => {
                self.entry(&refused.registration).refused_on.push(day);
            }
            Body::RegistrationAdjudicated(decided) => {
                let losers = decided.registrations.iter().filter(|named| **named != decided.winner);
                self.lost.extend(losers.cloned());
            }
            _ => {}
        }
    }

    fn entry(&mut self, id: &RegistrationId) -> &mut Registration {
        self.by_id.entry(id.clone()).or_default()
    }

    /// The registration that protects a deal: of those that qualify on its opening day the earliest submitted (A4).
    pub fn protecting(&self, deal: &Deal) -> Option<(&RegistrationId, &Submission)> {
        let day = deal.opened_on;
        let products: BTreeSet<&Product> = deal.lines_on(day).iter().map(|line| &line.product).collect();
        self.by_id
            .iter()
            .filter(|(id, _)| !self.lost.contains(*id))
            .filter(|(_, registration)| registration.protects_on(day))
            .filter_map(|(id, registration)| registration.submitted.as_ref().map(|submission| (id, submission)))
            .filter(|(_, submission)| meets(&submission.products, &products))
            .min_by(|a, b| a.1.meta.cmp(&b.1.meta))
    }
}

impl Registration {
    fn protects_on(&self, day: Day) -> bool {
        self.approved_on.iter().any(|approved| *approved <= day)
            && self.exclusive.iter().rev().find(|(from, _)| *from <= day).is_some_and(|(_, until)| *until >= day)
            && !self.refused_on.iter().any(|refused| *refused <= day)
    }
}

/// Whether a registration's products (none: all) meet a deal's (no lines: all).
fn meets(registered: &[Product], sold: &BTreeSet<&Product>) -> bool {
    registered.is_empty() || sold.is_empty() || registered.iter().any(|product| sold.contains(product))
}
