//! Reference events: who there is, and by which calendar, currency and rates the book is kept.

use chrono_tz::Tz;

use crate::currency::Currency;
use crate::id::{Market, Tier, Track};
use crate::money::{Rate, Rounding};
use crate::time::Day;

/// `tributary.book.configured.v1` (T2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookConfigured {
    /// The currency that everything is converted to.
    pub currency: Currency,
    /// Whose local dates the days are.
    pub time_zone: Tz,
    /// How minor units are rounded.
    pub rounding: Rounding,
    /// Which day's rate converts a fact.
    pub fx: FxConvention,
}

/// Which day's rate converts a daily fact (F5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FxConvention {
    /// The latest rate on or before the fact's day.
    #[default]
    ServiceDay,
    /// The latest rate on or before the last day of the fact's period.
    PeriodEnd,
}

/// `tributary.partner.enrolled.v1`: the whole state of a partner from a day on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartnerEnrolled {
    /// A name for people.
    pub name: Option<String>,
    /// What kinds of partner it is.
    pub kinds: Vec<PartnerKind>,
    /// Its track in the program.
    pub track: Option<Track>,
    /// Its tier in the program.
    pub tier: Option<Tier>,
    /// The markets it serves.
    pub markets: Vec<Market>,
}

/// A kind of partner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the contract's own words")]
pub enum PartnerKind {
    Reseller,
    Distributor,
    Msp,
    Si,
    Isv,
    Technology,
    Referral,
    Training,
}

impl PartnerKind {
    /// Every kind, in the contract's order.
    pub const ALL: [Self; 8] = [
        Self::Reseller,
        Self::Distributor,
        Self::Msp,
        Self::Si,
        Self::Isv,
        Self::Technology,
        Self::Referral,
        Self::Training,
    ];

    /// The contract's word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Reseller => "reseller",
            Self::Distributor => "distributor",
            Self::Msp => "msp",
            Self::Si => "si",
            Self::Isv => "isv",
            Self::Technology => "technology",
            Self::Referral => "referral",
            Self::Training => "training",
        }
    }
}

/// `tributary.account.opened.v1`: the whole state of an account from a day on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountOpened {
    /// A name for people.
    pub name: Option<String>,
    /// The markets it is in, geographic or not (A1).
    pub markets: Vec<Market>,
}

/// `tributary.rate.published.v1`: one unit of `base` is `rate` units of `quote` (F5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RatePublished {
    /// The currency one unit of which is priced.
    pub base: Currency,
    /// The currency of the price.
    pub quote: Currency,
    /// The day it is the rate of.
    pub date: Day,
    /// The price.
    pub rate: Rate,
}
