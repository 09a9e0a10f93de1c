//! Reference data known at some instant: everything that the rules ask for beside one account's or one partner's history.

use std::sync::Arc;

use crate::book::Book;
use crate::event::{Body, Event, Meta};
use crate::fx::Rates;
use crate::partner::Partners;
use crate::policies::Policies;

/// Book, rates, partners and policies, as known at one instant.
#[derive(Debug, Clone, Default)]
pub struct Reference {
    /// How the book is kept.
    pub book: Book,
    /// The exchange rates.
    pub rates: Rates,
    /// The partners' enrolments: most of it, and what changes least.
    pub partners: Arc<Partners>,
    /// The policies.
    pub policies: Policies,
    configured: Option<Meta>,
}

impl Reference {
    /// Folds the events; the caller has left out those that are not known yet (T1).
    pub fn known<'a>(events: impl IntoIterator<Item = &'a Event>) -> Self {
        let mut reference = Self::default();
        events.into_iter().for_each(|event| reference.learn(event));
        reference
    }

    /// What was known of it before some of its events were; the enrolments are shared if none of those is one.
    pub fn before<'a>(
        &self,
        events: impl Iterator<Item = &'a Event> + Clone,
        is_known: impl Fn(&Event) -> bool,
    ) -> Self {
        let is_enrolment = |event: &Event| matches!(event.body, Body::PartnerEnrolled(_));
        let enrolled_since = events.clone().any(|event| is_enrolment(event) && !is_known(event));
        if enrolled_since {
            return Self::known(events.filter(|event| is_known(event)));
        }
        let others = events.filter(|event| !is_enrolment(event) && is_known(event));
        Self { partners: Arc::clone(&self.partners), ..Self::known(others) }
    }

    /// Takes in one event, in any order; those that are no reference data say nothing.
    pub fn learn(&mut self, event: &Event) {
        match &event.body {
            Body::BookConfigured(configured) if self.configured.as_ref().is_none_or(|known| *known <= event.meta) => {
                self.book = Book::from(configured); // T2: the latest
                self.configured = Some(event.meta.clone());
            }
            Body::RatePublished(_) => self.rates.learn(event),
            Body::PartnerEnrolled(_) => Arc::make_mut(&mut self.partners).learn(event),
            Body::PolicyPublished(_) => self.policies.learn(event),
            _ => {}
        }
    }

    /// The event that configured the book, if one did (T2).
    pub const fn configured(&self) -> Option<&Meta> {
        self.configured.as_ref()
    }

    /// Whether an event is reference data: what it changes may change every account's credit.
    pub const fn concerns(body: &Body) -> bool {
        matches!(
            body,
            Body::BookConfigured(_) | Body::PartnerEnrolled(_) | Body::PolicyPublished(_) | Body::RatePublished(_)
        )
    }
}
