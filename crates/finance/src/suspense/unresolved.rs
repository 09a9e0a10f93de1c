//! Subjects without an account (I3): what waits under each, and which account it may be.

use std::collections::{BTreeMap, BTreeSet};

use tributary_domain::event::{Body, Event, Subject};
use tributary_domain::id::{AccountId, DealId, LeadId, RegistrationId};
use tributary_projector::View;

use super::waiting::{Waiting, days_between, rank};
use super::work::{AliasToLink, CurrencyAmount, LikelyAccount, TypeCount, UnresolvedSubject};
use crate::error::FinanceError;

const LINKED: &str = "tributary.alias.linked.v1";

/// What a subject's events name: hints at its account.
#[derive(Debug, Default)]
struct Named {
    deals: BTreeSet<DealId>,
    leads: BTreeSet<LeadId>,
    registrations: BTreeSet<RegistrationId>,
}

/// A subject that waits, read once.
struct Pending {
    subject: Subject,
    waiting: Waiting,
    types: BTreeMap<&'static str, u64>,
    named: Named,
}

pub(super) fn unresolved(view: &View<'_>) -> Result<Vec<UnresolvedSubject>, FinanceError> {
    let mut pending = Vec::new();
    for subject in view.unresolved()?.into_keys() {
        if let Ok(subject) = subject.parse() {
            pending.push(read(view, subject)?);
        }
    }
    let elsewhere = elsewhere(view, &pending)?;
    let mut all = Vec::new();
    for one in &pending {
        all.push((one.waiting.worth(view), one.item(view, &elsewhere)?));
    }
    rank(&mut all, |of| (of.age_days, of.subject.clone()));
    Ok(all.into_iter().map(|(_, one)| one).collect())
}

fn read(view: &View<'_>, subject: Subject) -> Result<Pending, FinanceError> {
    let book = &view.reference().book;
    let (mut waiting, mut types, mut named) = (Waiting::default(), BTreeMap::new(), Named::default());
    for filed in view.events_of(&subject)? {
        let event = &filed.event;
        *types.entry(event.body.event_type()).or_default() += 1;
        waiting.since(book.day(event.meta.time), event.meta.recorded);
        if let Body::DisbursementReported(report) = &event.body {
            waiting.add(report.disbursed_on, report.currency, report.net)?;
        }
        named.learn(event);
    }
    let (mut added, mut usage) = (Ok(()), 0);
    view.visit_usage_of(&subject, |used| {
        let day = book.day(used.time);
        waiting.since(day, used.recorded);
        added = added.and_then(|()| waiting.add(day, used.currency, used.amount));
        named.deals.extend(used.deal);
        usage += 1;
    })?;
    added?;
    if usage > 0 {
        types.insert("tributary.usage.recorded.v1", usage);
    }
    Ok(Pending { subject, waiting, types, named })
}

impl Named {
    fn learn(&mut self, event: &Event) {
        match &event.body {
            Body::DealOpened(opened) => {
                self.leads.extend(opened.lead.clone());
                self.registrations.extend(opened.registration.clone());
            }
            Body::DealStaged(staged) => self.deals.extend([staged.deal.clone()]),
            Body::DealRoleAssigned(change) | Body::DealRoleRemoved(change) => self.deals.extend([change.deal.clone()]),
            Body::DealWon(given) | Body::DealRenewed(given) => self.deals.extend([given.deal.clone()]),
            Body::DealChanged(changed) => self.deals.extend([changed.deal.clone()]),
            Body::DealChurned(ended) | Body::DealLost(ended) => self.deals.extend([ended.deal.clone()]),
            Body::OfferAccepted(offer) => self.deals.extend([offer.deal.clone()]),
            Body::ChargeBilled(billed) => self.deals.extend(billed.deal.clone()),
            Body::DisbursementReported(report) => self.deals.extend(report.deal.clone()),
            Body::TouchRecorded(touch) => {
                self.deals.extend(touch.deal.clone());
                self.leads.extend(touch.lead.clone());
            }
            Body::LeadOffered(offered) => self.leads.extend([offered.lead.clone()]),
            Body::LeadClaimed(claimed) => self.leads.extend([claimed.lead.clone()]),
            Body::LeadAssigned(assigned) => self.leads.extend([assigned.lead.clone()]),
            Body::LeadClosed(closed) => self.leads.extend([closed.lead.clone()]),
            Body::RegistrationApproved(approved) => self.registrations.extend([approved.registration.clone()]),
            Body::RegistrationExtended(extended) => self.registrations.extend([extended.registration.clone()]),
            Body::RegistrationRejected(refused) | Body::RegistrationWithdrawn(refused) => {
                self.registrations.extend([refused.registration.clone()]);
            }
            _ => {}
        }
    }
}

