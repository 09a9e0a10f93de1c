//! The reconciliation of what marketplaces billed with what they paid out (R1–R6), over all owners or for one account.

mod document;

use std::collections::BTreeMap;

use tributary_domain::currency::Currency;
use tributary_domain::event::{Event, Parts, Subject};
use tributary_domain::id::{AccountId, DealId, Marketplace};
use tributary_domain::money::{Amount, Overflow};
use tributary_domain::policy::Basis;
use tributary_domain::reconcile::{self, Age, ChargeStatus, LineStatus, reconcile};
use tributary_domain::time::{Day, Period};
use tributary_projector::View;

use crate::error::FinanceError;

pub use document::{AgeTotal, ChargeRow, LineRow, PartsText, PieceRow, Reconciliation, ReconciliationTotal, UsageRow};

/// What is asked of a reconciliation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reconcile {
    /// Only this account; none: every account, and every subject that resolves to none.
    pub account: Option<AccountId>,
    /// What was billed and paid out by this day; none: by that of the view's instant.
    pub as_of: Option<Day>,
    /// Also the charges that are settled and the lines that are matched.
    pub all: bool,
}

/// The reconciliation as known at the view's instant.
pub fn reconciliation(view: &View<'_>, asked: &Reconcile) -> Result<Reconciliation, FinanceError> {
    let as_of = asked.as_of.unwrap_or_else(|| view.reference().book.day(view.known_at()));
    let mut answer = Answer { all: asked.all, as_of, ..Answer::default() };
    for (owner, events) in owners(view, asked.account.as_ref())? {
        let mut found = reconcile(&events, as_of)?;
        let usage = match &owner {
            Subject::Account(account) if found.lacks_charges() => compared(view, account, &mut found, as_of)?,
            _ => BTreeMap::new(),
        };
        answer.add(&owner, &found, &usage)?;
    }
    let account = asked.account.as_ref().map(AccountId::to_string);
    Ok(answer.document(view.known_at().to_string(), account)?)
}

/// What is billed and paid out, by account or unresolved subject.
fn owners(view: &View<'_>, only: Option<&AccountId>) -> Result<BTreeMap<Subject, Vec<Event>>, FinanceError> {
    const TYPES: [&str; 2] = ["tributary.charge.billed.v1", "tributary.disbursement.reported.v1"];
    let mut owners: BTreeMap<Subject, Vec<Event>> = BTreeMap::new();
    if let Some(account) = only {
        let folded = view.account(account)?;
        let said = folded.events.iter().filter(|filed| TYPES.contains(&filed.event.body.event_type()));
        owners.insert(Subject::Account(account.clone()), said.map(|filed| filed.event.clone()).collect());
        return Ok(owners);
    }
    view.visit_events(&TYPES, |event| {
        let owner = view.aliases().resolve(&event.subject).map_or_else(|| event.subject.clone(), Subject::Account);
        owners.entry(owner).or_default().push(event);
    })?;
    Ok(owners)
}

/// Earned and unpaid, by deal and currency.
type Compared = BTreeMap<(DealId, Currency), (Amount, Amount)>;

/// Compares the lines of an account that have no charges with what its deals earned (R5).
fn compared(
    view: &View<'_>,
    account: &AccountId,
    found: &mut reconcile::Reconciliation,
    as_of: Day,
) -> Result<Compared, FinanceError> {
    let folded = view.account(account)?;
    let mut earned = reconcile::Earned::new();
    for sums in view.daily_sums(&folded, Period::of(as_of))?.values() {
        for (key, sum) in sums.iter() {
            if let Some(deal) = &key.deal
                && key.basis != Basis::Disbursement
                && key.day <= as_of
            {
                earned.entry((deal.clone(), key.currency)).or_default().add(sum.amount)?;
            }
        }
    }
    let unpaid = found
        .compare_with_usage(|report| folded.account.disbursed_for(report).map(|(deal, _)| deal.clone()), &earned)?;
    let both = unpaid.into_iter().map(|(key, unpaid)| {
        let earned = earned.get(&key).copied().unwrap_or_default();
        (key, (earned, unpaid))
    });
    Ok(both.collect())
}

/// What an answer adds up from.
#[derive(Default)]
struct Answer {
    all: bool,
    as_of: Day,
    totals: BTreeMap<(Marketplace, Currency), Total>,
    ages: BTreeMap<(Marketplace, Currency, Age), (u64, Amount)>,
    charges: Vec<ChargeRow>,
    lines: Vec<LineRow>,
    usage: Vec<UsageRow>,
}

/// A marketplace and currency.
#[derive(Default)]
struct Total {
    billed: Parts,
    settled: Parts,
    set_off: Parts,
    open: Parts,
    charges: BTreeMap<ChargeStatus, u64>,
    paid: Parts,
    left: Parts,
    taken_back: Parts,
    lines: BTreeMap<LineStatus, u64>,
}

impl Answer {
    fn add(&mut self, owner: &Subject, found: &reconcile::Reconciliation, usage: &Compared) -> Result<(), Overflow> {
        for charge in &found.charges {
            self.add_charge(owner, charge)?;
        }
        for line in &found.lines {
            self.add_line(owner, line)?;
        }
        let row = |((deal, currency), (earned, unpaid)): (&(DealId, Currency), &(Amount, Amount))| UsageRow {
            owner: document::named(owner),
            deal: deal.to_string(),
            currency: currency.to_string(),
            earned: earned.to_string(),
            unpaid: unpaid.to_string(),
        };
        self.usage.extend(usage.iter().map(row));
        Ok(())
    }

    fn add_charge(&mut self, owner: &Subject, charge: &reconcile::Charge) -> Result<(), Overflow> {
        let (billed, status) = (&charge.billed, charge.status());
        let total = self.totals.entry((billed.marketplace.clone(), billed.currency)).or_default();
        total.billed.add(&billed.parts)?;
        total.settled.add(&charge.settled)?;
        total.set_off.add(&charge.set_off)?;
        total.open.add(&charge.open)?;
        *total.charges.entry(status).or_default() += 1;
        if status != ChargeStatus::Settled {
            let key = (billed.marketplace.clone(), billed.currency, charge.age(self.as_of));
            let (charges, open) = self.ages.entry(key).or_default();
            *charges += 1;
            open.add(charge.open.net)?;
        }
        if self.all || status != ChargeStatus::Settled {
            self.charges.push(ChargeRow::of(owner, charge, self.as_of));
        }
        Ok(())
    }

    fn add_line(&mut self, owner: &Subject, line: &reconcile::Line) -> Result<(), Overflow> {
        let report = &line.report;
        let total = self.totals.entry((report.marketplace.clone(), report.currency)).or_default();
        total.paid.add(&report.parts())?;
        total.left.add(&line.left)?;
        for piece in line.pieces.iter().filter(|piece| piece.takes_back) {
            total.taken_back.add(&piece.parts)?;
        }
        *total.lines.entry(line.status).or_default() += 1;
        if self.all || line.status != LineStatus::Matched {
            self.lines.push(LineRow::of(owner, line));
        }
        Ok(())
    }
}
