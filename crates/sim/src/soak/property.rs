//! What must hold of every scenario: one file for each property, and the list of them all.
//!
//! A new one is a function of a [`Case`] in a file of its own, and a line in [`PROPERTIES`].

mod additivity;
mod adjusted;
mod auditor;
mod conflict;
mod explained;
mod export;
mod journal;
mod knowledge;
mod order;
mod pure;
mod rebuild;
mod recognition;
mod sealed;
mod supposed;
mod unjudged;
mod verified;

use std::collections::BTreeSet;
use std::str::FromStr;

use serde_json::Value;
use tributary_domain::time::{Instant, Period};

use super::ledger::{Ledger, SimError};
use crate::auditor::Auditor;
use crate::scenario::{Random, Scenario};

/// A scenario, the ledger that was told it at once, and what that answers.
pub struct Case<'a> {
    /// The scenario.
    pub scenario: &'a Scenario,
    /// Told everything at once.
    pub ledger: Ledger,
    /// What it answers to the scenario's questions.
    pub answers: Vec<Value>,
    /// Told the same, and reading the rules on its own.
    pub auditor: Auditor,
}

/// A property by the rule that it is about.
#[derive(Debug, Clone, Copy)]
pub struct Property {
    /// Its name, which begins with the rule.
    pub name: &'static str,
    /// Whether it holds.
    pub holds: fn(&Case<'_>) -> Result<(), Broken>,
}

/// Every property, in the order in which they are checked.
pub const PROPERTIES: &[Property] = &[
    Property { name: "the auditor answers the same", holds: auditor::holds },
    Property { name: "the rules by themselves answer the same", holds: pure::holds },
    Property { name: "I1 order, duplication and questions in between change nothing", holds: order::holds },
    Property { name: "I1 partitions that nobody judged change nothing", holds: unjudged::holds },
    Property { name: "I1 the same identity with other content is refused and changes nothing", holds: conflict::holds },
    Property { name: "I2 the past of an attested period is closed", holds: sealed::holds },
    Property {
        name: "T1 what was known at an instant does not change by what is learned later",
        holds: knowledge::holds,
    },
    Property { name: "C1 credits and what is retained add up to the facts", holds: additivity::holds },
    Property { name: "L3 what is recognised equals one fresh calculation", holds: recognition::holds },
    Property {
        name: "L6 pending adjustments are what the next close books, and their causes add up",
        holds: adjusted::holds,
    },
    Property { name: "L6 supposing the policies that stand changes nothing", holds: supposed::holds },
    Property { name: "P1 P2 the journal balances, only grows, and owes what statements say", holds: journal::holds },
    Property { name: "E1 an explanation can be recomputed from what it shows", holds: explained::holds },
    Property { name: "L6 E2 a replay of an untouched ledger finds nothing", holds: verified::holds },
    Property { name: "E2 a rebuild equals the original, row by row", holds: rebuild::holds },
    Property { name: "E2 an export imported elsewhere equals the original", holds: export::holds },
];

/// Why a property does not hold.
#[derive(Debug)]
pub enum Broken {
    /// Two that must be the same are not.
    Differs(Box<Difference>),
    /// The ledger failed.
    Failed(SimError),
    /// Somebody panicked.
    Panicked(String),
}

/// Two that must be the same and are not.
#[derive(Debug)]
pub struct Difference {
    /// The question, or what was compared.
    pub asked: Value,
    /// Who said the first.
    pub one_says: &'static str,
    /// What the ledger says that was told everything at once, or what was found.
    pub one: Value,
    /// Who said the second.
    pub other_says: &'static str,
    /// What it says, or what was expected.
    pub other: Value,
}

impl<E: Into<SimError>> From<E> for Broken {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

/// So few questions are all asked of everybody: a failing scenario that shrinks must not lose the one that matters.
const FEW: usize = 6;

impl<'a> Case<'a> {
    /// Tells a ledger the scenario, and asks it.
    pub fn of(scenario: &'a Scenario) -> Result<Self, SimError> {
        let ledger = Ledger::of(&scenario.events)?;
        let answers = ledger.answers(&scenario.questions)?;
        Ok(Self { scenario, ledger, answers, auditor: Auditor::new(&scenario.events) })
    }

    /// Random numbers for a property, the same for the same scenario.
    fn random(&self, of: u64) -> Random {
        Random::new(self.scenario.seed ^ of.wrapping_mul(0x2545_f491_4f6c_dd1d))
    }

    /// Whether somebody answers every question as the ledger does.
    fn same(&self, who: &'static str, answer: impl FnMut(&Value) -> Result<Value, SimError>) -> Result<(), Broken> {
        let asked = self.scenario.questions.iter().zip(&self.answers);
        compare("the ledger", asked, who, answer)
    }

    /// Whether another ledger answers as this one does, and has the same digest. A third of the questions is asked: the digest
    /// holds every credit, and another seed asks others.
    fn same_ledger(&self, who: &'static str, other: &Ledger) -> Result<(), Broken> {
        let step = if self.answers.len() < FEW { 1 } else { 3 };
        let asked = self.scenario.questions.iter().zip(&self.answers).step_by(step);
        compare("the ledger", asked, who, |question| other.answer(question))?;
        equal("digest", ("the ledger", self.ledger.digest()?), (who, other.digest()?))
    }
}

/// Whether somebody gives these answers to these questions.
fn compare<'a>(
    one_says: &'static str,
    asked: impl IntoIterator<Item = (&'a Value, &'a Value)>,
    other_says: &'static str,
    mut answer: impl FnMut(&Value) -> Result<Value, SimError>,
) -> Result<(), Broken> {
    for (question, one) in asked {
        let other = without_message(answer(question)?);
        if *one != other {
            let (asked, one) = (question.clone(), one.clone());
            return Err(Broken::Differs(Box::new(Difference { asked, one_says, one, other_says, other })));
        }
    }
    Ok(())
}

/// Whether two values are the same.
fn equal<T: Into<Value> + PartialEq>(
    what: &str,
    (one_says, one): (&'static str, T),
    (other_says, other): (&'static str, T),
) -> Result<(), Broken> {
    if one == other {
        return Ok(());
    }
    let (asked, one, other) = (what.into(), one.into(), other.into());
    Err(Broken::Differs(Box::new(Difference { asked, one_says, one, other_says, other })))
}

/// The instants at which a scenario's events were recorded.
fn instants(case: &Case<'_>) -> Vec<Instant> {
    let recorded = |event: &Value| event["recordedtime"].as_str().and_then(|text| text.parse().ok());
    let all: BTreeSet<Instant> = case.scenario.events.iter().filter_map(recorded).collect();
    all.into_iter().collect()
}

/// The periods of what happened.
fn periods(case: &Case<'_>) -> BTreeSet<Period> {
    let time = |event: &Value| event["time"].as_str().and_then(|text| text.parse::<Instant>().ok());
    let times = case.scenario.events.iter().filter_map(time);
    times.map(|time| Period::of(time.utc().date_naive())).collect()
}

/// An amount, or an instant, of a document.
fn read<T: FromStr>(text: &str) -> Result<T, SimError> {
    text.parse().map_err(|_| SimError::Unreadable(text.to_owned()))
}

/// A refusal by its code: the message is for people.
fn without_message(mut answer: Value) -> Value {
    if let Some(error) = answer.get_mut("error").and_then(Value::as_object_mut) {
        error.remove("message");
    }
    answer
}
