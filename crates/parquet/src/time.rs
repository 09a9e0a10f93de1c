//! Times and dates as text, from counts since 1970 or midnight.

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta};

/// How many of a unit make a second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    Millis,
    Micros,
    Nanos,
}

/// The Julian day of 1970-01-01.
const JULIAN_EPOCH: i64 = 2_440_588;
const NANOS_OF_DAY: u64 = 86_400_000_000_000;

impl Unit {
    const fn per_second(self) -> i64 {
        match self {
            Self::Millis => 1_000,
            Self::Micros => 1_000_000,
            Self::Nanos => 1_000_000_000,
        }
    }

    /// Whole seconds, and nanoseconds beyond them.
    fn split(self, count: i64) -> (i64, u32) {
        let (seconds, beyond) = (count.div_euclid(self.per_second()), count.rem_euclid(self.per_second()));
        (seconds, (beyond * (1_000_000_000 / self.per_second())) as u32)
    }
}

/// `2026-01-31`; none of a day that no calendar has.
pub(crate) fn date(days: i32) -> Option<String> {
    let epoch = NaiveDate::from_ymd_opt(1970, 1, 1)?;
    Some(epoch.checked_add_signed(TimeDelta::try_days(days.into())?)?.to_string())
}

/// `2026-01-31T23:59:59.5Z`, without the `Z` if it is local.
pub(crate) fn timestamp(count: i64, unit: Unit, utc: bool) -> Option<String> {
    let (seconds, nanos) = unit.split(count);
    at(seconds, nanos, utc)
}

/// A count of nanoseconds within a Julian day.
pub(crate) fn julian(day: u32, nanos: u64) -> Option<String> {
    if nanos >= NANOS_OF_DAY {
        return None;
    }
    let seconds = (i64::from(day) - JULIAN_EPOCH) * 86_400 + (nanos / 1_000_000_000) as i64;
    at(seconds, (nanos % 1_000_000_000) as u32, false)
}

/// `23:59:59.5`.
pub(crate) fn time(count: i64, unit: Unit) -> Option<String> {
    let (seconds, nanos) = unit.split(count);
    let time = NaiveTime::from_num_seconds_from_midnight_opt(u32::try_from(seconds).ok()?, nanos)?;
    Some(format!("{}{}", time.format("%H:%M:%S"), fraction(nanos)))
}

fn at(seconds: i64, nanos: u32, utc: bool) -> Option<String> {
    let at = DateTime::from_timestamp(seconds, nanos)?;
    let zone = if utc { "Z" } else { "" };
    Some(format!("{}{}{zone}", at.format("%Y-%m-%dT%H:%M:%S"), fraction(nanos)))
}

/// `.5`; nothing of nothing.
fn fraction(nanos: u32) -> String {
    if nanos == 0 { String::new() } else { format!(".{nanos:09}").trim_end_matches('0').to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_before_and_after_1970_are_the_times_that_they_are() {
        for (count, unit, utc, expected) in [
            (0, Unit::Millis, true, "1970-01-01T00:00:00Z"),
            (-1, Unit::Millis, true, "1969-12-31T23:59:59.999Z"),
            (1_726_696_800_500_000, Unit::Micros, false, "2024-09-18T22:00:00.5"),
            (-1, Unit::Nanos, true, "1969-12-31T23:59:59.999999999Z"),
        ] {
            assert_eq!(timestamp(count, unit, utc).as_deref(), Some(expected));
        }
        assert_eq!(timestamp(i64::MAX, Unit::Millis, true), None);
        assert_eq!((date(-1).as_deref(), date(i32::MAX)), (Some("1969-12-31"), None));
        assert_eq!(julian(2_460_572, 79_200_000_000_000).as_deref(), Some("2024-09-18T22:00:00"));
        assert_eq!(julian(2_460_572, NANOS_OF_DAY), None);
        assert_eq!(time(86_399_500, Unit::Millis).as_deref(), Some("23:59:59.5"));
        assert_eq!((time(-1, Unit::Micros), time(86_400_000, Unit::Millis)), (None, None));
    }
}
