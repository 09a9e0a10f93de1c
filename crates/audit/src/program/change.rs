//! One thing to say: an event that makes a part of the ledger what a program wants it to be.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use tributary_domain::book::Book;
use tributary_domain::event::{AccountOpened, Body, Draft, Meta, PartnerEnrolled, RoleChange, Subject};
use tributary_domain::id::{AccountId, DealId, EventId, ExternalId, Identity, Namespace, PartnerId, Role, Source};
use tributary_domain::time::{Day, Instant};
use tributary_events::{encode, member, shape};
use tributary_projector::{FoldedAccount, View};

use super::standing::Standing;
use crate::policy::FieldChange;

/// Who says what program files say.
const SOURCE: &str = "urn:tributary:program";

/// How many hex digits of the hash of what it says go into an event's id.
const HASH_DIGITS: usize = 32;

/// One thing to say.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Change {
    /// Whose history it belongs to.
    pub subject: String,
    /// The type of the event.
    #[serde(rename = "type")]
    pub event_type: &'static str,
    /// The first day on which it is so.
    #[schemars(extend("format" = "date", "pattern" = shape::DATE))]
    pub from: String,
    /// The time of the event.
    #[schemars(extend("format" = "date-time", "pattern" = shape::INSTANT))]
    pub time: String,
    /// What becomes another: a field of the state, or the account of an alias, or a role of a deal.
    pub changes: Vec<FieldChange>,
    /// For the door.
    #[serde(skip)]
    #[schemars(skip)]
    pub draft: Draft,
}

/// When changes become true.
pub(super) struct Effective<'v> {
    book: &'v Book,
    instant: Instant,
    /// Its day.
    pub(super) day: Day,
}

impl<'v> Effective<'v> {
    pub(super) fn new(view: &'v View<'_>, instant: Instant) -> Self {
        let book = &view.reference().book;
        Self { book, instant, day: book.day(instant) }
    }

    /// The time of an event that has to come after another, on the same day if that is said of the day (T3).
    fn after(&self, standing: Option<&Meta>) -> Instant {
        let Some(before) = standing.map(|meta| meta.time).filter(|time| *time >= self.instant) else {
            return self.instant;
        };
        let next = before.successor();
        if self.book.day(next) == self.book.day(before) { next } else { before }
    }

    /// The change that says so. Its identity follows from what it says, from when on, and after what: the same again is the same
    /// event, and what was so before may be so again.
    fn say(&self, subject: Subject, body: Body, standing: Option<&Meta>, changes: Vec<FieldChange>) -> Change {
        let (time, event_type) = (self.after(standing), body.event_type());
        let mut hasher = blake3::Hasher::new();
        let before = standing.map(|meta| [meta.identity.source.as_str(), meta.identity.id.as_str()]);
        let [source, id] = before.unwrap_or_default();
        let said =
            [subject.to_string().as_bytes(), event_type.as_bytes(), &encode(&body), &time.micros().to_le_bytes()]
                .map(<[u8]>::to_vec);
        for part in said.iter().map(Vec::as_slice).chain([source.as_bytes(), id.as_bytes()]) {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part);
        }
        let hash: String = hasher.finalize().to_hex().chars().take(HASH_DIGITS).collect();
        let short = event_type.trim_start_matches("tributary.").trim_end_matches(".v1");
        let identity =
            Identity { source: Source::new(SOURCE), id: EventId::new(&format!("{short}/{}/{hash}", self.day)) };
        let draft = Draft { time, recorded: None, identity, subject: subject.clone(), body };
        let from = self.day.to_string();
        Change { subject: subject.to_string(), event_type, from, time: time.to_string(), changes, draft }
    }
}

/// What to say of a partner, if it is not so already.
pub(super) fn partner_enrolled(
    at: &Effective<'_>,
    partner: &PartnerId,
    state: &PartnerEnrolled,
    known: Option<Standing<'_, PartnerEnrolled>>,
) -> Option<Change> {
    if known.is_some_and(|(_, known)| known == state) {
        return None;
    }
    let before = known.map_or(Value::Null, |(_, known)| member::partner_value(known));
    let changes = fields(&["name", "kinds", "track", "tier", "markets"], &before, &member::partner_value(state));
    let body = Body::PartnerEnrolled(state.clone());
    Some(at.say(Subject::Partner(partner.clone()), body, known.map(|(meta, _)| meta), changes))
}

/// What to say of an account, if it is not so already.
pub(super) fn account_opened(
    at: &Effective<'_>,
    account: &AccountId,
    state: &AccountOpened,
    known: Option<Standing<'_, AccountOpened>>,
) -> Option<Change> {
    if known.is_some_and(|(_, known)| known == state) {
        return None;
    }
    let before = known.map_or(Value::Null, |(_, known)| member::account_value(known));
    let changes = fields(&["name", "markets"], &before, &member::account_value(state));
    let body = Body::AccountOpened(state.clone());
    Some(at.say(Subject::Account(account.clone()), body, known.map(|(meta, _)| meta), changes))
}

fn fields(names: &[&str], before: &Value, after: &Value) -> Vec<FieldChange> {
    let change = |name: &&str| FieldChange {
        path: (*name).to_owned(),
        before: before.get(name).cloned(),
        after: after.get(name).cloned(),
    };
    names.iter().map(change).filter(|change| change.before != change.after).collect()
}

/// What to say of an alias, if it does not stand for that account already (I3).
pub(super) fn alias(
    at: &Effective<'_>,
    (namespace, id): &(Namespace, ExternalId),
    account: Option<&AccountId>,
    known: Option<(&Meta, Option<&AccountId>)>,
) -> Option<Change> {
    let before = known.and_then(|(_, account)| account);
    if before == account {
        return None;
    }
    let text = |account: &AccountId| Value::from(account.as_str());
    let change = FieldChange { path: "account".to_owned(), before: before.map(text), after: account.map(text) };
    let body = account.map_or(Body::AliasUnlinked, |account| Body::AliasLinked { account: account.clone() });
    let subject = Subject::Alias(namespace.clone(), id.clone());
    Some(at.say(subject, body, known.map(|(meta, _)| meta), vec![change]))
}

/// What to say of a deal's team: who no longer holds a role, then who holds another (D4).
pub(super) fn role_changes(
    at: &Effective<'_>,
    folded: &FoldedAccount,
    deal: &DealId,
    held: &BTreeSet<(PartnerId, Role)>,
    wanted: &BTreeSet<(PartnerId, Role)>,
) -> Vec<Change> {
    let change = |(partner, role): &(PartnerId, Role), assigned: bool| {
        let said = RoleChange { deal: deal.clone(), partner: partner.clone(), role: role.clone() };
        let standing = folded.events.iter().filter(|filed| match &filed.event.body {
            Body::DealRoleAssigned(before) | Body::DealRoleRemoved(before) => *before == said,
            _ => false,
        });
        let standing = standing.map(|filed| &filed.event.meta).filter(|meta| at.book.day(meta.time) <= at.day).max();
        let holder = Some(Value::from(partner.as_str()));
        let (before, after) = if assigned { (None, holder) } else { (holder, None) };
        let path = format!("{deal}.{role}");
        let body = if assigned { Body::DealRoleAssigned(said) } else { Body::DealRoleRemoved(said) };
        let subject = Subject::Account(folded.account.id.clone());
        at.say(subject, body, standing, vec![FieldChange { path, before, after }])
    };
    let removed = held.difference(wanted).map(|one| change(one, false));
    removed.chain(wanted.difference(held).map(|one| change(one, true))).collect()
}
