//! A5 and A8: who brought a deal, and who else influenced it; and its motion, D1.

use std::collections::BTreeSet;

use super::deal::Deal;
use super::event::texts;
use super::known::Known;
use super::time::Day;

impl Known {
    /// D1
    pub(super) fn motion(&self, deal: &Deal) -> String {
        let lead = deal.opened.text("lead");
        // Silent: of several captures of one lead the earliest counts.
        let captured = self.of_account(&deal.account, "lead.captured").find(|event| event.text("lead") == lead);
        match captured {
            Some(captured) if !lead.is_empty() => captured.text("motion").to_owned(),
            _ if !deal.opened.text("registration").is_empty() => "partnerSourced".to_owned(),
            _ => "direct".to_owned(),
        }
    }

    /// A5
    pub(super) fn source(&self, deal: &Deal) -> Option<String> {
        if let Some(registration) = self.protecting_registration(deal) {
            self.note("A5 by registration");
            return Some(registration.text("partner").to_owned());
        }
        let lead = deal.opened.text("lead");
        if lead.is_empty() {
            return None;
        }
        let of_lead =
            |kind: &'static str| self.of_account(&deal.account, kind).filter(move |event| event.text("lead") == lead);
        let captured = of_lead("lead.captured").next().map(|event| event.text("partner"));
        if let Some(partner) = captured.filter(|partner| !partner.is_empty()) {
            self.note("A5 by lead");
            return Some(partner.to_owned());
        }
        let offered: BTreeSet<&str> =
            of_lead("lead.offered").flat_map(|event| texts(&event.data["partners"])).collect();
        if let Some(claimed) = of_lead("lead.claimed").find(|event| offered.contains(event.text("partner"))) {
            self.note("A5 by claim");
            return Some(claimed.text("partner").to_owned());
        }
        let assigned = of_lead("lead.assigned").next_back()?;
        self.note("A5 by assignment");
        Some(assigned.text("partner").to_owned())
    }

    /// A8
    pub(super) fn influencers(&self, deal: &Deal, day: Day) -> BTreeSet<String> {
        let touches =
            self.of_account(&deal.account, "touch.recorded").filter(|touch| concerns(touch.text("deal"), deal));
        let touched = touches.filter(|touch| self.day_of(touch) <= day).map(|touch| touch.text("partner").to_owned());
        let mut influencers: BTreeSet<String> = touched.collect();
        influencers.extend(deal.team_on(day).into_iter().map(|(partner, _)| partner));
        if let Some(source) = self.source(deal) {
            influencers.remove(&source);
        }
        influencers
    }
}

/// A6, A8: a touch concerns the deal that it names, or every deal if it names none.
pub(super) fn concerns(named: &str, deal: &Deal) -> bool {
    named.is_empty() || named == deal.id
}
