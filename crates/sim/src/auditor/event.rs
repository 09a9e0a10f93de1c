//! An event as it was said and recorded, and the order of T3.

use std::collections::BTreeMap;
use std::rc::Rc;

use serde_json::Value;

use super::number::Number;
use super::time::{self, Instant};

#[derive(Debug)]
pub(super) struct Event {
    pub(super) time: Instant,
    pub(super) recorded: Instant,
    pub(super) source: String,
    pub(super) id: String,
    /// `deal.opened` of `tributary.deal.opened.v1`.
    pub(super) kind: String,
    /// `account` of `account/acme`; empty for `book`.
    pub(super) namespace: String,
    /// `acme` of `account/acme`.
    pub(super) name: String,
    pub(super) data: Value,
}

impl Event {
    fn read(event: &Value) -> Event {
        let text = |field: &str| event[field].as_str().unwrap_or_default();
        let at = |field: &str| time::instant(text(field)).expect("an instant in a checked event");
        let (namespace, name) = text("subject").split_once('/').unwrap_or(("", text("subject")));
        let kind = text("type").trim_start_matches("tributary.").trim_end_matches(".v1");
        Event {
            time: at("time"),
            recorded: at("recordedtime"),
            source: text("source").to_owned(),
            id: text("id").to_owned(),
            kind: kind.to_owned(),
            namespace: namespace.to_owned(),
            name: name.to_owned(),
            data: event["data"].clone(),
        }
    }

    pub(super) fn is(&self, kind: &str) -> bool {
        self.kind == kind
    }

    pub(super) fn subject(&self) -> String {
        format!("{}/{}", self.namespace, self.name)
    }

    /// T3
    pub(super) fn order(&self) -> (Instant, Instant, &str, &str) {
        (self.time, self.recorded, &self.source, &self.id)
    }

    /// The order in which the ledger learned it. F1, F4
    pub(super) fn recording(&self) -> (Instant, &str, &str) {
        (self.recorded, &self.source, &self.id)
    }

    /// A field of the data, empty if it is absent.
    pub(super) fn text(&self, field: &str) -> &str {
        self.data[field].as_str().unwrap_or_default()
    }

    pub(super) fn number(&self, field: &str) -> Number {
        read_number(&self.data[field]).unwrap_or_else(Number::zero)
    }

    pub(super) fn day(&self, field: &str) -> Option<time::Day> {
        time::day(self.text(field))
    }
}

/// The texts of a list, none if it is absent.
pub(super) fn texts(list: &Value) -> Vec<&str> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

/// A decimal, if there is one.
pub(super) fn read_number(value: &Value) -> Option<Number> {
    value.as_str().map(Number::read)
}

/// I1: one event for each identity, in the order of T3. Of several, what was recorded first stands.
pub(super) fn distinct(events: &[Value]) -> Vec<Rc<Event>> {
    let mut kept: BTreeMap<(String, String), Event> = BTreeMap::new();
    for event in events.iter().map(Event::read) {
        let identity = (event.source.clone(), event.id.clone());
        match kept.get(&identity) {
            Some(known) if known.recorded <= event.recorded => {}
            _ => {
                kept.insert(identity, event);
            }
        }
    }
    let mut events: Vec<Rc<Event>> = kept.into_values().map(Rc::new).collect();
    events.sort_by(|a, b| a.order().cmp(&b.order()));
    events
}
