//! Which policy decides, and why the others do not (A1).

use std::cmp::Ordering;

use super::{Slice, names};
use crate::event::Meta;
use crate::id::Pool;
use crate::policy::{AttributionPolicy, Match};
use crate::reference::Reference;

/// A policy of a pool, and whether it decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Candidate<'a> {
    /// The version that the day asks for; of a policy that has not begun, its first one.
    pub policy: &'a AttributionPolicy,
    /// The event that published it.
    pub published: &'a Meta,
    /// Whether it decides, or why not.
    pub verdict: Verdict,
}

/// Whether a policy decides, or why not (A1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It does.
    Decides,
    /// It matches, and one of a higher priority or a smaller id decides.
    Outranked,
    /// A list that it names does not contain the slice's value.
    Mismatch(NamedList),
    /// Its last day is past.
    Ended,
    /// Its first day is yet to come.
    NotBegun,
}

/// A list of a policy's `match`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the contract's own words")]
pub enum NamedList {
    Markets,
    Motions,
    Products,
    Vendors,
}

impl NamedList {
    /// The contract's word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Markets => "markets",
            Self::Motions => "motions",
            Self::Products => "products",
            Self::Vendors => "vendors",
        }
    }
}

/// Of the pool's matching policies the one with the highest priority; of equal ones the smallest id (A1).
pub(crate) fn deciding<'a>(slice: &Slice<'_>, pool: &Pool, reference: &'a Reference) -> Option<&'a AttributionPolicy> {
    let in_force = reference.policies.attribution_on(slice.day);
    in_force.filter(|policy| policy.pool == *pool && mismatch(&policy.matching, slice).is_none()).min_by(rank)
}

fn rank(a: &&AttributionPolicy, b: &&AttributionPolicy) -> Ordering {
    b.priority.cmp(&a.priority).then_with(|| a.id.cmp(&b.id))
}

/// Every policy of a pool with its verdict, in the order in which they are asked: by priority, then id (A1).
pub fn candidates<'a>(slice: &Slice<'_>, pool: &Pool, reference: &'a Reference) -> Vec<Candidate<'a>> {
    let decides = deciding(slice, pool, reference).map(|policy| &policy.id);
    let verdict = |policy: &AttributionPolicy| match mismatch(&policy.matching, slice) {
        _ if policy.effective_from > slice.day => Verdict::NotBegun,
        _ if policy.has_ended_by(slice.day) => Verdict::Ended,
        Some(list) => Verdict::Mismatch(list),
        None if decides == Some(&policy.id) => Verdict::Decides,
        None => Verdict::Outranked,
    };
    let of_pool = reference.policies.attribution_around(slice.day).filter(|(_, policy)| policy.pool == *pool);
    let judged = of_pool.map(|(published, policy)| Candidate { policy, published, verdict: verdict(policy) });
    let mut candidates: Vec<Candidate<'a>> = judged.collect();
    candidates.sort_by(|a, b| rank(&a.policy, &b.policy));
    candidates
}

/// The first list that does not contain the slice's value: every named list must match, none named matches all (A1).
fn mismatch(matching: &Match, slice: &Slice<'_>) -> Option<NamedList> {
    let markets = || slice.account.markets_on(slice.day);
    let meets = || matching.markets.is_empty() || matching.markets.iter().any(|market| markets().contains(market));
    match () {
        () if !names(&matching.motions, Some(&slice.deal.motion)) => Some(NamedList::Motions),
        () if !names(&matching.products, slice.product) => Some(NamedList::Products),
        () if !names(&matching.vendors, slice.vendor) => Some(NamedList::Vendors),
        () if !meets() => Some(NamedList::Markets),
        () => None,
    }
}
