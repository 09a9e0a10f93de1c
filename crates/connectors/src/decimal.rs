//! Decimals as files write them: plain or with an exponent, which FOCUS allows. Exact, or refused; no float ever.

use tributary_domain::money::{AMOUNT_PLACES, Amount, DecimalError};

/// More digits or a larger exponent than this is not a number of a bill.
const DIGITS_MAX: usize = 80;

/// Reads an amount exactly; more than twelve fractional digits that are not zero are refused.
pub(crate) fn exact(text: &str) -> Result<Amount, DecimalError> {
    plain(text)?.parse()
}

/// Reads a quantity; what goes beyond twelve fractional digits is rounded half-even.
pub(crate) fn rounded(text: &str) -> Result<Amount, DecimalError> {
    let text = plain(text)?;
    let Some((head, tail)) = split_after_places(&text) else {
        return text.parse();
    };
    let kept: Amount = head.parse()?;
    let odd = kept.units() % 2 != 0;
    let half = tail.starts_with('5') && tail.bytes().skip(1).all(|b| b == b'0');
    let up = if half { odd } else { tail.as_bytes().first().is_some_and(|b| *b >= b'5') };
    let step = if text.starts_with('-') { -1 } else { 1 };
    Ok(if up { Amount::from_units(kept.units() + step) } else { kept })
}

/// Splits a plain decimal after its twelfth fractional digit, if it has more.
fn split_after_places(text: &str) -> Option<(&str, &str)> {
    let point = text.find('.')?;
    text.split_at_checked(point + 1 + AMOUNT_PLACES as usize).filter(|(_, tail)| !tail.is_empty())
}

/// Writes a decimal without its exponent.
fn plain(text: &str) -> Result<String, DecimalError> {
    let (sign, unsigned) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text),
    };
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().map_err(|_| DecimalError::Syntax)?),
        None => (unsigned, 0),
    };
    let (integer, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits: String = [integer, fraction].concat();
    if digits.is_empty() || mantissa.ends_with('.') || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(DecimalError::Syntax);
    }
    let digits_max = DIGITS_MAX as i32;
    if digits.len() > DIGITS_MAX || !(-digits_max..=digits_max).contains(&exponent) {
        return Err(DecimalError::Range);
    }
    // Where the point goes, counted from the first digit; zeros fill what it leaves.
    let point = integer.len() as i32 + exponent;
    let before = "0".repeat((1 - point).max(0) as usize);
    let after = "0".repeat((point - digits.len() as i32).max(0) as usize);
    let all = [before.as_str(), &digits, &after].concat();
    let (integer, fraction) = all.split_at(point.max(1) as usize);
    let point = if fraction.is_empty() { "" } else { "." };
    Ok([sign, integer, point, fraction].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exponents_are_read_exactly() {
        for (text, printed) in [
            ("1.2E-05", "0.000012"),
            ("-4e-7", "-0.0000004"),
            ("12E3", "12000"),
            ("1.25e+1", "12.5"),
            (".5", "0.5"),
            ("0E-11", "0"),
            ("0.00000080000", "0.0000008"),
            ("2.000000000000000", "2"),
        ] {
            assert_eq!(exact(text).map(|a| a.to_string()), Ok(printed.to_owned()), "{text}");
        }
    }

    #[test]
    fn what_is_not_a_plain_number_is_refused() {
        for text in ["", "-", ".", "5.", "1,000.00", "$20.00", "1e", "e5", "+1", "--1", "1.2.3", "1e99999999999", "٣"]
        {
            assert_eq!(exact(text), Err(DecimalError::Syntax), "{text}");
        }
        assert_eq!(exact("1e81"), Err(DecimalError::Range));
        assert_eq!(exact("1e16"), Err(DecimalError::Range));
        assert_eq!(exact("1e-13"), Err(DecimalError::Places { places: 12 }));
    }

    #[test]
    fn a_quantity_is_rounded_half_even_beyond_twelve_places() {
        for (text, units) in [
            ("0.0000000000005", 0),
            ("0.0000000000015", 2),
            ("0.0000000000025", 2),
            ("0.00000000000251", 3),
            ("-0.0000000000015", -2),
            ("-0.001528156921268", -1_528_156_921),
            ("1e-30", 0),
            ("3", 3_000_000_000_000),
        ] {
            assert_eq!(rounded(text).map(Amount::units), Ok(units), "{text}");
        }
    }
}
