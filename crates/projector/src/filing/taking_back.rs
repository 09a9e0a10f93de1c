//! Taking back (I1): the record that stands for an identity was read after another one, from another partition or with a
//! recorded time of its own. What the other one filed goes, everything that it touched is derived again, and the records
//! of the identity are judged anew: what is filed in the end does not depend on the order in which it was read.

use tributary_domain::event::{Body, Event, Subject};
use tributary_domain::id::DealId;
use tributary_domain::reference::Reference;
use tributary_domain::time::{Instant, Period};
use tributary_events::Refusal;
use tributary_log::{IdentityKey, Log, LogError, Position, ReadLimit, Record};
use tributary_store::Reader;

use super::placing::identity_of;
use super::{Filing, mentioned, resolve};
use crate::dirty::Periods;
use crate::error::Result;
use crate::history;
use crate::identity::{self, Said};
use crate::key::{self, tag};
use crate::outbox::Changed;
use crate::row::RowReader;
use crate::{quarantine, usage};

impl Filing<'_> {
    /// Keeps a record that does not stand for its identity: the same again is dropped, other content is set aside.
    pub(super) fn keep_other(
        &mut self,
        identity: IdentityKey,
        said: &Said,
        standing: &Said,
        record: &Record<'_>,
    ) -> Result<()> {
        let key = key::identity::repeated(identity, said.position);
        if self.store.get(&key)?.is_none() {
            self.batch.put(&key, &said.encode().0);
            self.judge_other(said, standing, record);
        }
        Ok(())
    }

    fn judge_other(&mut self, said: &Said, standing: &Said, record: &Record<'_>) {
        if said.content == standing.content {
            self.present.counts.repeated += 1;
        } else {
            self.present.counts.quarantined += 1;
            self.set_aside_conflict(standing, record);
        }
    }

    fn set_aside_conflict(&mut self, standing: &Said, record: &Record<'_>) {
        self.set_aside(&Refusal::Conflict { field: "id".to_owned(), position: standing.position }, record);
    }

    /// Takes back what stood under an identity so far: `first` stands, and is filed next, in the same write. What was filed
    /// before is written first, so that the rows to take back are in the store.
    pub(super) fn take_back<L: Log + ?Sized>(
        &mut self,
        log: &L,
        identity: IdentityKey,
        taken: &Said,
        first: &Record<'_>,
    ) -> Result<()> {
        let stands = Said::of(first);
        tracing::info!(position = %taken.position, first = %first.position, "take an event back: another one was recorded first");
        let (partition, offset, recorded_us) = (first.position.partition, first.position.offset, first.recorded_us);
        let read_on = (!self.out_of_turn).then_some(crate::meta::ReadOn { partition, offset, recorded_us });
        self.commit(log, read_on)?;
        let read;
        let envelope = if taken.content == stands.content {
            first.envelope
        } else {
            read = log.read(taken.position, ReadLimit { records: 1, bytes: 1 }, std::time::Duration::ZERO)?;
            let record = read.iter().next().transpose()?.filter(|record| record.position == taken.position);
            let gone = || LogError::Trimmed { position: taken.position, start: read.next_offset() };
            record.ok_or_else(gone)?.envelope
        };
        let at = |said: &Said| Record { position: said.position, recorded_us: said.recorded.micros(), envelope };
        self.unfile(identity, &at(taken), first.position)?;
        for row in self.store.prefix(&key::identity::others(identity)) {
            let (_, value) = row?;
            let other = Said::decode(&mut RowReader::new("repeated", &value))?;
            self.judge_again(&other, taken, &stands, &at(&other))?;
        }
        self.keep_other(identity, taken, &stands, &at(taken))
    }

    /// Judges another record of an identity by what stands now; `as_taken` is what it is if it says what was taken back.
    fn judge_again(&mut self, other: &Said, taken: &Said, stands: &Said, as_taken: &Record<'_>) -> Result<()> {
        if other.content == taken.content {
            self.present.counts.repeated -= 1;
            self.judge_other(other, stands, as_taken);
            return Ok(());
        }
        let key = key::quarantine::key(other.position);
        let Some(value) = self.store.get(&key)? else { return Ok(()) };
        self.present.counts.quarantined -= 1;
        self.batch.delete(&key);
        let (_, _, _, record) = quarantine::read(&value)?;
        self.judge_other(other, stands, &record);
        Ok(())
    }

    /// Removes every row that a filed record made, and marks what it touched.
    fn unfile(&mut self, identity: IdentityKey, record: &Record<'_>, first: Position) -> Result<()> {
        // It was decoded once before it was filed; if it cannot be now, the log has changed.
        let event = tributary_events::decode(record).map_err(|_| RowReader::new("identity", &[]).damage())?;
        let subject = record.envelope.subject;
        self.uncount(identity, event.meta.recorded)?;
        self.tell_of(&event);
        self.move_corrections(record.position, first)?;
        let tag = match &event.body {
            Body::UsageRecorded(_) => return self.unfile_usage(subject, record.position, &event),
            body => tag_of(body),
        };
        match tag {
            tag::ALIAS => self.forget_alias(&event.subject, record.position)?,
            tag::REFERENCE => self.forget_reference(&event, record.position)?,
            tag::CLOSE => self.present.close_events.retain(|filed| filed.position != record.position),
            tag::OBSERVATION => {}
            _ => self.forget_history(&event, subject, record.position)?,
        }
        if let Body::UsageCorrected(correction) = &event.body {
            self.unplace_correction(identity_of(&correction.corrects), &event, first)?;
        }
        self.batch.delete(&key::history::key(tag, subject, &event.meta));
        Ok(())
    }

    /// Others may have been told of what is taken back; accounts are marked with what makes them dirty.
    fn tell_of(&mut self, event: &Event) {
        let recorded = event.meta.recorded;
        self.changed_beside = self.changed_beside.max(Some(recorded));
        let outbox = &mut self.present.dirty.outbox;
        match &event.subject {
            Subject::Partner(partner) => outbox.mark(|| Changed::Partner(partner.clone()), recorded),
            subject @ Subject::Alias(..) => outbox.mark(|| Changed::Subject(subject.clone()), recorded),
            Subject::Account(_) | Subject::Book => {}
        }
        if tag_of(&event.body) == tag::REFERENCE {
            outbox.mark(|| Changed::Reference, recorded);
        }
    }

    /// What was learned last may not be any more: then the identities say what was.
    fn uncount(&mut self, identity: IdentityKey, recorded: Instant) -> Result<()> {
        self.present.counts.events -= 1;
        self.closed.forget_from(recorded);
        if recorded < self.present.counts.last_recorded {
            return Ok(());
        }
        let own = key::identity::key(identity);
        let mut last = Instant::MIN;
        let mut rows = self.store.scan(&[tag::IDENTITY]);
        while let Some(row) = rows.advance() {
            let (key, value) = row?;
            if key != own.as_slice() {
                last = last.max(Said::decode(&mut RowReader::new("identity", value))?.recorded);
            }
        }
        self.present.counts.last_recorded = last;
        Ok(())
    }

    /// Corrections follow the identity that they correct.
    fn move_corrections(&mut self, from: Position, to: Position) -> Result<()> {
        for row in self.store.prefix(&key::correction::of_position(from)) {
            let (key, value) = row?;
            self.batch.delete(&key);
            self.batch.put(&key::correction::moved(&key, to)?, &value);
            self.present.corrected.learn(to);
        }
        self.present.corrected.forget(from);
        Ok(())
    }

    fn unfile_usage(&mut self, subject: &str, position: Position, event: &Event) -> Result<()> {
        self.present.counts.usage -= 1;
        let month = super::usage::utc_month(event.meta.time);
        let (from, until) = key::usage::months(subject, month, month + 1);
        for block in self.store.range(&from, &until) {
            let (key, value) = block?;
            let (_, _, first) = key::usage::read(&key)?;
            if let Some((first, rest)) = usage::without(&value, first, position)? {
                self.batch.delete(&key);
                if let Some(first) = first {
                    self.batch.put(&key::usage::key(subject, month, first), &rest);
                }
            }
        }
        self.mark_usage(subject, event.meta.time, event.meta.recorded);
        Ok(())
    }

    /// Filed usage is not what it was: its sums go, and its account is derived again.
    pub(super) fn mark_usage(&mut self, subject: &str, time: Instant, recorded: Instant) {
        self.batch.delete(&key::usage_sums::key(subject, super::usage::utc_month(time)));
        if let Some(account) = resolve(self.present, subject) {
            let period = Period::of(self.present.reference.book.day(time));
            self.present.dirty.mark(&account, Periods::Some([period].into()), recorded);
        }
    }

    fn unplace_correction(&mut self, usage: IdentityKey, event: &Event, first: Position) -> Result<()> {
        let waiting = key::correction::waiting(usage, &event.meta);
        self.batch.delete(&waiting);
        self.waits_no_more.insert(waiting.into());
        if let Some(standing) = identity::standing(self.store, &[usage])?.into_iter().flatten().next() {
            self.batch.delete(&key::correction::key(standing.said.position, &event.meta));
            // One that corrects itself has just been moved along.
            self.batch.delete(&key::correction::key(first, &event.meta));
            self.mark_usage(&standing.subject, standing.time, event.meta.recorded);
        }
        Ok(())
    }

    fn forget_alias(&mut self, subject: &Subject, position: Position) -> Result<()> {
        self.mark_linked(subject)?;
        self.present.forget_alias(position);
        self.mark_linked(subject)
    }

    fn forget_reference(&mut self, event: &Event, position: Position) -> Result<()> {
        match (&event.body, &event.subject) {
            (Body::PartnerEnrolled(_), Subject::Partner(partner)) => {
                self.mark_mentions(partner, event.meta.recorded)?;
            }
            // A fixed share, a zone, a rate: anything may have depended on it.
            _ => self.changed_for_all = self.changed_for_all.max(Some(event.meta.recorded)),
        }
        self.present.forget_reference(position);
        Ok(())
    }

    fn forget_history(&mut self, event: &Event, subject: &str, position: Position) -> Result<()> {
        if let Some(account) = self.present.aliases.resolve(&event.subject) {
            self.present.dirty.mark(&account, Periods::All, event.meta.recorded);
        }
        let opened = if let Body::DealOpened(opened) = &event.body { Some(&opened.deal) } else { None };
        let (mut mentions, mut opens) = (mentioned(&event.body), opened);
        for filed in history::of_subject(self.store, subject, Instant::MAX)? {
            if filed.position != position {
                let others = mentioned(&filed.event.body);
                mentions.retain(|partner| !others.contains(partner));
                opens = opens.filter(|deal| !is_opening_of(&filed.event.body, deal));
            }
        }
        for partner in mentions {
            self.batch.delete(&key::mention::key(partner, subject));
        }
        if let Some(deal) = opens {
            self.batch.delete(&key::opening::opened_in(subject, deal));
        }
        if let Some(deal) = opened {
            self.batch.delete(&key::opening::key(deal, &event.meta));
            self.mark_openers(deal, event.meta.recorded)?;
        }
        Ok(())
    }
}

fn is_opening_of(body: &Body, deal: &DealId) -> bool {
    matches!(body, Body::DealOpened(opened) if opened.deal == *deal)
}

/// Under which tag an event is filed, usage apart.
pub(super) fn tag_of(body: &Body) -> u8 {
    match body {
        Body::AliasLinked { .. } | Body::AliasUnlinked => tag::ALIAS,
        Body::PeriodClosed(_) | Body::PeriodAttested(_) => tag::CLOSE,
        Body::DealObserved(_) => tag::OBSERVATION,
        body if Reference::concerns(body) => tag::REFERENCE,
        _ => tag::HISTORY,
    }
}
