//! `registrationProtection` and `sourceWins`: one partner comes first, another model divides the rest (A4, A5).

use super::Slice;
use super::step::{Shares, Step, give};
use crate::id::{PartnerId, Role};
use crate::money::Ratio;
use crate::policy::Model;

/// One partner first, then the others (A4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preferred<'a> {
    /// Who comes first; none: nobody does, and the others divide the whole.
    pub winner: Option<&'a PartnerId>,
    /// In which role.
    pub role: &'static Role,
    /// What whoever comes first gets.
    pub share: Ratio,
    /// How the others divide what is left, as if it were the whole.
    pub otherwise: Box<Step<'a>>,
}

impl<'a> Preferred<'a> {
    pub(super) fn of(
        winner: Option<&'a PartnerId>,
        role: &'static Role,
        share: Ratio,
        otherwise: &'a Model,
        slice: &Slice<'a>,
    ) -> Self {
        Self { winner, role, share, otherwise: Box::new(Step::of(otherwise, slice)) }
    }

    /// What is left for the others.
    pub fn rest(&self) -> Ratio {
        Ratio::from_units(Ratio::ONE.units() - self.winner.map_or(0, |_| self.share.units()))
    }

    /// Each of the others' shares is scaled down to `floor(rest·share/10⁹)` (A4).
    pub(super) fn give(&self, all: &mut Shares<'a>) {
        if let Some(winner) = self.winner {
            give(all, winner, self.role, self.share);
        }
        for ((partner, role), inner) in self.otherwise.shares() {
            give(all, partner, role, self.rest().scaled_down(inner));
        }
    }
}
