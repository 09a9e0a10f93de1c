//! Instants, days and periods (T1, T2). No clock: every instant is an argument.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Datelike, Months, NaiveDate, SecondsFormat, TimeZone, Utc};
use chrono_tz::Tz;

/// A calendar day of the book.
pub type Day = NaiveDate;

/// Why a text is not a time, a date or a period.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TimeError {
    /// Not an RFC 3339 instant.
    #[error("is not an RFC 3339 instant such as 2026-01-31T23:59:59Z")]
    Instant,
    /// Not a date.
    #[error("is not a date such as 2026-01-31")]
    Day,
    /// Not a period.
    #[error("is not a period such as 2026-01")]
    Period,
    /// Outside the years 1 to 9999.
    #[error("is outside the years 1 to 9999")]
    Range,
    /// No such time zone in the IANA database.
    #[error("is not an IANA time zone such as Europe/Berlin")]
    Zone,
}

/// A point in time, in microseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Instant(i64);

impl Instant {
    /// Before everything.
    pub const MIN: Self = Self(i64::MIN);
    /// After everything.
    pub const MAX: Self = Self(i64::MAX);

    /// From microseconds since 1970.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since 1970.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// The instant one microsecond later.
    pub const fn successor(self) -> Self {
        Self(self.0.saturating_add(1))
    }

    /// In UTC; instants outside chrono's range are clamped to its ends.
    pub fn utc(self) -> DateTime<Utc> {
        DateTime::from_timestamp_micros(self.0).unwrap_or(if self.0 < 0 {
            DateTime::<Utc>::MIN_UTC
        } else {
            DateTime::<Utc>::MAX_UTC
        })
    }

    /// The local date in a zone (T2).
    pub fn day_in(self, zone: Tz) -> Day {
        if zone == Tz::UTC {
            return self.utc().date_naive();
        }
        zone.from_utc_datetime(&self.utc().naive_utc()).date_naive()
    }
}

impl FromStr for Instant {
    type Err = TimeError;

    /// Reads RFC 3339 and keeps it in UTC to the microsecond; finer digits are dropped.
    fn from_str(text: &str) -> Result<Self, TimeError> {
        let parsed = DateTime::parse_from_rfc3339(text).map_err(|_| TimeError::Instant)?;
        let utc = parsed.to_utc();
        if !(1..=9999).contains(&utc.year()) {
            return Err(TimeError::Range);
        }
        Ok(Self(utc.timestamp_micros()))
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whole = self.utc().to_rfc3339_opts(SecondsFormat::Micros, true);
        match whole.trim_end_matches('Z').split_once('.') {
            Some((seconds, fraction)) => match fraction.trim_end_matches('0') {
                "" => write!(f, "{seconds}Z"),
                digits => write!(f, "{seconds}.{digits}Z"),
            },
            None => f.write_str(&whole),
        }
    }
}

/// Reads `YYYY-MM-DD`, and nothing looser.
pub fn parse_day(text: &str) -> Result<Day, TimeError> {
    let shape = text.len() == 10
        && text.bytes().enumerate().all(|(i, b)| match i {
            4 | 7 => b == b'-',
            _ => b.is_ascii_digit(),
        });
    if !shape {
        return Err(TimeError::Day);
    }
    let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").map_err(|_| TimeError::Day)?;
    if day.year() < 1 { Err(TimeError::Range) } else { Ok(day) }
}

/// Reads an IANA zone name.
pub fn parse_zone(text: &str) -> Result<Tz, TimeError> {
    text.parse().map_err(|_| TimeError::Zone)
}

/// The day that is `months` calendar months after another; the end of a shorter month stands in for its missing days.
pub fn months_after(day: Day, months: u32) -> Day {
    day.checked_add_months(Months::new(months)).unwrap_or(Day::MAX)
}

/// The day of its month, from one (F2).
pub fn day_of_month(day: Day) -> u32 {
    chrono::Datelike::day(&day)
}

/// A calendar month of days (T2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Period {
    /// Months since January of the year 0.
    months: i32,
}

impl Period {
    /// The period that holds a day.
    pub fn of(day: Day) -> Self {
        Self { months: day.year() * 12 + day.month0() as i32 }
    }

    /// Months since January of the year 0: a number to store and to count with.
    pub const fn ordinal(self) -> i32 {
        self.months
    }

    /// The inverse of [`Period::ordinal`].
    pub const fn from_ordinal(months: i32) -> Self {
        Self { months }
    }

    /// Its first day.
    pub fn first_day(self) -> Day {
        NaiveDate::from_ymd_opt(self.months.div_euclid(12), self.months.rem_euclid(12) as u32 + 1, 1)
            .unwrap_or(Day::MAX)
    }

