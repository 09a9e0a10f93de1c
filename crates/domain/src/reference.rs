//! Reference data known at some instant: everything that the rules ask for beside one account's or one partner's history.

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
    /// The partners' enrolments.
    pub partners: Partners,
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

    /// Takes in one event, in any order; those that are no reference data say nothing.
    pub fn learn(&mut self, event: &Event) {
        match &event.body {
            Body::BookConfigured(configured) if self.configured.as_ref().is_none_or(|known| *known <= event.meta) => {
                self.book = Book::from(configured); // T2: the latest
                self.configured = Some(event.meta.clone());
            }
            Body::RatePublished(_) => self.rates.learn(event),
            Body::PartnerEnrolled(_) => self.partners.learn(event),
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
