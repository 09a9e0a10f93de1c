//! Lead events: who brought whom, and who touched what.

use crate::id::{DealId, LeadId, Market, PartnerId, Product};

/// How a lead is worked (D1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the contract's own words")]
pub enum Motion {
    Direct,
    PartnerSourced,
    PartnerInfluenced,
    CoSell,
}

impl Motion {
    /// Every motion, in the contract's order.
    pub const ALL: [Self; 4] = [Self::Direct, Self::PartnerSourced, Self::PartnerInfluenced, Self::CoSell];

    /// The contract's word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Direct => "direct",
            Self::PartnerSourced => "partnerSourced",
            Self::PartnerInfluenced => "partnerInfluenced",
            Self::CoSell => "coSell",
        }
    }
}

/// `tributary.lead.captured.v1`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeadCaptured {
    /// Which lead.
    pub lead: LeadId,
    /// How it is worked.
    pub motion: Motion,
    /// Who brought it (A5).
    pub partner: Option<PartnerId>,
    /// The program referral it came by.
    pub referral: Option<Referral>,
    /// The market it is in.
    pub market: Option<Market>,
    /// What it is about.
    pub products: Vec<Product>,
}

/// A referral of a vendor's program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Referral {
    /// The program.
    pub program: String,
    /// Whose program it is.
    pub vendor: String,
    /// Its id there.
    pub referral_id: String,
}

/// `tributary.lead.offered.v1`: an open offer to several partners (A5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeadOffered {
    /// Which lead.
    pub lead: LeadId,
    /// Who may claim it.
    pub partners: Vec<PartnerId>,
}

/// `tributary.lead.claimed.v1` (A5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeadClaimed {
    /// Which lead.
    pub lead: LeadId,
    /// Who claims it.
    pub partner: PartnerId,
}

/// `tributary.lead.assigned.v1` (A5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeadAssigned {
    /// Which lead.
    pub lead: LeadId,
    /// Who is to work it.
    pub partner: PartnerId,
    /// On what grounds.
    pub basis: AssignmentBasis,
}

/// On what grounds a lead is assigned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the contract's own words")]
pub enum AssignmentBasis {
    Contract,
    Program,
    Qualification,
    Territory,
    CustomerRequest,
}

/// `tributary.lead.closed.v1`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeadClosed {
    /// Which lead.
    pub lead: LeadId,
    /// What came of it.
    pub outcome: LeadOutcome,
    /// Why.
    pub reason: Option<String>,
}

/// What came of a lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the contract's own words")]
pub enum LeadOutcome {
    Converted,
    Disqualified,
}

/// `tributary.touch.recorded.v1` (A6, A8).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Touch {
    /// Who touched the account.
    pub partner: PartnerId,
    /// How.
    pub kind: TouchKind,
    /// For which deal; none: for the account.
    pub deal: Option<DealId>,
    /// For which lead.
    pub lead: Option<LeadId>,
    /// A note for people.
    pub note: Option<String>,
}

/// How a partner touched an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the contract's own words")]
pub enum TouchKind {
    Introduction,
    Referral,
    Demo,
    Workshop,
    Implementation,
    Listing,
    Marketing,
    Other,
}

impl TouchKind {
    /// Every kind, in the contract's order.
    pub const ALL: [Self; 8] = [
        Self::Introduction,
        Self::Referral,
        Self::Demo,
        Self::Workshop,
        Self::Implementation,
        Self::Listing,
        Self::Marketing,
        Self::Other,
    ];

    /// The contract's word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Introduction => "introduction",
            Self::Referral => "referral",
            Self::Demo => "demo",
            Self::Workshop => "workshop",
            Self::Implementation => "implementation",
            Self::Listing => "listing",
            Self::Marketing => "marketing",
            Self::Other => "other",
        }
    }
}