    /// Its last day.
    pub fn last_day(self) -> Day {
        self.next().first_day().pred_opt().unwrap_or(Day::MAX)
    }

    /// How many days it has.
    pub fn day_count(self) -> u32 {
        self.last_day().day()
    }

    /// Whether a day is one of its days.
    pub fn contains(self, day: Day) -> bool {
        Self::of(day) == self
    }

    /// The month after.
    pub const fn next(self) -> Self {
        Self { months: self.months + 1 }
    }

    /// The month before.
    pub const fn previous(self) -> Self {
        Self { months: self.months - 1 }
    }

    /// The same month a year before.
    pub const fn year_before(self) -> Self {
        Self { months: self.months - 12 }
    }

    /// The instant at which it ends in a zone: the first of the following month's first day (L1).
    pub fn end_in(self, zone: Tz) -> Instant {
        start_of_day(self.next().first_day(), zone)
    }
}

/// The first instant of a day in a zone; where daylight saving skips midnight, the first instant after the gap.
pub fn start_of_day(day: Day, zone: Tz) -> Instant {
    let midnight = day.and_time(chrono::NaiveTime::MIN);
    // The first instant whose local date is this day lies within 26 hours around UTC midnight: the date is
    // monotone in time but for folds of less than a day, so a search over minutes finds the change.
    if let Some(at) = zone.from_local_datetime(&midnight).earliest() {
        return Instant(at.timestamp_micros());
    }
    let mut minute = midnight.and_utc().timestamp() / 60 - 26 * 60;
    while Instant(minute * 60_000_000).day_in(zone) < day {
        minute += 1;
    }
    Instant(minute * 60_000_000)
}

impl FromStr for Period {
    type Err = TimeError;

    fn from_str(text: &str) -> Result<Self, TimeError> {
        if text.len() != 7 {
            return Err(TimeError::Period);
        }
        parse_day(&format!("{text}-01")).map(Self::of).map_err(|_| TimeError::Period)
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.months.div_euclid(12), self.months.rem_euclid(12) + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Instant {
        text.parse().expect("an instant")
    }

    #[test]
    fn an_instant_is_kept_in_utc_to_the_microsecond_and_printed_without_padding() {
        for (text, printed) in [
            ("2026-01-31T23:59:59Z", "2026-01-31T23:59:59Z"),
            ("2026-01-31T23:59:59.10Z", "2026-01-31T23:59:59.1Z"),
            ("2026-02-01T01:00:00+02:00", "2026-01-31T23:00:00Z"),
            ("2025-01-24T20:48:55.457306587Z", "2025-01-24T20:48:55.457306Z"),
        ] {
            assert_eq!(at(text).to_string(), printed);
        }
        for text in ["2026-01-31", "2026-01-31T23:59:59", "", "nonsense", "2026-02-30T00:00:00Z"] {
            assert_eq!(text.parse::<Instant>(), Err(TimeError::Instant));
        }
    }

    #[test]
    fn t2_the_day_of_an_instant_is_its_local_date() {
        let late = at("2026-01-31T23:30:00Z");
        assert_eq!(late.day_in(Tz::UTC).to_string(), "2026-01-31");
        assert_eq!(late.day_in(Tz::Europe__Berlin).to_string(), "2026-02-01");
        assert_eq!(late.day_in(Tz::America__New_York).to_string(), "2026-01-31");
    }

    #[test]
    fn t2_a_period_ends_at_local_midnight_also_across_daylight_saving() {
        let march: Period = "2026-03".parse().expect("a period");
        assert_eq!(march.end_in(Tz::Europe__Berlin).to_string(), "2026-03-31T22:00:00Z");
        assert_eq!(march.previous().end_in(Tz::Europe__Berlin).to_string(), "2026-02-28T23:00:00Z");
        // Cairo skips midnight on 2026-04-24: the day begins at 01:00 local time.
        let skipped = start_of_day(parse_day("2026-04-24").expect("a day"), Tz::Africa__Cairo);
        assert_eq!(skipped.to_string(), "2026-04-23T22:00:00Z");
    }

    #[test]
    fn a_period_knows_its_days_and_neighbours() {
        let february: Period = "2028-02".parse().expect("a period");
        assert_eq!(february.day_count(), 29);
        assert_eq!(february.next().to_string(), "2028-03");
        assert_eq!(february.year_before().to_string(), "2027-02");
        assert_eq!(Period::from_ordinal(february.ordinal()), february);
        assert!("2028-2".parse::<Period>().is_err());
        assert!("2028-13".parse::<Period>().is_err());
    }
}
