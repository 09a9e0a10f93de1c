//! Filing: a batch of the log is re-sorted into the store, with what it makes dirty and where to read on, all in one write.

mod carry;
mod judge;
mod placing;
mod taking_back;
mod usage;

use rustc_hash::FxHashSet;
use tributary_domain::event::{Body, Event, Subject};
use tributary_domain::id::{AccountId, DealId, PartnerId};
use tributary_domain::policy::{Model, Policy};
use tributary_domain::time::{Instant, Period};
use tributary_events::Refusal;
use tributary_log::{IdentityKey, Log, Position, Record};
use tributary_store::{Batch, Db, Reader};

use crate::closed::Closed;
use crate::correction::Correction;
use crate::credit::AccountRow;
use crate::dirty::Periods;
use crate::error::Result;
use crate::history::{self, Filed};
use crate::identity::Said;
use crate::key::{self, tag};
use crate::meta::ReadOn;
use crate::numbering::Numbering;
use crate::outbox::Changed;
use crate::prepared::{Content, Judged, NumberedRow, Prepared};
use crate::present::Present;
use crate::quarantine;
use crate::row::RowReader;
pub(crate) use judge::Judge;
use placing::PendingCorrection;
pub(crate) use placing::identity_of;
use taking_back::tag_of;
use usage::PendingUsage;

/// One batch being filed.
pub(crate) struct Filing<'a> {
    store: &'a Db,
    present: &'a mut Present,
    closed: &'a mut Closed,
    /// None: the log holds no identity twice.
    judge: Option<&'a mut Judge>,
    /// Whether its records come out of turn, carried here or judged again: they do not say where to read on.
    out_of_turn: bool,
    batch: Batch,
    usage: PendingUsage,
    corrections: Vec<PendingCorrection>,
    /// Waiting corrections that were taken back in this write: they are still in the store.
    waits_no_more: FxHashSet<Box<[u8]>>,
    /// When reference data changed that any account's credit may depend on.
    changed_for_all: Option<Instant>,
    /// When a rate changed.
    changed_for_foreign: Option<Instant>,
    horizon: Period,
    /// When something was recorded last that accounts depend on beside their own histories: whichever is dirty may do so.
    changed_beside: Option<Instant>,
}

impl<'a> Filing<'a> {
    pub(crate) fn new(
        store: &'a Db,
        present: &'a mut Present,
        closed: &'a mut Closed,
        judge: Option<&'a mut Judge>,
    ) -> Self {
        let horizon = present.horizon();
        Self {
            store,
            present,
            closed,
            judge,
            out_of_turn: false,
            batch: Batch::new(),
            usage: PendingUsage::default(),
            corrections: Vec::new(),
            waits_no_more: FxHashSet::default(),
            changed_for_all: None,
            changed_for_foreign: None,
            horizon,
            changed_beside: None,
        }
    }

    /// The same for records that come out of turn.
    pub(crate) fn out_of_turn(self) -> Self {
        Self { out_of_turn: true, ..self }
    }

    /// Takes a record out of the quarantine: it is filed again next, and may come back.
    pub(crate) fn release(&mut self, set_aside: Position) {
        self.present.counts.quarantined -= 1;
        self.batch.delete(&key::quarantine::key(set_aside));
    }

    /// Files what was read of the log, in its order. What cannot be read is set aside with the reason, and the others go on.
    pub(crate) fn file_prepared<L: Log + ?Sized>(&mut self, log: &L, read: Prepared) -> Result<()> {
        self.usage.expect(read.read_on.partition, read.numbered);
        if let Some(judge) = &mut self.judge {
            let identities: Vec<IdentityKey> = read.judged.iter().map(|judged| judged.identity).collect();
            judge.look_up(self.store, &identities)?;
        }
        self.file_rows(read.rows);
        let carries = self.present.scope.layout().is_some();
        let mut judged = read.judged.into_iter();
        for (record, content) in read.records.iter().zip(read.contents) {
            let record = record?;
            if carries {
                self.carry(&record);
            }
            self.file(log, &record, content, judged.next())?;
        }
        Ok(())
    }

    /// Files a record that comes out of turn; the numbering is that of all such records of this write.
    pub(crate) fn file_again<L: Log + ?Sized>(
        &mut self,
        log: &L,
        record: &Record<'_>,
        numbering: &mut Numbering,
    ) -> Result<()> {
        let judged = self.judge.is_some().then(|| Judged::of(record));
        if let (Some(judge), Some(judged)) = (&mut self.judge, judged) {
            judge.look_up(self.store, &[judged.identity])?;
        }
        let content = numbering.content(record);
        self.usage.expect(record.position.partition, numbering.take_new());
        self.file(log, record, content, judged)
    }

