//! Disbursements of an account: which report stands, and which deal it is for (F4).

use std::collections::BTreeMap;

use crate::event::{Body, DisbursementReported, Event, Meta};
use crate::id::{AgreementId, DealId, DisbursementId, EventId, Source};
use crate::time::Instant;

/// When it was learned, then the tie-breakers: the order in which reports of one disbursement restate each other (F4).
type LearnedOrder = (Instant, Source, EventId);

/// What was paid out for an account.
#[derive(Debug, Clone, Default)]
pub struct Disbursements {
    reports: BTreeMap<DisbursementId, (LearnedOrder, Meta, DisbursementReported)>,
    agreements: BTreeMap<AgreementId, (Meta, DealId)>,
}

impl Disbursements {
    /// Folds an account's events, which stand in the order of T3.
    pub fn fold(ordered: &[&Event]) -> Self {
        let mut disbursements = Self::default();
        for event in ordered {
            match &event.body {
                Body::DisbursementReported(report) => disbursements.learn(&event.meta, report),
                Body::OfferAccepted(offer) => {
                    let accepted = (event.meta.clone(), offer.deal.clone());
                    disbursements.agreements.insert(offer.agreement.clone(), accepted);
                }
                _ => {}
            }
        }
        disbursements
    }

    fn learn(&mut self, meta: &Meta, report: &DisbursementReported) {
        let order = (meta.recorded, meta.identity.source.clone(), meta.identity.id.clone());
        match self.reports.get(&report.disbursement) {
            Some((known, _, _)) if *known > order => {}
            _ => {
                self.reports.insert(report.disbursement.clone(), (order, meta.clone(), report.clone()));
            }
        }
    }

    /// The report that stands for each disbursement.
    pub fn standing(&self) -> impl Iterator<Item = (&Meta, &DisbursementReported)> {
        self.reports.values().map(|(_, meta, report)| (meta, report))
    }

    /// The latest accepted offer with an agreement, and its deal.
    pub fn accepted(&self, agreement: &AgreementId) -> Option<&(Meta, DealId)> {
        self.agreements.get(agreement)
    }
}
