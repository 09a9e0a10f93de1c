//! What a model did, and the shares that this gives.

use std::collections::BTreeMap;

use super::preferred::Preferred;
use super::role_split::RoleSplit;
use super::touch::Touches;
use super::{Slice, influence, named_role};
use crate::id::{PartnerId, Role};
use crate::money::Ratio;
use crate::policy::Model;

/// What a model did with a slice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step<'a> {
    /// A3.
    RoleSplit(RoleSplit<'a>),
    /// A4: who registered the deal comes first.
    RegistrationProtection(Preferred<'a>),
    /// A5: who brought the deal comes first.
    SourceWins(Preferred<'a>),
    /// A6.
    Touch(Touches<'a>),
    /// A7: partners by name.
    Fixed(&'a BTreeMap<PartnerId, Ratio>),
    /// Everything is retained.
    None,
}

/// Shares as the models hand them up.
pub(super) type Shares<'a> = BTreeMap<(&'a PartnerId, &'a Role), Ratio>;

impl<'a> Step<'a> {
    /// What a model does with a slice.
    pub(super) fn of(model: &'a Model, slice: &Slice<'a>) -> Self {
        match model {
            Model::RoleSplit { shares, unfilled } => Self::RoleSplit(RoleSplit::of(shares, *unfilled, slice)),
            Model::RegistrationProtection { share, otherwise } => {
                let first = slice.account.registrations.protecting(slice.deal).map(|(_, claim)| &claim.partner);
                Self::RegistrationProtection(Preferred::of(first, named_role::registrant(), *share, otherwise, slice))
            }
            Model::SourceWins { share, otherwise } => {
                let first = influence::source(slice.account, slice.deal);
                Self::SourceWins(Preferred::of(first, named_role::source(), *share, otherwise, slice))
            }
            Model::Touch(model) => Self::Touch(Touches::of(model, slice)),
            Model::Fixed { shares } => Self::Fixed(shares),
            Model::None => Self::None,
        }
    }

    /// What it gives of the whole, by partner and role.
    pub(super) fn shares(&self) -> Shares<'a> {
        let mut all = Shares::new();
        match self {
            Self::RoleSplit(split) => split.give(&mut all),
            Self::RegistrationProtection(preferred) | Self::SourceWins(preferred) => preferred.give(&mut all),
            Self::Touch(touches) => touches.give(&mut all),
            Self::Fixed(table) => {
                let fixed = named_role::fixed();
                table.iter().for_each(|(partner, share)| give(&mut all, partner, fixed, *share));
            }
            Self::None => {}
        }
        all
    }

    /// The rule of the outermost step that gives a partner a share in a role.
    pub fn rule(&self, partner: &PartnerId, role: &Role) -> Option<&'static str> {
        let gives = || self.shares().contains_key(&(partner, role));
        let preferred = |first: &Preferred<'a>, rule| {
            let wins = first.winner == Some(partner) && first.role == role;
            if wins { Some(rule) } else { first.otherwise.rule(partner, role) }
        };
        match self {
            Self::RoleSplit(_) => gives().then_some("A3"),
            Self::RegistrationProtection(first) => preferred(first, "A4"),
            Self::SourceWins(first) => preferred(first, "A5"),
            Self::Touch(_) => gives().then_some("A6"),
            Self::Fixed(_) => gives().then_some("A7"),
            Self::None => None,
        }
    }
}

pub(super) fn give<'a>(shares: &mut Shares<'a>, partner: &'a PartnerId, role: &'a Role, share: Ratio) {
    let held = shares.entry((partner, role)).or_default();
    *held = Ratio::from_units(held.units() + share.units());
}
