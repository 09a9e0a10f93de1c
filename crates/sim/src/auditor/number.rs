//! Exact numbers: fractions of integers without a limit. Nothing is rounded but where a rule says so.

use std::cmp::Ordering;
use std::ops::{Add, Div, Mul, Sub};

use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::{One, Signed, Zero};

/// A fraction in lowest terms over a positive denominator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Number {
    top: BigInt,
    bottom: BigInt,
}

/// What becomes of a half. Both treat a number and its negative alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rounding {
    HalfEven,
    HalfUp,
}

impl Number {
    pub(super) fn fraction(top: impl Into<BigInt>, bottom: impl Into<BigInt>) -> Number {
        let (top, bottom) = (top.into(), bottom.into());
        assert!(!bottom.is_zero(), "a fraction over zero");
        if bottom.is_one() {
            return Number { top, bottom };
        }
        let shared = top.gcd(&bottom) * if bottom.is_negative() { -1 } else { 1 };
        Number { top: top / &shared, bottom: bottom / shared }
    }

    pub(super) fn whole(value: impl Into<BigInt>) -> Number {
        Number { top: value.into(), bottom: BigInt::one() }
    }

    pub(super) fn zero() -> Number {
        Number::whole(0)
    }

    /// From decimal digits with an optional sign and point.
    pub(super) fn read(text: &str) -> Number {
        let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
        let digits: BigInt = format!("{whole}{decimals}").parse().expect("a decimal in a checked event");
        Number::fraction(digits, power_of_ten(decimals.len()))
    }

    pub(super) fn is_zero(&self) -> bool {
        self.top.is_zero()
    }

    pub(super) fn is_positive(&self) -> bool {
        self.top.is_positive()
    }

    pub(super) fn is_negative(&self) -> bool {
        self.top.is_negative()
    }

    pub(super) fn negated(&self) -> Number {
        Number { top: -&self.top, bottom: self.bottom.clone() }
    }

    pub(super) fn absolute(&self) -> Number {
        Number { top: self.top.abs(), bottom: self.bottom.clone() }
    }

    /// Toward minus infinity.
    pub(super) fn floor(&self) -> BigInt {
        self.top.div_floor(&self.bottom)
    }

    /// To the nearest multiple of a tenth to the power of `places`.
    pub(super) fn rounded(&self, places: usize, rounding: Rounding) -> Number {
        let units = self.absolute() * Number::whole(power_of_ten(places));
        let below = units.floor();
        let rest = units - Number::whole(below.clone());
        let up = match rest.cmp(&Number::fraction(1, 2)) {
            Ordering::Less => false,
            Ordering::Greater => true,
            Ordering::Equal => rounding == Rounding::HalfUp || below.is_odd(),
        };
        let nearest = if up { below + 1 } else { below };
        let magnitude = Number::fraction(nearest, power_of_ten(places));
        if self.is_negative() { magnitude.negated() } else { magnitude }
    }

    /// Decimal digits without padding. The number must have a finite expansion, as all that is answered does.
    pub(super) fn text(&self) -> String {
        let mut places = 0;
        while !(power_of_ten(places) % &self.bottom).is_zero() {
            places += 1;
            assert!(places < 1000, "a fraction without a finite decimal expansion");
        }
        let digits = (&self.top.abs() * power_of_ten(places) / &self.bottom).to_string();
        let digits = format!("{digits:0>width$}", width = places + 1);
        let (whole, decimals) = digits.split_at(digits.len() - places);
        let sign = if self.is_negative() { "-" } else { "" };
        let point = if decimals.is_empty() { "" } else { "." };
        format!("{sign}{whole}{point}{decimals}")
    }
}

fn power_of_ten(places: usize) -> BigInt {
    num_traits::pow(BigInt::from(10), places)
}

impl Add for Number {
    type Output = Number;
    fn add(self, other: Number) -> Number {
        Number::fraction(self.top * &other.bottom + other.top * &self.bottom, self.bottom * other.bottom)
    }
}

impl Sub for Number {
    type Output = Number;
    fn sub(self, other: Number) -> Number {
        Number::fraction(self.top * &other.bottom - other.top * &self.bottom, self.bottom * other.bottom)
    }
}

impl Mul for Number {
    type Output = Number;
    fn mul(self, other: Number) -> Number {
        Number::fraction(self.top * other.top, self.bottom * other.bottom)
    }
}

impl Div for Number {
    type Output = Number;
    fn div(self, other: Number) -> Number {
        Number::fraction(self.top * other.bottom, self.bottom * other.top)
    }
}

impl std::iter::Sum for Number {
    fn sum<I: Iterator<Item = Number>>(numbers: I) -> Number {
        numbers.fold(Number::zero(), |sum, number| sum + number)
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Number) -> Ordering {
        (&self.top * &other.bottom).cmp(&(&other.top * &self.bottom))
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Number) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_go_where_the_book_says_and_signs_do_not_matter() {
        let cases = [
            ("0.125", "0.12", "0.13"),
            ("0.135", "0.14", "0.14"),
            ("-0.125", "-0.12", "-0.13"),
            ("-0.005", "0", "-0.01"),
            ("7.0049", "7", "7"),
            ("-120", "-120", "-120"),
        ];
        for (text, even, up) in cases {
            assert_eq!(Number::read(text).rounded(2, Rounding::HalfEven).text(), even, "half-even of {text}");
            assert_eq!(Number::read(text).rounded(2, Rounding::HalfUp).text(), up, "half-up of {text}");
        }
    }
}
