//! A6: the whole divided among the touches.

use std::collections::BTreeMap;
use std::rc::Rc;

use chrono::Days;
use num_bigint::BigInt;
use serde_json::Value;

use super::attribution::{Shares, WHOLE};
use super::deal::Deal;
use super::divide::divide;
use super::event::{Event, read_number, texts};
use super::known::Known;
use super::number::Number;
use super::source::concerns;
use super::time::Day;

impl Known {
    pub(super) fn touch(&self, model: &Value, deal: &Deal, day: Day) -> Shares {
        let until = deal.won_on().filter(|won| *won <= day).unwrap_or(day);
        let touches = self.touches(model, deal, until);
        if touches.is_empty() {
            self.note("A6 no touch");
            return Shares::new();
        }
        let mut weights: BTreeMap<(String, String), Number> = BTreeMap::new();
        for (touch, weight) in touches.iter().zip(self.weights(model, &touches, until)) {
            let key = (touch.text("partner").to_owned(), "touch".to_owned());
            let sum = weights.entry(key).or_insert_with(Number::zero);
            *sum = sum.clone() + weight;
        }
        divide(&BigInt::from(WHOLE), &weights)
    }

    /// The touches that count, in the order of T3.
    fn touches(&self, model: &Value, deal: &Deal, until: Day) -> Vec<&Rc<Event>> {
        let from = until.checked_sub_days(Days::new(model["lookbackDays"].as_u64().unwrap_or(0))).unwrap_or(Day::MIN);
        let kinds = texts(&model["kinds"]);
        let all = self.of_account(&deal.account, "touch.recorded").filter(|touch| concerns(touch.text("deal"), deal));
        let named = all.filter(|touch| kinds.is_empty() || kinds.contains(&touch.text("kind")));
        named.filter(|touch| (from..=until).contains(&self.day_of(touch))).collect()
    }

    /// A weight for each touch.
    fn weights(&self, model: &Value, touches: &[&Rc<Event>], until: Day) -> Vec<Number> {
        let last = touches.len() - 1;
        let only = |chosen: usize| (0..=last).map(|i| Number::whole(u8::from(i == chosen))).collect();
        match model["weighting"].as_str().unwrap_or_default() {
            "first" => {
                self.note("A6 first");
                only(0)
            }
            "last" => {
                self.note("A6 last");
                only(last)
            }
            "decay" => {
                self.note("A6 decay");
                let half_life = model["halfLifeDays"].as_u64().expect("a half-life in a checked policy");
                let ages = touches.iter().map(|touch| (until - self.day_of(touch)).num_days().unsigned_abs());
                ages.map(|age| Number::fraction(1, BigInt::from(1) << (age / half_life))).collect()
            }
            "position" => self.positions(model, last),
            _ => {
                self.note("A6 linear");
                vec![Number::whole(1); touches.len()]
            }
        }
    }

    fn positions(&self, model: &Value, last: usize) -> Vec<Number> {
        let end = |field: &str| read_number(&model[field]).unwrap_or_else(Number::zero);
        let (first_part, last_part) = (end("first"), end("last"));
        match last {
            0 => {
                self.note("A6 position of one");
                vec![Number::whole(1)]
            }
            1 => {
                self.note("A6 position of two");
                vec![first_part, last_part]
            }
            _ => {
                self.note("A6 position of many");
                let rest = Number::whole(1) - first_part.clone() - last_part.clone();
                let each = rest / Number::whole(last - 1);
                let mut parts = vec![each; last + 1];
                parts[0] = first_part;
                parts[last] = last_part;
                parts
            }
        }
    }
}
