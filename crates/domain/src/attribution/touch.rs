//! `touch`: the partners who touched the account before the deal was won (A6).

use std::collections::BTreeMap;

use chrono::Days;
use num_bigint::BigUint;

use super::{Shares, Slice, divide, named_role};
use crate::account::TouchOn;
use crate::id::PartnerId;
use crate::money::Ratio;
use crate::policy::{TouchModel, Weighting};
use crate::time::Day;

pub(super) fn shares(model: &TouchModel, slice: &Slice<'_>) -> Shares {
    let until = slice.deal.first_won_on.filter(|won| *won <= slice.day).unwrap_or(slice.day);
    let from = until.checked_sub_days(Days::new(model.lookback_days.into())).unwrap_or(Day::MIN);
    let touches: Vec<&TouchOn> = slice
        .account
        .touches_of(&slice.deal.id)
        .filter(|on| (from..=until).contains(&on.day))
        .filter(|on| model.kinds.is_empty() || model.kinds.contains(&on.touch.kind))
        .collect();
    let mut of_partners: BTreeMap<&PartnerId, BigUint> = BTreeMap::new();
    for (touch, weight) in touches.iter().zip(weights(model.weighting, &touches, until)) {
        *of_partners.entry(&touch.touch.partner).or_default() += weight;
    }
    divide(Ratio::ONE.units() as u64, of_partners.into_iter().collect())
        .into_iter()
        .map(|(partner, share)| ((partner.clone(), named_role("touch")), Ratio::from_units(share.into())))
        .collect()
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