    /// Files one record; what it is judged by is given if it is to be judged.
    fn file<L: Log + ?Sized>(
        &mut self,
        log: &L,
        record: &Record<'_>,
        content: Result<Content, Box<Refusal>>,
        judged: Option<Judged>,
    ) -> Result<()> {
        match content {
            Ok(content) => {
                if !self.stands(log, record, judged)? {
                    return Ok(());
                }
                self.arrived(record)?;
                match content {
                    Content::Usage { subject, row } => {
                        self.count_usage(1, row.recorded, row.recorded);
                        self.usage.add_row((subject, row));
                    }
                    Content::Event(event) => self.file_event(*event, record)?,
                }
                Ok(())
            }
            Err(refusal) => {
                // A log with an index says that it knows the identity, and a correction is placed where it says.
                if judged.is_none() {
                    self.arrived(record)?;
                }
                self.present.counts.quarantined += 1;
                self.set_aside(&refusal, record);
                Ok(())
            }
        }
    }

    fn file_rows(&mut self, rows: Vec<NumberedRow>) {
        let recorded = rows.iter().map(|(_, row)| row.recorded);
        if let Some((first, last)) = recorded.clone().min().zip(recorded.max()) {
            self.count_usage(rows.len() as u64, first, last);
            self.usage.add(rows);
        }
    }

    fn count_usage(&mut self, events: u64, first: Instant, last: Instant) {
        self.count(events, first, last);
        self.present.counts.usage += events;
    }

    fn set_aside(&mut self, refusal: &Refusal, record: &Record<'_>) {
        tracing::warn!(position = %record.position, code = refusal.code(), "set a record aside: {refusal}");
        let value = quarantine::encode(refusal.code(), refusal.field(), &refusal.to_string(), record);
        self.batch.put(&key::quarantine::key(record.position), &value);
    }

    /// Whether a record that can be read stands for its identity (I1), so that it is filed.
    fn stands<L: Log + ?Sized>(&mut self, log: &L, record: &Record<'_>, judged: Option<Judged>) -> Result<bool> {
        let (Some(judge), Some(Judged { identity, content })) = (&self.judge, judged) else { return Ok(true) };
        let said = Said { recorded: Instant::from_micros(record.recorded_us), position: record.position, content };
        match judge.standing(identity) {
            Some(standing) if standing.position == said.position => return Ok(false),
            Some(standing) if said.precedes(&standing) => self.take_back(log, identity, &standing, record)?,
            Some(standing) => {
                self.keep_other(identity, &said, &standing, record)?;
                return Ok(false);
            }
            None => {}
        }
        if let Some(judge) = &mut self.judge {
            judge.stands(identity, &said, record, &mut self.batch);
        }
        Ok(true)
    }

    fn file_event(&mut self, event: Event, record: &Record<'_>) -> Result<()> {
        self.count(1, event.meta.recorded, event.meta.recorded);
        let tag = match &event.body {
            Body::UsageCorrected(correction) => {
                self.corrections.push(PendingCorrection {
                    usage: correction.corrects.clone(),
                    meta: event.meta.clone(),
                    correction: Correction {
                        amount: correction.amount,
                        quantity: correction.quantity,
                        position: record.position,
                        recorded: event.meta.recorded,
                    },
                });
                tag::HISTORY
            }
            body => tag_of(body),
        };
        self.batch.put(&key::history::key(tag, record.envelope.subject, &event.meta), &history::encode(record));
        match tag {
            tag::ALIAS => {
                self.changed_beside = self.changed_beside.max(Some(event.meta.recorded));
                self.learn_alias(Filed { event, position: record.position })
            }
            tag::REFERENCE => self.learn_reference(Filed { event, position: record.position }),
            tag::CLOSE => {
                self.present.close_events.push(Filed { event, position: record.position });
                Ok(())
            }
            tag::OBSERVATION => {
                self.learn_observation(&event);
                Ok(())
            }
            _ => self.learn_history(&event, record.envelope.subject),
        }
    }

    /// Counts events that are being filed; when the first and the last of them were recorded.
    fn count(&mut self, events: u64, first: Instant, last: Instant) {
        self.present.counts.events += events;
        self.present.counts.last_recorded = last.max(self.present.counts.last_recorded);
        self.closed.forget_from(first);
        self.present.finals.forget_from(first);
    }

