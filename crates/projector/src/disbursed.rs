//! Which report stands for a disbursement, and which billing for a charge: what a file that is issued anew is compared with
//! (F4, R1).

use std::sync::PoisonError;

use tributary_domain::event::{Body, DisbursementReported, Event, Subject};
use tributary_domain::id::{ChargeId, DisbursementId};
use tributary_domain::time::Instant;

use crate::error::Result;
use crate::history::{self, Filed};
use crate::key::{self, tag};
use crate::projection::Projection;

const REPORTED: &str = "tributary.disbursement.reported.v1";

impl Projection {
    /// The report that stands now for a disbursement, among those said under a subject: the latest by (`recorded`, `source`,
    /// `id`).
    pub fn disbursement(&self, subject: &Subject, disbursement: &DisbursementId) -> Result<Option<Filed>> {
        self.learned_last(subject, |body| match body {
            Body::DisbursementReported(report) => report.disbursement == *disbursement,
            _ => false,
        })
    }

    /// The billing that stands now for a charge, likewise.
    pub fn charge(&self, subject: &Subject, charge: &ChargeId) -> Result<Option<Filed>> {
        self.learned_last(subject, |body| match body {
            Body::ChargeBilled(billed) => billed.charge == *charge,
            _ => false,
        })
    }

    /// Visits every report of a disbursement that is filed, by subject. Nothing is derived for it.
    pub fn visit_disbursements(&self, mut visit: impl FnMut(Event, DisbursementReported)) -> Result<()> {
        let _present = self.present.read().unwrap_or_else(PoisonError::into_inner);
        let mut rows = self.store.scan(&key::history::all(tag::HISTORY));
        while let Some(row) = rows.advance() {
            let (_, value) = row?;
            if history::record(value)?.envelope.event_type != REPORTED {
                continue;
            }
            let event = history::filed(value)?.event;
            if let Body::DisbursementReported(report) = &event.body {
                let report = report.clone();
                visit(event, report);
            }
        }
        Ok(())
    }

    fn learned_last(&self, subject: &Subject, is_meant: impl Fn(&Body) -> bool) -> Result<Option<Filed>> {
        let _present = self.present.read().unwrap_or_else(PoisonError::into_inner);
        let events = history::of_subject(&self.store, &subject.to_string(), Instant::MAX)?;
        let meant = events.into_iter().filter(|filed| is_meant(&filed.event.body));
        Ok(meant.max_by(|one, other| {
            let order = |filed: &Filed| (filed.event.meta.recorded, filed.event.meta.identity.clone());
            order(one).cmp(&order(other))
        }))
    }
}
