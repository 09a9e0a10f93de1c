//! A failing scenario without the events that it fails without (delta debugging).

use serde_json::Value;

use crate::scenario::Scenario;

/// Attempts after which the smallest one found so far must do.
const ATTEMPTS_MAX: usize = 1500;

/// Drops questions, then runs of events, for as long as `fails` says that the rest still fails.
pub fn shrunk(scenario: &Scenario, fails: impl Fn(&Scenario) -> bool) -> Scenario {
    let mut attempts = 0;
    let mut attempt = |smaller: &Scenario| {
        attempts += 1;
        attempts <= ATTEMPTS_MAX && !smaller.events.is_empty() && fails(smaller)
    };
    let mut smallest = scenario.clone();
    for question in &scenario.questions {
        let alone = Scenario { questions: vec![question.clone()], ..scenario.clone() };
        if attempt(&alone) {
            smallest = alone;
            break;
        }
    }
    let mut length = smallest.events.len() / 2;
    while length > 0 {
        let mut dropped = false;
        let mut from = 0;
        while from < smallest.events.len() {
            let rest = smallest.with_events(without(&smallest.events, from, length));
            if attempt(&rest) {
                smallest = rest;
                dropped = true;
            } else {
                from += length;
            }
        }
        if !dropped || length > 1 {
            length /= 2;
        }
    }
    smallest
}

fn without(events: &[Value], from: usize, length: usize) -> Vec<Value> {
    let until = (from + length).min(events.len());
    events[..from].iter().chain(&events[until..]).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Size;

    #[test]
    fn what_is_left_is_what_the_failure_needs() {
        let scenario = Scenario::of(7, Size::default());
        let [first, last] = [3, scenario.events.len() - 2].map(|at| scenario.events[at].clone());
        let asked = scenario.questions[5].clone();
        let fails = |tried: &Scenario| {
            tried.events.contains(&first) && tried.events.contains(&last) && tried.questions.contains(&asked)
        };
        let smallest = shrunk(&scenario, fails);
        assert_eq!(smallest.events, [first.clone(), last.clone()]);
        assert_eq!(smallest.questions, std::slice::from_ref(&asked));
    }
}
