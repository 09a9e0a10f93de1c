//! What is asked of a scenario: every kind of question, at the present and at instants where something had just been learned.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tributary_domain::time::{Day, Instant, Period, parse_day};

use super::Random;
use super::scene::{ACCOUNTS, DEALS, PARTNERS};
use crate::pure::Pure;

/// So many questions about events, chosen by the random numbers.
pub(super) fn about(events: &[Value], count: usize, random: &mut Random) -> Vec<Value> {
    let asked = Asked::about(events);
    let mut questions = vec![json!({"ask": "suspense"})];
    while questions.len() < count {
        questions.push(asked.question(random));
    }
    questions
}

/// What questions can be about.
struct Asked {
    days: Vec<Day>,
    periods: Vec<Period>,
    /// Partners and periods that they are credited in.
    credited: Vec<(String, Period)>,
    instants: Vec<Instant>,
    cutoffs: Vec<Instant>,
}

impl Asked {
    fn about(events: &[Value]) -> Self {
        let read = |text: &Value| text.as_str().and_then(|text| text.parse::<Instant>().ok());
        let instants: BTreeSet<Instant> = events.iter().filter_map(|event| read(&event["recordedtime"])).collect();
        let cutoffs: BTreeSet<Instant> = events.iter().filter_map(|event| read(&event["data"]["cutoff"])).collect();
        let of_times = events.iter().filter_map(|event| read(&event["time"])).map(|time| time.utc().date_naive());
        let named = ["termStart", "termEnd", "exclusiveUntil", "disbursedOn"];
        let of_dates =
            events.iter().flat_map(|event| named.map(|name| event["data"][name].as_str().unwrap_or_default()));
        let days: BTreeSet<Day> = of_times.chain(of_dates.filter_map(|text| parse_day(text).ok())).collect();
        let earning = ["tributary.usage.recorded.v1", "tributary.deal.won.v1", "tributary.disbursement.reported.v1"];
        let earned = events.iter().filter(|event| earning.iter().any(|kind| event["type"] == *kind));
        let periods =
            earned.filter_map(|event| read(&event["time"])).map(|time| Period::of(time.utc().date_naive())).collect();
        let credited = Pure::new(events).credited(&PARTNERS, &periods);
        Self {
            days: days.into_iter().collect(),
            periods: periods.into_iter().collect(),
            credited,
            instants: instants.into_iter().collect(),
            cutoffs: cutoffs.into_iter().collect(),
        }
    }

    fn question(&self, random: &mut Random) -> Value {
        let account = if random.chance(90) { random.pick(&ACCOUNTS[..3]) } else { ACCOUNTS[3] };
        let (partner, period) = self.earner(random);
        let kind = random.weighted(&[
            (40, "statement"),
            (20, "credits"),
            (22, "attribution"),
            (10, "renewals"),
            (8, "suspense"),
            (8, "dealRecord"),
            (5, "drift"),
        ]);
        let mut question = match kind {
            "statement" | "credits" => json!({"ask": kind, "partner": partner, "period": period}),
            "attribution" => {
                json!({"ask": kind, "account": account, "asOf": one(&self.days, random).map(|day| day.to_string())})
            }
            "renewals" => json!({"ask": kind, "account": account}),
            "dealRecord" => {
                let day = one(&self.days, random).map(|day| day.to_string());
                json!({"ask": kind, "deal": random.pick(&DEALS), "asOf": day})
            }
            "drift" => {
                let mut question = json!({"ask": kind, "asOf": one(&self.days, random).map(|day| day.to_string())});
                if random.chance(40) {
                    question["account"] = account.into();
                }
                question
            }
            _ => json!({"ask": kind}),
        };
        let past = if kind == "statement" { 12 } else { 45 };
        if let Some(instant) = random.chance(past).then(|| self.instant(random)).flatten() {
            question["knownAt"] = instant.to_string().into();
        }
        question
    }

    /// A partner and a period: mostly one that it is credited in, else any, also one in which nothing happened.
    fn earner(&self, random: &mut Random) -> (String, Option<String>) {
        let (partner, period) = if self.credited.is_empty() || random.chance(8) {
            let period = one(&self.periods, random);
            let beside = period.map(|of| random.weighted(&[(60, of), (20, of.next()), (20, of.previous())]));
            (random.pick(&PARTNERS).to_owned(), beside)
        } else {
            let (partner, period) = &self.credited[random.below(self.credited.len())];
            (partner.clone(), Some(*period))
        };
        (partner, period.map(|period| period.to_string()))
    }

    /// A cutoff, the instant of something learned, the one before it, or a late one.
    fn instant(&self, random: &mut Random) -> Option<Instant> {
        match random.below(10) {
            0..=2 => one(&self.cutoffs, random),
            3 => one(&self.instants, random).map(|instant| Instant::from_micros(instant.micros() - 1)),
            4 => self.instants.last().map(|last| Instant::from_micros(last.micros() + 40 * super::scene::DAY)),
            _ => one(&self.instants, random),
        }
    }
}

fn one<T: Copy>(of: &[T], random: &mut Random) -> Option<T> {
    if of.is_empty() { None } else { Some(random.pick(of)) }
}
