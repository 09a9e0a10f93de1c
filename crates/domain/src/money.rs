//! Amounts, credit amounts and ratios as counts of small units (A2, C1, F5, M3). Integers only; an overflow is an error.

use std::fmt;
use std::str::FromStr;

use ethnum::I256;

use crate::currency::Currency;

/// Decimal places of an [`Amount`].
pub const AMOUNT_PLACES: u32 = 12;
/// Decimal places of a [`Ratio`].
pub const RATIO_PLACES: u32 = 9;
/// Decimal places of a [`CreditAmount`].
pub const CREDIT_PLACES: u32 = AMOUNT_PLACES + RATIO_PLACES;

const PICO: i128 = 10_i128.pow(AMOUNT_PLACES);
const NANO: i128 = 10_i128.pow(RATIO_PLACES);

/// Why a text is not a decimal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecimalError {
    /// Not a decimal at all; exponents, signs alone and blanks are none.
    #[error("is not a decimal such as \"12.5\"")]
    Syntax,
    /// More fractional digits than can be kept.
    #[error("has more than {places} fractional digits")]
    Places {
        /// How many may be kept.
        places: u32,
    },
    /// More integer digits than any ledger needs.
    #[error("is larger than 15 integer digits")]
    Range,
}

/// A sum or product left the range of 128 bits. Never a wrapped number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an amount left the range of the ledger's integers")]
pub struct Overflow;

/// Reads a decimal into a count of 10^-`places`; trailing zeros beyond `places` are allowed, as real files hold them.
fn parse(text: &str, places: u32) -> Result<i128, DecimalError> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (integer, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let dotted = digits.len() != integer.len();
    if integer.is_empty()
        || (dotted && fraction.is_empty())
        || !integer.bytes().chain(fraction.bytes()).all(|b| b.is_ascii_digit())
    {
        return Err(DecimalError::Syntax);
    }
    let integer = integer.trim_start_matches('0');
    let fraction = fraction.trim_end_matches('0');
    if fraction.len() > places as usize {
        return Err(DecimalError::Places { places });
    }
    if integer.len() > 15 {
        return Err(DecimalError::Range);
    }
    let count = integer.bytes().chain(fraction.bytes()).fold(0_i128, |sum, b| sum * 10 + i128::from(b - b'0'));
    let count = count * 10_i128.pow(places - fraction.len() as u32);
    Ok(if negative { -count } else { count })
}

/// Prints a count of 10^-`places` as a canonical decimal: no exponent, no trailing zeros.
fn print(f: &mut fmt::Formatter<'_>, count: i128, places: u32) -> fmt::Result {
    // From the last digit on: 39 digits at most, and a sign, a point and a zero before it.
    let (mut text, mut at) = ([b'0'; 48], 48);
    let (mut rest, mut place, mut shown) = (count.unsigned_abs(), 0, false);
    while rest > 0 || place <= places {
        if place == places && shown {
            at -= 1;
            text[at] = b'.';
        }
        let digit;
        (rest, digit) = match u64::try_from(rest) {
            Ok(small) => (u128::from(small / 10), (small % 10) as u8), // much faster than of 128 bits
            Err(_) => (rest / 10, (rest % 10) as u8),
        };
        if shown || digit != 0 || place >= places {
            shown = true;
            at -= 1;
            text[at] = b'0' + digit;
        }
        place += 1;
    }
    if count < 0 {
        at -= 1;
        text[at] = b'-';
    }
    f.pad(std::str::from_utf8(&text[at..]).map_err(|_| fmt::Error)?)
}

/// `count / divisor`, rounded half-even. `divisor` is positive.
fn divide_half_even(count: I256, divisor: I256) -> Result<i128, Overflow> {
    let quotient = count.div_euclid(divisor);
    let twice = count.rem_euclid(divisor) * I256::from(2_i8);
    let up = twice > divisor || (twice == divisor && quotient & I256::ONE == I256::ONE);
    i128::try_from(if up { quotient + I256::ONE } else { quotient }).map_err(|_| Overflow)
}

