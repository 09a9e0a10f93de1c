//! A view of the ledger as known at an instant. Where nothing was learned since, it reads what is derived; an account that
//! learned something since is folded again from its history. Either way the answer is the same function of the same events.

mod coordinates;
mod earned;
mod folded;
mod learned;
mod lent;
mod listing;
mod moved;
mod revised;
mod stale;
mod told;

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::{Arc, RwLockReadGuard};

use rustc_hash::FxHashMap;
use tributary_domain::alias::Aliases;
use tributary_domain::balance;
use tributary_domain::book::Book;
use tributary_domain::closing::{self, Close, InvalidClose};
use tributary_domain::commission::PeriodCredits;
use tributary_domain::event::{Body, Event, PeriodAttested, Subject};
use tributary_domain::fact::DailyFact;
use tributary_domain::id::{AccountId, DealId, PartnerId};
use tributary_domain::policy::{Basis, Policy};
use tributary_domain::reference::Reference;
use tributary_domain::time::{Instant, Period};
use tributary_store::{Db, Reader};

use crate::closed::ClosedPeriod;
use crate::credit::{Detail, Found};
use crate::elsewhere::{self, Kind};
use crate::error::Result;
use crate::filing::{gives_fixed, names_fixed};
use crate::fold::{Coordinates, FoldedAccount, StandingUsage, of_account};
use crate::history::{self, Filed};
use crate::key::{self, tag};
use crate::last_learned::LastLearned;
use crate::present::Present;
use crate::row::RowReader;
use crate::scope::Scope;
use crate::suspense::{self, Suspended, Why};

use folded::{AllFolded, FoldedPeriods};
use lent::Held;
use revised::Revised;
use stale::Stale;

pub use learned::{CorrectionLearned, Learned, UsageLearned};
pub use lent::Lent;
pub use told::{Due, latest};

/// The ledger as known at an instant. While one is held, nothing is filed.
pub struct View<'a> {
    store: &'a Db,
    /// Shared by the views that were made from one another.
    present: Held<'a>,
    closed: Vec<ClosedPeriod>,
    /// When it is known.
    known_at: Instant,
    reference: Arc<Reference>,
    aliases: Arc<Aliases>,
    /// The candidate policies that are supposed to be published, in order.
    supposed: Vec<Policy>,
    derived: Derived,
    /// What was revised since its instant, where derived rows count.
    revised: Revised,
    /// What had been revised by then since the last kept close.
    since_close: OnceCell<Revised>,
    folded: RefCell<BTreeMap<AccountId, Rc<FoldedAccount>>>,
    earned: RefCell<FxHashMap<AccountId, FoldedPeriods>>,
    all_folded: OnceCell<Arc<AllFolded>>,
    stale: Stale,
    of_a_close: OnceCell<bool>,
}

/// Which derived rows say what was known at a view's instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Derived {
    /// All of them: it is the present.
    Right,
    /// Those that depend on nothing that was learned since.
    RightWhereNothingWasLearned,
    /// None: a policy is supposed, or nothing derived is to be relied on.
    Wrong,
}

impl<'a> View<'a> {
    pub(crate) fn new(
        store: &'a Db,
        present: RwLockReadGuard<'a, Present>,
        closed: Vec<ClosedPeriod>,
        known_at: Instant,
    ) -> Self {
        Self::sharing(store, Held::Here(Rc::new(present)), closed, known_at)
    }

    fn sharing(store: &'a Db, present: Held<'a>, closed: Vec<ClosedPeriod>, known_at: Instant) -> Self {
        let (reference, aliases) = (present.reference_at(known_at), present.aliases_at(known_at));
        Self::with(store, present, closed, known_at, reference, aliases)
    }

    fn with(
        store: &'a Db,
        present: Held<'a>,
        closed: Vec<ClosedPeriod>,
        known_at: Instant,
        reference: Arc<Reference>,
        aliases: Arc<Aliases>,
    ) -> Self {
        let is_present = known_at >= present.counts.last_recorded;
        let derived = if is_present { Derived::Right } else { Derived::RightWhereNothingWasLearned };
        let revised = match derived {
            Derived::Right => Revised::default(),
            _ => Revised::between(&present.reference_events, known_at, Instant::MAX),
        };
        Self {
            store,
            present,
            closed,
            known_at,
            reference,
            aliases,
            supposed: Vec::new(),
            derived,
            revised,
            since_close: OnceCell::new(),
            folded: RefCell::default(),
            earned: RefCell::default(),
            all_folded: OnceCell::new(),
            stale: Stale::default(),
            of_a_close: OnceCell::new(),
        }
    }

