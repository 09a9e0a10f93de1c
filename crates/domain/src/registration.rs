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
}

/// One registration.
#[derive(Debug, Clone, Default)]
pub struct Registration {
    /// The earliest submission; without one nobody claims anything.
    pub submitted: Option<Submission>,
    approved: Vec<(Day, Meta)>,
    /// Until when, by approvals and extensions, in the order of T3.
    exclusive: Vec<(Day, Meta, Day)>,
    refused: Vec<(Day, Meta)>,
    /// The adjudications that name it, and whether it lost.
    adjudicated: Vec<(Meta, bool)>,
}

/// Whether a registration protects a deal, or why not (A4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// It qualifies; of several the earliest submitted protects.
    Qualifies,
    /// Nobody submitted it.
    NotSubmitted,
    /// An adjudication names it without making it the winner.
    Lost,
    /// It was not approved by the deal's opening day.
    NotApproved,
    /// Its exclusivity had run out by then.
    NotExclusive,
    /// It was rejected or withdrawn by then.
    Refused,
    /// It is for other products.
    OtherProducts,
}

impl Standing {
    /// A word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Qualifies => "qualifies",
            Self::NotSubmitted => "notSubmitted",
            Self::Lost => "lost",
            Self::NotApproved => "notApproved",
            Self::NotExclusive => "notExclusive",
            Self::Refused => "refused",
            Self::OtherProducts => "otherProducts",
        }
    }
}

/// A partner's claim.
#[derive(Debug, Clone, PartialEq, Eq)]
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
                registration.approved.push((day, event.meta.clone()));
                registration.exclusive.push((day, event.meta.clone(), approved.exclusive_until));
            }
            Body::RegistrationExtended(extended) => {
                let until = (day, event.meta.clone(), extended.exclusive_until);
                self.entry(&extended.registration).exclusive.push(until);
            }
            Body::RegistrationRejected(refused) | Body::RegistrationWithdrawn(refused) => {
                self.entry(&refused.registration).refused.push((day, event.meta.clone()));
            }
            Body::RegistrationAdjudicated(decided) => {
                for named in &decided.registrations {
                    let lost = *named != decided.winner;
                    self.entry(named).adjudicated.push((event.meta.clone(), lost));
                }
            }
            _ => {}
        }
    }

    fn entry(&mut self, id: &RegistrationId) -> &mut Registration {
        self.by_id.entry(id.clone()).or_default()
    }

    /// The registration that protects a deal: of those that qualify on its opening day the earliest submitted (A4).
    pub fn protecting(&self, deal: &Deal) -> Option<(&RegistrationId, &Submission)> {
        self.judged(deal)
            .filter(|(_, _, standing)| *standing == Standing::Qualifies)
            .filter_map(|(id, registration, _)| registration.submitted.as_ref().map(|submission| (id, submission)))
            .min_by(|a, b| a.1.meta.cmp(&b.1.meta))
    }

    /// Every registration, and whether it qualifies to protect a deal (A4); by id.
    pub fn judged(&self, deal: &Deal) -> impl Iterator<Item = (&RegistrationId, &Registration, Standing)> {
        let day = deal.opened_on;
        let products: BTreeSet<&Product> = deal.lines_on(day).iter().map(|line| &line.product).collect();
        self.by_id.iter().map(move |(id, registration)| (id, registration, registration.standing(day, &products)))
    }
}

impl Registration {
    /// How it stands on the opening day of a deal that sells these products (A4).
    fn standing(&self, day: Day, products: &BTreeSet<&Product>) -> Standing {
        let Some(submitted) = &self.submitted else { return Standing::NotSubmitted };
        match () {
            () if self.adjudicated.iter().any(|(_, lost)| *lost) => Standing::Lost,
            () if !self.approved.iter().any(|(on, _)| *on <= day) => Standing::NotApproved,
            () if self.exclusive_by(day).is_none_or(|(_, until)| until < day) => Standing::NotExclusive,
            () if self.refused.iter().any(|(on, _)| *on <= day) => Standing::Refused,
            () if !meets(&submitted.products, products) => Standing::OtherProducts,
            () => Standing::Qualifies,
        }
    }

    /// The latest approval or extension by a day, and until when it makes the registration exclusive (A4).
    pub fn exclusive_by(&self, day: Day) -> Option<(&Meta, Day)> {
        self.exclusive.iter().rev().find(|(from, _, _)| *from <= day).map(|(_, meta, until)| (meta, *until))
    }

    /// The earliest approval by a day.
    pub fn approved_by(&self, day: Day) -> Option<&Meta> {
        self.approved.iter().find(|(on, _)| *on <= day).map(|(_, meta)| meta)
    }

    /// The earliest rejection or withdrawal by a day.
    pub fn refused_by(&self, day: Day) -> Option<&Meta> {
        self.refused.iter().find(|(on, _)| *on <= day).map(|(_, meta)| meta)
    }

    /// The adjudications that name it.
    pub fn adjudications(&self) -> impl Iterator<Item = &Meta> {
        self.adjudicated.iter().map(|(meta, _)| meta)
    }
}

/// Whether a registration's products (none: all) meet a deal's (no lines: all).
fn meets(registered: &[Product], sold: &BTreeSet<&Product>) -> bool {
    registered.is_empty() || sold.is_empty() || registered.iter().any(|product| sold.contains(product))
}
