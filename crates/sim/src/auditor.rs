//! A second reading of the rules, to hold the ledger against. It is written from the contract alone, shares no code with
//! the crates that it judges, computes every answer from scratch and with numbers that cannot overflow. Clarity comes
//! before speed here: what is clever in the ledger must be plain in the auditor.
//!
//! Where the contract is silent it follows the table at the end of `docs/semantics.md`; such places say `Silent`.

mod answer;
mod attribution;
mod balance;
mod book;
mod closing;
mod commission;
mod credit;
mod deal;
mod divide;
mod event;
mod fact;
mod fired;
mod known;
mod model;
mod number;
mod observation;
mod policy;
mod registration;
mod schedule;
mod source;
mod suspense;
mod time;
mod touch;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use serde_json::{Value, json};

use closing::Close;
use event::Event;
use fired::Fired;
use known::Known;
use time::{Instant, Period};

/// Everything that was ever said, ready to be asked.
#[derive(Debug)]
pub struct Auditor {
    /// In the order of T3.
    log: Vec<Rc<Event>>,
    /// L1
    closes: Vec<Close>,
    known: Knowledge,
    fired: Rc<Fired>,
}

/// What is known at each instant that was asked for. Remembering it changes nothing: it depends on the log alone.
type Knowledge = RefCell<BTreeMap<Instant, Rc<Known>>>;

/// Why a question has no answer.
#[derive(Debug)]
struct Unanswerable {
    code: &'static str,
    message: String,
}

type Answer = Result<Value, Unanswerable>;

impl Auditor {
    /// From checked events as CloudEvents JSON with `recordedtime`, in any order; the same event may be there repeatedly.
    ///
    /// # Panics
    /// If an event breaks a rule of form: those never come into a ledger, and say nothing here.
    pub fn new(events: &[Value]) -> Auditor {
        let mut auditor = Auditor {
            log: event::distinct(events),
            closes: Vec::new(),
            known: Knowledge::default(),
            fired: Rc::default(),
        };
        auditor.closes = closing::valid_closes(&auditor.log, |at| auditor.known_at(at));
        auditor
    }

    /// The document that answers `question`, as `tributary ask` gives it.
    pub fn answer(&self, question: &Value) -> Value {
        self.try_answer(question).unwrap_or_else(|why| json!({"error": {"code": why.code, "message": why.message}}))
    }

    /// How often each rule, and each branch of one worth knowing, fired so far.
    pub fn rules_fired(&self) -> BTreeMap<&'static str, u64> {
        self.fired.counts()
    }

    fn try_answer(&self, question: &Value) -> Answer {
        let text = |field: &str| {
            let missing = || unanswerable("bad-question", format!("`{field}` is missing"));
            question[field].as_str().ok_or_else(missing)
        };
        let period = || {
            let wrong = |period: &str| unanswerable("bad-question", format!("`{period}` is no period"));
            text("period").and_then(|period| Period::read(period).ok_or_else(|| wrong(period)))
        };
        let as_of = || {
            let wrong = |day: &str| unanswerable("bad-question", format!("`{day}` is no date"));
            text("asOf").and_then(|day| time::day(day).ok_or_else(|| wrong(day)))
        };
        match text("ask")? {
            "statement" => self.statement(text("partner")?, period()?, self.asked_at(question)?),
            "credits" => Ok(answer::credits(&self.known_at(self.asked_at(question)?), text("partner")?, period()?)),
            "renewals" => Ok(answer::renewals(&self.known_at(self.asked_at(question)?), text("account")?)),
            "suspense" => Ok(answer::suspense(&self.known_at(self.asked_at(question)?))),
            "attribution" => {
                Ok(answer::attribution(&self.known_at(self.asked_at(question)?), text("account")?, as_of()?))
            }
            "dealRecord" => {
                Ok(observation::deal_record(&self.known_at(self.asked_at(question)?), text("deal")?, as_of()?))
            }
            "drift" => {
                let account = question["account"].as_str();
                Ok(observation::drift(&self.known_at(self.asked_at(question)?), account, as_of()?))
            }
            ask => Err(unanswerable("bad-question", format!("nothing answers `{ask}`"))),
        }
    }

    fn statement(&self, partner: &str, period: Period, at: Instant) -> Answer {
        let own = self.closes.iter().find(|close| close.period == period);
        let (at, status) = match own {
            Some(close) => (close.cutoff, "closed"),
            None => (at, "open"),
        };
        // L4
        if own.is_none() && self.closes.last().is_some_and(|last| at < last.cutoff) {
            self.fired.note("L4 before the last cutoff");
            return Err(unanswerable("known-before-cutoff", "the instant lies before the last cutoff".to_owned()));
        }
        // L4: what is open is stated as if it closed after all that did, even if it is earlier than the first of them.
        let earlier = self.closes.iter().take_while(|close| close.cutoff < at || status == "open");
        let earlier: Vec<_> = earlier.map(|close| (*close, self.known_at(close.cutoff))).collect();
        let known = self.known_at(at);
        let statement = closing::state(&known, partner, period, &earlier);
        Ok(answer::statement((&known, at, status), partner, period, &statement))
    }

    /// The instant of the question, or else the last recorded one.
    fn asked_at(&self, question: &Value) -> Result<Instant, Unanswerable> {
        match question["knownAt"].as_str() {
            Some(text) => {
                time::instant(text).ok_or_else(|| unanswerable("bad-question", format!("`{text}` is no instant")))
            }
            None => {
                let last = self.log.iter().map(|event| event.recorded).max();
                last.ok_or_else(|| unanswerable("nothing-recorded", "nothing is recorded yet".to_owned()))
            }
        }
    }

    fn known_at(&self, at: Instant) -> Rc<Known> {
        let mut known = self.known.borrow_mut();
        known.entry(at).or_insert_with(|| Rc::new(Known::at(at, &self.log, self.fired.clone()))).clone()
    }
}

fn unanswerable(code: &'static str, message: String) -> Unanswerable {
    Unanswerable { code, message }
}
