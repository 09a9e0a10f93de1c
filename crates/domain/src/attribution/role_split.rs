//! `roleSplit`: a share for each role, divided equally among those who hold it (A3).

use std::collections::BTreeMap;

use super::step::{Shares, give};
use super::{Slice, divide};
use crate::id::{PartnerId, Role};
use crate::money::Ratio;
use crate::policy::Unfilled;

/// How a table of roles was divided (A3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleSplit<'a> {
    /// What becomes of the roles that nobody holds.
    pub unfilled: Unfilled,
    /// The roles of the table, by role.
    pub roles: Vec<OfRole<'a>>,
}

/// A role of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfRole<'a> {
    /// The role.
    pub role: &'a Role,
    /// Its share by the table.
    pub agreed: Ratio,
    /// What its holders divide: the same, or more where the unfilled roles are redistributed; zero if nobody holds it.
    pub share: Ratio,
    /// Who holds it that day, with the part of each; by partner.
    pub holders: Vec<(&'a PartnerId, Ratio)>,
}

impl<'a> RoleSplit<'a> {
    pub(super) fn of(table: &'a BTreeMap<Role, Ratio>, unfilled: Unfilled, slice: &Slice<'a>) -> Self {
        let of_role = |(role, agreed): (&'a Role, &Ratio)| OfRole {
            role,
            agreed: *agreed,
            share: Ratio::ZERO,
            holders: Vec::new(),
        };
        let mut roles: Vec<OfRole<'a>> = table.iter().map(of_role).collect();
        for (partner, role) in slice.deal.team_on(slice.day) {
            if let Ok(at) = roles.binary_search_by(|of| of.role.cmp(role)) {
                roles[at].holders.push((partner, Ratio::ZERO));
            }
        }
        share_roles(&mut roles, unfilled);
        roles.iter_mut().for_each(OfRole::share_holders);
        Self { unfilled, roles }
    }

    pub(super) fn give(&self, all: &mut Shares<'a>) {
        for of in &self.roles {
            of.holders.iter().for_each(|(partner, share)| give(all, partner, of.role, *share));
        }
    }
}

/// What the holders of each role divide: the table's share, or of the whole table's in that proportion (A3).
fn share_roles(roles: &mut [OfRole<'_>], unfilled: Unfilled) {
    let total: i128 = roles.iter().map(|of| of.agreed.units()).sum();
    let held = roles.iter_mut().filter(|of| !of.holders.is_empty());
    match unfilled {
        Unfilled::Retain => held.for_each(|of| of.share = of.agreed),
        Unfilled::Redistribute => {
            let mut held: Vec<&mut OfRole<'_>> = held.collect();
            let weights = held.iter().map(|of| (of.role, of.agreed.units().unsigned_abs())).collect();
            for (of, (_, share)) in held.iter_mut().zip(divide(total as u64, weights)) {
                of.share = Ratio::from_units(share.into());
            }
        }
    }
}

impl OfRole<'_> {
    fn share_holders(&mut self) {
        let weights = self.holders.iter().map(|(partner, _)| (*partner, 1_u128)).collect();
        for (holder, (_, share)) in self.holders.iter_mut().zip(divide(self.share.units() as u64, weights)) {
            holder.1 = Ratio::from_units(share.into());
        }
    }
}
