//! Scenarios: histories of a partner program made from a seed, realistic first and then disturbed.
//!
//! A scenario is a list of CloudEvents with their recorded times, and dropping any of them leaves a scenario: that is how a
//! failing one shrinks. Names are few, so that events meet. In reading order: `random`, `scene` (who there is and what time
//! it is), `beginning` (a program that earns), `noise` (everything else that can be said), then a file for each family of
//! events, and `questions`.

mod beginning;
mod closing;
mod commission;
mod consumption;
mod deal;
mod lead;
mod model;
mod money;
mod noise;
mod observation;
mod payment;
mod questions;
mod random;
mod reference;
mod registration;
mod scene;

pub use random::Random;

use serde_json::Value;

use scene::Scene;

/// How much a scenario says at most. Most say less: small ones are told in no time, and few events are enough for most of
/// what can be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// Deals of the program that it begins with, from 1 to 5.
    pub deals: usize,
    /// Events that disturb it.
    pub noise: usize,
    /// Questions that are asked of it.
    pub questions: usize,
}

impl Default for Size {
    fn default() -> Self {
        Self { deals: 3, noise: 45, questions: 24 }
    }
}

/// A history, and what is asked of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Scenario {
    /// What it was made from.
    pub seed: u64,
    /// CloudEvents in JSON, in the order in which they were recorded; some of them stand twice.
    pub events: Vec<Value>,
    /// Questions about it.
    pub questions: Vec<Value>,
}

impl Scenario {
    /// The scenario of a seed: the same for ever, on every machine.
    pub fn of(seed: u64, size: Size) -> Self {
        let (events, mut random) = told(seed, size);
        let questions = questions::about(&events, size.questions, &mut random);
        Self { seed, events, questions }
    }

    /// Its events alone.
    pub fn events(seed: u64, size: Size) -> Vec<Value> {
        told(seed, size).0
    }

    /// The same questions about other events.
    pub fn with_events(&self, events: Vec<Value>) -> Self {
        Self { seed: self.seed, events, questions: self.questions.clone() }
    }
}

/// What is told, and the random numbers that go on after it.
fn told(seed: u64, size: Size) -> (Vec<Value>, Random) {
    let mut scene = Scene::new(Random::new(seed));
    let quarters = scene.random.weighted(&[(40, 1), (35, 2), (25, 4)]);
    let deals = 1 + scene.random.below(size.deals.clamp(1, scene::DEALS.len()));
    beginning::tell(&mut scene, deals);
    for _ in 0..size.noise * quarters / 4 {
        noise::tell(&mut scene);
    }
    closing::tell(&mut scene);
    let random = Random::new(scene.random.number());
    (scene.events(), random)
}
