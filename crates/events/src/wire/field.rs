//! Reading single fields: the path for refusals, and one reader for each kind of field. Paths are printed only when refused.

use std::fmt;
use std::str::FromStr;

use chrono_tz::Tz;
use tributary_domain::currency::Currency;
use tributary_domain::id::{ID_BYTES_MAX, IdError};
use tributary_domain::money::{Amount, DecimalError, Money, Rate, Ratio};
use tributary_domain::time::{Day, Instant, Period, parse_day, parse_zone};

use super::word::Words;
use crate::Refusal;

/// Where in a document a reader stands.
#[derive(Clone, Copy)]
pub(crate) struct At<'a> {
    parent: Option<&'a At<'a>>,
    step: Step<'a>,
}

#[derive(Clone, Copy)]
enum Step<'a> {
    Name(&'a str),
    Index(usize),
}

impl<'a> At<'a> {
    /// The data of an event.
    pub(crate) const DATA: At<'static> = At::root("data");
    /// A document that stands by itself.
    pub(crate) const DOCUMENT: At<'static> = At::root("");

    /// The beginning of a path.
    pub(crate) const fn root(name: &'a str) -> Self {
        Self { parent: None, step: Step::Name(name) }
    }

    /// A field of what stands here.
    pub(crate) const fn name(&'a self, name: &'a str) -> Self {
        Self { parent: Some(self), step: Step::Name(name) }
    }

    /// An element of the list that stands here.
    pub(crate) const fn index(&'a self, index: usize) -> Self {
        Self { parent: Some(self), step: Step::Index(index) }
    }

    /// The path as text.
    pub(crate) fn path(&self) -> String {
        self.to_string()
    }
}

impl fmt::Display for At<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(parent) = self.parent {
            parent.fmt(f)?;
        }
        match (self.step, self.parent) {
            (Step::Index(index), _) => write!(f, "[{index}]"),
            (Step::Name(name), Some(parent)) if !parent.is_document() => write!(f, ".{name}"),
            (Step::Name(name), _) => f.write_str(name),
        }
    }
}

impl At<'_> {
    const fn is_document(&self) -> bool {
        matches!(self.step, Step::Name(name) if name.is_empty())
    }
}

/// A text that must be there.
pub(crate) fn text<'t>(text: &'t str, at: At<'_>) -> Result<&'t str, Refusal> {
    if text.is_empty() { Err(Refusal::MissingField { field: at.path() }) } else { Ok(text) }
}

/// A list that must not be empty.
pub(crate) fn some<'t, T>(list: &'t [T], at: At<'_>) -> Result<&'t [T], Refusal> {
    if list.is_empty() { Err(Refusal::EmptyList { field: at.path() }) } else { Ok(list) }
}

/// A message or number that must be there.
pub(crate) fn present<T>(value: Option<T>, at: At<'_>) -> Result<T, Refusal> {
    value.ok_or_else(|| Refusal::MissingField { field: at.path() })
}

