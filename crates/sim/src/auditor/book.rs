//! T2: the book, which says what a day is, what money is counted in and how it is rounded.

use std::rc::Rc;

use chrono::DateTime;
use chrono_tz::Tz;

use super::event::Event;
use super::number::{Number, Rounding};
use super::time::{Day, Instant};

#[derive(Clone, Debug)]
pub(super) struct Book {
    pub(super) currency: String,
    zone: Tz,
    pub(super) rounding: Rounding,
    /// Whether a fact is converted at the rate of its period's last day and not of its own.
    pub(super) at_period_end: bool,
}

impl Book {
    /// The latest one configured among events in the order of T3.
    pub(super) fn latest(events: &[Rc<Event>]) -> Book {
        match events.iter().rfind(|event| event.is("book.configured")) {
            None => Book { currency: "USD".into(), zone: Tz::UTC, rounding: Rounding::HalfEven, at_period_end: false },
            Some(event) => Book {
                currency: event.text("currency").to_owned(),
                zone: event.text("timeZone").parse().expect("a time zone in a checked event"),
                rounding: if event.text("rounding") == "halfUp" { Rounding::HalfUp } else { Rounding::HalfEven },
                at_period_end: event.text("fx") == "periodEnd",
            },
        }
    }

    /// The date that clocks show at an instant.
    pub(super) fn day(&self, instant: Instant) -> Day {
        let utc = DateTime::from_timestamp_micros(instant).expect("an instant of a checked event");
        utc.with_timezone(&self.zone).date_naive()
    }

    /// M5: to the minor unit of the book's currency.
    pub(super) fn to_minor_units(&self, amount: &Number) -> Number {
        amount.rounded(self.minor_digits(), self.rounding)
    }

    /// Decimals of the book's currency, by ISO 4217.
    pub(super) fn minor_digits(&self) -> usize {
        match self.currency.as_str() {
            "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF" | "UGX" | "UYI" | "VND"
            | "VUV" | "XAF" | "XOF" | "XPF" => 0,
            "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
            "CLF" | "UYW" => 4,
            _ => 2,
        }
    }
}