macro_rules! count {
    ($(#[$doc:meta])* $name:ident, $places:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
        pub struct $name(i128);

        impl $name {
            /// Nothing.
            pub const ZERO: Self = Self(0);

            /// From a count of its smallest unit.
            pub const fn from_units(count: i128) -> Self {
                Self(count)
            }

            /// The count of its smallest unit.
            pub const fn units(self) -> i128 {
                self.0
            }

            /// Whether it is zero.
            pub const fn is_zero(self) -> bool {
                self.0 == 0
            }

            /// The sum, or an overflow.
            pub fn plus(self, other: Self) -> Result<Self, Overflow> {
                self.0.checked_add(other.0).map(Self).ok_or(Overflow)
            }

            /// The difference, or an overflow.
            pub fn minus(self, other: Self) -> Result<Self, Overflow> {
                self.0.checked_sub(other.0).map(Self).ok_or(Overflow)
            }

            /// Adds in place, or says that it overflows.
            pub fn add(&mut self, other: Self) -> Result<(), Overflow> {
                *self = self.plus(other)?;
                Ok(())
            }

            /// The same size with the other sign.
            pub const fn negated(self) -> Self {
                Self(-self.0)
            }

            /// The sum of many.
            pub fn sum(parts: impl IntoIterator<Item = Self>) -> Result<Self, Overflow> {
                parts.into_iter().try_fold(Self::ZERO, Self::plus)
            }
        }

        impl FromStr for $name {
            type Err = DecimalError;

            fn from_str(text: &str) -> Result<Self, DecimalError> {
                parse(text, $places).map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                print(f, self.0, $places)
            }
        }
    };
}

count!(
    /// An amount of some currency, in units of 10⁻¹²: metered costs really have eleven decimals.
    Amount,
    AMOUNT_PLACES
);
count!(
    /// Credit, in units of 10⁻²¹: an amount times a share, exact (C1).
    CreditAmount,
    CREDIT_PLACES
);
count!(
    /// A share, rate, growth or multiplier, in units of 10⁻⁹ (A2).
    Ratio,
    RATIO_PLACES
);

impl Ratio {
    /// The whole: 1.
    pub const ONE: Self = Self(NANO);

    /// `floor(self · other)`: how A4 scales a share to the rest that is left for it.
    pub fn scaled_down(self, other: Self) -> Self {
        Self((self.0 * other.0).div_euclid(NANO))
    }
}

impl Amount {
    /// `self · share`, exact: the credit that a share of it is (C1), or what a rate pays for it before rounding (M3).
    pub fn share(self, share: Ratio) -> Result<CreditAmount, Overflow> {
        self.0.checked_mul(share.0).map(CreditAmount).ok_or(Overflow)
    }

    /// `self · ratio`, rounded half-even to 10⁻¹² (M4).
    pub fn times(self, ratio: Ratio) -> Result<Self, Overflow> {
        divide_half_even(I256::from(self.0) * I256::from(ratio.0), I256::from(NANO)).map(Self)
    }

    /// `self · rate`, rounded half-even to 10⁻¹² (F5, a pair quoted directly).
    pub fn converted(self, rate: Rate) -> Result<Self, Overflow> {
        divide_half_even(I256::from(self.0) * I256::from(rate.0), I256::from(PICO)).map(Self)
    }

    /// `self ÷ rate`, rounded half-even to 10⁻¹² (F5, a pair quoted the other way).
    pub fn converted_inverse(self, rate: Rate) -> Result<Self, Overflow> {
        divide_half_even(I256::from(self.0) * I256::from(PICO), I256::from(rate.0)).map(Self)
    }
}

impl CreditAmount {
    /// Rounded half-even to 10⁻¹² (M2, M3).
    pub fn rounded(self) -> Result<Amount, Overflow> {
        divide_half_even(I256::from(self.0), I256::from(NANO)).map(Amount)
    }
}

/// An exchange rate, in units of 10⁻¹²: how much of the quote one unit of the base is. Always positive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Rate(i128);

impl Rate {
    /// From a count of 10⁻¹²; only a positive one is a rate.
    pub fn from_units(count: i128) -> Option<Self> {
        (count > 0).then_some(Self(count))
    }

    /// The count of 10⁻¹².
    pub const fn units(self) -> i128 {
        self.0
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        print(f, self.0, AMOUNT_PLACES)
    }
}

/// How the book rounds to the minor unit of its currency (T2, M5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Rounding {
    /// Ties to the even neighbour.
    #[default]
    HalfEven,
    /// Ties away from zero.
    HalfUp,
}

impl Rounding {
    /// The nearest whole number of 10^-`decimals`, counted in that minor unit.
    pub fn to_minor(self, amount: Amount, decimals: u32) -> Result<i128, Overflow> {
        let unit = 10_i128.pow(AMOUNT_PLACES - decimals);
        self.divide(amount.0, unit)
    }

    /// `count / divisor` rounded this way. `divisor` is positive.
    pub fn divide(self, count: i128, divisor: i128) -> Result<i128, Overflow> {
        match self {
            Self::HalfEven => divide_half_even(I256::from(count), I256::from(divisor)),
            Self::HalfUp => {
                let magnitude = count.unsigned_abs();
                let divisor = divisor.unsigned_abs();
                let quotient = magnitude / divisor;
                let up = magnitude % divisor >= divisor - magnitude % divisor;
                let rounded = i128::try_from(quotient + u128::from(up)).map_err(|_| Overflow)?;
                Ok(if count < 0 { -rounded } else { rounded })
            }
        }
    }
}