    /// When it is known.
    pub fn known_at(&self) -> Instant {
        self.known_at
    }

    /// The last recorded instant of everything read so far; none while there is nothing.
    pub fn last_recorded(&self) -> Option<Instant> {
        Some(self.present.counts.last_recorded).filter(|last| *last > Instant::MIN)
    }

    /// The reference data.
    pub fn reference(&self) -> &Reference {
        &self.reference
    }

    /// What every alias resolves to (I3).
    pub fn aliases(&self) -> &Aliases {
        &self.aliases
    }

    /// The reference events known, with their positions: what an explanation cites.
    pub fn reference_events(&self) -> impl Iterator<Item = &Filed> {
        self.present.reference_events.iter().filter(|filed| filed.event.meta.recorded <= self.known_at)
    }

    /// The closes and attestations of everything read so far, with their positions.
    pub fn close_events(&self) -> impl Iterator<Item = &Filed> {
        self.present.close_events.iter()
    }

    /// The valid closes of everything read so far, in order (L1); where several processes share the ledger, of everything
    /// that all of them have settled.
    pub fn closes(&self) -> Vec<Close> {
        let mut closes = self.closes_read();
        closes.retain(|close| close.meta.recorded <= self.present.settled);
        closes
    }

    pub(crate) fn closes_read(&self) -> Vec<Close> {
        self.judged().0
    }

    /// The cutoff of the last closed period that was attested: nothing may be learned of that past any more (I2).
    pub fn sealed(&self) -> Option<Instant> {
        let attested: BTreeSet<Period> = self.attestations().iter().map(|(_, attested)| attested.period).collect();
        self.closes().iter().rev().find(|close| attested.contains(&close.period)).map(|close| close.cutoff)
    }

    /// Every attestation of everything read so far, by when it was recorded (E2).
    pub fn attestations(&self) -> Vec<(&Filed, &PeriodAttested)> {
        let attestations = self.present.close_events.iter().filter_map(|filed| match &filed.event.body {
            Body::PeriodAttested(attested) => Some((filed, attested)),
            _ => None,
        });
        let mut all: Vec<_> = attestations.collect();
        all.sort_by(|(a, _), (b, _)| {
            (a.event.meta.recorded, &a.event.meta).cmp(&(b.event.meta.recorded, &b.event.meta))
        });
        all
    }

    /// The closes that break a rule, with the reason and their positions (L1).
    pub fn invalid_closes(&self) -> Vec<(&Filed, InvalidClose)> {
        let (_, invalid) = self.judged();
        let position = |event: &Event| self.present.close_events.iter().find(|filed| filed.event.meta == event.meta);
        invalid.into_iter().filter_map(|(event, why)| position(event).map(|filed| (filed, why))).collect()
    }

    fn judged(&self) -> (Vec<Close>, Vec<(&Event, InvalidClose)>) {
        let events = self.present.close_events.iter().map(|filed| &filed.event);
        closing::closes(events, |cutoff| self.book_at(cutoff).zone)
    }

    /// The book as known at an instant (T2).
    pub fn book_at(&self, known_at: Instant) -> Book {
        let configured = self.present.configured.iter();
        Reference::known(configured.filter(|event| event.meta.recorded <= known_at)).book
    }

    /// The closes whose statements are kept, in order.
    pub fn closed(&self) -> &[ClosedPeriod] {
        &self.closed
    }

    /// The kept statement of a partner for a closed period: the finance crate's bytes.
    pub fn statement(&self, partner: &PartnerId, period: Period) -> Result<Option<Vec<u8>>> {
        Ok(self.store.get(&key::closing::key(partner, period))?)
    }

    /// The kept statements of a partner, by period.
    pub fn statements_of(&self, partner: &PartnerId) -> Result<Vec<(Period, Vec<u8>)>> {
        let read = |row: tributary_store::Result<tributary_store::Row>| {
            let (key, value) = row?;
            Ok((key::closing::read(&key)?.1, value.into_vec()))
        };
        self.store.prefix(&key::closing::of_partner(partner)).map(read).collect()
    }

