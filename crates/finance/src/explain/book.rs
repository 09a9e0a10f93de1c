//! How the book is kept that an explanation is computed by (T2).

use schemars::JsonSchema;
use serde::Serialize;
use tributary_domain::event::FxConvention;
use tributary_domain::money::Rounding;
use tributary_events::shape;

use super::event::{Citing, EventCited};

/// How the book is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct BookExplained {
    /// Its currency.
    #[schemars(extend("pattern" = shape::CURRENCY))]
    pub currency: String,
    /// The decimal places of the currency's minor unit.
    pub decimals: u32,
    /// How minor units are rounded.
    #[schemars(extend("enum" = ["halfEven", "halfUp"]))]
    pub rounding: &'static str,
    /// Which day's rate converts a fact.
    #[schemars(extend("enum" = ["serviceDay", "periodEnd"]))]
    pub fx: &'static str,
    /// Whose local dates the days are.
    pub time_zone: String,
    /// The event that says so; none: nobody configured it.
    pub configured: Option<EventCited>,
}

pub(super) fn explain(citing: &Citing<'_>) -> BookExplained {
    let reference = citing.view.reference();
    let book = &reference.book;
    BookExplained {
        currency: book.currency.to_string(),
        decimals: book.currency.decimals(),
        rounding: match book.rounding {
            Rounding::HalfEven => "halfEven",
            Rounding::HalfUp => "halfUp",
        },
        fx: match book.fx {
            FxConvention::ServiceDay => "serviceDay",
            FxConvention::PeriodEnd => "periodEnd",
        },
        time_zone: book.zone.name().to_owned(),
        configured: reference.configured().and_then(|meta| citing.shared("book configured", &meta.identity)),
    }
}
