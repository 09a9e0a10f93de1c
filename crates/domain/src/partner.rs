//! Partners: since when they are enrolled, and what they are on a day (A7, M1).

use std::collections::BTreeMap;

use crate::book::Book;
use crate::event::{Body, Event, Meta, PartnerEnrolled, Subject};
use crate::id::PartnerId;
use crate::time::Day;

/// Every partner's enrolments, as known at some instant.
#[derive(Debug, Clone, Default)]
pub struct Partners {
    enrolments: BTreeMap<PartnerId, Vec<(Meta, PartnerEnrolled)>>,
}

impl Partners {
    /// Takes in one event; others than `partner.enrolled` say nothing.
    pub fn learn(&mut self, event: &Event) {
        let (Body::PartnerEnrolled(state), Subject::Partner(partner)) = (&event.body, &event.subject) else { return };
        let states = self.enrolments.entry(partner.clone()).or_default();
        let at = states.partition_point(|(meta, _)| *meta < event.meta);
        states.insert(at, (event.meta.clone(), state.clone()));
    }

    /// Whether the partner's earliest enrolment is on or before a day (A7).
    pub fn is_enrolled_by(&self, partner: &PartnerId, day: Day, book: &Book) -> bool {
        self.first_enrolment(partner).is_some_and(|earliest| book.day(earliest.time) <= day)
    }

    /// The event that enrolled the partner first (A7).
    pub fn first_enrolment(&self, partner: &PartnerId) -> Option<&Meta> {
        self.enrolments.get(partner)?.first().map(|(earliest, _)| earliest)
    }

    /// What the partner is on a day: its latest enrolment with day <= it (M1).
    pub fn state_on(&self, partner: &PartnerId, day: Day, book: &Book) -> Option<&PartnerEnrolled> {
        self.enrolment_on(partner, day, book).map(|(_, state)| state)
    }

    /// The same with the event that says so.
    pub fn enrolment_on(&self, partner: &PartnerId, day: Day, book: &Book) -> Option<&(Meta, PartnerEnrolled)> {
        self.enrolments.get(partner)?.iter().rev().find(|(meta, _)| book.day(meta.time) <= day)
    }

    /// Every partner that was ever enrolled, by id.
    pub fn ids(&self) -> impl Iterator<Item = &PartnerId> {
        self.enrolments.keys()
    }
}
