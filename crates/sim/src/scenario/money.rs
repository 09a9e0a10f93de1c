//! Amounts, ratios and currencies, as texts.

use tributary_domain::money::{Amount, Rate, Ratio};

use super::scene::Scene;

const PICO: i128 = 1_000_000_000_000;
const NANO: i128 = 1_000_000_000;

impl Scene {
    /// An amount of any shape: whole, with cents, with up to 12 places, negative, zero.
    pub(super) fn amount(&mut self) -> String {
        let units = match self.random.below(20) {
            0 => 0,
            1 | 2 => -self.positive_units(),
            _ => self.positive_units(),
        };
        let text = Amount::from_units(units).to_string();
        // Padding means nothing.
        if self.random.chance(10) && text.contains('.') { format!("{text}00") } else { text }
    }

    /// An amount above zero.
    pub(super) fn positive(&mut self) -> String {
        Amount::from_units(self.positive_units()).to_string()
    }

    pub(super) fn positive_units(&mut self) -> i128 {
        let whole = i128::from(self.random.within(1, 5_000));
        match self.random.below(10) {
            0..=2 => whole * PICO,
            3..=5 => whole * PICO + i128::from(self.random.within(0, 99)) * PICO / 100,
            6 | 7 => whole * PICO + i128::from(self.random.within(0, 999_999_999_999)),
            8 => i128::from(self.random.within(1, 9_999)) * 100_000_000,
            _ => whole * PICO * 1_000 + i128::from(self.random.within(1, 9)),
        }
    }

    /// A ratio from 0 to 1.
    pub(super) fn share(&mut self) -> String {
        Ratio::from_units(self.share_units(NANO)).to_string()
    }

    /// Shares for some keys, at most 1 together.
    pub(super) fn shares(&mut self, keys: &[&str]) -> serde_json::Value {
        let mut left = NANO;
        let mut shares = serde_json::Map::new();
        for (number, key) in keys.iter().enumerate() {
            let all = number + 1 == keys.len() && self.random.chance(40);
            let share = if all { left } else { self.share_units(left) };
            left -= share;
            shares.insert((*key).to_owned(), Ratio::from_units(share).to_string().into());
        }
        shares.into()
    }

    fn share_units(&mut self, of: i128) -> i128 {
        match self.random.below(12) {
            0 => of,
            1 => 0,
            2 => of.min(1),
            3 => of / 3,
            4 => of * 2 / 3,
            5 => i128::from(self.random.within(0, 1_000_000_000)).min(of),
            _ => of * i128::from(self.random.within(1, 9)) / 10 / 50_000_000 * 50_000_000,
        }
    }

    /// A currency: mostly the book's.
    pub(super) fn currency(&mut self) -> String {
        if self.random.chance(62) {
            return self.book.currency.to_string();
        }
        self.random.weighted(&[(35, "USD"), (35, "EUR"), (15, "JPY"), (8, "KWD"), (7, "BHD")]).to_owned()
    }

    /// What one unit of a currency is worth of another, more or less.
    pub(super) fn rate(&mut self, base: &str, quote: &str) -> String {
        let worth = |currency: &str| match currency {
            "EUR" => 1_083_700_000_000_i128,
            "JPY" => 6_534_125_000,
            "KWD" => 3_254_000_000_000,
            "BHD" => 2_652_519_893_899,
            _ => PICO,
        };
        let off = i128::from(self.random.within(9_500, 10_500));
        let exact = worth(base) * off / 10_000 * PICO / worth(quote);
        let rate = if self.random.chance(60) { exact / 100_000_000 * 100_000_000 } else { exact };
        Rate::from_units(rate.max(1)).map_or_else(|| "1".to_owned(), |rate| rate.to_string())
    }
}
