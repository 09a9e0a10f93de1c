//! Instants, days and periods.

use chrono::{DateTime, Datelike, Months, NaiveDate, SecondsFormat};

/// Microseconds since 1970, in UTC.
pub(super) type Instant = i64;

/// A date in the book's time zone.
pub(super) type Day = NaiveDate;

/// A calendar month. T2
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Period {
    year: i32,
    month: u32,
}

pub(super) fn instant(text: &str) -> Option<Instant> {
    Some(DateTime::parse_from_rfc3339(text).ok()?.timestamp_micros())
}

/// RFC 3339 in UTC, with as many decimals of a second as it needs.
pub(super) fn instant_text(instant: Instant) -> String {
    let time = DateTime::from_timestamp_micros(instant).expect("an instant of a checked event");
    let text = time.to_rfc3339_opts(SecondsFormat::Micros, false);
    let seconds = text.trim_end_matches("+00:00").trim_end_matches('0').trim_end_matches('.');
    format!("{seconds}Z")
}

pub(super) fn day(text: &str) -> Option<Day> {
    text.parse().ok()
}

/// The same day of the month so many months later, or the last one there is.
pub(super) fn months_later(day: Day, months: u32) -> Day {
    day.checked_add_months(Months::new(months)).unwrap_or(Day::MAX)
}

impl Period {
    pub(super) fn read(text: &str) -> Option<Period> {
        Some(Period::of(day(&format!("{text}-01"))?))
    }

    pub(super) fn of(day: Day) -> Period {
        Period { year: day.year(), month: day.month() }
    }

    pub(super) fn text(self) -> String {
        format!("{:04}-{:02}", self.year, self.month)
    }

    pub(super) fn first_day(self) -> Day {
        Day::from_ymd_opt(self.year, self.month, 1).expect("the first of a month")
    }

    pub(super) fn last_day(self) -> Day {
        self.next().first_day().pred_opt().expect("a day before the first of a month")
    }

    pub(super) fn next(self) -> Period {
        match self.month {
            12 => Period { year: self.year + 1, month: 1 },
            month => Period { month: month + 1, ..self },
        }
    }

    pub(super) fn previous(self) -> Period {
        match self.month {
            1 => Period { year: self.year - 1, month: 12 },
            month => Period { month: month - 1, ..self },
        }
    }

    pub(super) fn a_year_before(self) -> Period {
        Period { year: self.year - 1, ..self }
    }

    /// Its days in order.
    pub(super) fn days(self) -> impl Iterator<Item = Day> {
        self.first_day().iter_days().take_while(move |day| Period::of(*day) == self)
    }

    /// From this one to `last`, both included.
    pub(super) fn through(self, last: Period) -> impl Iterator<Item = Period> {
        std::iter::successors(Some(self), |period| Some(period.next())).take_while(move |period| *period <= last)
    }
}
