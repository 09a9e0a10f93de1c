//! Lines where nothing is billed as charges, against what their deals earned (R5).

use std::collections::BTreeMap;

use super::{Because, Line, LineStatus, Reconciliation};
use crate::currency::Currency;
use crate::event::{DisbursementReported, Parts};
use crate::id::DealId;
use crate::money::{Amount, Overflow};

/// What deals earned, by deal and currency.
pub type Earned = BTreeMap<(DealId, Currency), Amount>;

impl Reconciliation {
    /// Whether a line is left to be compared with usage.
    pub fn lacks_charges(&self) -> bool {
        self.lines.iter().any(|line| line.lacks_charges)
    }

    /// Compares the lines without charges with what their deals earned: each takes what it paid of it before fees and tax, in
    /// the order of day and id. Gives what was not paid of it, for the deals that a line was compared with.
    pub fn compare_with_usage(
        &mut self,
        deal_of: impl Fn(&DisbursementReported) -> Option<DealId>,
        earned: &Earned,
    ) -> Result<Earned, Overflow> {
        let mut unpaid = Earned::new();
        for line in self.lines.iter_mut().filter(|line| line.lacks_charges) {
            let Some(deal) = deal_of(&line.report) else { continue };
            let key = (deal.clone(), line.report.currency);
            line.deal = Some(deal);
            let there = earned.get(&key).copied().unwrap_or_default();
            line.compare(unpaid.entry(key).or_insert(there), there)?;
        }
        Ok(unpaid)
    }
}

impl Line {
    /// Takes what it paid out of what is unpaid.
    fn compare(&mut self, unpaid: &mut Amount, earned: Amount) -> Result<(), Overflow> {
        let paid = self.left.gross.minus(self.left.refund)?;
        (self.status, self.because) = match (paid.units(), unpaid.units()) {
            _ if earned.is_zero() => (LineStatus::Unmatched, Because::MoreThanUsed),
            (paid, unpaid) if paid <= unpaid.max(0) => (LineStatus::Matched, Because::Used),
            (_, 1..) => (LineStatus::Partly, Because::MoreThanUsed),
            _ => (LineStatus::Unmatched, Because::MoreThanUsed),
        };
        match self.status {
            LineStatus::Matched => {
                *unpaid = unpaid.minus(paid)?;
                self.left = Parts::ZERO;
            }
            LineStatus::Partly => {
                let taken = std::mem::take(unpaid);
                self.left = Parts { gross: self.left.gross.minus(taken)?, ..self.left };
                self.left.net = self.left.net_of_parts()?;
            }
            LineStatus::Unmatched => {}
        }
        Ok(())
    }
}
