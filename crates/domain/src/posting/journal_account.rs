//! Journal accounts, named as P1 names them.

use std::fmt;

use crate::id::{Marketplace, PartnerId, PolicyId};

/// An account of the journal.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum JournalAccount {
    /// What partners earn under a plan.
    Commission(PolicyId),
    /// What is owed to a partner.
    Payable(PartnerId),
    /// Where payouts come from.
    PayoutCash,
    /// What a marketplace paid.
    Cash(Marketplace),
    /// What it kept.
    MarketplaceFee(Marketplace),
    /// What went to tax.
    Tax(Marketplace),
    /// What was paid back to customers.
    Refunds(Marketplace),
    /// What it owed.
    Receivable(Marketplace),
}

impl fmt::Display for JournalAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Commission(plan) => write!(f, "expense:commission:{plan}"),
            Self::Payable(partner) => write!(f, "payable:{partner}"),
            Self::PayoutCash => f.write_str("cash:payouts"),
            Self::Cash(marketplace) => write!(f, "cash:{marketplace}"),
            Self::MarketplaceFee(marketplace) => write!(f, "expense:marketplace-fee:{marketplace}"),
            Self::Tax(marketplace) => write!(f, "tax:{marketplace}"),
            Self::Refunds(marketplace) => write!(f, "refunds:{marketplace}"),
            Self::Receivable(marketplace) => write!(f, "receivable:{marketplace}"),
        }
    }
}
