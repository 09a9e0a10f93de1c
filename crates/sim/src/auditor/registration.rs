//! A4: the registration that protects a deal.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::deal::Deal;
use super::event::{Event, texts};
use super::known::Known;

impl Known {
    /// The earliest submitted of the account's registrations that protect the deal.
    pub(super) fn protecting_registration(&self, deal: &Deal) -> Option<&Rc<Event>> {
        let mut seen = BTreeSet::new();
        let submitted = self.of_account(&deal.account, "registration.submitted");
        // Silent: of several submissions of one registration the earliest counts.
        let mut distinct = submitted.filter(|event| seen.insert(event.text("registration")));
        let found = distinct.find(|event| self.protects(event, deal));
        self.note(if found.is_some() { "A4 protected" } else { "A4 unprotected" });
        found
    }

    fn protects(&self, submitted: &Event, deal: &Deal) -> bool {
        let id = submitted.text("registration");
        let by_opening = |kind: &'static str| {
            let all = self.of_account(&deal.account, kind).filter(move |event| event.text("registration") == id);
            all.filter(|event| self.day_of(event) <= deal.opened_on)
        };
        if by_opening("registration.approved").next().is_none() {
            return false;
        }
        let until = by_opening("registration.approved").chain(by_opening("registration.extended"));
        let until = until.max_by(|a, b| a.order().cmp(&b.order())).and_then(|event| event.day("exclusiveUntil"));
        if until.is_none_or(|until| until < deal.opened_on) {
            self.note("A4 expired");
            return false;
        }
        if by_opening("registration.rejected").chain(by_opening("registration.withdrawn")).next().is_some() {
            self.note("A4 rejected or withdrawn");
            return false;
        }
        let lines = deal.lines_on(deal.opened_on);
        let products = texts(&submitted.data["products"]);
        let meets =
            products.is_empty() || lines.is_empty() || lines.iter().any(|line| products.contains(&&*line.product));
        if !meets {
            self.note("A4 other products");
            return false;
        }
        !self.lost_adjudication(&deal.account, id)
    }

    /// Whether an adjudication names the registration without making it the winner.
    fn lost_adjudication(&self, account: &str, id: &str) -> bool {
        let mut adjudicated = self.of_account(account, "registration.adjudicated");
        let lost =
            adjudicated.any(|event| texts(&event.data["registrations"]).contains(&id) && event.text("winner") != id);
        if lost {
            self.note("A4 adjudicated");
        }
        lost
    }
}