/// An amount with its currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Money {
    /// How much.
    pub amount: Amount,
    /// Of what.
    pub currency: Currency,
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.amount, self.currency)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_decimal_is_read_exactly_or_refused_with_the_reason() {
        for (text, printed) in [("0", "0"), ("-0.50", "-0.5"), ("007.25", "7.25"), ("0.000000000001", "0.000000000001")]
        {
            assert_eq!(text.parse::<Amount>().map(|a| a.to_string()), Ok(printed.to_owned()));
        }
        for text in ["", "-", ".5", "5.", "1e3", "+1", " 1", "1,000", "--1", "1.2.3"] {
            assert_eq!(text.parse::<Amount>(), Err(DecimalError::Syntax), "{text}");
        }
        assert_eq!("0.0000000000001".parse::<Amount>(), Err(DecimalError::Places { places: 12 }));
        assert_eq!("0.0000000001".parse::<Ratio>(), Err(DecimalError::Places { places: 9 }));
        assert_eq!("1000000000000000".parse::<Amount>(), Err(DecimalError::Range));
        assert_eq!("1.0000000000000".parse::<Amount>().map(|a| a.to_string()), Ok("1".to_owned()));
    }

    proptest! {
        #[test]
        fn a_count_prints_as_its_digits_with_a_point_and_without_padding(count: i128, shift in 0_u32..127, places in 0_u32..22) {
            struct Of(i128, u32);
            impl fmt::Display for Of {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    print(f, self.0, self.1)
                }
            }
            let count = count >> shift;
            let digits = format!("{:0width$}", count.unsigned_abs(), width = places as usize + 1);
            let (whole, fraction) = digits.split_at(digits.len() - places as usize);
            let text = format!("{}{whole}.{fraction}", if count < 0 { "-" } else { "" });
            let expected = text.trim_end_matches('0').trim_end_matches('.');
            prop_assert_eq!(Of(count, places).to_string(), if fraction.is_empty() { &text[..text.len() - 1] } else { expected });
        }
    }

    #[test]
    fn m5_minor_units_round_by_the_books_rounding() {
        for (text, even, up) in [("0.125", 12, 13), ("0.135", 14, 14), ("-0.125", -12, -13), ("0.1249", 12, 12)] {
            let amount: Amount = text.parse().expect("an amount");
            assert_eq!(Rounding::HalfEven.to_minor(amount, 2), Ok(even), "{text}");
            assert_eq!(Rounding::HalfUp.to_minor(amount, 2), Ok(up), "{text}");
        }
    }

    #[test]
    fn f5_conversion_rounds_half_even_either_way() {
        let rate = Rate::from_units(2 * PICO).expect("positive");
        assert_eq!(Amount(3).converted_inverse(rate), Ok(Amount(2)));
        assert_eq!(Amount(1).converted_inverse(rate), Ok(Amount(0)));
        assert_eq!(Amount(-3).converted_inverse(rate), Ok(Amount(-2)));
        assert_eq!(Amount(5).converted(rate), Ok(Amount(10)));
    }

    #[test]
    fn an_overflow_is_an_error_and_never_a_wrap() {
        assert_eq!(Amount(i128::MAX).plus(Amount(1)), Err(Overflow));
        assert_eq!(Amount(i128::MAX).share(Ratio::ONE), Err(Overflow));
    }

    proptest! {
        #[test]
        fn printing_and_reading_an_amount_gives_it_back(count in -10_i128.pow(27)..10_i128.pow(27)) {
            prop_assert_eq!(Amount(count).to_string().parse::<Amount>(), Ok(Amount(count)));
        }

        #[test]
        fn c1_shares_of_an_amount_add_up_to_it(count in -10_i128.pow(26)..10_i128.pow(26), share in 0..=NANO) {
            let amount = Amount(count);
            let parts = [Ratio(share), Ratio(NANO - share)].map(|s| amount.share(s).expect("in range"));
            prop_assert_eq!(CreditAmount::sum(parts).and_then(CreditAmount::rounded), Ok(amount));
        }

        #[test]
        fn rounding_never_moves_a_number_by_more_than_half_a_unit(count in -10_i128.pow(20)..10_i128.pow(20)) {
            for rounding in [Rounding::HalfEven, Rounding::HalfUp] {
                let minor = rounding.to_minor(Amount(count), 2).expect("in range");
                prop_assert!((minor * 10_i128.pow(10) - count).abs() * 2 <= 10_i128.pow(10));
            }
        }
    }
}
