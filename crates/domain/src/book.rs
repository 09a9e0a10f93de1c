//! The book: currency, calendar and rounding of everything (T2).

use chrono_tz::Tz;

use crate::currency::Currency;
use crate::event::{BookConfigured, FxConvention};
use crate::money::Rounding;
use crate::time::{Day, Instant};

/// How the book is kept, as known at some instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Book {
    /// The currency that everything is converted to.
    pub currency: Currency,
    /// Whose local dates the days are.
    pub zone: Tz,
    /// How minor units are rounded.
    pub rounding: Rounding,
    /// Which day's rate converts a fact.
    pub fx: FxConvention,
}

impl Default for Book {
    /// The book that nobody configured (T2).
    fn default() -> Self {
        Self { currency: Currency::USD, zone: Tz::UTC, rounding: Rounding::HalfEven, fx: FxConvention::ServiceDay }
    }
}

impl Book {
    /// The day of an instant: its local date (T2).
    pub fn day(&self, instant: Instant) -> Day {
        instant.day_in(self.zone)
    }
}

impl From<&BookConfigured> for Book {
    fn from(configured: &BookConfigured) -> Self {
        Self {
            currency: configured.currency,
            zone: configured.time_zone,
            rounding: configured.rounding,
            fx: configured.fx,
        }
    }
}
