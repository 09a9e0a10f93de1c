//! Policies: the documents that hold the rules (A1–A7, M1–M7, O3, O4). Data only; what they mean stands in attribution, commission
//! and `deal_record`.

use std::collections::BTreeMap;

use crate::event::{DealField, Motion, PartnerKind, TouchKind};
use crate::id::{Market, PartnerId, PolicyId, Pool, Product, Role, System, Tier, Track, Vendor};
use crate::money::{Amount, Ratio};
use crate::time::Day;

/// A published policy document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Policy {
    /// Who gets which share.
    Attribution(AttributionPolicy),
    /// What credit earns.
    Commission(CommissionPlan),
    /// Which system is right about which field of a deal.
    Authority(AuthorityPolicy),
}

impl Policy {
    /// The contract's word for its kind. Ids of different kinds have nothing to do with each other.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Attribution(_) => "attribution",
            Self::Commission(_) => "commission",
            Self::Authority(_) => "authority",
        }
    }

    /// Its id; with its kind and `effective_from`, its version.
    pub const fn id(&self) -> &PolicyId {
        match self {
            Self::Attribution(policy) => &policy.id,
            Self::Commission(plan) => &plan.id,
            Self::Authority(policy) => &policy.id,
        }
    }

    /// The first day on which it is in force.
    pub const fn effective_from(&self) -> Day {
        match self {
            Self::Attribution(policy) => policy.effective_from,
            Self::Commission(plan) => plan.effective_from,
            Self::Authority(policy) => policy.effective_from,
        }
    }

    /// The last day on which it is.
    pub const fn effective_to(&self) -> Option<Day> {
        match self {
            Self::Attribution(policy) => policy.effective_to,
            Self::Commission(plan) => plan.effective_to,
            Self::Authority(policy) => policy.effective_to,
        }
    }

    /// The pool that it divides or pays for, if it is about money.
    pub const fn pool(&self) -> Option<&Pool> {
        match self {
            Self::Attribution(policy) => Some(&policy.pool),
            Self::Commission(plan) => Some(&plan.pool),
            Self::Authority(_) => None,
        }
    }
}

impl Model {
    /// The contract's word for it.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::RoleSplit { .. } => "roleSplit",
            Self::RegistrationProtection { .. } => "registrationProtection",
            Self::SourceWins { .. } => "sourceWins",
            Self::Touch(_) => "touch",
            Self::Fixed { .. } => "fixed",
            Self::None => "none",
        }
    }
}

/// An attribution policy (A1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttributionPolicy {
    /// Its id; with `effective_from`, its version.
    pub id: PolicyId,
    /// The first day on which it is in force.
    pub effective_from: Day,
    /// The last day on which it is.
    pub effective_to: Option<Day>,
    /// The pool that it divides.
    pub pool: Pool,
    /// Of several that match, the highest decides.
    pub priority: i32,
    /// What it is about.
    pub matching: Match,
    /// How it divides.
    pub model: Model,
}

impl AttributionPolicy {
    /// Whether its last day lies before a day.
    pub fn has_ended_by(&self, day: Day) -> bool {
        self.effective_to.is_some_and(|end| end < day)
    }
}

/// What an attribution policy is about; an empty list matches everything (A1).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Match {
    /// Markets of the account.
    pub markets: Vec<Market>,
    /// Motions of the deal.
    pub motions: Vec<Motion>,
    /// Products.
    pub products: Vec<Product>,
    /// Vendors.
    pub vendors: Vec<Vendor>,
}

/// How a fact is divided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Model {
    /// A3.
    RoleSplit {
        /// The share of each role.
        shares: BTreeMap<Role, Ratio>,
        /// What becomes of roles that nobody holds.
        unfilled: Unfilled,
    },
    /// A4.
    RegistrationProtection {
        /// The registrant's share.
        share: Ratio,
        /// What divides the rest.
        otherwise: Box<Model>,
    },
    /// A5.
    SourceWins {
        /// The source's share.
        share: Ratio,
        /// What divides the rest.
        otherwise: Box<Model>,
    },
    /// A6.
    Touch(TouchModel),
    /// A7.
    Fixed {
        /// The share of each partner.
        shares: BTreeMap<PartnerId, Ratio>,
    },
    /// Everything is retained.
    None,
}

/// What becomes of the roles of a table that nobody holds (A3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Unfilled {
    /// They stay with the vendor.
    #[default]
    Retain,
    /// The held roles divide them.
    Redistribute,
}

/// How touches are weighed (A6).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TouchModel {
    /// How one touch weighs against another.
    pub weighting: Weighting,
    /// How many days before the deal was won they count.
    pub lookback_days: u32,
    /// Which kinds count; none named: all.
    pub kinds: Vec<TouchKind>,
}

/// How one touch weighs against another (A6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weighting {
    /// Only the first.
    First,
    /// Only the last.
    Last,
    /// All alike.
    Linear,
    /// Half as much for every so many days before.
    Decay {
        /// How many days halve a weight; at least one.
        half_life_days: u32,
    },
    /// The first and the last so much, those between share what is left.
    Position {
        /// The first one's weight.
        first: Ratio,
        /// The last one's weight.
        last: Ratio,
    },
}