    /// Every kept statement, by partner and period.
    pub fn kept_statements(&self) -> Result<Vec<(PartnerId, Period, Vec<u8>)>> {
        let read = |row: tributary_store::Result<tributary_store::Row>| {
            let (key, value) = row?;
            let (partner, period) = key::closing::read(&key)?;
            let partner = RowReader::new("statement", &value).id(PartnerId::new(&partner))?;
            Ok((partner, period, value.into_vec()))
        };
        self.store.scan(&key::closing::all()).map(read).collect()
    }

    /// Every partner that was enrolled, or that anything was ever recognised for, or whose own history says anything.
    pub fn partners(&self) -> Result<BTreeSet<PartnerId>> {
        let mut partners: BTreeSet<PartnerId> = self.reference.partners.ids().cloned().collect();
        for row in self.store.prefix(&key::closing::all()) {
            let (key, value) = row?;
            let (partner, _) = key::closing::read(&key)?;
            partners.insert(RowReader::new("statement", &value).id(PartnerId::new(&partner))?);
        }
        for row in self.store.prefix(&key::history::of_subject_prefix(tag::HISTORY, "partner/")) {
            let (_, value) = row?;
            let record = history::record(&value)?;
            if record.recorded_us <= self.known_at.micros() {
                let partner = record.envelope.subject.trim_start_matches("partner/");
                partners.insert(RowReader::new("history", &value).id(PartnerId::new(partner))?);
            }
        }
        Ok(partners)
    }

    /// A partner's payouts, returns and holds.
    pub fn partner_account(&self, partner: &PartnerId) -> Result<balance::Account> {
        let events = self.partner_events(partner)?;
        Ok(balance::Account::fold(events.iter().map(|filed| &filed.event)))
    }

    /// The events of a partner's own history, with their positions.
    pub fn partner_events(&self, partner: &PartnerId) -> Result<Vec<Filed>> {
        history::of_subject(self.store, &Subject::Partner(partner.clone()).to_string(), self.known_at)
    }

    /// An account, folded as known at the view's instant.
    pub fn account(&self, id: &AccountId) -> Result<Rc<FoldedAccount>> {
        if let Some(folded) = self.folded.borrow().get(id) {
            return Ok(Rc::clone(folded));
        }
        let folded = Rc::new(self.at().fold(id)?);
        self.folded.borrow_mut().insert(id.clone(), Rc::clone(&folded));
        Ok(folded)
    }

    /// The accounts that were asked for one by one so far: what a question costs beside derived rows.
    pub fn accounts_folded(&self) -> Vec<AccountId> {
        self.folded.borrow().keys().cloned().collect()
    }

    /// The account that a deal belongs to (D1).
    pub fn owner(&self, deal: &DealId) -> Result<Option<AccountId>> {
        self.at().owner(deal)
    }

    /// The daily facts of an account in a period. Fails if they leave the range; [`Self::suspended`] says so beforehand.
    pub fn facts(&self, id: &AccountId, period: Period) -> Result<Vec<DailyFact>> {
        let folded = self.account(id)?;
        let sums = self.at().usage_sums(&folded, Some(period), &mut LastLearned::default())?.remove(&period);
        self.at().facts(&folded, period, sums).map_err(of_account(id))
    }

    /// The usage of an account in a period, with the corrections that stand.
    pub fn usage(&self, id: &AccountId, period: Period) -> Result<Vec<StandingUsage>> {
        let folded = self.account(id)?;
        let mut usage = Vec::new();
        self.at().visit_usage(&folded.subjects, Some(period), |used| {
            if period.contains(self.reference.book.day(used.row.time)) {
                usage.push(used);
            }
            Ok(())
        })?;
        Ok(usage)
    }

    /// The credits of a partner in a period.
    pub fn credits(&self, partner: &PartnerId, period: Period) -> Result<PeriodCredits> {
        let mut credits = self.credits_in(Detail::Whole, partner, period)?;
        credits.retain(|_, amount| !amount.is_zero());
        Ok(credits)
    }

