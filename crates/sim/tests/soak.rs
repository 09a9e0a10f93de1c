//! A bounded number of scenarios, held to every property; `cargo xtask soak` runs as many as one likes.

use std::time::Duration;

use tributary_sim::scenario::Size;
use tributary_sim::soak::{Broken, Plan, Report, run, smallest};

const SCENARIOS: u64 = 24;

fn plan(seed: u64, scenarios: u64) -> Plan {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    Plan { seed, scenarios, time_max: Duration::MAX, size: Size::default(), threads }
}

#[track_caller]
fn held(plan: Plan) -> Report {
    let (report, failed) = run(plan, |_, _| {});
    let Some(failed) = failed.map(smallest) else { return report };
    let why = match &failed.broken {
        Broken::Differs(of) => {
            format!("{}\n{}: {:#}\n{}: {:#}", of.asked, of.one_says, of.one, of.other_says, of.other)
        }
        Broken::Failed(error) => error.to_string(),
        Broken::Panicked(message) => message.clone(),
    };
    let events: String = failed.scenario.events.iter().map(|event| format!("{event}\n")).collect();
    panic!("seed {}: {} does not hold\n{why}\n{events}", failed.scenario.seed, failed.property);
}

#[test]
fn every_property_holds_of_the_first_scenarios() {
    let report = held(plan(1, SCENARIOS));
    assert_eq!(report.scenarios, SCENARIOS);
    let answered = |kind: &str| report.questions.get(&format!("{kind}, with something to say")).copied().unwrap_or(0);
    for kind in ["statement", "credits", "attribution", "renewals", "suspense"] {
        assert!(answered(kind) > SCENARIOS / 2, "too few answers say anything of a {kind}: {:#?}", report.questions);
    }
    let of_statements = report.questions.iter().filter(|(kind, _)| kind.starts_with("statement"));
    let asked: u64 = of_statements.map(|(_, count)| count).sum();
    assert!(answered("statement") * 2 >= asked, "half of the statements have lines: {:#?}", report.questions);
}

#[test]
fn a_seed_run_twice_gives_the_same_report_and_the_same_bytes_of_answers() {
    assert_eq!(held(plan(900, 3)), held(plan(900, 3)));
}
