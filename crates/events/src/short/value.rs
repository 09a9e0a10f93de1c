//! The values of fields: which of them the long way would take, and write again as they are.

use tributary_domain::currency::Currency;
use tributary_domain::id;
use tributary_domain::time::parse_day;

use super::table::Message;

/// What a field holds.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    Id,
    /// Whatever is UTF-8.
    Text,
    Amount,
    Currency,
    Date,
    Message(&'static Message),
}

/// Whether a text is a value of that kind as it is written. A message is no text.
pub(super) fn is_written(kind: Kind, value: &[u8]) -> bool {
    match kind {
        Kind::Id => is_id(value),
        Kind::Text => std::str::from_utf8(value).is_ok(),
        Kind::Amount => is_amount(value),
        Kind::Currency => text(value).is_some_and(|code| code.parse::<Currency>().is_ok()),
        Kind::Date => text(value).is_some_and(|date| parse_day(date).is_ok()),
        Kind::Message(_) => false,
    }
}

/// Whether a text is an identifier.
pub(crate) fn is_id(value: &[u8]) -> bool {
    let plain = |byte: &u8| (b' '..0x7f).contains(byte) && *byte != b'/';
    match value.iter().all(plain) {
        true => (1..=id::ID_BYTES_MAX).contains(&value.len()),
        false => text(value).is_some_and(|text| id::check(text).is_ok()),
    }
}

/// Whether it is an amount as amounts are printed: no zeros that could be left out, no sign but a minus.
fn is_amount(value: &[u8]) -> bool {
    const INTEGER_DIGITS_MAX: usize = 15;
    const FRACTION_DIGITS_MAX: usize = tributary_domain::money::AMOUNT_PLACES as usize;
    let digits = value.strip_prefix(b"-").unwrap_or(value);
    let dot = digits.iter().position(|byte| *byte == b'.');
    let (integer, fraction) = match dot {
        Some(at) => (&digits[..at], Some(&digits[at + 1..])),
        None => (digits, None),
    };
    let is_short = match integer {
        [] | [b'0', _, ..] => false,
        [b'0'] => fraction.is_some() || digits.len() == value.len(),
        _ => integer.len() <= INTEGER_DIGITS_MAX,
    };
    let is_fraction = fraction.is_none_or(|fraction| {
        (1..=FRACTION_DIGITS_MAX).contains(&fraction.len()) && fraction.last() != Some(&b'0') && are_digits(fraction)
    });
    is_short && is_fraction && are_digits(integer)
}

fn are_digits(text: &[u8]) -> bool {
    text.iter().all(u8::is_ascii_digit)
}

fn text(value: &[u8]) -> Option<&str> {
    std::str::from_utf8(value).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tributary_domain::money::Amount;

    use super::*;

    proptest! {
        #[test]
        fn an_amount_is_written_as_it_is_printed(text in "-?[0-9+]{0,17}(\\.[0-9]{0,14})?", units: i64) {
            let printed = text.parse::<Amount>().is_ok_and(|amount| amount.to_string() == text);
            prop_assert_eq!(is_amount(text.as_bytes()), printed);
            prop_assert!(is_amount(Amount::from_units(units.into()).to_string().as_bytes()));
        }

        #[test]
        fn an_identifier_is_one_to_the_domain_too(text in "\\PC{0,4}|[a-z /\u{1}\u{7f}\u{80}ä]{0,4}|a{198,202}") {
            prop_assert_eq!(is_id(text.as_bytes()), id::check(&text).is_ok());
        }
    }
}