    /// The same, told apart as far as is asked: what a plan pays follows from sums as well, if it names neither products nor
    /// vendors (M2).
    pub fn credits_in(&self, detail: Detail, partner: &PartnerId, period: Period) -> Result<PeriodCredits> {
        let beyond = period > self.present.horizon();
        let right = !beyond && self.is_right_in(period) && !self.is_revised_for(partner);
        let mut found = Found::new(detail);
        if right {
            self.credits_derived(partner, period, &mut found)?;
        } else {
            self.credits_folded(partner, period, beyond, &mut found)?;
        }
        let mut credits = PeriodCredits::from_iter(found.credits); // no key is there twice: each account is
        if self.present.scope != Scope::Everything {
            let kind = if self.is_of_a_close() { Kind::Final } else { Kind::Running };
            let of = (partner, period, self.known_at);
            elsewhere::add_credits(self.store, &self.present.scope, kind, of, &mut credits)?;
        }
        Ok(credits)
    }

    /// As they are derived.
    fn credits_derived(&self, partner: &PartnerId, period: Period, found: &mut Found) -> Result<()> {
        let mut rows = self.store.prefix(&key::credit::of_period(partner, period));
        while let Some(row) = rows.advance() {
            let (key, value) = row?;
            let account = RowReader::new("credit", value).id(AccountId::new(&key::credit::account(key)?))?;
            if self.present.scope.holds_account(&account) {
                found.add_row(value, &account)?;
            }
        }
        Ok(())
    }

    /// As accounts come to, folded again where what is derived of them says too much, or nothing yet.
    fn credits_folded(&self, partner: &PartnerId, period: Period, beyond: bool, found: &mut Found) -> Result<()> {
        let mut derived: BTreeMap<AccountId, Option<Box<[u8]>>> = BTreeMap::new();
        if !beyond {
            for row in self.store.prefix(&key::credit::of_period(partner, period)) {
                let (key, value) = row?;
                let account = RowReader::new("credit", &value).id(AccountId::new(&key::credit::account(&key)?))?;
                derived.insert(account, Some(value));
            }
        }
        for account in self.candidates(partner)? {
            derived.entry(account).or_default();
        }
        derived.retain(|account, _| self.present.scope.holds_account(account));
        let revised = self.is_revised_for(partner);
        let mut again = Vec::new();
        for account in derived.keys() {
            if beyond || revised || self.is_stale_in(account, period)? {
                again.push(account.clone());
            }
        }
        self.fold_these(&again, period)?;
        let mut again = again.into_iter().peekable();
        for (account, value) in derived {
            if again.next_if_eq(&account).is_some() {
                self.add_earned(&account, partner, period, found)?;
            } else if let Some(value) = value {
                found.add_row(&value, &account)?;
            }
        }
        Ok(())
    }

    /// Whether its instant is the cutoff of a close: then what others said of that close answers for their accounts.
    fn is_of_a_close(&self) -> bool {
        *self.of_a_close.get_or_init(|| self.closes().iter().any(|close| close.cutoff == self.known_at))
    }

    /// The facts of every account that earn no credit. Lines that recur would have them for ever: theirs are counted up to
    /// the period of the view's instant.
    pub fn suspended(&self) -> Result<Vec<(AccountId, Suspended)>> {
        Ok(self.suspended_by_period()?.into_iter().map(|(account, _, one)| (account, one)).collect())
    }

    /// The same with the period of each, by account and period.
    pub fn suspended_by_period(&self) -> Result<Vec<(AccountId, Period, Suspended)>> {
        let until = self.period();
        let beyond = until > self.present.horizon(); // what recurs is not derived that far
        let mut all = Vec::new();
        for row in self.store.prefix(&key::account::all()) {
            let (key, value) = row?;
            let account = RowReader::new("account", &value).id(AccountId::new(&key::account::read(&key)?))?;
            if !self.present.scope.holds_account(&account) {
                continue;
            }
            for (period, suspended) in self.suspended_periods(&account, beyond)? {
                let counted = suspended.into_iter().filter(|one| counts(until, period, one));
                all.extend(counted.map(|one| (account.clone(), period, one)));
            }
        }
        Ok(all)
    }

    /// What of an account earns no credit, by period.
    fn suspended_periods(&self, account: &AccountId, beyond: bool) -> Result<Vec<(Period, Vec<Suspended>)>> {
        if beyond || self.is_stale(account)? { self.suspended_at(account) } else { self.suspended_now(account) }
    }

    /// As it is derived.
    fn suspended_now(&self, account: &AccountId) -> Result<Vec<(Period, Vec<Suspended>)>> {
        let read = |row: tributary_store::Result<tributary_store::Row>| {
            let (key, value) = row?;
            Ok((key::suspense::read(&key)?.1, suspense::decode(&value)?))
        };
        self.store.prefix(&key::suspense::of_account(account)).map(read).collect()
    }

