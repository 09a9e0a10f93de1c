//! Registration events: a partner's claim, and what the vendor answered (A4).

use crate::id::{PartnerId, Product, RegistrationId};
use crate::time::Day;

/// `tributary.registration.submitted.v1`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegistrationSubmitted {
    /// Which registration.
    pub registration: RegistrationId,
    /// Whose claim it is.
    pub partner: PartnerId,
    /// For which products; none: all.
    pub products: Vec<Product>,
    /// What it rests on.
    pub evidence: Vec<String>,
}

/// `tributary.registration.approved.v1`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegistrationApproved {
    /// Which registration.
    pub registration: RegistrationId,
    /// The last day on which it protects.
    pub exclusive_until: Day,
    /// What was promised with it.
    pub economics: Option<Economics>,
}

/// What a vendor promises with an approval.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Economics {
    /// The margin that is protected, as the vendor words it.
    pub margin_protection: Option<String>,
    /// Whether market development funds may be asked for.
    pub mdf_eligible: Option<bool>,
    /// Whether planning is joint.
    pub joint_planning: Option<bool>,
}

/// `tributary.registration.extended.v1`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegistrationExtended {
    /// Which registration.
    pub registration: RegistrationId,
    /// The new last day on which it protects.
    pub exclusive_until: Day,
}

/// `tributary.registration.rejected.v1` and `.withdrawn.v1`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegistrationRefused {
    /// Which registration.
    pub registration: RegistrationId,
    /// Why.
    pub reason: Option<String>,
}

/// `tributary.registration.adjudicated.v1`: a contested claim is decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegistrationAdjudicated {
    /// Which registrations it is between.
    pub registrations: Vec<RegistrationId>,
    /// Which one protects.
    pub winner: RegistrationId,
    /// Who decided.
    pub by: String,
    /// Why.
    pub reason: String,
}
