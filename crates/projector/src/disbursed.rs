//! Which report stands for a disbursement: what a file that is issued anew is compared with (F4).

use std::sync::PoisonError;

use tributary_domain::event::{Body, Subject};
use tributary_domain::id::DisbursementId;
use tributary_domain::time::Instant;

use crate::error::Result;
use crate::history::{self, Filed};
use crate::projection::Projection;

impl Projection {
    /// The report that stands now for a disbursement, among those said under a subject: the latest by (`recorded`, `source`,
    /// `id`).
    pub fn disbursement(&self, subject: &Subject, disbursement: &DisbursementId) -> Result<Option<Filed>> {
        let _present = self.present.read().unwrap_or_else(PoisonError::into_inner);
        let events = history::of_subject(&self.store, &subject.to_string(), Instant::MAX)?;
        let reports = events.into_iter().filter(|filed| match &filed.event.body {
            Body::DisbursementReported(report) => report.disbursement == *disbursement,
            _ => false,
        });
        Ok(reports.max_by(|one, other| {
            let order = |filed: &Filed| (filed.event.meta.recorded, filed.event.meta.identity.clone());
            order(one).cmp(&order(other))
        }))
    }
}