/// What accounts have said of the leads and registrations that are named.
#[derive(Debug, Default)]
struct Elsewhere {
    leads: BTreeMap<LeadId, BTreeSet<AccountId>>,
    registrations: BTreeMap<RegistrationId, BTreeSet<AccountId>>,
}

/// Reads the histories of accounts, once for all subjects, and only if any names a lead or a registration.
fn elsewhere(view: &View<'_>, pending: &[Pending]) -> Result<Elsewhere, FinanceError> {
    let mut found = Elsewhere::default();
    if pending.iter().all(|one| one.named.leads.is_empty() && one.named.registrations.is_empty()) {
        return Ok(found);
    }
    let types = ["tributary.lead.captured.v1", "tributary.registration.submitted.v1"];
    view.visit_events(&types, |event| {
        let Some(account) = view.aliases().resolve(&event.subject) else { return };
        match event.body {
            Body::LeadCaptured(captured) => {
                found.leads.entry(captured.lead).or_default().insert(account);
            }
            Body::RegistrationSubmitted(submitted) => {
                found.registrations.entry(submitted.registration).or_default().insert(account);
            }
            _ => {}
        }
    })?;
    Ok(found)
}

impl Pending {
    fn item(&self, view: &View<'_>, elsewhere: &Elsewhere) -> Result<UnresolvedSubject, FinanceError> {
        let (first_day, last_day, oldest) = self.waiting.span();
        let amounts = self.waiting.amounts()?.into_iter();
        let likely_accounts = self.likely_accounts(view, elsewhere)?;
        let only = match likely_accounts.as_slice() {
            [only] => Some(only.account.clone()),
            _ => None,
        };
        let types = self.types.iter();
        Ok(UnresolvedSubject {
            subject: self.subject.to_string(),
            events: self.types.values().sum(),
            types: types
                .map(|(event_type, events)| TypeCount { event_type: (*event_type).to_owned(), events: *events })
                .collect(),
            amounts: amounts
                .map(|(currency, amount)| CurrencyAmount { currency: currency.to_string(), amount: amount.to_string() })
                .collect(),
            worth: self.waiting.worth(view).map(|worth| worth.to_string()),
            first_day: first_day.to_string(),
            last_day: last_day.to_string(),
            oldest_recorded: oldest.to_string(),
            age_days: days_between(oldest, view.known_at()),
            likely_accounts,
            resolve: AliasToLink { event_type: LINKED.to_owned(), subject: self.subject.to_string(), account: only },
        })
    }

    fn likely_accounts(&self, view: &View<'_>, elsewhere: &Elsewhere) -> Result<Vec<LikelyAccount>, FinanceError> {
        let mut found: BTreeMap<AccountId, Vec<String>> = BTreeMap::new();
        for deal in &self.named.deals {
            if let Some(owner) = view.owner(deal)? {
                found.entry(owner).or_default().push(format!("deal `{deal}` is open there"));
            }
        }
        for lead in &self.named.leads {
            for account in elsewhere.leads.get(lead).into_iter().flatten() {
                found.entry(account.clone()).or_default().push(format!("lead `{lead}` was captured there"));
            }
        }
        for registration in &self.named.registrations {
            for account in elsewhere.registrations.get(registration).into_iter().flatten() {
                let because = format!("registration `{registration}` was submitted there");
                found.entry(account.clone()).or_default().push(because);
            }
        }
        for (alias, account) in view.aliases().linked() {
            if let (Subject::Alias(_, other), Subject::Alias(_, own)) = (&alias, &self.subject)
                && other == own
            {
                found.entry(account.clone()).or_default().push(format!("`{alias}` is linked to it"));
            }
        }
        Ok(found
            .into_iter()
            .map(|(account, because)| LikelyAccount { account: account.to_string(), because })
            .collect())
    }
}
