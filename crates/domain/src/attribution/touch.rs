//! `touch`: the partners who touched the account before the deal was won (A6).

use std::collections::BTreeMap;

use chrono::Days;
use num_bigint::BigUint;

use super::step::{Shares, give};
use super::{Slice, divide, named_role};
use crate::account::TouchOn;
use crate::id::PartnerId;
use crate::money::Ratio;
use crate::policy::{TouchModel, Weighting};
use crate::time::Day;

/// The touches that count, and what their weights give (A6).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Touches<'a> {
    /// How one weighs against another, which kinds count, and how far back.
    pub model: &'a TouchModel,
    /// The first day of the window.
    pub from: Day,
    /// Its last day: that of the first `won`, or the day itself.
    pub until: Day,
    /// The touches that count, in the order of T3.
    pub counted: Vec<Touched<'a>>,
    /// What each partner's weights give of the whole, by partner.
    pub shares: Vec<(&'a PartnerId, Ratio)>,
}

/// A touch that counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Touched<'a> {
    /// The touch and its day.
    pub on: &'a TouchOn,
    /// Its weight; all are in one unit.
    pub weight: BigUint,
}

impl<'a> Touches<'a> {
    pub(super) fn of(model: &'a TouchModel, slice: &Slice<'a>) -> Self {
        let until = slice.deal.first_won_on.filter(|won| *won <= slice.day).unwrap_or(slice.day);
        let from = until.checked_sub_days(Days::new(model.lookback_days.into())).unwrap_or(Day::MIN);
        let touches: Vec<&TouchOn> = slice
            .account
            .touches_of(&slice.deal.id)
            .filter(|on| (from..=until).contains(&on.day))
            .filter(|on| model.kinds.is_empty() || model.kinds.contains(&on.touch.kind))
            .collect();
        let weights = weights(model.weighting, &touches, until);
        let mut of_partners: BTreeMap<&PartnerId, BigUint> = BTreeMap::new();
        for (on, weight) in touches.iter().zip(&weights) {
            *of_partners.entry(&on.touch.partner).or_default() += weight;
        }
        let shares = divide(Ratio::ONE.units() as u64, of_partners.into_iter().collect());
        Self {
            model,
            from,
            until,
            counted: touches.into_iter().zip(weights).map(|(on, weight)| Touched { on, weight }).collect(),
            shares: shares.into_iter().map(|(partner, share)| (partner, Ratio::from_units(share.into()))).collect(),
        }
    }

    pub(super) fn give(&self, all: &mut Shares<'a>) {
        self.shares.iter().for_each(|(partner, share)| give(all, partner, named_role::touch(), *share));
    }
}

/// A weight for each touch, all in one unit; the touches stand in the order of T3.
fn weights(weighting: Weighting, touches: &[&TouchOn], until: Day) -> Vec<BigUint> {
    let count = touches.len();
    let only = |chosen: usize| (0..count).map(|at| BigUint::from(u8::from(at == chosen))).collect();
    match weighting {
        Weighting::First => only(0),
        Weighting::Last => only(count.wrapping_sub(1)),
        Weighting::Linear => vec![BigUint::from(1_u8); count],
        Weighting::Decay { half_life_days } => decayed(touches, until, half_life_days),
        Weighting::Position { first, last } => by_position(count, first, last),
    }
}

/// 2^−⌊(until − day)/half-life⌋, in units of the smallest of them.
fn decayed(touches: &[&TouchOn], until: Day, half_life_days: u32) -> Vec<BigUint> {
    let halvings: Vec<u64> = touches
        .iter()
        .map(|on| (until - on.day).num_days().unsigned_abs() / u64::from(half_life_days.max(1)))
        .collect();
    let most = halvings.iter().copied().max().unwrap_or(0);
    halvings.into_iter().map(|halved| BigUint::from(1_u8) << (most - halved)).collect()
}

/// `first` to the first, `last` to the last, the rest equally to those between; in units of 10⁻⁹ ÷ (count − 2).
fn by_position(count: usize, first: Ratio, last: Ratio) -> Vec<BigUint> {
    let [first, last, one] = [first, last, Ratio::ONE].map(|ratio| ratio.units().unsigned_abs());
    let weight = |at: usize| match (count, at) {
        (1, _) => BigUint::from(1_u8),
        (2, 0) => BigUint::from(first),
        (2, _) => BigUint::from(last),
        (_, 0) => BigUint::from(first) * (count - 2),
        (_, at) if at + 1 == count => BigUint::from(last) * (count - 2),
        _ => BigUint::from(one - first - last),
    };
    (0..count).map(weight).collect()
}
