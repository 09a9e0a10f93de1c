//! Exact decimals without bounds, and the divisions of the rules written once more.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, Mul, Neg, Sub};

use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::{One, Signed, Zero};

/// Places kept: two factors of at most fifteen each have an exact product.
const PLACES: u32 = 30;

/// A decimal number of at most thirty places.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) struct Exact(BigInt);

/// How ties are rounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rounding {
    /// To the even neighbour.
    HalfEven,
    /// Away from zero.
    HalfUp,
}

fn ten_to(places: u32) -> BigInt {
    BigInt::from(10).pow(places)
}

impl Exact {
    pub(super) fn zero() -> Self {
        Self::default()
    }

    pub(super) fn one() -> Self {
        Self(ten_to(PLACES))
    }

    /// Reads a decimal such as `-12.5`.
    pub(super) fn read(text: &str) -> Option<Self> {
        let (sign, digits) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let missing = PLACES.checked_sub(u32::try_from(fraction.len()).ok()?)?;
        let count: BigInt = format!("{whole}{fraction}").parse().ok()?;
        Some(Self(count * sign * ten_to(missing)))
    }

    pub(super) fn is_negative(&self) -> bool {
        self.0.is_negative()
    }

    pub(super) fn size(&self) -> Self {
        Self(self.0.abs())
    }

    /// Rounded to so many places.
    pub(super) fn rounded(&self, places: u32, rounding: Rounding) -> Self {
        Self(divided(&self.0, &ten_to(PLACES - places), rounding) * ten_to(PLACES - places))
    }

    /// Divided by another, rounded half-even to twelve places (F5).
    pub(super) fn over(&self, other: &Self) -> Option<Self> {
        let positive = other.0.is_positive().then_some(&other.0)?;
        Some(Self(divided(&(&self.0 * ten_to(12)), positive, Rounding::HalfEven) * ten_to(PLACES - 12)))
    }

    /// How many units of 10^-places, toward −∞.
    pub(super) fn count(&self, places: u32) -> BigInt {
        self.0.div_floor(&ten_to(PLACES - places))
    }

    /// So many units of 10^-places.
    pub(super) fn of(count: &BigInt, places: u32) -> Self {
        Self(count * ten_to(PLACES - places))
    }
}

fn divided(count: &BigInt, by: &BigInt, rounding: Rounding) -> BigInt {
    let (quotient, remainder) = count.abs().div_rem(by);
    let twice: BigInt = remainder * 2;
    let up = match twice.cmp(by) {
        std::cmp::Ordering::Less => false,
        std::cmp::Ordering::Greater => true,
        std::cmp::Ordering::Equal => rounding == Rounding::HalfUp || quotient.is_odd(),
    };
    let rounded = if up { quotient + BigInt::one() } else { quotient };
    if count.is_negative() { -rounded } else { rounded }
}

/// Divides a whole among weighted keys: floors, then one unit each by descending remainder, ties to the smallest key
/// (A2, M6). Nothing where the weights add up to zero. In the order of the keys given.
pub(super) fn apportion<K: Ord>(whole: &BigInt, weights: &[(K, BigInt)]) -> Vec<BigInt> {
    let sum: BigInt = weights.iter().map(|(_, weight)| weight).sum();
    if sum.is_zero() {
        return weights.iter().map(|_| BigInt::zero()).collect();
    }
    let positive = sum.abs();
    let part = |weight: &BigInt| (whole * weight * sum.signum()).div_mod_floor(&positive);
    let mut parts: Vec<(BigInt, BigInt)> = weights.iter().map(|(_, weight)| part(weight)).collect();
    let given: BigInt = parts.iter().map(|(floor, _)| floor).sum();
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by(|a, b| parts[*b].1.cmp(&parts[*a].1).then_with(|| weights[*a].0.cmp(&weights[*b].0)));
    let mut left = whole - given;
    for at in order {
        if !left.is_positive() {
            break;
        }
        parts[at].0 += 1;
        left -= 1;
    }
    parts.into_iter().map(|(part, _)| part).collect()
}

impl fmt::Display for Exact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, fraction) = self.0.abs().div_rem(&ten_to(PLACES));
        let fraction = format!("{fraction:0>30}");
        let sign = if self.0.is_negative() { "-" } else { "" };
        match fraction.trim_end_matches('0') {
            "" => write!(f, "{sign}{whole}"),
            digits => write!(f, "{sign}{whole}.{digits}"),
        }
    }
}

impl Add for Exact {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl Sub for Exact {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl Neg for Exact {
    type Output = Self;

    fn neg(self) -> Self {
        Self(-self.0)
    }
}

/// Exact while the factors have no more than thirty places together.
impl Mul<&Exact> for &Exact {
    type Output = Exact;

    fn mul(self, other: &Exact) -> Exact {
        Exact((&self.0 * &other.0).div_floor(&ten_to(PLACES)))
    }
}

impl Sum for Exact {
    fn sum<I: Iterator<Item = Self>>(parts: I) -> Self {
        parts.fold(Self::zero(), Self::add)
    }
}