/// A commission plan (M1–M7). Amounts are in the book's currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommissionPlan {
    /// Its id; with `effective_from`, its version.
    pub id: PolicyId,
    /// The first day of the month from which it is in force.
    pub effective_from: Day,
    /// The last day of the month until which it is.
    pub effective_to: Option<Day>,
    /// Whom it pays.
    pub partners: PartnerMatch,
    /// Credit in which roles it pays for; none named: all.
    pub roles: Vec<Role>,
    /// For which products; none named: all.
    pub products: Vec<Product>,
    /// For which vendors; none named: all.
    pub vendors: Vec<Vendor>,
    /// The pool whose credit it pays for.
    pub pool: Pool,
    /// The kind of fact that it pays for.
    pub basis: Basis,
    /// In which terms of a deal.
    pub terms: Terms,
    /// Only the first so many months after the deal's first term started.
    pub months_from_start: Option<u32>,
    /// Whose total picks the band.
    pub measure: Measure,
    /// The rates.
    pub schedule: Schedule,
    /// What growth multiplies.
    pub accelerator: Option<Accelerator>,
    /// The most that a partner gets for a period.
    pub cap: Option<Amount>,
    /// What an early churn takes back.
    pub clawback: Option<Clawback>,
}

/// Whom a plan pays; an empty list matches everyone (M1).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PartnerMatch {
    /// Kinds of partner.
    pub kinds: Vec<PartnerKind>,
    /// Tracks.
    pub tracks: Vec<Track>,
    /// Tiers.
    pub tiers: Vec<Tier>,
    /// Partners by name.
    pub ids: Vec<PartnerId>,
}

/// The kind of an earning fact (F1–F4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the contract's own words; their order is that of their names")]
pub enum Basis {
    Bookings,
    Consumption,
    Disbursement,
    Recurring,
}

impl Basis {
    /// Every basis, by name.
    pub const ALL: [Self; 4] = [Self::Bookings, Self::Consumption, Self::Disbursement, Self::Recurring];

    /// The contract's word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Bookings => "bookings",
            Self::Consumption => "consumption",
            Self::Disbursement => "disbursement",
            Self::Recurring => "recurring",
        }
    }
}

/// In which terms of a deal a plan pays (M2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(missing_docs, reason = "the contract's own words")]
pub enum Terms {
    #[default]
    Any,
    Initial,
    Renewal,
}

/// Whose total picks the band (M2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Measure {
    /// All deals of the partner together.
    #[default]
    Partner,
    /// The deals of each account by themselves.
    Account,
}

/// The rates of a plan (M3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    /// How the bands are used.
    pub mode: Mode,
    /// The bands; the first begins at zero, and they rise.
    pub bands: Vec<Band>,
}

/// How the bands of a schedule are used (M3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// The first band's rate on everything.
    Flat,
    /// Each slice at its own band's rate.
    Graduated,
    /// Everything at the highest band's rate that is reached.
    Volume,
}

/// A band of a schedule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Band {
    /// Where it begins.
    pub from: Amount,
    /// What it pays.
    pub rate: Ratio,
}

/// What growth multiplies (M4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accelerator {
    /// What a period is compared with.
    pub compare: Compare,
    /// The multipliers, by growth.
    pub bands: Vec<GrowthBand>,
}

/// What a period is compared with (M4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the contract's own words")]
pub enum Compare {
    PreviousPeriod,
    SamePeriodLastYear,
}

/// A multiplier and the growth that earns it (M4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GrowthBand {
    /// The growth, as a ratio of the compared base.
    pub growth: Ratio,
    /// What the commission is multiplied by.
    pub multiplier: Ratio,
}

/// What an early churn takes back (M7).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clawback {
    /// A churn fewer than so many days after the deal's first term started.
    pub within_days: u32,
    /// How much of the allocation it takes back.
    pub share: Ratio,
}

/// An authority policy: which system is right about which field of a deal (O3, O4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthorityPolicy {
    /// Its id; with `effective_from`, its version.
    pub id: PolicyId,
    /// The first day on which it is in force.
    pub effective_from: Day,
    /// The last day on which it is.
    pub effective_to: Option<Day>,
    /// Of several that name a field, the highest decides.
    pub priority: i32,
    /// Who is right, by field.
    pub fields: BTreeMap<DealField, FieldAuthority>,
}

impl AuthorityPolicy {
    /// Whether its last day lies before a day.
    pub fn has_ended_by(&self, day: Day) -> bool {
        self.effective_to.is_some_and(|end| end < day)
    }
}

/// Who is right about a field, and which of its texts say the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldAuthority {
    /// The first of them that ever said anything of it (O3).
    pub systems: Vec<System>,
    /// Texts that say the same in different words (O4).
    pub same: Vec<Vec<String>>,
}
