//! Disbursements, posted in their own currency (P1). Which report of a disbursement stands is F4's matter; whenever that
//! changes, by a report or by an alias that moves one, the former is taken back and the new one posted.

use std::collections::{BTreeMap, BTreeSet};

use super::{Calendar, Cause, Entry, JournalAccount, Posting};
use crate::alias::Aliases;
use crate::event::{Body, DisbursementReported, Event, Subject};
use crate::id::{DisbursementId, Identity};
use crate::money::{Amount, Money, Overflow};

/// The entries of disbursement reports, given with the alias events, in any order. A report whose subject does not resolve
/// is posted too: the money moved all the same.
pub fn disbursements<'a>(
    events: impl IntoIterator<Item = &'a Event>,
    calendar: &Calendar,
) -> Result<Vec<Entry>, Overflow> {
    let mut events: Vec<&Event> = events.into_iter().collect();
    let says_alias = |event: &Event| matches!(event.body, Body::AliasLinked { .. } | Body::AliasUnlinked);
    // Who somebody is comes before what is said of them at the same instant.
    events.sort_by_key(|event| (event.meta.recorded, !says_alias(event), &event.meta.identity));
    let (mut reported, mut entries) = (Reported::default(), Vec::new());
    for event in events {
        let changes = match &event.body {
            Body::DisbursementReported(report) => reported.learn(event, report)?,
            _ => reported.link(event)?,
        };
        for (cause, postings) in changes {
            let booked = event.meta.recorded;
            entries.extend(Entry::of(cause, booked, calendar.day(booked), postings)?);
        }
    }
    Ok(entries)
}

/// A report among those of its disbursement id.
type Report<'a> = (&'a Event, &'a DisbursementReported);

/// What was reported so far.
#[derive(Default)]
struct Reported<'a> {
    aliases: Aliases,
    /// In the order in which they were learned (F4).
    reports: BTreeMap<&'a DisbursementId, Vec<Report<'a>>>,
    by_subject: BTreeMap<&'a Subject, BTreeSet<&'a DisbursementId>>,
    /// The reports that stand: one for each account or unresolved subject.
    standing: BTreeMap<&'a DisbursementId, BTreeMap<&'a Identity, Report<'a>>>,
}

impl<'a> Reported<'a> {
    fn learn(
        &mut self,
        event: &'a Event,
        report: &'a DisbursementReported,
    ) -> Result<Vec<(Cause, Vec<Posting>)>, Overflow> {
        let id = &report.disbursement;
        self.reports.entry(id).or_default().push((event, report));
        self.by_subject.entry(&event.subject).or_default().insert(id);
        let cause = Cause::Disbursed { disbursement: id.clone(), by: event.meta.identity.clone() };
        Ok(vec![(cause, self.restate(id)?)])
    }

    fn link(&mut self, event: &'a Event) -> Result<Vec<(Cause, Vec<Posting>)>, Overflow> {
        self.aliases.learn(event);
        let ids = self.by_subject.get(&event.subject).cloned().unwrap_or_default();
        let restate = |id: &'a DisbursementId| {
            let cause = Cause::Relinked { disbursement: id.clone(), by: event.meta.identity.clone() };
            Ok((cause, self.restate(id)?))
        };
        ids.into_iter().map(restate).collect()
    }

    /// What takes back the reports that stand no more and posts those that do now.
    fn restate(&mut self, id: &'a DisbursementId) -> Result<Vec<Posting>, Overflow> {
        let mut latest: BTreeMap<Subject, Report<'a>> = BTreeMap::new();
        for report in self.reports.get(id).into_iter().flatten() {
            let subject = &report.0.subject;
            let owner = self.aliases.resolve(subject).map_or_else(|| subject.clone(), Subject::Account);
            latest.insert(owner, *report); // F4: the latest known
        }
        let now: BTreeMap<&Identity, Report<'a>> =
            latest.into_values().map(|report| (&report.0.meta.identity, report)).collect();
        let before = self.standing.insert(id, now.clone()).unwrap_or_default();
        let mut postings = Vec::new();
        for (_, (_, report)) in before.iter().filter(|(identity, _)| !now.contains_key(*identity)) {
            postings.extend(posted(report)?.iter().map(Posting::reversed));
        }
        for (_, (_, report)) in now.iter().filter(|(identity, _)| !before.contains_key(*identity)) {
            postings.extend(posted(report)?);
        }
        Ok(postings)
    }
}

fn posted(report: &DisbursementReported) -> Result<Vec<Posting>, Overflow> {
    let marketplace = &report.marketplace;
    let sides = [
        (JournalAccount::Cash(marketplace.clone()), report.net),
        (JournalAccount::MarketplaceFee(marketplace.clone()), report.fee),
        (JournalAccount::Tax(marketplace.clone()), report.tax),
        (JournalAccount::Refunds(marketplace.clone()), report.refund),
        (JournalAccount::Receivable(marketplace.clone()), Amount::ZERO.minus(report.gross)?),
    ];
    let debit = |(account, amount)| {
        Posting::debit(account, Money { amount, currency: report.currency }, report.deal.as_ref()).transpose()
    };
    sides.into_iter().filter_map(debit).collect()
}
