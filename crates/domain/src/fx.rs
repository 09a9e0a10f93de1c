//! Exchange rates and the conversion of a daily sum to the book's currency (F5).

use std::collections::BTreeMap;

use crate::book::Book;
use crate::currency::Currency;
use crate::event::{Body, Event, FxConvention, Meta};
use crate::money::{Amount, Overflow, Rate};
use crate::time::{Day, Period};

type Dated = BTreeMap<Day, (Meta, Rate)>;

/// Every rate known at some instant.
#[derive(Debug, Clone, Default)]
pub struct Rates {
    pairs: BTreeMap<(Currency, Currency), Dated>,
}

/// A conversion as it was made: what an explanation shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Conversion {
    /// The day whose rate was taken.
    pub date: Day,
    /// The rate as published.
    pub rate: Rate,
    /// Whether the pair was quoted the other way and the amount was divided by it.
    pub inverted: bool,
    /// The amount in the book's currency, rounded half-even to 10⁻¹².
    pub amount: Amount,
}

/// What became of a daily sum (F5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Converted {
    /// It was in the book's currency already.
    Same(Amount),
    /// It was converted.
    At(Conversion),
    /// There is no rate: visible, counted, without credit.
    Unconverted,
}

impl Converted {
    /// The amount in the book's currency, if there is one.
    pub const fn amount(&self) -> Option<Amount> {
        match self {
            Self::Same(amount) => Some(*amount),
            Self::At(conversion) => Some(conversion.amount),
            Self::Unconverted => None,
        }
    }
}

impl Rates {
    /// Takes in one event; others than `rate.published` say nothing. Of several for one (base, quote, date) the latest
    /// stands (F5, T3).
    pub fn learn(&mut self, event: &Event) {
        let Body::RatePublished(published) = &event.body else { return };
        let dated = self.pairs.entry((published.base, published.quote)).or_default();
        match dated.get(&published.date) {
            Some((known, _)) if *known > event.meta => {}
            _ => {
                dated.insert(published.date, (event.meta.clone(), published.rate));
            }
        }
    }

    /// Converts the sum of a day to the book's currency (F5).
    pub fn convert(&self, book: &Book, sum: Amount, currency: Currency, day: Day) -> Result<Converted, Overflow> {
        if currency == book.currency {
            return Ok(Converted::Same(sum));
        }
        let until = match book.fx {
            FxConvention::ServiceDay => day,
            FxConvention::PeriodEnd => Period::of(day).last_day(),
        };
        if let Some((date, rate)) = self.latest(currency, book.currency, until) {
            let amount = sum.converted(rate)?;
            return Ok(Converted::At(Conversion { date, rate, inverted: false, amount }));
        }
        if let Some((date, rate)) = self.latest(book.currency, currency, until) {
            let amount = sum.converted_inverse(rate)?;
            return Ok(Converted::At(Conversion { date, rate, inverted: true, amount }));
        }
        Ok(Converted::Unconverted)
    }

    /// The first date of which a rate between two currencies is known, quoted either way.
    pub fn first_date(&self, one: Currency, other: Currency) -> Option<Day> {
        let quoted = [(one, other), (other, one)].into_iter().filter_map(|pair| self.pairs.get(&pair));
        quoted.filter_map(|dated| dated.keys().next().copied()).min()
    }

    /// The event that published the rate of a conversion.
    pub fn published(&self, book: &Book, currency: Currency, at: &Conversion) -> Option<&Meta> {
        let pair = if at.inverted { (book.currency, currency) } else { (currency, book.currency) };
        self.pairs.get(&pair)?.get(&at.date).map(|(meta, _)| meta)
    }

    fn latest(&self, base: Currency, quote: Currency, until: Day) -> Option<(Day, Rate)> {
        let dated = self.pairs.get(&(base, quote))?;
        dated.range(..=until).next_back().map(|(date, (_, rate))| (*date, *rate))
    }
}