    /// As it was known at the view's instant.
    fn suspended_at(&self, account: &AccountId) -> Result<Vec<(Period, Vec<Suspended>)>> {
        let folded = self.at().fold(account)?;
        let mut sums = self.at().usage_sums(&folded, None, &mut LastLearned::default())?;
        let until = Period::of(self.reference.book.day(self.known_at));
        let agreed = tributary_domain::fact::agreed_periods(&folded.account, until);
        let periods: BTreeSet<Period> = sums.keys().copied().chain(agreed).collect();
        let suspended = |period: Period| (period, self.at().earned(&folded, period, sums.remove(&period)).suspended);
        Ok(periods.into_iter().map(suspended).collect())
    }

    /// How many events of each subject wait because the subject resolves to no account (I3), by subject.
    pub fn unresolved(&self) -> Result<BTreeMap<String, u64>> {
        let mut waiting: BTreeMap<String, u64> = BTreeMap::new();
        for (tag, partner_rows) in [(tag::HISTORY, true), (tag::OBSERVATION, false), (tag::USAGE, false)] {
            let mut from = key::history::all(tag);
            let until = key::history::all(tag + 1);
            while let Some(row) = self.store.range(&from, &until).next() {
                let (key, _) = row?;
                let subject = key::history::subject(&key, tag)?;
                let skipped = if subject.starts_with("account/") {
                    Some("account/")
                } else {
                    Some("partner/").filter(|_| partner_rows && subject.starts_with("partner/"))
                };
                let prefix = match skipped {
                    Some(skipped) => key::history::of_subject_prefix(tag, skipped),
                    None => key::history::of_subject(tag, &subject),
                };
                if skipped.is_none() && self.resolves(&subject).is_none() {
                    let count = self.count(tag, &prefix)?;
                    if count > 0 {
                        *waiting.entry(subject).or_default() += count;
                    }
                }
                match tributary_store::key::after_prefix(&prefix) {
                    Some(next) => from = next,
                    None => break,
                }
            }
        }
        Ok(waiting)
    }

    fn count(&self, tag: u8, prefix: &[u8]) -> Result<u64> {
        let mut count = 0;
        for row in self.store.prefix(prefix) {
            let (key, value) = row?;
            if tag == tag::USAGE {
                crate::usage::visit(&value, key::usage::read(&key)?.2, &mut crate::usage::Terms::default(), |row| {
                    count += u64::from(row.recorded <= self.known_at);
                    Ok(())
                })?;
            } else {
                count += u64::from(history::record(&value)?.recorded_us <= self.known_at.micros());
            }
        }
        Ok(count)
    }

    fn resolves(&self, subject: &str) -> Option<AccountId> {
        subject.parse().ok().and_then(|subject| self.aliases.resolve(&subject))
    }

    /// Accounts that may give a partner credit: those whose history names it, or all if a policy gives it a fixed share.
    fn candidates(&self, partner: &PartnerId) -> Result<BTreeSet<AccountId>> {
        let mut accounts = BTreeSet::new();
        if self.gives_fixed_share(partner) {
            return self.accounts();
        }
        for row in self.store.prefix(&key::mention::of_partner(partner)) {
            let (key, _) = row?;
            accounts.extend(self.resolves(&key::mention::read(&key)?));
        }
        Ok(accounts)
    }

    fn gives_fixed_share(&self, partner: &PartnerId) -> bool {
        names_fixed(&self.present.reference_events, partner)
            || self.supposed.iter().any(|policy| gives_fixed(policy, partner))
    }

    pub(crate) fn present(&self) -> &Present {
        &self.present
    }

    pub(crate) fn at(&self) -> Coordinates<'_> {
        Coordinates {
            store: self.store,
            corrected: &self.present.corrected,
            aliases: &self.aliases,
            reference: &self.reference,
            known_at: self.known_at,
            read: None,
        }
    }
}

/// Whether a suspended fact of a period counts until another one: what recurs, or cannot be counted, would for ever.
fn counts(until: Period, period: Period, one: &Suspended) -> bool {
    let forever = one.basis == Basis::Recurring || one.why == Why::OutOfRange;
    !forever || period <= until
}
