//! A row: what was measured, the floor that was measured beside it, and what the design asks for.

use super::unit::Unit;
use crate::figures::Figures;

/// A number read off the figures; not a number if it was not measured.
pub type Of = Box<dyn Fn(&Figures) -> f64>;

/// What the design asks for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Bound {
    /// So much or more.
    AtLeast(f64),
    /// So much or less.
    AtMost(f64),
    /// So many times the floor or fewer.
    TimesFloor(f64),
}

/// A thing that is measured.
pub struct Row {
    /// In words.
    pub what: String,
    /// What its number counts.
    pub unit: Unit,
    /// Whether it stands where sizes are compared, even without a bound.
    pub grows: bool,
    /// What the design asks for, if it asks.
    pub bound: Option<Bound>,
    /// What its line in the plot is called, if it is drawn.
    pub line: Option<&'static str>,
    found: Of,
    floor: Option<Of>,
}

/// A row of that number.
pub fn row(what: impl Into<String>, unit: Unit, found: impl Fn(&Figures) -> f64 + 'static) -> Row {
    Row { what: what.into(), unit, grows: false, bound: None, line: None, found: Box::new(found), floor: None }
}

impl Row {
    /// With what could not be beaten, of the same unit.
    #[must_use]
    pub fn over(mut self, floor: impl Fn(&Figures) -> f64 + 'static) -> Self {
        self.floor = Some(Box::new(floor));
        self
    }

    /// With what the design asks for.
    #[must_use]
    pub fn asked(mut self, bound: Bound) -> Self {
        self.bound = Some(bound);
        self.growing()
    }

    /// To be shown where sizes are compared.
    #[must_use]
    pub fn growing(mut self) -> Self {
        self.grows = true;
        self
    }

    /// To be drawn as a line of that name, in seconds.
    #[must_use]
    pub fn drawn(mut self, line: &'static str) -> Self {
        self.line = Some(line);
        self
    }

    /// What was found, if it was measured.
    pub fn found(&self, figures: &Figures) -> Option<f64> {
        Some((self.found)(figures)).filter(|value| value.is_finite())
    }

    /// What could not be beaten, if it was measured.
    pub fn floor(&self, figures: &Figures) -> Option<f64> {
        self.floor.as_ref().map(|floor| floor(figures)).filter(|value| value.is_finite())
    }

    /// How many times the floor it takes.
    pub fn ratio(&self, figures: &Figures) -> Option<f64> {
        let (found, floor) = (self.found(figures)?, self.floor(figures)?);
        Some(if self.unit.rises() { floor / found } else { found / floor })
    }

    /// Whether it is what the design asks for; none if nothing is asked, or nothing was measured.
    pub fn met(&self, figures: &Figures) -> Option<bool> {
        let found = self.found(figures)?;
        match self.bound? {
            Bound::AtLeast(least) => Some(found >= least),
            Bound::AtMost(most) => Some(found <= most),
            Bound::TimesFloor(times) => self.ratio(figures).map(|ratio| ratio <= times),
        }
    }

    /// What the design asks for, in words; empty if it asks nothing.
    pub fn target(&self) -> String {
        match self.bound {
            None => String::new(),
            Some(Bound::AtLeast(least)) => format!("≥ {}", self.unit.write(least)),
            Some(Bound::AtMost(most)) => format!("≤ {}", self.unit.write(most)),
            Some(Bound::TimesFloor(times)) => format!("≤ {times}× the floor"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures(found: f64, floor: f64) -> Figures {
        let mut figures = Figures::default();
        figures.set("found", found);
        figures.set("floor", floor);
        figures
    }

    fn of(unit: Unit, bound: Bound) -> Row {
        row("it", unit, |f| f.get("found")).over(|f| f.get("floor")).asked(bound)
    }

    #[test]
    fn the_ratio_says_how_many_times_the_floor_it_takes_whichever_way_is_better() {
        assert_eq!(of(Unit::Seconds, Bound::AtMost(1.0)).ratio(&figures(6.0, 2.0)), Some(3.0));
        assert_eq!(of(Unit::PerSecond, Bound::AtLeast(1.0)).ratio(&figures(2.0, 6.0)), Some(3.0));
    }

    #[test]
    fn a_bound_is_met_at_the_bound_and_nothing_is_said_of_what_was_not_measured() {
        for (bound, met, missed) in [
            (Bound::AtLeast(5.0), figures(5.0, 1.0), figures(4.9, 1.0)),
            (Bound::AtMost(5.0), figures(5.0, 1.0), figures(5.1, 1.0)),
            (Bound::TimesFloor(2.0), figures(5.0, 2.5), figures(5.0, 2.4)),
        ] {
            let row = of(Unit::Seconds, bound);
            assert_eq!([&met, &missed].map(|figures| row.met(figures)), [Some(true), Some(false)], "{bound:?}");
            assert_eq!(row.met(&Figures::default()), None, "{bound:?}");
        }
    }
}
