//! What became of the rows of a file, by kind and currency: rows in are rows accepted, duplicate, quarantined and left out, and
//! so are their amounts.

use std::collections::BTreeMap;
use std::sync::Arc;

use tributary_domain::currency::Currency;
use tributary_domain::money::{Amount, Money};

/// What became of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// At least one event of it is recorded now.
    Accepted,
    /// All that it says was known before.
    Duplicate,
    /// It cannot be used; it is kept in the quarantine.
    Quarantined,
    /// It is left out on purpose.
    LeftOut,
}

impl Fate {
    /// Every fate, in the order in which they are shown.
    pub const ALL: [Self; 4] = [Self::Accepted, Self::Duplicate, Self::Quarantined, Self::LeftOut];
}

/// So many rows, and the sum of their amounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sum {
    /// How many rows.
    pub rows: u64,
    /// The sum of what they say; none if it is beyond what an amount can hold.
    pub amount: Option<Amount>,
}

impl Default for Sum {
    fn default() -> Self {
        Self { rows: 0, amount: Some(Amount::ZERO) }
    }
}

impl Sum {
    fn add(&mut self, rows: u64, amount: Option<Amount>) {
        self.rows += rows;
        self.amount = self.amount.zip(amount).and_then(|(sum, amount)| sum.plus(amount).ok());
    }
}

/// The rows of a file, or of several.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tally {
    sums: BTreeMap<(Arc<str>, Option<Currency>), BTreeMap<Fate, Sum>>,
}

impl Tally {
    /// Counts a row.
    pub fn count(&mut self, kind: &Arc<str>, money: Option<Money>, fate: Fate) {
        let (currency, amount) = (money.map(|money| money.currency), money.map_or(Amount::ZERO, |money| money.amount));
        let fates = self.sums.entry((Arc::clone(kind), currency)).or_default();
        fates.entry(fate).or_default().add(1, Some(amount));
    }

    /// Every kind and currency, in their order; no currency where rows speak of no amount.
    pub fn kinds(&self) -> impl Iterator<Item = (&str, Option<Currency>)> {
        self.sums.keys().map(|(kind, currency)| (kind.as_ref(), *currency))
    }

    /// The rows of a kind and currency that met a fate; of all fates together, of none.
    pub fn of(&self, kind: &str, currency: Option<Currency>, fate: Option<Fate>) -> Sum {
        let mut sum = Sum::default();
        let fates = self.sums.get(&(Arc::from(kind), currency)).into_iter().flatten();
        for (_, one) in fates.filter(|(of, _)| fate.is_none_or(|fate| fate == **of)) {
            sum.add(one.rows, one.amount);
        }
        sum
    }

    /// How many rows of all kinds met a fate.
    pub fn rows(&self, fate: Fate) -> u64 {
        self.sums.values().filter_map(|fates| fates.get(&fate)).map(|sum| sum.rows).sum()
    }

    /// Adds the rows of another file.
    pub fn add(&mut self, other: &Self) {
        for (kind, fates) in &other.sums {
            for (fate, sum) in fates {
                self.sums.entry(kind.clone()).or_default().entry(*fate).or_default().add(sum.rows, sum.amount);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_summed_by_kind_currency_and_fate_and_add_up() {
        let mut tally = Tally::default();
        let kind: Arc<str> = "leg".into();
        let usd = |units: i128| Some(Money { amount: Amount::from_units(units), currency: Currency::USD });
        for (money, fate) in
            [(usd(5), Fate::Accepted), (usd(-7), Fate::Duplicate), (usd(1), Fate::Accepted), (None, Fate::Quarantined)]
        {
            tally.count(&kind, money, fate);
        }
        let accepted = tally.of("leg", Some(Currency::USD), Some(Fate::Accepted));
        assert_eq!((accepted.rows, accepted.amount), (2, Some(Amount::from_units(6))));
        let all = tally.of("leg", Some(Currency::USD), None);
        assert_eq!((all.rows, all.amount), (3, Some(Amount::from_units(-1))));
        assert_eq!(Fate::ALL.map(|fate| tally.rows(fate)), [2, 1, 1, 0]);
    }

    #[test]
    fn a_sum_that_no_amount_can_hold_is_no_sum() {
        let mut tally = Tally::default();
        for _ in 0..2 {
            let money = Money { amount: Amount::from_units(i128::MAX), currency: Currency::USD };
            tally.count(&"x".into(), Some(money), Fate::Accepted);
        }
        assert_eq!(tally.of("x", Some(Currency::USD), None).amount, None);
    }
}
