//! `registrationProtection`: the protecting registration's partner first (A4).

use super::{Shares, Slice, named_role, share_then, shares as shares_of};
use crate::money::Ratio;
use crate::policy::Model;

pub(super) fn shares(share: Ratio, otherwise: &Model, slice: &Slice<'_>) -> Shares {
    match slice.account.registrations.protecting(slice.deal) {
        Some((_, claim)) => share_then(&claim.partner, &named_role("registrant"), share, otherwise, slice),
        None => shares_of(otherwise, slice),
    }
}
