//! Deal events: what was sold, by whom, for how long (D1–D5).

use crate::id::{
    AgreementId, DealId, LeadId, LineId, Marketplace, OfferId, PartnerId, Product, RegistrationId, Role, Stage, Vendor,
};
use crate::money::Money;
use crate::time::Day;

/// A line of a deal (D3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its id within the deal.
    pub line: LineId,
    /// What is sold.
    pub product: Product,
    /// Whose product it is.
    pub vendor: Option<Vendor>,
    /// How it is paid, and how much where that is agreed.
    pub kind: LineKind,
}

/// How a line is paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineKind {
    /// By what is used.
    Consumption,
    /// So much a month (F2).
    Recurring(Money),
    /// So much for the term (F3).
    License(Money),
}

impl LineKind {
    /// The contract's word for it.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Consumption => "consumption",
            Self::Recurring(_) => "recurring",
            Self::License(_) => "license",
        }
    }

    /// The agreed amount; consumption has none.
    pub const fn money(&self) -> Option<Money> {
        match self {
            Self::Consumption => None,
            Self::Recurring(money) | Self::License(money) => Some(*money),
        }
    }
}

/// `tributary.deal.opened.v1` (D1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DealOpened {
    /// Which deal.
    pub deal: DealId,
    /// The lead that it came from.
    pub lead: Option<LeadId>,
    /// The registration that it came from.
    pub registration: Option<RegistrationId>,
    /// Its lines, where they are known; an empty list says nothing (D3).
    pub lines: Vec<Line>,
}

/// `tributary.deal.staged.v1`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DealStaged {
    /// Which deal.
    pub deal: DealId,
    /// The stage it reached.
    pub stage: Stage,
}

/// `tributary.deal.role_assigned.v1` and `.role_removed.v1` (D4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleChange {
    /// Which deal.
    pub deal: DealId,
    /// Whose role.
    pub partner: PartnerId,
    /// Which role.
    pub role: Role,
}

/// `tributary.deal.won.v1` and `.renewed.v1`: each gives a term (D2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TermGiven {
    /// Which deal.
    pub deal: DealId,
    /// The first day of the term.
    pub term_start: Day,
    /// The last day of the term; none: open-ended.
    pub term_end: Option<Day>,
    /// The lines from then on; an empty list says nothing (D3).
    pub lines: Vec<Line>,
}

/// `tributary.deal.changed.v1` (D3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DealChanged {
    /// Which deal.
    pub deal: DealId,
    /// The lines from then on.
    pub lines: Vec<Line>,
}

/// `tributary.deal.churned.v1` and `.lost.v1` (D2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DealEnded {
    /// Which deal.
    pub deal: DealId,
    /// Why.
    pub reason: Option<String>,
}

/// `tributary.offer.accepted.v1`: a marketplace agreement comes to stand for a deal (F4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfferAccepted {
    /// Which offer.
    pub offer: OfferId,
    /// Which deal.
    pub deal: DealId,
    /// On which marketplace.
    pub marketplace: Marketplace,
    /// Under which agreement.
    pub agreement: AgreementId,
}
