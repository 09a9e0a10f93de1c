//! Payments that came back: what the ledger holds of their legs is restated at nothing, whether the legs came before, in the same
//! file, or come later.

use std::collections::{BTreeMap, BTreeSet};

use tributary_connectors::restate::{payment_of, taken_back, takes_back};
use tributary_domain::event::{Body, Draft, Event};
use tributary_domain::id::Source;

use super::held::draft;
use crate::error::CliError;
use crate::ledger::Ledger;

/// A payment of a source.
type Payment = (Source, String);

/// The legs that the ledger holds of payments and that were not taken back, as their rows said them first; of a payment of which
/// nothing is held, no entry.
pub(super) fn legs_of(
    ledger: &Ledger,
    payments: &BTreeSet<Payment>,
) -> Result<BTreeMap<Payment, Vec<Draft>>, CliError> {
    let mut rows: BTreeMap<(Payment, String, String), Vec<Event>> = BTreeMap::new();
    visit(ledger, |payment, event, id| {
        if payments.contains(&payment) {
            rows.entry((payment, event.subject.to_string(), id)).or_default().push(event);
        }
    })?;
    let mut legs: BTreeMap<Payment, Vec<Draft>> = BTreeMap::new();
    for ((payment, ..), events) in rows {
        let of = legs.entry(payment).or_default();
        // The row's own event has the id that those of its restatements begin with.
        let first = events.iter().min_by_key(|event| event.meta.identity.id.as_str().len());
        if !events.iter().any(|event| takes_back(&event.meta.identity)) {
            of.extend(first.cloned().map(draft));
        }
    }
    Ok(legs)
}

/// The payments of which a leg was taken back.
pub(super) struct Returned(BTreeSet<Payment>);

impl Returned {
    pub(super) fn of(ledger: &Ledger) -> Result<Self, CliError> {
        let mut returned = BTreeSet::new();
        visit(ledger, |payment, event, _| {
            if takes_back(&event.meta.identity) {
                returned.insert(payment);
            }
        })?;
        Ok(Self(returned))
    }

    /// What takes back a leg that is said only now; none if its payment did not come back.
    pub(super) fn take_back(&self, row: &Draft) -> Option<Draft> {
        let Body::DisbursementReported(report) = &row.body else { return None };
        let payment = (row.identity.source.clone(), payment_of(&report.disbursement)?.to_owned());
        self.0.contains(&payment).then(|| taken_back(row)).flatten()
    }
}

/// Visits the reports of legs, with their payments and the ids of their disbursements.
fn visit(ledger: &Ledger, mut of: impl FnMut(Payment, Event, String)) -> Result<(), CliError> {
    Ok(ledger.projection.visit_disbursements(|event, report| {
        if let Some(payment) = payment_of(&report.disbursement) {
            let payment = (event.meta.identity.source.clone(), payment.to_owned());
            of(payment, event, report.disbursement.to_string());
        }
    })?)
}
