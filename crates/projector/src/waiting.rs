//! What waits because its subject resolves to no account (I3), one event after the other: what suspense is worked from.

use tributary_domain::currency::Currency;
use tributary_domain::event::{Event, Subject};
use tributary_domain::id::DealId;
use tributary_domain::money::Amount;
use tributary_domain::time::Instant;

use crate::error::Result;
use crate::history::{self, Filed};
use crate::key::{self, tag};
use crate::view::View;

/// Usage that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingUsage {
    /// When it was used.
    pub time: Instant,
    /// When it was learned.
    pub recorded: Instant,
    /// The deal that it names.
    pub deal: Option<DealId>,
    /// What it cost, after corrections.
    pub amount: Amount,
    /// In which currency.
    pub currency: Currency,
}

impl View<'_> {
    /// The events of a subject that are known at the view's instant, usage apart, in the order of T3.
    pub fn events_of(&self, subject: &Subject) -> Result<Vec<Filed>> {
        let mut events = history::of_subject(self.at().store, &subject.to_string(), self.known_at())?;
        events.extend(self.observations_under(subject)?);
        events.sort_by(|one, other| one.event.meta.cmp(&other.event.meta));
        Ok(events)
    }

    /// The events of some types in the histories of accounts and partners, resolved or not, that are known at the view's
    /// instant. What is of another type is not decoded.
    pub fn visit_events(&self, types: &[&str], mut visit: impl FnMut(Event)) -> Result<()> {
        let mut rows = self.at().store.scan(&key::history::all(tag::HISTORY));
        while let Some(row) = rows.advance() {
            let (_, value) = row?;
            let record = history::record(value)?;
            let known = record.recorded_us <= self.known_at().micros();
            if !known || !types.contains(&record.envelope.event_type) {
                continue;
            }
            visit(history::filed(value)?.event);
        }
        Ok(())
    }

    /// The usage of a subject that is known at the view's instant.
    pub fn visit_usage_of(&self, subject: &Subject, mut visit: impl FnMut(WaitingUsage)) -> Result<()> {
        self.at().visit_usage(std::slice::from_ref(subject), None, |used| {
            visit(WaitingUsage {
                time: used.row.time,
                recorded: used.row.recorded,
                deal: used.row.term.deal.clone(),
                amount: used.amount(),
                currency: used.row.term.currency,
            });
            Ok(())
        })
    }
}
