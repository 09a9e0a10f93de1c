//! Attribution of a deal, on a day, for a product and vendor, in a pool (A1–A8). One file for each model. A model gives its
//! steps, and the shares are read off them: what an explanation shows is what was computed.

mod candidate;
mod divide;
mod influence;
mod named_role;
mod preferred;
mod role_split;
mod step;
mod touch;

pub(crate) use candidate::deciding;
pub use candidate::{Candidate, NamedList, Verdict, candidates};
pub use divide::divide;
pub use influence::{Source, influencers, source, source_found};
pub use preferred::Preferred;
pub use role_split::{OfRole, RoleSplit};
pub use step::Step;
pub use touch::{Touched, Touches};

use crate::account::Account;
use crate::deal::Deal;
use crate::id::{PartnerId, PolicyId, Pool, Product, Role, Vendor};
use crate::money::Ratio;
use crate::policy::AttributionPolicy;
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

/// How a split comes about: the policy that decided, the steps of its model, and what they give to whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Derivation<'a> {
    /// The policy version that decided (A1).
    pub policy: &'a AttributionPolicy,
    /// What its model did.
    pub step: Step<'a>,
    /// What that gives, by partner and role; none is zero.
    pub given: Vec<Given<'a>>,
}

/// What a model gives to a partner in a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Given<'a> {
    /// To whom.
    pub partner: &'a PartnerId,
    /// In which role.
    pub role: &'a Role,
    /// How much of the whole.
    pub share: Ratio,
    /// Whether the partner is enrolled by the day: what is given to others is retained (A7).
    pub enrolled: bool,
}

/// Divides a slice in a pool (A1).
pub fn split(slice: &Slice<'_>, pool: &Pool, reference: &Reference) -> Split {
    derive(slice, pool, reference)
        .map_or_else(|| Split { policy: None, shares: Vec::new(), retained: Ratio::ONE }, |derived| derived.split())
}

/// Divides a slice in a pool and shows how; none: no policy matches, and all is retained (A1).
pub fn derive<'a>(slice: &Slice<'a>, pool: &Pool, reference: &'a Reference) -> Option<Derivation<'a>> {
    Some(derive_by(deciding(slice, pool, reference)?, slice, reference))
}

/// Divides a slice by the policy that decides. Which one that is may depend on the slice's product and vendor; the rest does
/// not.
pub(crate) fn derive_by<'a>(
    policy: &'a AttributionPolicy,
    slice: &Slice<'a>,
    reference: &'a Reference,
) -> Derivation<'a> {
    let step = Step::of(&policy.model, slice);
    let enrolled = |partner: &PartnerId| reference.partners.is_enrolled_by(partner, slice.day, &reference.book);
    let given = step
        .shares()
        .into_iter()
        .filter(|(_, share)| !share.is_zero())
        .map(|((partner, role), share)| Given { partner, role, share, enrolled: enrolled(partner) })
        .collect();
    Derivation { policy, step, given }
}

impl<'a> Derivation<'a> {
    /// What is given to those who are enrolled (A7).
    pub(crate) fn given_to_enrolled(&self) -> Vec<Given<'a>> {
        let given: Vec<Given<'a>> = self.given.iter().filter(|given| given.enrolled).copied().collect();
        let total: i128 = given.iter().map(|given| given.share.units()).sum();
        assert!(total <= Ratio::ONE.units(), "the shares of policy `{}` exceed the whole", self.policy.id);
        given
    }

    /// The shares of those who are enrolled (A7); the rest is retained.
    pub fn split(&self) -> Split {
        let share =
            |given: Given<'_>| Share { partner: given.partner.clone(), role: given.role.clone(), share: given.share };
        let shares: Vec<Share> = self.given_to_enrolled().into_iter().map(share).collect();
        let given: i128 = shares.iter().map(|share| share.share.units()).sum();
        Split {
            policy: Some((self.policy.id.clone(), self.policy.effective_from)),
            shares,
            retained: Ratio::from_units(Ratio::ONE.units() - given),
        }
    }
}

/// Whether a list (empty: everything) names a value.
pub(crate) fn names<T: PartialEq>(list: &[T], value: Option<&T>) -> bool {
    list.is_empty() || value.is_some_and(|value| list.contains(value))
}
