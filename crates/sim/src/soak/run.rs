//! Scenarios on every processor, until there are enough, time is up, or one fails.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use super::property::{Broken, Case, PROPERTIES, Property};
use super::report::Report;
use super::shrink::shrunk;
use crate::scenario::{Scenario, Size};

/// How much to run.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// The first seed; the others follow it.
    pub seed: u64,
    /// How many scenarios.
    pub scenarios: u64,
    /// Not longer than that.
    pub time_max: Duration,
    /// How large each is.
    pub size: Size,
    /// How many run at once.
    pub threads: usize,
}

/// A scenario that a property does not hold of.
#[derive(Debug)]
pub struct Failed {
    /// The property.
    pub property: &'static str,
    /// What is wrong.
    pub broken: Broken,
    /// The scenario.
    pub scenario: Scenario,
}

/// What became of a scenario.
type Outcome = Result<Report, Box<Failed>>;

/// Runs scenarios and says how far it is, after each. Gives what was seen, and the first one that failed, as it was made.
pub fn run(plan: Plan, mut progress: impl FnMut(u64, Duration)) -> (Report, Option<Box<Failed>>) {
    let started = Instant::now();
    let (next, stop) = (AtomicU64::new(0), AtomicBool::new(false));
    let (told, outcomes) = mpsc::channel::<Outcome>();
    let mut report = Report::default();
    let mut failed = None;
    thread::scope(|scope| {
        for _ in 0..plan.threads.max(1) {
            let (told, next, stop) = (told.clone(), &next, &stop);
            scope.spawn(move || {
                while !stop.load(Ordering::Relaxed) && started.elapsed() < plan.time_max {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= plan.scenarios {
                        return;
                    }
                    let scenario = Scenario::of(plan.seed.wrapping_add(number), plan.size);
                    if told.send(run_one(&scenario)).is_err() {
                        return;
                    }
                }
            });
        }
        drop(told);
        for outcome in outcomes {
            match outcome {
                Ok(of_one) => {
                    report.add(&of_one);
                    progress(report.scenarios, started.elapsed());
                }
                Err(one) => {
                    stop.store(true, Ordering::Relaxed);
                    failed.get_or_insert(one);
                }
            }
        }
    });
    (report, failed)
}

/// Holds one scenario to every property.
pub fn run_one(scenario: &Scenario) -> Outcome {
    let failed = |property, broken| Box::new(Failed { property, broken, scenario: scenario.clone() });
    let told = guarded(|| Case::of(scenario).map_err(Broken::from));
    let case = told.map_err(|broken| failed(TELLING, broken))?;
    for property in PROPERTIES {
        guarded(|| (property.holds)(&case)).map_err(|broken| failed(property.name, broken))?;
    }
    Ok(Report::of(&case))
}

/// What a ledger that cannot even be told the scenario fails in.
const TELLING: &str = "the ledger takes a scenario in and answers";

/// The failure of one property on the smallest part of the scenario. That takes a while.
pub fn smallest(found: Box<Failed>) -> Box<Failed> {
    let property = PROPERTIES.iter().find(|property| property.name == found.property);
    let scenario = shrunk(&found.scenario, |smaller| check(property, smaller).is_err());
    match check(property, &scenario) {
        Err(broken) => Box::new(Failed { property: found.property, broken, scenario }),
        Ok(()) => found,
    }
}

fn check(property: Option<&Property>, scenario: &Scenario) -> Result<(), Broken> {
    guarded(|| {
        let case = Case::of(scenario)?;
        property.map_or(Ok(()), |property| (property.holds)(&case))
    })
}

/// A panic is a failure like any other.
fn guarded<T>(check: impl FnOnce() -> Result<T, Broken>) -> Result<T, Broken> {
    catch_unwind(AssertUnwindSafe(check)).unwrap_or_else(|panic| Err(Broken::Panicked(message(&*panic))))
}

fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("without a word").to_owned()
}
