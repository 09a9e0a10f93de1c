//! Consumption events: what the customer used (F1).

use crate::id::{DealId, Identity, Product, Vendor};
use crate::money::{Amount, Money};

/// `tributary.usage.recorded.v1`; its time is when it was used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsageRecorded {
    /// What was used.
    pub product: Product,
    /// Whose product it is.
    pub vendor: Option<Vendor>,
    /// The deal that it belongs to, where the source knows (D5).
    pub deal: Option<DealId>,
    /// How much was used.
    pub quantity: Option<Amount>,
    /// In what unit.
    pub unit: Option<String>,
    /// What it cost.
    pub money: Money,
}

/// `tributary.usage.corrected.v1`: the restated whole of one usage event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsageCorrected {
    /// The usage event that it restates.
    pub corrects: Identity,
    /// What it cost, in the currency of the usage; zero voids it.
    pub amount: Amount,
    /// How much was used.
    pub quantity: Option<Amount>,
}
