//! Attribution of a deal, on a day, for a product and vendor, in a pool (A1–A8). One file for each model.

mod divide;
mod fixed;
mod influence;
mod registration;
mod role_split;
mod source;
mod touch;

pub use divide::divide;
pub use influence::{influencers, source};

use std::collections::BTreeMap;

use crate::account::Account;
use crate::deal::Deal;
use crate::id::{PartnerId, PolicyId, Pool, Product, Role, Vendor};
use crate::money::Ratio;
use crate::policy::{AttributionPolicy, Match, Model};
use crate::reference::Reference;
use crate::time::Day;

/// What is to be divided: a deal's money on a day, for a product and vendor.
#[derive(Debug, Clone, Copy)]
pub struct Slice<'a> {
    /// Whose deal it is.
    pub account: &'a Account,
    /// The deal.
    pub deal: &'a Deal,
    /// The day.
    pub day: Day,
    /// The product; a disbursement may name none.
    pub product: Option<&'a Product>,
    /// The vendor, where one is known.
    pub vendor: Option<&'a Vendor>,
}

/// Who gets which share (A2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Split {
    /// The policy version that decided: id and first day in force; none: no policy matched.
    pub policy: Option<(PolicyId, Day)>,
    /// The shares, by partner and role; none is zero.
    pub shares: Vec<Share>,
    /// What the vendor retains.
    pub retained: Ratio,
}

/// One partner's share in one role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    /// Whose.
    pub partner: PartnerId,
    /// In which role: one held on the deal, or `registrant`, `source`, `touch`, `fixed`.
    pub role: Role,
    /// How much of the whole.
    pub share: Ratio,
}

/// Shares as the models hand them up.
pub(crate) type Shares = BTreeMap<(PartnerId, Role), Ratio>;

/// Divides a slice in a pool (A1).
pub fn split(slice: &Slice<'_>, pool: &Pool, reference: &Reference) -> Split {
    let Some(policy) = deciding_policy(slice, pool, reference) else {
        return Split { policy: None, shares: Vec::new(), retained: Ratio::ONE };
    };
    let enrolled = |partner: &PartnerId| reference.partners.is_enrolled_by(partner, slice.day, &reference.book);
    let shares: Vec<Share> = shares(&policy.model, slice)
        .into_iter()
        .filter(|((partner, _), share)| !share.is_zero() && enrolled(partner)) // A7
        .map(|((partner, role), share)| Share { partner, role, share })
        .collect();
    let given: i128 = shares.iter().map(|share| share.share.units()).sum();
    assert!(given <= Ratio::ONE.units(), "the shares of policy `{}` exceed the whole", policy.id);
    Split {
        policy: Some((policy.id.clone(), policy.effective_from)),
        shares,
        retained: Ratio::from_units(Ratio::ONE.units() - given),
    }
}

/// Of the pool's matching policies the one with the highest priority; of equal ones the smallest id (A1).
fn deciding_policy<'a>(slice: &Slice<'_>, pool: &Pool, reference: &'a Reference) -> Option<&'a AttributionPolicy> {
    reference
        .policies
        .attribution_on(slice.day)
        .filter(|policy| policy.pool == *pool && matches(&policy.matching, slice))
        .min_by(|a, b| b.priority.cmp(&a.priority).then_with(|| a.id.cmp(&b.id)))
}

/// Every named list must match, none named matches all (A1).
fn matches(matching: &Match, slice: &Slice<'_>) -> bool {
    let markets = || slice.account.markets_on(slice.day);
    (matching.markets.is_empty() || matching.markets.iter().any(|market| markets().contains(market)))
        && (matching.motions.is_empty() || matching.motions.contains(&slice.deal.motion))
        && names(&matching.products, slice.product)
        && names(&matching.vendors, slice.vendor)
}

/// Whether a list (empty: everything) names a value.
pub(crate) fn names<T: PartialEq>(list: &[T], value: Option<&T>) -> bool {
    list.is_empty() || value.is_some_and(|value| list.contains(value))
}

/// What a model gives of the whole.
fn shares(model: &Model, slice: &Slice<'_>) -> Shares {
    match model {
        Model::RoleSplit { shares, unfilled } => role_split::shares(shares, *unfilled, slice),
        Model::RegistrationProtection { share, otherwise } => registration::shares(*share, otherwise, slice),
        Model::SourceWins { share, otherwise } => source::shares(*share, otherwise, slice),
        Model::Touch(model) => touch::shares(model, slice),
        Model::Fixed { shares } => fixed::shares(shares),
        Model::None => Shares::new(),
    }
}

/// Gives `share` to one partner in a role and divides the rest by another model, each of its shares scaled down (A4).
fn share_then(winner: &PartnerId, role: &Role, share: Ratio, otherwise: &Model, slice: &Slice<'_>) -> Shares {
    let rest = Ratio::from_units(Ratio::ONE.units() - share.units());
    let mut all = Shares::new();
    give(&mut all, winner.clone(), role.clone(), share);
    for ((partner, role), inner) in shares(otherwise, slice) {
        give(&mut all, partner, role, rest.scaled_down(inner));
    }
    all
}

fn give(shares: &mut Shares, partner: PartnerId, role: Role, share: Ratio) {
    let held = shares.entry((partner, role)).or_default();
    *held = Ratio::from_units(held.units() + share.units());
}

/// A role that the rules name themselves.
fn named_role(name: &str) -> Role {
    match Role::new(name) {
        Ok(role) => role,
        Err(_) => unreachable!("`{name}` is an identifier"),
    }
}
