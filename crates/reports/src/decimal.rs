//! Decimals as people read them. They come as canonical texts and stay texts: nothing is rounded here.

/// At least so many decimal places.
pub(crate) fn padded(decimal: &str, places: usize) -> String {
    let missing = places.saturating_sub(places_of(decimal));
    let point = if missing > 0 && !decimal.contains('.') { "." } else { "" };
    format!("{decimal}{point}{}", "0".repeat(missing))
}

/// At least so many decimal places, and a comma before every three digits of the whole.
pub(crate) fn grouped(decimal: &str, places: usize) -> String {
    let padded = padded(decimal, places);
    let (sign, digits) = padded.strip_prefix('-').map_or(("", padded.as_str()), |digits| ("-", digits));
    let whole = digits.find('.').unwrap_or(digits.len());
    let mut text = sign.to_owned();
    for (at, digit) in digits.char_indices() {
        if at > 0 && at < whole && (whole - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// How many decimal places a decimal has.
pub(crate) fn places_of(decimal: &str) -> usize {
    decimal.split_once('.').map_or(0, |(_, fraction)| fraction.len())
}

/// A ratio as percent: exactly, by moving its point.
pub(crate) fn percent(ratio: &str) -> String {
    let (sign, digits) = ratio.strip_prefix('-').map_or(("", ratio), |digits| ("-", digits));
    let padded = padded(digits, 2);
    let (whole, fraction) = padded.split_once('.').unwrap_or((&padded, ""));
    let (moved, left) = fraction.split_at(2.min(fraction.len()));
    let whole = format!("{whole}{moved}");
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    let point = if left.is_empty() { "" } else { "." };
    format!("{sign}{whole}{point}{left} %")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_have_the_currencys_places_and_their_thousands_apart() {
        for (decimal, places, expected) in [
            ("0", 2, "0.00"),
            ("0", 0, "0"),
            ("617.28", 2, "617.28"),
            ("1234567.5", 3, "1,234,567.500"),
            ("-1234", 2, "-1,234.00"),
            ("-123", 0, "-123"),
            ("1000000", 0, "1,000,000"),
            ("1234.123456789012", 2, "1,234.123456789012"),
        ] {
            assert_eq!(grouped(decimal, places), expected);
        }
        assert_eq!(padded("12345.6", 2), "12345.60");
    }

    #[test]
    fn a_ratio_is_shown_as_percent_exactly() {
        for (ratio, expected) in [
            ("0.05", "5 %"),
            ("1", "100 %"),
            ("0.125", "12.5 %"),
            ("1.5", "150 %"),
            ("0.000000001", "0.0000001 %"),
            ("0", "0 %"),
        ] {
            assert_eq!(percent(ratio), expected);
        }
    }
}
