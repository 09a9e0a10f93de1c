//! Disbursement events: the money that moved, and the closing of periods (F4, L1, L5).

use super::Parts;
use crate::currency::Currency;
use crate::id::{AgreementId, ChargeId, DealId, DisbursementId, HoldId, Marketplace, PayoutId, Product};
use crate::money::{Amount, Money};
use crate::time::{Day, Instant, Period};

/// `tributary.disbursement.reported.v1`; `net = gross - fee - tax - refund` (F4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisbursementReported {
    /// Which disbursement; a later report of the same one restates it.
    pub disbursement: DisbursementId,
    /// Which marketplace paid.
    pub marketplace: Marketplace,
    /// For which deal.
    pub deal: Option<DealId>,
    /// Under which agreement.
    pub agreement: Option<AgreementId>,
    /// For which product.
    pub product: Option<Product>,
    /// What the customer paid.
    pub gross: Amount,
    /// What the marketplace kept.
    pub fee: Amount,
    /// What went to tax.
    pub tax: Amount,
    /// What was paid back.
    pub refund: Amount,
    /// What arrived.
    pub net: Amount,
    /// The currency of all five.
    pub currency: Currency,
    /// When it arrived.
    pub disbursed_on: Day,
    /// The charge that it settles (R2).
    pub charge: Option<ChargeId>,
}

impl DisbursementReported {
    /// Its amounts.
    pub const fn parts(&self) -> Parts {
        Parts { gross: self.gross, fee: self.fee, tax: self.tax, refund: self.refund, net: self.net }
    }
}

/// `tributary.payout.issued.v1` (L5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PayoutIssued {
    /// Which payout.
    pub payout: PayoutId,
    /// How much.
    pub money: Money,
}

/// `tributary.payout.returned.v1` (L5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PayoutReturned {
    /// Which payout came back.
    pub payout: PayoutId,
}

/// `tributary.hold.placed.v1` (L5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoldPlaced {
    /// Which hold.
    pub hold: HoldId,
    /// On which deal; none: on everything of the partner's.
    pub deal: Option<DealId>,
    /// Why.
    pub reason: String,
}

/// `tributary.hold.released.v1` (L5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoldReleased {
    /// Which hold.
    pub hold: HoldId,
}

/// `tributary.period.closed.v1` (L1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeriodClosed {
    /// Which period.
    pub period: Period,
    /// What is known by then counts.
    pub cutoff: Instant,
}

/// `tributary.period.attested.v1` (E2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeriodAttested {
    /// Which period.
    pub period: Period,
    /// The digest of its statements, as lower-case hexadecimal.
    pub digest: String,
}
