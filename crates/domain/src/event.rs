//! Events as the rules see them: plain data, one file per family. The wire form is the events crate's business.

mod charge;
mod consumption;
mod deal;
mod disbursement;
mod lead;
mod observation;
mod reference;
mod registration;
mod withheld;

pub use charge::{ChargeBilled, Parts};
pub use consumption::{UsageCorrected, UsageRecorded};
pub use deal::{DealChanged, DealEnded, DealOpened, DealStaged, Line, LineKind, OfferAccepted, RoleChange, TermGiven};
pub use disbursement::{
    DisbursementReported, HoldPlaced, HoldReleased, PayoutIssued, PayoutReturned, PeriodAttested, PeriodClosed,
};
pub use lead::{
    AssignmentBasis, LeadAssigned, LeadCaptured, LeadClaimed, LeadClosed, LeadOffered, LeadOutcome, Motion, Referral,
    Touch, TouchKind,
};
pub use observation::{DealField, DealObserved, FieldValue, SystemKind};
pub use reference::{AccountOpened, BookConfigured, FxConvention, PartnerEnrolled, PartnerKind, RatePublished};
pub use registration::{
    Economics, RegistrationAdjudicated, RegistrationApproved, RegistrationExtended, RegistrationRefused,
    RegistrationSubmitted,
};
pub use withheld::{Withheld, withheld};

use crate::id::{AccountId, ExternalId, Identity, Namespace, PartnerId};
use crate::policy::Policy;
use crate::time::Instant;

/// What an event is about: whose history it belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Subject {
    /// The book: reference data, rates, policies, closes.
    Book,
    /// A partner.
    Partner(PartnerId),
    /// An account.
    Account(AccountId),
    /// An account that is known by another system's identifier only (I3).
    Alias(Namespace, ExternalId),
}

impl std::fmt::Display for Subject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Book => f.write_str("book"),
            Self::Partner(id) => write!(f, "partner/{id}"),
            Self::Account(id) => write!(f, "account/{id}"),
            Self::Alias(namespace, id) => write!(f, "{namespace}/{id}"),
        }
    }
}

impl std::str::FromStr for Subject {
    type Err = crate::id::IdError;

    /// The inverse of printing it; whether a subject fits an event's type is judged at the door.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once('/') {
            None if text == "book" => Ok(Self::Book),
            Some(("partner", id)) => PartnerId::new(id).map(Self::Partner),
            Some(("account", id)) => AccountId::new(id).map(Self::Account),
            Some((namespace, id)) => Ok(Self::Alias(Namespace::new(namespace)?, ExternalId::new(id)?)),
            None => Err(crate::id::IdError::Empty),
        }
    }
}

/// When it was true, when it was learned, and what identifies it. The field order is the order of T3.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Meta {
    /// Effective time (T1).
    pub time: Instant,
    /// When the ledger learned it (T1, I2).
    pub recorded: Instant,
    /// (`source`, `id`) (I1).
    pub identity: Identity,
}

/// One event.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Times and identity.
    pub meta: Meta,
    /// Whose history it belongs to.
    pub subject: Subject,
    /// What it says.
    pub body: Body,
}

/// An event that the ledger has not recorded yet: what is said to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// Effective time (T1).
    pub time: Instant,
    /// The recorded instant that the file claims; honoured only by an import told to trust it (I2).
    pub recorded: Option<Instant>,
    /// (`source`, `id`) (I1).
    pub identity: Identity,
    /// Whose history it belongs to.
    pub subject: Subject,
    /// What it says.
    pub body: Body,
}

