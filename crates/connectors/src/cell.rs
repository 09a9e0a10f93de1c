//! Single values as files write them: nulls, times, identifiers.

use chrono::{DateTime, Datelike, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, TimeZone};
use chrono_tz::Tz;
use tributary_domain::time::Instant;

use crate::Reason;

/// The value of a cell; nothing if it is blank or one of the ways in which real files write a null.
pub(crate) fn value(text: &str) -> Option<&str> {
    let text = text.trim();
    let null = text.is_empty() || text.eq_ignore_ascii_case("null") || text.eq_ignore_ascii_case("(null)");
    (!null).then_some(text)
}

/// Reads a time; one without a zone is local to `zone`, and the earlier of two where the clocks go back.
pub(crate) fn instant(text: &str, zone: Tz) -> Result<Instant, Reason> {
    if let Ok(instant) = text.parse() {
        return Ok(instant);
    }
    // As Salesforce and others write it: an offset without a colon.
    let offset = ["%Y-%m-%dT%H:%M:%S%.f%z", "%Y-%m-%d %H:%M:%S%.f%z"];
    if let Some(at) = offset.into_iter().find_map(|form| DateTime::parse_from_str(text, form).ok()) {
        return at.to_rfc3339().parse().map_err(|_| Reason::Time { text: text.to_owned() });
    }
    let wrong = || Reason::Time { text: text.to_owned() };
    let local = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f"]
        .into_iter()
        .find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())
        .or_else(|| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().map(|day| day.and_time(NaiveTime::MIN)))
        .filter(|local| (1..=9999).contains(&local.year()))
        .ok_or_else(wrong)?;
    self::local(local, text, zone)
}

/// The instant of a local time, which is what `text` says; the earlier of two where the clocks go back.
pub(crate) fn local(local: NaiveDateTime, text: &str, zone: Tz) -> Result<Instant, Reason> {
    match zone.from_local_datetime(&local) {
        LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => Ok(Instant::from_micros(at.timestamp_micros())),
        LocalResult::None => Err(Reason::TimeSkipped { text: text.to_owned(), zone: zone.name().to_owned() }),
    }
}

/// Escapes what an identifier may not hold as in a URI: `/`, control characters, and `%` itself.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        if character == '/' || character == '%' || character.is_control() {
            let mut bytes = [0; 4];
            for byte in character.encode_utf8(&mut bytes).bytes() {
                escaped.push_str(&format!("%{byte:02X}"));
            }
        } else {
            escaped.push(character);
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nulls_are_nulls_in_every_spelling() {
        for text in ["", "  ", "NULL", "null", "Null", "(null)", " NULL "] {
            assert_eq!(value(text), None, "{text:?}");
        }
        assert_eq!(value(" Usage "), Some("Usage"));
    }

    #[test]
    fn times_are_read_with_and_without_a_zone() {
        for (text, zone, expected) in [
            ("2024-09-18 22:00:00", Tz::UTC, "2024-09-18T22:00:00Z"),
            ("2024-09-18T22:00:00Z", Tz::Europe__Berlin, "2024-09-18T22:00:00Z"),
            ("2024-09-18T22:00:00+02:00", Tz::UTC, "2024-09-18T20:00:00Z"),
            ("2024-09-18 22:00:00", Tz::Europe__Berlin, "2024-09-18T20:00:00Z"),
            ("2024-10-27 02:30:00", Tz::Europe__Berlin, "2024-10-27T00:30:00Z"),
            ("2024-09-18", Tz::UTC, "2024-09-18T00:00:00Z"),
        ] {
            assert_eq!(instant(text, zone).map(|at| at.to_string()), Ok(expected.to_owned()), "{text}");
        }
        for text in ["5/1/25", "2024-09-18 25:00:00", "0000-01-01", "yesterday"] {
            assert_eq!(instant(text, Tz::UTC), Err(Reason::Time { text: text.to_owned() }));
        }
        assert_eq!(
            instant("2024-03-31 02:30:00", Tz::Europe__Berlin),
            Err(Reason::TimeSkipped { text: "2024-03-31 02:30:00".to_owned(), zone: "Europe/Berlin".to_owned() })
        );
    }

    #[test]
    fn an_escape_never_makes_two_names_one() {
        assert_eq!(escape("CI/CD"), "CI%2FCD");
        assert_eq!(escape("CI%2FCD"), "CI%252FCD");
        assert_eq!(escape("a\tb\u{85}"), "a%09b%C2%85");
        assert_eq!(escape("Amazon Elastic Compute Cloud"), "Amazon Elastic Compute Cloud");
    }
}
