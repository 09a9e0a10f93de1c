//! `roleSplit`: a share for each role, divided equally among those who hold it (A3).

use std::collections::BTreeMap;

use super::{Shares, Slice, divide, give};
use crate::id::{PartnerId, Role};
use crate::money::Ratio;
use crate::policy::Unfilled;

pub(super) fn shares(table: &BTreeMap<Role, Ratio>, unfilled: Unfilled, slice: &Slice<'_>) -> Shares {
    let mut holders: BTreeMap<&Role, Vec<&PartnerId>> = BTreeMap::new();
    for (partner, role) in slice.deal.team_on(slice.day) {
        if table.contains_key(role) {
            holders.entry(role).or_default().push(partner);
        }
    }
    let held: Vec<(&Role, u128)> = holders.keys().map(|role| (*role, table[*role].units().unsigned_abs())).collect();
    let of_roles: Vec<(&Role, u64)> = match unfilled {
        Unfilled::Retain => held.into_iter().map(|(role, share)| (role, share as u64)).collect(),
        Unfilled::Redistribute => divide(table.values().map(|share| share.units() as u64).sum(), held),
    };
    let mut shares = Shares::new();
    for (role, of_role) in of_roles {
        let partners = holders[role].iter().map(|partner| (*partner, 1_u128)).collect();
        for (partner, share) in divide(of_role, partners) {
            give(&mut shares, partner.clone(), role.clone(), Ratio::from_units(share.into()));
        }
    }
    shares
}