/// What an event says, one variant for each type of the contract.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "each variant is the type of the contract that it is named after")]
pub enum Body {
    BookConfigured(BookConfigured),
    PartnerEnrolled(PartnerEnrolled),
    AccountOpened(AccountOpened),
    AliasLinked { account: AccountId },
    AliasUnlinked,
    PolicyPublished(Box<Policy>),
    RatePublished(RatePublished),
    LeadCaptured(LeadCaptured),
    LeadOffered(LeadOffered),
    LeadClaimed(LeadClaimed),
    LeadAssigned(LeadAssigned),
    LeadClosed(LeadClosed),
    TouchRecorded(Touch),
    RegistrationSubmitted(RegistrationSubmitted),
    RegistrationApproved(RegistrationApproved),
    RegistrationExtended(RegistrationExtended),
    RegistrationRejected(RegistrationRefused),
    RegistrationWithdrawn(RegistrationRefused),
    RegistrationAdjudicated(RegistrationAdjudicated),
    DealOpened(DealOpened),
    DealStaged(DealStaged),
    DealRoleAssigned(RoleChange),
    DealRoleRemoved(RoleChange),
    DealWon(TermGiven),
    DealRenewed(TermGiven),
    DealChanged(DealChanged),
    DealChurned(DealEnded),
    DealLost(DealEnded),
    OfferAccepted(OfferAccepted),
    DealObserved(DealObserved),
    UsageRecorded(UsageRecorded),
    UsageCorrected(UsageCorrected),
    ChargeBilled(ChargeBilled),
    DisbursementReported(DisbursementReported),
    PayoutIssued(PayoutIssued),
    PayoutReturned(PayoutReturned),
    HoldPlaced(HoldPlaced),
    HoldReleased(HoldReleased),
    PeriodClosed(PeriodClosed),
    PeriodAttested(PeriodAttested),
}

impl Body {
    /// The CloudEvents type of the contract.
    pub const fn event_type(&self) -> &'static str {
        match self {
            Self::BookConfigured(_) => "tributary.book.configured.v1",
            Self::PartnerEnrolled(_) => "tributary.partner.enrolled.v1",
            Self::AccountOpened(_) => "tributary.account.opened.v1",
            Self::AliasLinked { .. } => "tributary.alias.linked.v1",
            Self::AliasUnlinked => "tributary.alias.unlinked.v1",
            Self::PolicyPublished(_) => "tributary.policy.published.v1",
            Self::RatePublished(_) => "tributary.rate.published.v1",
            Self::LeadCaptured(_) => "tributary.lead.captured.v1",
            Self::LeadOffered(_) => "tributary.lead.offered.v1",
            Self::LeadClaimed(_) => "tributary.lead.claimed.v1",
            Self::LeadAssigned(_) => "tributary.lead.assigned.v1",
            Self::LeadClosed(_) => "tributary.lead.closed.v1",
            Self::TouchRecorded(_) => "tributary.touch.recorded.v1",
            Self::RegistrationSubmitted(_) => "tributary.registration.submitted.v1",
            Self::RegistrationApproved(_) => "tributary.registration.approved.v1",
            Self::RegistrationExtended(_) => "tributary.registration.extended.v1",
            Self::RegistrationRejected(_) => "tributary.registration.rejected.v1",
            Self::RegistrationWithdrawn(_) => "tributary.registration.withdrawn.v1",
            Self::RegistrationAdjudicated(_) => "tributary.registration.adjudicated.v1",
            Self::DealOpened(_) => "tributary.deal.opened.v1",
            Self::DealStaged(_) => "tributary.deal.staged.v1",
            Self::DealRoleAssigned(_) => "tributary.deal.role_assigned.v1",
            Self::DealRoleRemoved(_) => "tributary.deal.role_removed.v1",
            Self::DealWon(_) => "tributary.deal.won.v1",
            Self::DealRenewed(_) => "tributary.deal.renewed.v1",
            Self::DealChanged(_) => "tributary.deal.changed.v1",
            Self::DealChurned(_) => "tributary.deal.churned.v1",
            Self::DealLost(_) => "tributary.deal.lost.v1",
            Self::OfferAccepted(_) => "tributary.offer.accepted.v1",
            Self::DealObserved(_) => "tributary.deal.observed.v1",
            Self::UsageRecorded(_) => "tributary.usage.recorded.v1",
            Self::UsageCorrected(_) => "tributary.usage.corrected.v1",
            Self::ChargeBilled(_) => "tributary.charge.billed.v1",
            Self::DisbursementReported(_) => "tributary.disbursement.reported.v1",
            Self::PayoutIssued(_) => "tributary.payout.issued.v1",
            Self::PayoutReturned(_) => "tributary.payout.returned.v1",
            Self::HoldPlaced(_) => "tributary.hold.placed.v1",
            Self::HoldReleased(_) => "tributary.hold.released.v1",
            Self::PeriodClosed(_) => "tributary.period.closed.v1",
            Self::PeriodAttested(_) => "tributary.period.attested.v1",
        }
    }
}
