//! When anything that an account comes to was last learned, period by period: at that instant and later its derived rows are
//! right. It errs to the safe side only, for it never grows earlier.

use std::collections::BTreeMap;

use tributary_domain::time::{Instant, Period};

use crate::error::Result;
use crate::row::{RowReader, RowWriter};

/// When what an account comes to was last learned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LastLearned {
    /// What bears on every period: its history, links of its aliases.
    pub(crate) history: Instant,
    /// What bears on one period alone, its usage: of those where that was later.
    pub(crate) usage: BTreeMap<Period, Instant>,
}

impl Default for LastLearned {
    fn default() -> Self {
        Self { history: Instant::MIN, usage: BTreeMap::new() }
    }
}

impl LastLearned {
    /// When anything that bears on a period was last learned.
    pub(crate) fn of(&self, period: Period) -> Instant {
        self.usage.get(&period).map_or(self.history, |usage| self.history.max(*usage))
    }

    /// When anything was.
    pub(crate) fn of_any(&self) -> Instant {
        self.usage.values().copied().fold(self.history, Instant::max)
    }

    /// Takes in that something bearing on one period was learned then.
    pub(crate) fn learn_usage(&mut self, period: Period, recorded: Instant) {
        let held = self.usage.entry(period).or_insert(recorded);
        *held = recorded.max(*held);
    }

    /// Takes in that something bearing on every period was.
    pub(crate) fn learn_history(&mut self, recorded: Instant) {
        self.history = recorded.max(self.history);
    }

    /// Whether in every period it is as late as another one.
    pub(crate) fn covers(&self, other: &Self) -> bool {
        self.history >= other.history && other.usage.iter().all(|(period, usage)| self.of(*period) >= *usage)
    }

    pub(crate) fn encode(&self, writer: &mut RowWriter) {
        let later = self.usage.iter().filter(|(_, usage)| **usage > self.history);
        writer.signed(self.history.micros()).number(later.clone().count() as u64);
        for (period, usage) in later {
            writer.signed(period.ordinal().into()).signed(usage.micros());
        }
    }

    pub(crate) fn decode(reader: &mut RowReader<'_>) -> Result<Self> {
        let mut learned = Self { history: Instant::from_micros(reader.signed()?), usage: BTreeMap::new() };
        for _ in 0..reader.number()? {
            let period = Period::from_ordinal(reader.signed()? as i32);
            learned.usage.insert(period, Instant::from_micros(reader.signed()?));
        }
        Ok(learned)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(micros: i64) -> Instant {
        Instant::from_micros(micros)
    }

    proptest! {
        #[test]
        fn it_reads_back_as_late_as_it_was_written(history: i64, usage: std::collections::BTreeMap<i16, i64>) {
            let period = |of: i16| Period::from_ordinal(24_000 + i32::from(of));
            let mut learned = LastLearned::default();
            learned.learn_history(at(history));
            usage.iter().for_each(|(of, micros)| learned.learn_usage(period(*of), at(*micros)));
            let mut writer = RowWriter::default();
            learned.encode(&mut writer);
            let read = LastLearned::decode(&mut RowReader::new("test", &writer.0)).expect("a row");
            prop_assert!(read.covers(&learned) && learned.covers(&read));
            prop_assert!(usage.keys().all(|of| read.of(period(*of)) == learned.of(period(*of))));
            prop_assert_eq!(read.of_any(), learned.of_any());
        }
    }

    #[test]
    fn what_is_learned_of_one_period_says_nothing_of_another() {
        let (january, february) = (Period::from_ordinal(24_312), Period::from_ordinal(24_313));
        let mut learned = LastLearned::default();
        learned.learn_history(at(5));
        learned.learn_usage(january, at(3));
        learned.learn_usage(february, at(9));
        assert_eq!([january, february].map(|period| learned.of(period)), [at(5), at(9)]);
        let mut later = learned.clone();
        later.learn_usage(january, at(7));
        assert!(later.covers(&learned) && !learned.covers(&later));
    }
}