/// An optional field, by the reader of its kind.
pub(crate) fn optional<T>(
    text: &Option<String>,
    at: At<'_>,
    read: impl FnOnce(&str, At<'_>) -> Result<T, Refusal>,
) -> Result<Option<T>, Refusal> {
    text.as_deref().map(|text| read(text, at)).transpose()
}

/// An identifier that must be there.
pub(crate) fn id<T>(new: fn(&str) -> Result<T, IdError>, value: &str, at: At<'_>) -> Result<T, Refusal> {
    given_id(new, text(value, at)?, at)
}

/// An identifier that was given: an empty one is none.
pub(crate) fn given_id<T>(new: fn(&str) -> Result<T, IdError>, value: &str, at: At<'_>) -> Result<T, Refusal> {
    new(value).map_err(|error| Refusal::BadIdentifier { field: at.path(), reason: error.to_string() })
}

/// An identifier that may be absent; an empty one is none.
pub(crate) fn optional_id<T>(
    new: fn(&str) -> Result<T, IdError>,
    value: &Option<String>,
    at: At<'_>,
) -> Result<Option<T>, Refusal> {
    optional(value, at, |value, at| given_id(new, value, at))
}

/// A list of identifiers.
pub(crate) fn ids<T>(new: fn(&str) -> Result<T, IdError>, values: &[String], at: At<'_>) -> Result<Vec<T>, Refusal> {
    values.iter().enumerate().map(|(index, value)| given_id(new, value, at.index(index))).collect()
}

/// An attribute of CloudEvents that identifies: not empty, bounded, printable; it may hold `/`.
pub(crate) fn attribute<'t>(value: &'t str, at: At<'_>) -> Result<&'t str, Refusal> {
    if value.len() > ID_BYTES_MAX {
        let reason = format!("has {} bytes, at most {ID_BYTES_MAX} are allowed", value.len());
        return Err(Refusal::BadAttribute { field: at.path(), reason });
    }
    match value.chars().find(|character| character.is_control()) {
        Some(character) => Err(Refusal::BadAttribute { field: at.path(), reason: format!("holds {character:?}") }),
        None => Ok(value),
    }
}

/// A date.
pub(crate) fn date(value: &str, at: At<'_>) -> Result<Day, Refusal> {
    parse_day(text(value, at)?).map_err(|error| Refusal::BadDate {
        field: at.path(),
        found: value.to_owned(),
        reason: error.to_string(),
    })
}

/// A period.
pub(crate) fn period(value: &str, at: At<'_>) -> Result<Period, Refusal> {
    text(value, at)?.parse().map_err(|error: <Period as FromStr>::Err| Refusal::BadPeriod {
        field: at.path(),
        found: value.to_owned(),
        reason: error.to_string(),
    })
}

/// An instant.
pub(crate) fn instant(value: &str, at: At<'_>) -> Result<Instant, Refusal> {
    text(value, at)?.parse().map_err(|error: <Instant as FromStr>::Err| Refusal::BadInstant {
        field: at.path(),
        found: value.to_owned(),
        reason: error.to_string(),
    })
}

/// A time zone.
pub(crate) fn zone(value: &str, at: At<'_>) -> Result<Tz, Refusal> {
    parse_zone(text(value, at)?).map_err(|error| Refusal::BadTimeZone {
        field: at.path(),
        found: value.to_owned(),
        reason: error.to_string(),
    })
}

/// A currency.
pub(crate) fn currency(value: &str, at: At<'_>) -> Result<Currency, Refusal> {
    text(value, at)?.parse().map_err(|error: <Currency as FromStr>::Err| Refusal::UnknownCurrency {
        field: at.path(),
        found: value.to_owned(),
        reason: error.to_string(),
    })
}

/// An amount of either sign.
pub(crate) fn amount(value: &str, at: At<'_>) -> Result<Amount, Refusal> {
    decimal(value, at)
}

/// An amount that is not negative.
pub(crate) fn amount_not_negative(value: &str, at: At<'_>) -> Result<Amount, Refusal> {
    let amount: Amount = decimal(value, at)?;
    if amount < Amount::ZERO { Err(negative(value, at)) } else { Ok(amount) }
}

/// An amount and its currency, both of which must be there.
pub(crate) fn money(value: &str, code: &str, at: At<'_>) -> Result<Money, Refusal> {
    Ok(Money { amount: amount(value, at.name("amount"))?, currency: currency(code, at.name("currency"))? })
}

/// A ratio of either sign.
pub(crate) fn ratio(value: &str, at: At<'_>) -> Result<Ratio, Refusal> {
    decimal(value, at)
}

/// A ratio that is not negative.
pub(crate) fn ratio_not_negative(value: &str, at: At<'_>) -> Result<Ratio, Refusal> {
    let ratio: Ratio = decimal(value, at)?;
    if ratio < Ratio::ZERO { Err(negative(value, at)) } else { Ok(ratio) }
}

/// A ratio from nothing to everything.
pub(crate) fn share(value: &str, at: At<'_>) -> Result<Ratio, Refusal> {
    let share = ratio_not_negative(value, at)?;
    if share > Ratio::ONE {
        return Err(Refusal::ShareAboveOne { field: at.path(), found: value.to_owned() });
    }
    Ok(share)
}

/// An exchange rate.
pub(crate) fn rate(value: &str, at: At<'_>) -> Result<Rate, Refusal> {
    Rate::from_units(amount(value, at)?.units())
        .ok_or_else(|| Refusal::RateNotPositive { field: at.path(), found: value.to_owned() })
}

/// A word of a list of the contract.
pub(crate) fn word<T: Copy + PartialEq>(words: Words<T>, value: &str, at: At<'_>) -> Result<T, Refusal> {
    let value = text(value, at)?;
    words.read(value).ok_or_else(|| Refusal::UnknownWord {
        field: at.path(),
        found: value.to_owned(),
        allowed: words.listed(),
    })
}

/// A word that may be absent, which has a meaning too.
pub(crate) fn optional_word<T: Copy + PartialEq + Default>(
    words: Words<T>,
    value: &Option<String>,
    at: At<'_>,
) -> Result<T, Refusal> {
    value.as_deref().map_or(Ok(T::default()), |value| word(words, value, at))
}

fn decimal<T: FromStr<Err = DecimalError>>(value: &str, at: At<'_>) -> Result<T, Refusal> {
    text(value, at)?.parse().map_err(|error| {
        let (field, found) = (at.path(), value.to_owned());
        match error {
            DecimalError::Places { places } => Refusal::TooManyDigits { field, found, places },
            DecimalError::Range => Refusal::DecimalOutOfRange { field, found, reason: error.to_string() },
            DecimalError::Syntax => Refusal::BadDecimal { field, found, reason: error.to_string() },
        }
    })
}

fn negative(found: &str, at: At<'_>) -> Refusal {
    Refusal::Negative { field: at.path(), found: found.to_owned() }
}