    /// An alias moves a subject's whole history, and with it the deals that it opened (I3, D1).
    fn learn_alias(&mut self, filed: Filed) -> Result<()> {
        let subject = filed.event.subject.clone();
        self.present.dirty.outbox.mark(|| Changed::Subject(subject.clone()), filed.event.meta.recorded);
        self.present.learn_alias(filed);
        self.carry_past(&subject)?;
        self.mark_linked(&subject)
    }

    /// Marks every account that a subject was ever linked to, and those of the deals that it opened.
    fn mark_linked(&mut self, subject: &Subject) -> Result<()> {
        let Some((accounts, last)) = self.present.linked.get(subject).cloned() else { return Ok(()) };
        for account in &accounts {
            self.present.dirty.mark(account, Periods::All, last);
        }
        for row in self.store.prefix(&key::opening::of_subject(&subject.to_string())) {
            let deal = DealId::new(&key::opening::deal(&row?.0)?);
            let deal = RowReader::new("opening", &[]).id(deal)?;
            self.mark_openers(&deal, last)?;
        }
        Ok(())
    }

    /// Marks every account that has an opening of a deal: which of them it belongs to may have changed.
    fn mark_openers(&mut self, deal: &DealId, recorded: Instant) -> Result<()> {
        for row in self.store.prefix(&key::opening::of_deal(deal)) {
            let (_, subject) = row?;
            if let Some(account) = resolve(self.present, &String::from_utf8_lossy(&subject)) {
                self.present.dirty.mark(&account, Periods::All, recorded);
            }
        }
        Ok(())
    }

    fn learn_reference(&mut self, filed: Filed) -> Result<()> {
        let recorded = filed.event.meta.recorded;
        self.present.dirty.outbox.mark(|| Changed::Reference, recorded);
        self.changed_beside = self.changed_beside.max(Some(recorded));
        let later = |at: Option<Instant>| Some(at.map_or(recorded, |at| at.max(recorded)));
        match &filed.event.body {
            Body::RatePublished(_) => self.changed_for_foreign = later(self.changed_for_foreign),
            Body::BookConfigured(_) => self.changed_for_all = later(self.changed_for_all),
            Body::PolicyPublished(policy) if matches!(**policy, Policy::Attribution(_)) => {
                self.changed_for_all = later(self.changed_for_all);
            }
            Body::PartnerEnrolled(_) => {
                if let Subject::Partner(partner) = &filed.event.subject {
                    self.mark_mentions(&partner.clone(), recorded)?;
                }
            }
            _ => {}
        }
        self.present.learn_reference(filed);
        Ok(())
    }

    /// Marks the accounts that may give a partner credit. Those whose naming events stand in this batch are dirty anyway.
    fn mark_mentions(&mut self, partner: &PartnerId, recorded: Instant) -> Result<()> {
        if names_fixed(&self.present.reference_events, partner) {
            self.changed_for_all = self.changed_for_all.max(Some(recorded));
            return Ok(());
        }
        for row in self.store.prefix(&key::mention::of_partner(partner)) {
            let (key, _) = row?;
            if let Some(account) = resolve(self.present, &key::mention::read(&key)?) {
                self.present.dirty.mark(&account, Periods::All, recorded);
            }
        }
        Ok(())
    }

    fn learn_history(&mut self, event: &Event, subject: &str) -> Result<()> {
        if let Some(account) = self.present.aliases.resolve(&event.subject) {
            // A charge earns nothing; what a correction changes is marked where its usage lies.
            let changes = !matches!(event.body, Body::UsageCorrected(_) | Body::ChargeBilled(_));
            let periods = if changes { Periods::All } else { Periods::Some([].into()) };
            self.present.dirty.mark(&account, periods, event.meta.recorded);
        } else {
            let changed = || match &event.subject {
                Subject::Partner(partner) => Changed::Partner(partner.clone()),
                waiting => Changed::Subject(waiting.clone()),
            };
            self.present.dirty.outbox.mark(changed, event.meta.recorded);
        }
        for partner in mentioned(&event.body) {
            self.batch.put(&key::mention::key(partner, subject), &[]);
        }
        if let Body::DealOpened(opened) = &event.body {
            self.changed_beside = self.changed_beside.max(Some(event.meta.recorded));
            self.batch.put(&key::opening::key(&opened.deal, &event.meta), subject.as_bytes());
            self.batch.put(&key::opening::opened_in(subject, &opened.deal), &[]);
            self.mark_openers(&opened.deal, event.meta.recorded)?;
        }
        Ok(())
    }

