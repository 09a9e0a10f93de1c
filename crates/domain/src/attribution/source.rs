//! `sourceWins`: who brought the deal first (A5).

use super::{Shares, Slice, influence, named_role, share_then, shares as shares_of};
use crate::money::Ratio;
use crate::policy::Model;

pub(super) fn shares(share: Ratio, otherwise: &Model, slice: &Slice<'_>) -> Shares {
    match influence::source(slice.account, slice.deal) {
        Some(partner) => share_then(partner, &named_role("source"), share, otherwise, slice),
        None => shares_of(otherwise, slice),
    }
}
