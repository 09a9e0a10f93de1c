//! How much of a line goes to a charge: all of it, or as much as the charge has (R3).

use crate::event::{ChargeBilled, Parts};
use crate::money::Overflow;

/// By which part a charge and its lines are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    Net,
    /// Where no net is billed, such as of tax that passes through.
    Gross,
}

impl By {
    pub(super) fn of(billed: &ChargeBilled) -> Self {
        if billed.parts.net.is_zero() { Self::Gross } else { Self::Net }
    }

    pub(super) const fn measure(self, parts: &Parts) -> i128 {
        match self {
            Self::Net => parts.net.units(),
            Self::Gross => parts.gross.units(),
        }
    }
}

/// The piece of `left` that goes to what is `there`; none if they do not have one sign, or nothing is there.
pub(super) fn piece(left: &Parts, there: &Parts, by: By) -> Option<Parts> {
    let (paid, has) = (by.measure(left), by.measure(there));
    if left.is_zero() {
        return None;
    }
    if paid == 0 {
        return Some(*left); // parts that change nothing of what is owed
    }
    if has == 0 || paid.signum() != has.signum() {
        return None;
    }
    Some(if paid.unsigned_abs() <= has.unsigned_abs() { *left } else { *there })
}

/// The same amounts with the other sign.
pub(super) fn negated(parts: &Parts) -> Result<Parts, Overflow> {
    Parts::ZERO.minus(parts)
}
