//! An event as an explanation cites it, and where it is looked up.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::rc::Rc;

use schemars::JsonSchema;
use serde::Serialize;
use tributary_domain::event::Subject;
use tributary_domain::id::Identity;
use tributary_domain::time::Instant;
use tributary_events::Citation;
use tributary_log::Position;
use tributary_projector::{Filed, FoldedAccount, StandingUsage, View};

/// An event and where it stands in the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct EventCited {
    /// What it is cited for.
    pub what: String,
    /// Its type.
    pub r#type: &'static str,
    /// Whose history it belongs to; not said of a correction under another subject.
    pub subject: Option<String>,
    /// Its effective time; not said of a correction under another subject.
    #[schemars(extend("format" = "date-time"))]
    pub time: Option<String>,
    /// Where it stands, and who says it.
    #[serde(flatten)]
    pub at: Citation,
    /// In an adjustment: whether that was after the last cutoff before the statement, so that it may be what caused it.
    pub new: bool,
}

/// How events are cited: what there is beside the accounts' own histories, and since when an event is new.
pub(super) struct Citing<'a> {
    pub(super) view: &'a View<'a>,
    identify: &'a dyn Fn(Position) -> Option<Identity>,
    shared: BTreeMap<&'a Identity, &'a Filed>,
    new_after: Cell<Option<Instant>>,
}

impl<'a> Citing<'a> {
    pub(super) fn new(view: &'a View<'a>, identify: &'a dyn Fn(Position) -> Option<Identity>) -> Self {
        let shared = view.reference_events().chain(view.alias_events()).chain(view.close_events());
        let shared = shared.map(|filed| (&filed.event.meta.identity, filed)).collect();
        Self { view, identify, shared, new_after: Cell::new(None) }
    }

    /// From now on, events recorded after an instant are new; none: none is.
    pub(super) fn set_new_after(&self, instant: Option<Instant>) {
        self.new_after.set(instant);
    }

    /// Cites a filed event.
    pub(super) fn filed(&self, what: impl Into<String>, filed: &Filed) -> EventCited {
        let meta = &filed.event.meta;
        EventCited {
            what: what.into(),
            r#type: filed.event.body.event_type(),
            subject: Some(filed.event.subject.to_string()),
            time: Some(meta.time.to_string()),
            ..self.at(filed.position, Some(&meta.identity), meta.recorded)
        }
    }

    fn at(&self, position: Position, identity: Option<&Identity>, recorded: Instant) -> EventCited {
        EventCited {
            what: String::new(),
            r#type: "",
            subject: None,
            time: None,
            at: Citation::new(position, recorded, identity),
            new: self.new_after.get().is_some_and(|after| recorded > after),
        }
    }

    /// Cites an event of the book, a partner's enrolment, an alias or a close.
    pub(super) fn shared(&self, what: impl Into<String>, identity: &Identity) -> Option<EventCited> {
        self.shared.get(identity).map(|filed| self.filed(what, filed))
    }

    /// Cites a usage event and the correction that stands for it.
    pub(super) fn usage(&self, history: &History, used: &StandingUsage) -> Vec<EventCited> {
        let row = &used.row;
        let usage = EventCited {
            what: format!("usage of {} {}", row.amount, row.term.currency),
            r#type: "tributary.usage.recorded.v1",
            subject: history.folded.subjects.get(used.subject).map(Subject::to_string),
            time: Some(row.time.to_string()),
            ..self.at(row.position, (self.identify)(row.position).as_ref(), row.recorded)
        };
        let corrected = used.correction.as_ref().map(|correction| {
            let what = format!("corrected to {} {}", correction.amount, row.term.currency);
            match history.folded.events.iter().find(|filed| filed.position == correction.position) {
                Some(filed) => self.filed(what, filed),
                None => {
                    let identity = (self.identify)(correction.position);
                    let cited = self.at(correction.position, identity.as_ref(), correction.recorded);
                    EventCited { what, r#type: "tributary.usage.corrected.v1", ..cited }
                }
            }
        });
        [usage].into_iter().chain(corrected).collect()
    }

    /// The links that bring events to the account although they are another system's identifier's (I3), each once.
    pub(super) fn links(&self, cited: &[EventCited]) -> Vec<EventCited> {
        let mut subjects: Vec<&str> = cited.iter().filter_map(|event| event.subject.as_deref()).collect();
        subjects.sort_unstable();
        subjects.dedup();
        let link = |subject: &str| {
            let by = self.view.aliases().resolved_by(&subject.parse().ok()?)?;
            self.shared(format!("`{subject}` linked"), &by.identity)
        };
        subjects.into_iter().filter_map(link).collect()
    }
}

/// An account's history, with its events by what identifies them.
pub(super) struct History {
    pub(super) folded: Rc<FoldedAccount>,
    by_identity: BTreeMap<Identity, usize>,
}

impl History {
    pub(super) fn new(folded: Rc<FoldedAccount>) -> Self {
        let identities = folded.events.iter().map(|filed| filed.event.meta.identity.clone());
        let by_identity = identities.zip(0..).collect();
        Self { folded, by_identity }
    }

    /// Cites an event of this history.
    pub(super) fn cite(&self, citing: &Citing<'_>, what: impl Into<String>, identity: &Identity) -> Option<EventCited> {
        let at = self.by_identity.get(identity)?;
        self.folded.events.get(*at).map(|filed| citing.filed(what, filed))
    }
}
