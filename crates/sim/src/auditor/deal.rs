//! D1 to D4: deals, their terms, lines and roles.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::book::Book;
use super::event::{Event, read_number};
use super::fired::Fired;
use super::number::Number;
use super::time::Day;

#[derive(Debug)]
pub(super) struct Deal {
    pub(super) id: String,
    pub(super) account: String,
    pub(super) opened: Rc<Event>,
    pub(super) opened_on: Day,
    /// What its account said about it.
    said: Vec<(Day, Rc<Event>)>,
    /// By their first days.
    pub(super) terms: Vec<Term>,
    /// Where the earliest win says that the initial term starts.
    pub(super) initial_start: Option<Day>,
}

#[derive(Clone, Debug)]
pub(super) struct Term {
    pub(super) initial: bool,
    pub(super) start: Day,
    pub(super) end: Option<Day>,
    /// Its last day, if a churn cut it short.
    pub(super) ended: Option<Day>,
}

#[derive(Debug, PartialEq)]
pub(super) struct Line {
    pub(super) line: String,
    pub(super) product: String,
    pub(super) vendor: String,
    pub(super) kind: String,
    pub(super) amount: Option<Number>,
    pub(super) currency: Option<String>,
}

impl Term {
    pub(super) fn contains(&self, day: Day) -> bool {
        self.start <= day && self.ended.or(self.end).is_none_or(|last| day <= last)
    }
}

/// D1: every deal that is open, at the account of the earliest opening that resolves.
pub(super) fn open(accounts: &BTreeMap<String, Vec<Rc<Event>>>, book: &Book, fired: &Fired) -> BTreeMap<String, Deal> {
    let mut openings: Vec<(&String, &Rc<Event>)> = Vec::new();
    for (account, events) in accounts {
        openings.extend(events.iter().filter(|event| event.is("deal.opened")).map(|event| (account, event)));
    }
    openings.sort_by(|(_, a), (_, b)| a.order().cmp(&b.order()));
    let mut deals = BTreeMap::new();
    for (account, opened) in openings {
        let id = opened.text("deal").to_owned();
        if deals.contains_key(&id) {
            fired.note("D1 opened again");
            continue;
        }
        let own =
            |event: &&Rc<Event>| event.text("deal") == id && (!event.is("deal.opened") || Rc::ptr_eq(event, opened));
        let said = accounts[account].iter().filter(own).map(|event| (book.day(event.time), event.clone())).collect();
        let mut deal = Deal {
            id: id.clone(),
            account: account.clone(),
            opened: opened.clone(),
            opened_on: book.day(opened.time),
            said,
            terms: Vec::new(),
            initial_start: None,
        };
        deal.begin_terms(fired);
        deal.cut_terms(fired);
        deals.insert(id, deal);
    }
    deals
}

impl Deal {
    fn said(&self, kind: &str) -> impl DoubleEndedIterator<Item = &(Day, Rc<Event>)> {
        self.said.iter().filter(move |(_, event)| event.is(kind))
    }

    /// D2: a term for each win and renewal; of several that start on one day the latest stands.
    fn begin_terms(&mut self, fired: &Fired) {
        let won = self.said("deal.won").next().map(|(_, event)| event.clone());
        self.initial_start = won.as_ref().and_then(|event| event.day("termStart"));
        let mut terms: BTreeMap<Day, Term> = BTreeMap::new();
        for (_, event) in self.said.iter().filter(|(_, event)| event.is("deal.won") || event.is("deal.renewed")) {
            let Some(start) = event.day("termStart") else { continue };
            // Silent: what restates the initial term stays initial.
            let initial = Some(start) == self.initial_start;
            let term = Term { initial, start, end: event.day("termEnd"), ended: None };
            if terms.insert(start, term).is_some() {
                fired.note("D2 term restated");
            }
        }
        self.terms = terms.into_values().collect();
    }

    /// D2: a churn on day c cuts every term that contains c to end at c − 1.
    fn cut_terms(&mut self, fired: &Fired) {
        for churned in self.churn_days() {
            for term in self.terms.iter_mut().filter(|term| term.contains(churned)) {
                fired.note(if term.start == churned { "D2 churn leaves nothing" } else { "D2 churn cut" });
                term.ended = churned.pred_opt();
            }
        }
    }

    pub(super) fn churn_days(&self) -> Vec<Day> {
        self.said("deal.churned").map(|(day, _)| *day).collect()
    }

    /// The day of its first win. A6
    pub(super) fn won_on(&self) -> Option<Day> {
        self.said("deal.won").next().map(|(day, _)| *day)
    }

    /// D2: of the terms that contain the day, the one that starts last.
    pub(super) fn term_on(&self, day: Day) -> Option<&Term> {
        self.terms.iter().rfind(|term| term.contains(day))
    }

    /// D3
    pub(super) fn lines_on(&self, day: Day) -> Vec<Line> {
        let in_force = |(said_on, event): &(Day, Rc<Event>)| match event.kind.as_str() {
            "deal.opened" | "deal.won" | "deal.changed" => Some(*said_on),
            "deal.renewed" => event.day("termStart"),
            _ => None,
        };
        let has_lines = |event: &Event| event.data["lines"].as_array().is_some_and(|lines| !lines.is_empty());
        let stated = self.said.iter().filter(|(_, event)| has_lines(event));
        let dated = stated.filter_map(|said| Some((in_force(said)?, &said.1))).filter(|(from, _)| *from <= day);
        let latest = dated.max_by(|(from, a), (other, b)| (from, a.order()).cmp(&(other, b.order())));
        latest.map(|(_, event)| lines(event)).unwrap_or_default()
    }

    /// D4: who holds which role, as (partner, role).
    pub(super) fn team_on(&self, day: Day) -> BTreeSet<(String, String)> {
        let mut held = BTreeSet::new();
        for (_, event) in self.said.iter().filter(|(said_on, _)| *said_on <= day) {
            let role = (event.text("partner").to_owned(), event.text("role").to_owned());
            match event.kind.as_str() {
                "deal.role_assigned" => held.insert(role),
                "deal.role_removed" => held.remove(&role),
                _ => continue,
            };
        }
        held
    }
}

fn lines(event: &Event) -> Vec<Line> {
    let read = |line: &serde_json::Value| {
        let text = |field: &str| line[field].as_str().unwrap_or_default().to_owned();
        Line {
            line: text("line"),
            product: text("product"),
            vendor: text("vendor"),
            kind: text("kind"),
            amount: read_number(&line["amount"]),
            currency: line["currency"].as_str().map(str::to_owned),
        }
    };
    event.data["lines"].as_array().into_iter().flatten().map(read).collect()
}
