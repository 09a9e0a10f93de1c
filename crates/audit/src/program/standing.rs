//! What stands of each part of a program, and the event that said so: a new event has to come after it.

use std::collections::BTreeMap;

use tributary_domain::event::{AccountOpened, Body, Meta, PartnerEnrolled, Subject};
use tributary_domain::id::{AccountId, ExternalId, Namespace, PartnerId};
use tributary_domain::time::Day;
use tributary_projector::{FoldedAccount, View};

/// A state and the event that gave it.
pub(super) type Standing<'v, T> = (&'v Meta, &'v T);

/// What every partner is on a day (M1).
pub(super) fn partners_on<'v>(view: &'v View<'_>, day: Day) -> BTreeMap<&'v PartnerId, Standing<'v, PartnerEnrolled>> {
    let book = &view.reference().book;
    let mut latest: BTreeMap<&PartnerId, Standing<'_, PartnerEnrolled>> = BTreeMap::new();
    for filed in view.reference_events() {
        let event = &filed.event;
        let (Subject::Partner(partner), Body::PartnerEnrolled(state)) = (&event.subject, &event.body) else { continue };
        let later = latest.get(partner).is_none_or(|(meta, _)| **meta < event.meta);
        if later && book.day(event.meta.time) <= day {
            latest.insert(partner, (&event.meta, state));
        }
    }
    latest
}

/// What an account is on a day (A1); what is only said of a later day does not count.
pub(super) fn account_on<'v>(
    view: &View<'_>,
    folded: &'v FoldedAccount,
    day: Day,
) -> Option<Standing<'v, AccountOpened>> {
    let book = &view.reference().book;
    let opened = folded.events.iter().filter_map(|filed| match &filed.event.body {
        Body::AccountOpened(state) => Some((&filed.event.meta, state)),
        _ => None,
    });
    opened.filter(|(meta, _)| book.day(meta.time) <= day).max_by_key(|(meta, _)| *meta)
}

/// What every alias stands for, whatever the time of the event that said so (I3).
pub(super) fn aliases<'v>(view: &'v View<'_>) -> BTreeMap<(Namespace, ExternalId), (&'v Meta, Option<&'v AccountId>)> {
    let mut latest: BTreeMap<(Namespace, ExternalId), (&Meta, Option<&AccountId>)> = BTreeMap::new();
    for filed in view.alias_events() {
        let Subject::Alias(namespace, id) = &filed.event.subject else { continue };
        let account = match &filed.event.body {
            Body::AliasLinked { account } => Some(account),
            _ => None,
        };
        let key = (namespace.clone(), id.clone());
        if latest.get(&key).is_none_or(|(meta, _)| **meta < filed.event.meta) {
            latest.insert(key, (&filed.event.meta, account));
        }
    }
    latest
}