    /// Nothing is derived from an observation; while it waits for an account it is in suspense like anything else (I3).
    fn learn_observation(&mut self, event: &Event) {
        if self.present.aliases.resolve(&event.subject).is_none() {
            self.present.dirty.outbox.mark(|| Changed::Subject(event.subject.clone()), event.meta.recorded);
        }
    }

    /// Writes everything that was filed, with where to read on.
    pub(crate) fn commit<L: Log + ?Sized>(&mut self, log: &L, read_on: Option<ReadOn>) -> Result<()> {
        self.place_corrections(log)?;
        self.mark_changed()?;
        self.usage.finish(self.present, self.out_of_turn, &mut self.batch);
        if let Some(recorded) = self.changed_beside {
            self.present.dirty.tell_of_all(recorded);
        }
        self.present.dirty.write(&mut self.batch);
        self.present.dirty.outbox.write(self.store, self.present.counts.events, &mut self.batch)?;
        self.present.counts.write(&mut self.batch);
        self.closed.write(&mut self.batch);
        if let Some(read_on) = read_on {
            read_on.write(log.recorded(), &mut self.batch);
        }
        self.store.write(std::mem::take(&mut self.batch), tributary_store::Durability::Unlogged)?;
        if let Some(judge) = &mut self.judge {
            judge.written();
        }
        self.waits_no_more.clear();
        (self.changed_for_all, self.changed_for_foreign, self.changed_beside) = (None, None, None);
        self.horizon = self.present.horizon();
        Ok(())
    }

    /// Marks accounts for what changed beside their own histories: reference data, rates, a month that began.
    fn mark_changed(&mut self) -> Result<()> {
        let month_changed = self.present.horizon() != self.horizon;
        if self.changed_for_all.is_none() && self.changed_for_foreign.is_none() && !month_changed {
            return Ok(());
        }
        for row in self.store.prefix(&key::account::all()) {
            let (key, value) = row?;
            let account = RowReader::new("account", &value).id(AccountId::new(&key::account::read(&key)?))?;
            let held = AccountRow::decode(&value)?;
            // What changes beside an account's history is judged by the reference data's own recorded time.
            let unchanged = held.learned.history;
            let rates = held.foreign && self.changed_for_foreign.is_some();
            if self.changed_for_all.is_some() || rates || (held.recurring && month_changed) {
                self.present.dirty.mark(&account, Periods::All, unchanged);
                let changed_at = self.changed_for_all.max(self.changed_for_foreign);
                let changed_at = changed_at.unwrap_or(self.present.counts.last_recorded);
                self.present.dirty.outbox.mark(|| Changed::Account(account.clone()), changed_at);
            }
        }
        if self.changed_for_all.is_some() {
            self.present.dirty.mark_all_periods();
        }
        Ok(())
    }
}

/// The account that a subject, as it stands in a key, belongs to now.
fn resolve(present: &Present, subject: &str) -> Option<AccountId> {
    subject.parse().ok().and_then(|subject| present.aliases.resolve(&subject))
}

/// Whether any attribution policy gives a partner a fixed share.
pub(crate) fn names_fixed(reference: &[Filed], partner: &PartnerId) -> bool {
    reference.iter().any(|filed| match &filed.event.body {
        Body::PolicyPublished(policy) => gives_fixed(policy, partner),
        _ => false,
    })
}

/// Whether a policy gives a partner a fixed share.
pub(crate) fn gives_fixed(policy: &Policy, partner: &PartnerId) -> bool {
    fn names(model: &Model, partner: &PartnerId) -> bool {
        match model {
            Model::Fixed { shares } => shares.contains_key(partner),
            Model::RegistrationProtection { otherwise, .. } | Model::SourceWins { otherwise, .. } => {
                names(otherwise, partner)
            }
            Model::RoleSplit { .. } | Model::Touch(_) | Model::None => false,
        }
    }
    match policy {
        Policy::Attribution(policy) => names(&policy.model, partner),
        Policy::Commission(_) | Policy::Authority(_) => false,
    }
}

/// The partners that an event of an account names.
fn mentioned(body: &Body) -> Vec<&PartnerId> {
    match body {
        Body::LeadCaptured(captured) => captured.partner.iter().collect(),
        Body::LeadOffered(offered) => offered.partners.iter().collect(),
        Body::LeadClaimed(claimed) => vec![&claimed.partner],
        Body::LeadAssigned(assigned) => vec![&assigned.partner],
        Body::TouchRecorded(touch) => vec![&touch.partner],
        Body::RegistrationSubmitted(submitted) => vec![&submitted.partner],
        Body::DealRoleAssigned(change) | Body::DealRoleRemoved(change) => vec![&change.partner],
        _ => Vec::new(),
    }
}
