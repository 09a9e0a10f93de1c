//! M3 and M4: what a base that is not negative earns.

use serde_json::Value;

use super::event::read_number;
use super::number::{Number, Rounding};

/// M3
pub(super) fn pay(schedule: &Value, base: &Number) -> Number {
    let bands = bands(&schedule["bands"], "from", "rate");
    let exact = match schedule["mode"].as_str() {
        Some("flat") => base.clone() * bands[0].1.clone(),
        Some("volume") => {
            let reached = bands.iter().rfind(|(from, _)| from <= base).expect("a first band from zero");
            base.clone() * reached.1.clone()
        }
        _ => {
            let slice = |i: usize| {
                let upper = bands.get(i + 1).map_or(base, |(next, _)| next.min(base));
                (upper.clone() - bands[i].0.clone()).max(Number::zero()) * bands[i].1.clone()
            };
            (0..bands.len()).map(slice).sum()
        }
    };
    exact.rounded(12, Rounding::HalfEven)
}

/// M4: of the highest growth that is reached.
pub(super) fn multiplier(bands_of_growth: &Value, base: &Number, before: &Number) -> Option<Number> {
    let grown = base.clone() - before.clone();
    let reached = bands(bands_of_growth, "growth", "multiplier").into_iter();
    let reached = reached.filter(|(growth, _)| grown >= growth.clone() * before.clone());
    reached.max_by(|(a, _), (b, _)| a.cmp(b)).map(|(_, multiplier)| multiplier)
}

fn bands(bands: &Value, from: &str, value: &str) -> Vec<(Number, Number)> {
    let read = |band: &Value| Some((read_number(&band[from])?, read_number(&band[value])?));
    bands.as_array().into_iter().flatten().filter_map(read).collect()
}
